//! What was done to a live app, in sentences.

use crate::plan::{Fate, Survey, Surveyed};
use crate::render::json::drift::{Base, DriftedApp};
use crate::render::json::{Drift, Remark};

use super::{edited, list};

/// What a reader should know about an app that was looked at.
pub(in crate::render) fn notes(app: &Surveyed, survey: &Survey) -> Vec<Remark> {
    let mut notes = Vec::new();
    let mut note = |code: &str, message: String| {
        notes.push(Remark {
            code: code.into(),
            message,
        });
    };
    match &app.fate {
        Fate::Deleted => {
            let id = app.id.map(|id| format!(" to `{id}`")).unwrap_or_default();
            note(
                "deleted",
                format!(
                    "the settings bind it{id}, and there is no such app any more; without the binding, the next apply \
                     makes it anew"
                ),
            );
        }
        Fate::Edited { unmarked: true } | Fate::Unmarked => {
            let mark = survey.owner.mark(&app.key);
            note(
                "unmarked",
                format!("it lost our mark, the tag `{mark}`; the next apply sets it again"),
            );
        }
        Fate::Absent => note(
            "absent",
            "no live app is it: it was not made yet, or was deleted, or lost its mark; nothing tells which".into(),
        ),
        _ => {}
    }
    if app.fate == Fate::Unknown && !app.changes.is_empty() {
        note(
            "no-base",
            "no version was named by an apply, so that nobody can tell whether git or the live app changed".into(),
        );
    }
    if !app.unversioned.is_empty() {
        let names = list(app.unversioned.iter().map(|name| format!("`{name}`")));
        let differs = if app.unversioned.len() == 1 {
            "differs"
        } else {
            "differ"
        };
        note(
            "unversioned",
            format!(
                "{names} {differs} from git, without a version that could tell whether git or the live app changed"
            ),
        );
    }
    notes
}

/// When, and by whom, a place was changed live, and whether users see that.
pub(in crate::render) fn made(drift: &Drift, app: &DriftedApp) -> String {
    // What a version has, the later ones have, too, unless they changed it: then they are the ones that are named.
    let later = || (app.saves.iter()).filter(|save| save.version >= drift.version);
    let audience = match () {
        () if later().any(|save| save.published) => "users see it",
        () if later().any(|save| save.ever_published) => "users saw it",
        () => "not published",
    };
    format!("{}; {audience}", edited(drift))
}

/// What our last apply left, and what is live.
pub(in crate::render) fn status(base: Option<&Base>, live: &str) -> String {
    let Some(base) = base else {
        return live.to_owned();
    };
    let commit = (base.commit.as_deref()).map_or_else(String::new, |it| format!(" ({it})"));
    format!(
        "our last apply left v{}{commit}; live is {live}",
        base.version
    )
}
