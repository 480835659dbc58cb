//! Refusals: what a plan does not do, for safety.

use crate::diff::{Change, Undecided};
use crate::model::{AppId, MaxDeletes, Policy, Version};

use super::{Action, AppPlan};

/// Why nothing is done about an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not known which live app it is, or what that one looks like.
    Undecided(Undecided),
    /// Another app of this project could not be read: how much would be left after the deletion is not known.
    HeldBack {
        /// The app that could not be read, if its id is known.
        unread: Option<AppId>,
    },
    /// The run would delete more apps than it may.
    MaxDeletes {
        /// How many it would delete.
        deletes: usize,
        /// Among how many owned apps.
        owned: usize,
        /// What the policy allows.
        allowed: MaxDeletes,
    },
    /// Somebody edited the app live since our last apply, and git would overwrite that.
    Drift(LiveEdits),
    /// Git has no app at all, but the server has apps of ours: more likely a wrong folder than a wish.
    Empty(EmptyDesired),
}

/// How much was edited live since our last apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveEdits {
    /// The version that our last apply left.
    pub base: Version,
    /// How many places git would overwrite.
    pub places: usize,
    /// At how many of them git wants something else than that apply left.
    pub conflicts: usize,
}

/// Git has no app at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmptyDesired {
    /// How many apps of ours are live.
    pub owned: usize,
}

impl Refusal {
    /// The word that JSON output uses.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Undecided(Undecided::Ambiguous { .. }) => "ambiguous",
            Self::Undecided(Undecided::Claimed { .. }) => "claimed",
            Self::Undecided(Undecided::BoundMissing { .. }) => "bound-app-missing",
            Self::Undecided(Undecided::Unread { .. }) | Self::HeldBack { .. } => "unread",
            Self::MaxDeletes { .. } => "max-deletes",
            Self::Drift(_) => "drift",
            Self::Empty(_) => "empty",
        }
    }
}

/// Whether git has no app while the server has some of ours.
pub(super) fn empty_desired(changes: &[Change<'_>]) -> Option<EmptyDesired> {
    let owned = changes
        .iter()
        .filter(|change| change.live.is_some())
        .count();
    let empty = owned > 0 && changes.iter().all(|change| change.desired.is_none());
    empty.then_some(EmptyDesired { owned })
}

/// Refuses the deletions if there are more than allowed, if git is empty, or if another app of ours could not be read:
/// then it is not known how much of what is owned would be left.
pub(super) fn deletions(apps: &mut [AppPlan], policy: &Policy, empty: Option<EmptyDesired>) {
    let deletes = apps
        .iter()
        .filter(|app| app.action == Action::Delete)
        .count();
    let owned = apps.iter().filter(|app| app.live.is_some()).count();
    let unread = apps.iter().find_map(|app| match &app.refusal {
        Some(Refusal::Undecided(Undecided::Unread { id, .. })) => {
            Some(Refusal::HeldBack { unread: *id })
        }
        _ => None,
    });
    let too_many = (policy.max_deletes.limit(owned)).is_some_and(|limit| deletes > limit);
    let refusal = if let Some(empty) = empty {
        Refusal::Empty(empty)
    } else if let Some(unread) = unread {
        unread
    } else if too_many {
        Refusal::MaxDeletes {
            deletes,
            owned,
            allowed: policy.max_deletes,
        }
    } else {
        return;
    };
    for app in apps.iter_mut().filter(|app| app.action == Action::Delete) {
        app.action = Action::Refused;
        app.steps.clear();
        app.layout = None;
        app.refusal = Some(refusal.clone());
    }
}
