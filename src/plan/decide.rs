//! What is done about one app, or why nothing is.

use crate::diff::{Change, ChangeKind, Undecided};
use crate::model::{DesiredApp, History, LiveApp};

use super::app::Steps;
use super::drift::drift;
use super::{
    Action, Call, Drift, Expected, LiveEdits, Needed, Note, Precondition, Refusal, Step, Terms,
    history_of,
};

/// What is done about one app, or why nothing is.
pub(super) struct Decision {
    pub action: Action,
    pub steps: Vec<Step>,
    pub drift: Vec<Drift>,
    pub refusal: Option<Refusal>,
    pub notes: Vec<Note>,
}

/// Decides by the table at the top of the room.
pub(super) fn decide(change: &Change<'_>, terms: &Terms<'_>) -> Decision {
    match (&change.kind, change.desired, change.live) {
        (ChangeKind::Undecided(why), ..) => refused(Refusal::Undecided(why.clone())),
        (ChangeKind::Delete, _, Some(live)) if terms.policy.prune => {
            let expected = Precondition::AsPlanned(Expected::of(live));
            let step = Step::known(live.id, Call::Delete, expected);
            Decision {
                steps: vec![step],
                ..bare(Action::Delete)
            }
        }
        (ChangeKind::Delete, ..) => Decision {
            notes: vec![Note::Orphaned],
            ..bare(Action::NoOp)
        },
        (_, Some(desired), None) => wanted(change, desired, None, terms),
        (_, Some(desired), Some(live)) => match history(change, live, terms) {
            Err(why) => refused(Refusal::Undecided(why)),
            Ok(history) => guarded(change, desired, live, history, terms),
        },
        // A creation, an update or an equal app always has a desired side.
        (_, None, _) => bare(Action::NoOp),
    }
}

fn bare(action: Action) -> Decision {
    Decision {
        action,
        steps: Vec::new(),
        drift: Vec::new(),
        refusal: None,
        notes: Vec::new(),
    }
}

fn refused(refusal: Refusal) -> Decision {
    Decision {
        refusal: Some(refusal),
        ..bare(Action::Refused)
    }
}

/// What is known of earlier applies, where the plan depends on it. Unknown is not absent.
fn history<'a>(
    change: &Change<'_>,
    live: &LiveApp,
    terms: &Terms<'a>,
) -> Result<Option<&'a History>, Undecided> {
    if matches!(history_of(change), None | Some(Needed::Saves)) {
        return Ok(None);
    }
    let unread = |why: &str| Undecided::Unread {
        id: Some(live.id),
        why: why.to_owned(),
    };
    match terms.bases.get(&live.id) {
        Some(Ok(history)) => Ok(Some(history)),
        Some(Err(why)) => Err(unread(why)),
        None => Err(unread("its versions were not read")),
    }
}

/// An app that exists: nobody's live edits are overwritten unless that was asked for.
fn guarded(
    change: &Change<'_>,
    desired: &DesiredApp,
    live: &LiveApp,
    history: Option<&History>,
    terms: &Terms<'_>,
) -> Decision {
    let needs_base = history_of(change) == Some(Needed::Base);
    let Some(history) = history.filter(|_| needs_base) else {
        return wanted(change, desired, history, terms);
    };
    let drift = drift(terms.owner, change, desired, live, history).places;
    let edits = (history.base.as_ref())
        .filter(|_| !drift.is_empty())
        .map(|base| LiveEdits {
            base: base.version,
            places: drift.len(),
            conflicts: drift.iter().filter(|it| it.conflict).count(),
        });
    let mut decision = match edits {
        Some(edits) if !terms.policy.overwrite_drift => refused(Refusal::Drift(edits)),
        _ => wanted(change, desired, Some(history), terms),
    };
    if decision.refusal.is_none() {
        decision.notes.extend(edits.map(Note::OverwritesDrift));
        // An app that is only taken over was nobody's apply before.
        if history.base.is_none() && change.kind == ChangeKind::Update {
            decision.notes.push(Note::NoBase);
        }
    }
    Decision { drift, ..decision }
}

/// An app that git wants, and that is safe to bring there.
fn wanted(
    change: &Change<'_>,
    desired: &DesiredApp,
    history: Option<&History>,
    terms: &Terms<'_>,
) -> Decision {
    let mut notes = Vec::new();
    let steps = Steps {
        terms,
        key: &change.key,
        desired,
        live: change.live,
        history,
    };
    let steps = steps.all(change.body.as_ref(), &mut notes);
    let action = match change.kind {
        ChangeKind::Create => Action::Create,
        ChangeKind::Adopt => Action::Adopt,
        _ if steps.is_empty() => Action::NoOp,
        _ => Action::Update,
    };
    Decision {
        steps,
        notes,
        ..bare(action)
    }
}
