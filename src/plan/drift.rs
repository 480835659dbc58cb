//! What was changed live since our last apply: a comparison of three, without a state file.
//!
//! The base is the newest version that an apply named; live is the newest of all; git is what is wanted. Drift is what
//! differs between base and live, where git does not want the live value anyway. It collides with git where git differs
//! from the base at the same place, too. Places are paths by names, and a place holds everything below it.

use crate::diff::{Change, Difference, Edits, FieldChange, since, wanted_since};
use crate::model::{DesiredApp, History, LiveApp, Owner, Saved, Version, VersionInfo};

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
    let wanted = places(&wanted);
    let differing = places(&change.fields);
    let saves = saves(base, live, history, &edits, &compare);
    let saves: Vec<_> = (saves.iter().map(|save| (save, places(&save.fields)))).collect();
    let judged = places(&edits.changes);
    let judged: Vec<Option<Drift>> = (judged.iter())
        .map(|edit| match edit.meets_any(&differing) {
            true => edit.made_in(&saves, edit.meets_any(&wanted)),
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

/// A change, and all paths by which its place is known: where something was renamed, that below it has two.
struct Place<'a> {
    change: &'a FieldChange,
    paths: Vec<String>,
}

fn places(changes: &[FieldChange]) -> Vec<Place<'_>> {
    let renames: Vec<(&str, String)> = changes
        .iter()
        .filter_map(|change| match &change.difference {
            Difference::Renamed { before, .. } => {
                let list = change.path.split('[').next()?;
                Some((change.path.as_str(), format!("{list}[{}]", before.name)))
            }
            _ => None,
        })
        .collect();
    let paths = |FieldChange { path, difference }: &FieldChange| {
        let mut paths = vec![path.clone()];
        for (after, before) in &renames {
            if let Some(rest) = path.strip_prefix(after) {
                paths.push(format!("{before}{rest}"));
            }
        }
        if let Difference::Renamed { followed, .. } = difference {
            paths.extend(followed.iter().cloned());
        }
        paths
    };
    let place = changes.iter().map(|change| Place {
        change,
        paths: paths(change),
    });
    place.collect()
}

impl Place<'_> {
    /// Who changed this place: the newest save that touched it, and since which one.
    fn made_in(&self, saves: &[(&Save, Vec<Place<'_>>)], conflict: bool) -> Option<Drift> {
        let touching = saves.iter().filter(|(_, touched)| self.meets_any(touched));
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

    fn meets_any(&self, others: &[Place<'_>]) -> bool {
        others.iter().any(|other| self.meets(other))
    }

    fn meets(&self, other: &Self) -> bool {
        let mine = self.paths.iter().map(|path| (path, self.holds()));
        mine.into_iter().any(|mine| {
            let theirs = other.paths.iter().map(|path| (path, other.holds()));
            theirs.into_iter().any(|theirs| meet(mine, theirs))
        })
    }

    /// Whether it is about all that is below it: a move is about where something stands, a rename about what it is called.
    fn holds(&self) -> bool {
        !matches!(
            self.change.difference,
            Difference::Moved { .. } | Difference::Renamed { .. }
        )
    }
}

/// Whether two paths are about the same place.
fn meet(a: (&String, bool), b: (&String, bool)) -> bool {
    let (outer, inner) = match a.0.len() < b.0.len() {
        true => (a, b),
        false => (b, a),
    };
    match inner.0.strip_prefix(outer.0.as_str()) {
        Some("") => true,
        Some(rest) => outer.1 && rest.starts_with(['.', '[']),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{self, Named};
    use serde_json::Value;

    #[test]
    fn a_place_holds_what_is_below_it_and_nothing_beside_it() {
        for (a, b, expected) in [
            ("components[a]", "components[a].label", true),
            ("components[a].label", "components[a]", true),
            ("components[a].label", "components[a].label", true),
            ("components[a]", "components[ab].label", false),
            ("components[a].label", "components[a].labels", false),
            ("name", "components[name]", false),
        ] {
            let place = |path: &str| (path.to_owned(), true);
            let (a, b) = (place(a), place(b));
            assert_eq!(meet((&a.0, a.1), (&b.0, b.1)), expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn what_was_renamed_is_known_by_both_names() {
        let named = |name: &str| Named {
            name: name.into(),
            place: diff::Place {
                parent: None,
                index: 0,
            },
        };
        let renamed = FieldChange {
            path: "components[new]".into(),
            difference: Difference::Renamed {
                before: named("old"),
                after: named("new"),
                followed: vec!["queries[q].condition".into()],
            },
        };
        let at = |path: &str| FieldChange {
            path: path.into(),
            difference: Difference::Changed {
                before: Value::Null,
                after: Value::Null,
            },
        };
        let changes = [renamed, at("components[new].label")];
        let changes = places(&changes);
        for (path, expected) in [
            ("components[old].label", true),
            ("components[new].label", true),
            ("components[old].title", false),
            ("components[old]", true),
            ("queries[q].condition", true),
        ] {
            let edits = [at(path)];
            assert_eq!(places(&edits)[0].meets_any(&changes), expected, "{path}");
        }
    }
}
