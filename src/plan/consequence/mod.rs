//! What the differences of an app mean for those who use it: what runs by itself from now on, what no longer asks, what is
//! published along, what is left without what it names.
//!
//! Only what a difference brings about is told, never what was so before; whether a definition makes sense at all is for
//! `validate` to say.

mod components;
mod pairs;
mod queries;
mod when;

use crate::diff::{Change, Dangling, Thing};
use crate::model::{ProtectionLevel, Publication, Saved, Unpublished, Version};

use super::{Call, Step};
use components::components;
use pairs::{component_pairs, query_pairs};
use queries::queries;

/// What a difference means for those who use the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// Users run an older version, so that publishing shows them more than what is listed.
    PublishesEarlierSaves {
        /// The newest version.
        version: Version,
        /// Who saved it, and when.
        saved: Saved,
        /// What was saved since the version that they run; `None` if the versions do not show it.
        earlier: Option<Unpublished>,
    },
    /// Publications went through an approval, and no longer will.
    NoApprovalAnyMore,
    /// Everybody may use the app.
    OfferedForSelfService,
    /// Something is gone, or called otherwise, that is still named.
    StillNamed {
        /// What is gone.
        gone: Thing,
        /// What it is called now, if it was renamed.
        renamed_to: Option<String>,
        /// What names it.
        by: Vec<Thing>,
    },
    /// A query runs whenever the app is opened and its inputs change, and did not before.
    RunsByItself {
        /// Its name.
        query: String,
        /// What it runs.
        action: String,
    },
    /// A query runs again and again, and did not before.
    Polls {
        /// Its name.
        query: String,
        /// The interval in milliseconds, as written.
        every: String,
    },
    /// A query asked the user before it ran, and no longer does.
    NoLongerAsks {
        /// Its name.
        query: String,
        /// What it runs.
        action: String,
    },
    /// A query ran under a condition, and no longer does.
    NoLongerWaits {
        /// Its name.
        query: String,
    },
    /// A query answers with made-up outputs, and did not before.
    MockedOutputs {
        /// Its name.
        query: String,
    },
    /// A query whose action changes things is new, or does something else than before.
    ChangesThings {
        /// Its name.
        query: String,
        /// What it runs.
        action: String,
        /// What of it is new.
        touched: Touched,
    },
    /// Queries whose actions change things run with another connection, whatever else of them is new.
    OtherConnection {
        /// Their names.
        queries: Vec<String>,
    },
    /// A component is always shown, and was not.
    AlwaysShown(Thing),
    /// A component is never shown, and was.
    NeverShown(Thing),
    /// A component can always be used, and could not.
    AlwaysUsable(Thing),
    /// A component can never be used, and could.
    NeverUsable(Thing),
}

/// What of a query is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// All of it.
    Added,
    /// The action that it runs.
    Action,
    /// What it is given.
    Inputs,
}

/// The consequences of a change that is made by these steps.
pub(super) fn consequences(
    change: &Change<'_>,
    steps: &[Step],
    unpublished: Option<Unpublished>,
) -> Vec<Consequence> {
    let mut notes = Vec::new();
    notes.extend(publication(change, steps, unpublished));
    protection(change, &mut notes);
    for Dangling {
        gone,
        renamed_to,
        by,
    } in &change.dangling
    {
        notes.push(Consequence::StillNamed {
            gone: gone.clone(),
            renamed_to: renamed_to.clone(),
            by: by.clone(),
        });
    }
    if let (Some(live), Some(after)) = (change.live, &change.body) {
        let before = live.app.definition.body();
        queries(
            &query_pairs(change, &before, after),
            &change.fields,
            &mut notes,
        );
        components(&component_pairs(change, &before, after), &mut notes);
    }
    notes
}

/// What is published along with what is listed.
fn publication(
    change: &Change<'_>,
    steps: &[Step],
    unpublished: Option<Unpublished>,
) -> Option<Consequence> {
    let live = change.live?;
    let publishes = steps
        .iter()
        .any(|step| matches!(step.call, Call::Publish | Call::RequestPublish { .. }));
    let is_behind = matches!(live.publication, Publication::Behind(_));
    (publishes && is_behind).then(|| Consequence::PublishesEarlierSaves {
        version: live.version,
        saved: live.saved.clone(),
        earlier: unpublished,
    })
}

/// Who may publish, and who may use the app.
fn protection(change: &Change<'_>, notes: &mut Vec<Consequence>) {
    let (Some(desired), Some(live)) = (change.desired, change.live) else {
        return;
    };
    let level = (live.app.protection_level, desired.app.protection_level);
    if level
        == (
            Some(ProtectionLevel::ApprovalRequired),
            Some(ProtectionLevel::DirectPublish),
        )
    {
        notes.push(Consequence::NoApprovalAnyMore);
    }
    if desired.app.self_service == Some(true) && live.app.self_service == Some(false) {
        notes.push(Consequence::OfferedForSelfService);
    }
}
