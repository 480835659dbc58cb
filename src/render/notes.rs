//! What a reader of the plan should know, in sentences: the notes, and among them what the differences mean for users.

use crate::diff::Thing;
use crate::model::{Saved, Unpublished, Version};
use crate::plan::{Consequence, LiveEdits, Note, Touched};

use super::json::Remark;
use super::words::{counted, list, listed, saver};

/// What a reader of the plan should know.
pub(super) fn note(note: &Note) -> Remark {
    let (code, message) = match note {
        Note::Orphaned => (
            "orphaned",
            "git no longer has it; it is left alone because pruning is off".to_owned(),
        ),
        Note::ProtectionUnknown { wanted } => (
            "protection-unknown",
            format!("the server does not show the protection level, and git wants `{wanted}`"),
        ),
        Note::PublicationHeldBack => (
            "publication-held-back",
            "git wants another publication, but this run was told not to change publications"
                .to_owned(),
        ),
        Note::NeedsApproval => (
            "needs-approval",
            "the publication waits for somebody's approval".to_owned(),
        ),
        Note::WaitsForApproval { since } => (
            "waits-for-approval",
            format!("waiting for approval since {since}: its publication was requested, and is not requested again"),
        ),
        Note::LevelUnknown => (
            "level-unknown",
            "protection level unknown: should publishing need an approval, the server refuses, and nothing is lost"
                .to_owned(),
        ),
        Note::NoBase => (
            "no-base",
            "no base known: live edits cannot be told from changes in git".to_owned(),
        ),
        Note::OverwritesDrift(LiveEdits { base, places, .. }) => (
            "overwrites-drift",
            format!(
                "overwrites {} made live since our last apply ({base})",
                counted(*places, "edit", "edits")
            ),
        ),
        Note::Renamed { before } => (
            "renamed",
            format!(
                "git no longer has `{before}`, a live app of this name: if this is the same app, `key: {before}` in its file keeps it, with its address and versions; else another one is made"
            ),
        ),
        Note::Consequence(it) => consequence(it),
    };
    Remark {
        code: code.into(),
        message,
    }
}

/// That a publication was requested just now.
pub(super) fn requested() -> Remark {
    Remark {
        code: "waits-for-approval".into(),
        message: "waiting for approval: nothing changes for users until somebody approves the publication".into(),
    }
}

/// What a difference means for those who use the app.
fn consequence(consequence: &Consequence) -> (&'static str, String) {
    match consequence {
        Consequence::PublishesEarlierSaves {
            version,
            saved,
            earlier,
        } => (
            "publishes-earlier-saves",
            earlier_saves(*version, saved, *earlier),
        ),
        Consequence::NoApprovalAnyMore => (
            "no-approval-any-more",
            "publications no longer wait for an approval".to_owned(),
        ),
        Consequence::OfferedForSelfService => (
            "offered-for-self-service",
            "the app is now offered for self-service".to_owned(),
        ),
        Consequence::StillNamed {
            gone,
            renamed_to,
            by,
        } => (
            "still-named",
            match renamed_to {
                Some(name) => format!("{} is now `{name}`, but {} it", thing(gone), users(by)),
                None => format!("{} is gone, but {} it", thing(gone), users(by)),
            },
        ),
        Consequence::RunsByItself { query, action } => (
            "runs-by-itself",
            format!("query `{query}` now runs by itself: `{action}`"),
        ),
        Consequence::Polls { query, every } => (
            "polls",
            format!("query `{query}` now runs again every {every} ms"),
        ),
        Consequence::NoLongerAsks { query, action } => (
            "no-longer-asks",
            format!("query `{query}` no longer asks for confirmation before `{action}`"),
        ),
        Consequence::NoLongerWaits { query } => (
            "no-longer-waits",
            format!("query `{query}` no longer has a condition under which it runs"),
        ),
        Consequence::MockedOutputs { query } => (
            "mocked-outputs",
            format!("query `{query}` now answers with made-up outputs"),
        ),
        Consequence::ChangesThings {
            query,
            action,
            touched,
        } => (
            "changes-things",
            match touched {
                Touched::Added => format!("new query `{query}` changes things: `{action}`"),
                Touched::Action => format!("query `{query}` now changes things by `{action}`"),
                Touched::Inputs => {
                    format!("query `{query}`, which changes things by `{action}`, has other inputs")
                }
            },
        ),
        Consequence::OtherConnection { queries } => (
            "other-connection",
            match &queries[..] {
                [query] => {
                    format!("query `{query}`, which changes things, runs with another connection")
                }
                queries => format!(
                    "queries {}, which change things, run with another connection",
                    list(queries.iter().map(|query| format!("`{query}`")))
                ),
            },
        ),
        Consequence::AlwaysShown(it) => {
            ("always-shown", format!("{} is now always shown", thing(it)))
        }
        Consequence::NeverShown(it) => ("never-shown", format!("{} is no longer shown", thing(it))),
        Consequence::AlwaysUsable(it) => (
            "always-usable",
            format!("{} is no longer disabled at any time", thing(it)),
        ),
        Consequence::NeverUsable(it) => ("never-usable", format!("{} is now disabled", thing(it))),
    }
}

fn earlier_saves(version: Version, saved: &Saved, earlier: Option<Unpublished>) -> String {
    let saver = saver(saved);
    let Some(Unpublished {
        since,
        saves,
        others,
    }) = earlier
    else {
        return format!(
            "users run an older version than {version}{saver}, so they will see more than is listed here: also what was \
             saved and not published since; how many saves that are is not known"
        );
    };
    let count = counted(saves, "unpublished save", "unpublished saves");
    let others = match (saves, others) {
        (_, 0) => "by our own applies".to_owned(),
        (all, others) if all == others => "by others".to_owned(),
        (_, others) => format!("{others} of them by others"),
    };
    format!(
        "users run {since}, so they will see more than is listed here: also {count} since, {others}, up to {version}{saver}"
    )
}

fn thing(thing: &Thing) -> String {
    format!("{} `{}`", thing.kind, thing.name)
}

/// Who names something: `button \`a\` and query \`b\` still name`.
fn users(by: &[Thing]) -> String {
    let names: Vec<_> = by.iter().map(thing).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let verb = if names.len() == 1 { "names" } else { "name" };
    format!("{} still {verb}", listed(&names, 4))
}
