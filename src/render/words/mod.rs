//! What the nouns of a plan and a report are called in sentences, the same in every format.
//!
//! Messages are lowercase fragments. They name what happened and what to do about it, down to the command where only one
//! gets something back.

pub(super) mod drift;
pub(super) mod pull;

use crate::apply::{Failure, Notice, Skipped, Stale};
use crate::diff::{Claim, Undecided};
use crate::model::{AppId, Publication, Saved};
use crate::plan::{EmptyDesired, LiveEdits, Refusal};

use super::json::{Drift, Remark, StepKind};

/// Why nothing is done about an app, and what to do.
pub(super) fn refusal(refusal: &Refusal) -> (String, String) {
    match refusal {
        Refusal::Undecided(why) => undecided(why),
        Refusal::HeldBack { unread } => (
            match unread {
                Some(id) => format!(
                    "nothing is deleted while another app of this project, `{id}`, cannot be read"
                ),
                None => "nothing is deleted while the live apps cannot all be read".into(),
            },
            "run again once everything can be read".into(),
        ),
        Refusal::MaxDeletes {
            deletes,
            owned,
            allowed,
        } => (
            format!(
                "the run would delete {deletes} of {owned} apps, and at most {allowed} are allowed"
            ),
            "if all of them are to go, raise `policy.max_deletes` in the settings".into(),
        ),
        Refusal::Drift(LiveEdits {
            base,
            places,
            conflicts,
        }) => (
            format!(
                "{} live since our last apply ({base}), and git would overwrite {}{}",
                counted(*places, "place was edited", "places were edited"),
                if *places == 1 { "it" } else { "them" },
                match (conflicts, places) {
                    (0, _) => String::new(),
                    (1, 1) => "; git was changed there, too".to_owned(),
                    (count, _) => format!("; git was changed at {count} of them, too"),
                },
            ),
            "`ddapps pull` takes the edits over into the files; `ddapps apply --overwrite-drift` lets git win, also over what was pulled and changed in git since".into(),
        ),
        Refusal::Empty(EmptyDesired { owned }) => (
            format!(
                "git has no app at all, but {} live: the definitions may be in another folder",
                counted(*owned, "app of this project is", "apps of this project are")
            ),
            "check `definitions:` in the settings and the folder that was read".into(),
        ),
    }
}

fn undecided(why: &Undecided) -> (String, String) {
    match why {
        Undecided::Ambiguous { ids } => (
            format!("several live apps claim to be this one: {}", list(ids.iter().map(AppId::to_string))),
            "bind the right one under `apps:` in the settings, or remove the mark from the others".into(),
        ),
        Undecided::Claimed { id, by } => (
            format!("the live app `{id}` is also claimed by {}", list(by.iter().map(claim))),
            "remove the mark or the binding that is wrong".into(),
        ),
        Undecided::BoundMissing { id } => (
            format!("the settings bind this key to `{id}`, and there is no such app"),
            "correct the binding under `apps:` in the settings, or remove it to create the app anew".into(),
        ),
        Undecided::Unread { id: Some(id), why } => (
            format!("the live app `{id}` could not be read: {why}"),
            "nothing is known about the app, so nothing is done; run again once it can be read".into(),
        ),
        Undecided::Unread { id: None, why } => (
            format!("not all live apps could be listed: {why}"),
            "the app may exist already, so nothing is done; run again once all can be listed".into(),
        ),
    }
}

fn claim(claim: &Claim) -> String {
    match claim {
        Claim::Mark(mark) => format!("the mark `{mark}`"),
        Claim::Binding(key) => format!("the binding `apps.{key}`"),
    }
}

pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

/// A number and its noun.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// The first names, and how many more there are.
pub(super) fn listed(names: &[&str], most: usize) -> String {
    // One more name takes no more room than saying that there is one.
    match names.len() > most + 1 {
        true => format!(
            "{} and {} more",
            names[..most].join(", "),
            names.len() - most
        ),
        false => names.join(", "),
    }
}

/// When, and by whom, a place was changed live, and whether git was, too.
pub(super) fn edited(drift: &Drift) -> String {
    let Drift {
        path: _,
        version,
        since,
        by,
        at,
        conflict,
    } = drift;
    let saver = match (by.as_str(), at.as_str()) {
        ("", "") => String::new(),
        ("", at) => format!(" saved {at}"),
        (by, "") => format!(" saved by {by}"),
        (by, at) => format!(" saved by {by}, {at}"),
    };
    let versions = match since {
        Some(since) if saver.is_empty() => format!("between v{since} and v{version}"),
        Some(since) => format!("between v{since} and v{version}, the latter"),
        None if saver.is_empty() => format!("in v{version}"),
        None => format!("in v{version},"),
    };
    let conflict = match conflict {
        true => "; git was changed there, too",
        false => "",
    };
    format!("{versions}{saver}{conflict}")
}

/// What a step does.
pub(super) fn step(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Create => "create the app",
        StepKind::Update => "save a new version",
        StepKind::SetTags => "set the tags",
        StepKind::SetProtectionLevel => "set the protection level",
        StepKind::SetSelfService => "set self-service",
        StepKind::Publish => "publish",
        StepKind::RequestPublish => "request the publication",
        StepKind::Unpublish => "unpublish",
        StepKind::NameVersion => "name it",
        StepKind::Revert => "revert",
        StepKind::Delete => "delete the app",
    }
}

/// Why a step failed: a word, and a sentence.
pub(super) fn failure(failure: &Failure) -> Remark {
    let (code, message) = match failure {
        Failure::Call { error, ambiguous: false } => ("call", error.clone()),
        Failure::Call { error, ambiguous: true } => (
            "unknown",
            format!("{error}; it is not known whether the server acted on it"),
        ),
        Failure::Unclear {
            error,
            version,
            saved,
        } => (
            "unknown",
            format!(
                "{error}; read afterwards, the app is at {version}{} and holds something else than was sent: what was \
                 sent may lie below it",
                saver(saved)
            ),
        ),
        Failure::NotPublished { error } => (
            "not-published",
            format!(
                "{error}; if publications of this app need an approval, say so in its file \
                 (`protectionLevel: approval_required`), and one is requested instead"
            ),
        ),
        Failure::NoVersion(version) => ("no-version", format!("the app has no {version}")),
        Failure::Backup { folder, error } => (
            "backup",
            format!(
                "nothing was done to the app, since no copy of it can be kept in `{}`: {error}",
                folder.display()
            ),
        ),
        Failure::Stale(stale) => ("stale", self::stale(stale)),
        Failure::Interrupted => (
            "interrupted",
            "the run was stopped while the call was under way; it is not known whether the server acted on it".into(),
        ),
    };
    Remark {
        code: code.into(),
        message,
    }
}

fn stale(stale: &Stale) -> String {
    match stale {
        Stale::Gone => "the live app is gone; plan again".into(),
        Stale::Touched {
            planned,
            version,
            publication,
            saved,
            theirs: _,
        } if planned == version => {
            let state = match publication {
                Publication::Unpublished => "it is unpublished",
                Publication::Current(_) => "its newest version is published",
                Publication::Behind(_) => "an older version is published",
            };
            format!(
                "the live app is still {version}{}, but its tags or its publication changed since the plan ({state}); plan again",
                saver(saved)
            )
        }
        Stale::Touched {
            planned,
            version,
            publication: _,
            saved,
            theirs,
        } => {
            let unread = match theirs.unread {
                true => {
                    format!("; {planned} cannot be read any more, so what they saved is not shown")
                }
                false => String::new(),
            };
            format!(
                "planned on {planned}, but the live app is now {version}{}{unread}; plan again",
                saver(saved)
            )
        }
    }
}

/// What stands over what somebody else changed since an app was planned on.
pub(super) const THEIRS: &str = "what they changed since:";

pub(super) fn saver(saved: &Saved) -> String {
    match (saved.by.as_str(), saved.at.as_str()) {
        ("", "") => String::new(),
        ("", at) => format!(" (saved {at})"),
        (by, "") => format!(" (saved by {by})"),
        (by, at) => format!(" (saved by {by}, {at})"),
    }
}

/// What somebody must look at, although the step was done.
pub(super) fn notice(notice: &Notice) -> Remark {
    let (code, message) = match notice {
        Notice::Overwrote {
            key,
            planned,
            lost,
            saved,
        } => (
            "overwrote",
            format!(
                "somebody saved {lost} between the last check and this save: the plan was made on {planned}, and this \
                 save, {saved}, has overwritten theirs; to get it back:\n`ddapps rollback {key} --to {}`",
                lost.0
            ),
        ),
        Notice::PublishedOther {
            key,
            planned,
            published,
        } => (
            "published-other",
            format!(
                "somebody saved the app right before it was published: users now run {}, and the plan meant {planned}; \
                 to bring that back:\n`ddapps rollback {key} --to {}`",
                published.map_or("theirs".to_owned(), |version| version.to_string()),
                planned.0
            ),
        ),
        Notice::MadeTwice { key, others } => (
            "made-twice",
            format!(
                "another run made `{key}` at the same time: {} {} its mark, too, and the next plan will refuse them all; \
                 delete what is not wanted in App Builder, or bind the right one under `apps:` in the settings",
                list(others.iter().map(|id| format!("`{id}`"))),
                if others.len() == 1 { "bears" } else { "bear" },
            ),
        ),
    };
    Remark {
        code: code.into(),
        message,
    }
}

/// Why a step was not tried: a word, and a sentence.
pub(super) fn skipped(skipped: Skipped) -> Remark {
    let (code, message) = match skipped {
        Skipped::NotBegun => ("not-begun", "the run did not begin"),
        Skipped::EarlierStep => ("earlier-step", "an earlier step of this app failed"),
        Skipped::Stopped => ("stopped", "the run was stopped"),
        Skipped::OtherFailure => (
            "other-failure",
            "another app failed, and the run stops at the first failure",
        ),
    };
    Remark {
        code: code.into(),
        message: message.into(),
    }
}
