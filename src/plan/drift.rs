//! What was changed live since our last apply: a comparison of three, without a state file.
//!
//! The base is the newest version that an apply named; live is the newest of all; git is what is wanted. Drift is what
//! differs between base and live, where git does not want the live value anyway. It collides with git where git differs
//! from the base at the same place, too. Places are paths by names, and a place holds everything below it.

use crate::diff::{Change, Edits, FieldChange, since, wanted_since};
use crate::model::{DesiredApp, History, LiveApp, Owner, Saved, Version, VersionInfo};

use super::ground::{Ground, Place, places};

/// A place that was changed live since our last apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The place.
    pub path: String,
    /// The oldest version that could have changed it: which of several did is not known.
    pub since: Version,
    /// The newest.
    pub version: Version,
    /// Who saved the newest, and when.
    pub saved: Saved,
    /// Whether git wants something else there than our last apply left.
    pub conflict: bool,
}

/// What was changed live since our last apply, and git does not want anyway.
#[derive(Clone, Debug, Default)]
pub(super) struct Drifted {
    /// The changes, from what our last apply left to what is live.
    pub edits: Edits,
    /// Who made each of them, in the same order.
    pub places: Vec<Drift>,
}

/// The drift of an app whose definition differs; none where no base is known, or where nobody saved since.
pub(super) fn drift(
    owner: &Owner,
    change: &Change<'_>,
    desired: &DesiredApp,
    live: &LiveApp,
    history: &History,
) -> Drifted {
    let base = history.base.as_ref().and_then(|base| base.app.as_ref());
    let (Some(base), false) = (base, history.since.is_empty()) else {
        return Drifted::default();
    };
    let compare =
        |earlier: &LiveApp, later: &LiveApp| since(earlier, later, desired, owner, &change.key);
    let mut edits = compare(base, live);
    if edits.changes.is_empty() {
        return Drifted::default();
    }
    let wanted = wanted_since(base, desired, owner, &change.key);
    let wanted = Ground::of(&wanted);
    let differing = Ground::of(&change.fields);
    let saves = saves(base, live, history, &edits, &compare);
    let saves: Vec<_> = (saves.iter().map(|save| (save, Ground::of(&save.fields)))).collect();
    let judged = places(&edits.changes);
    let judged: Vec<Option<Drift>> = (judged.iter())
        .map(|edit| match differing.meets(edit) {
            true => edit.made_in(&saves, wanted.meets(edit)),
            false => None,
        })
        .collect();
    let mut kept = judged.iter().map(Option::is_some);
    edits.changes.retain(|_| kept.next() == Some(true));
    Drifted {
        edits,
        places: judged.into_iter().flatten().collect(),
    }
}

/// What was changed by one save, or by several of which only the last is known.
struct Save {
    /// The oldest of them.
    since: Version,
    /// The newest of them.
    version: Version,
    saved: Saved,
    fields: Vec<FieldChange>,
}

/// The saves after the base, the newest first, each as far as it is known what the versions around it hold.
fn saves(
    base: &LiveApp,
    live: &LiveApp,
    history: &History,
    edits: &Edits,
    compare: &dyn Fn(&LiveApp, &LiveApp) -> Edits,
) -> Vec<Save> {
    let mut saves = Vec::new();
    let mut earlier = base;
    let mut oldest = None;
    for info in history.since.iter().rev() {
        let VersionInfo { version, saved, .. } = info;
        let since = *oldest.get_or_insert(*version);
        let is_newest = history.since.first() == Some(info);
        let Some(later) = (history.between.get(version)).or(is_newest.then_some(live)) else {
            continue;
        };
        saves.push(Save {
            since,
            version: *version,
            saved: saved.clone(),
            fields: match saves.is_empty() && is_newest {
                // The one comparison that was made already.
                true => edits.changes.clone(),
                false => compare(earlier, later).changes,
            },
        });
        (earlier, oldest) = (later, None);
    }
    saves.reverse();
    saves
}

impl Place<'_> {
    /// Who changed this place: the newest save that touched it, and since which one.
    fn made_in(&self, saves: &[(&Save, Ground)], conflict: bool) -> Option<Drift> {
        let touching = saves.iter().filter(|(_, touched)| touched.meets(self));
        let mut touching: Vec<_> = touching.map(|(save, _)| *save).collect();
        if touching.is_empty() {
            // What no single save shows was done by all of them together.
            touching.extend(saves.iter().map(|(save, _)| *save));
        }
        let (newest, oldest) = (touching.first()?, touching.last()?);
        Some(Drift {
            path: self.change.path.clone(),
            since: oldest.since,
            version: newest.version,
            saved: newest.saved.clone(),
            conflict,
        })
    }
}
