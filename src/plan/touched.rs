//! What somebody else did to an app since it was planned on, told when a step refuses to go on.

use serde_json::Value;

use crate::diff::{Difference, Edits, FieldChange, edits};
use crate::model::{AppKey, LiveApp, Owner, Publication};

use super::Expected;

/// What somebody else did to an app since it was planned on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OthersEdits {
    /// What they changed.
    pub edits: Edits,
    /// Whether the version that was planned on could not be read, so that what they saved is not among it.
    pub unread: bool,
}

/// What somebody else did to an app: `planned` is the version that was planned on, read again; it is not needed where
/// nobody saved.
pub fn others_edits(
    expected: &Expected,
    planned: Option<&LiveApp>,
    found: &LiveApp,
    owner: &Owner,
    key: &AppKey,
) -> OthersEdits {
    let saved = expected.version != found.version;
    let mut done = planned.map_or_else(Edits::default, |it| edits(it, found, owner, key));
    let now = Expected::of(found);
    // Neither makes a version, so that an old version does not show what they were then.
    let mut beside = |path: &str, before: Value, after: Value| {
        let difference = Difference::Changed { before, after };
        done.changes.push(FieldChange {
            path: path.to_owned(),
            difference,
        });
    };
    if expected.tags != now.tags {
        let tags = |of: &Expected| Value::from_iter(of.tags.iter().cloned());
        beside("tags", tags(expected), tags(&now));
    }
    let (before, after) = (expected.publication, now.publication);
    // A save alone leaves the published version behind, and is no change of what users run.
    let runs = |it: Publication| (it == Publication::Unpublished, it.version_id());
    if runs(before) != runs(after) {
        let after = match before.as_str() == after.as_str() {
            true => "another version",
            false => after.as_str(),
        };
        beside("publish", before.as_str().into(), after.into());
    }
    OthersEdits {
        edits: done,
        unread: saved && planned.is_none(),
    }
}
