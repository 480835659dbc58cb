//! Which places of two comparisons meet. Places are paths by names, and a place holds everything below it.
//!
//! Two comparisons of a large app may have ten thousand places each, so no place is looked at beside each other one: a
//! path meets the same path, those above it, and those below it, all of which are found in a sorted row.

use std::collections::BTreeMap;

use crate::diff::{Difference, FieldChange};

/// A change, and all paths by which its place is known: where something was renamed, that below it has two.
pub(super) struct Place<'a> {
    pub(super) change: &'a FieldChange,
    paths: Vec<String>,
}

/// The places of the changes, in the same order.
pub(super) fn places(changes: &[FieldChange]) -> Vec<Place<'_>> {
    let renames: BTreeMap<&str, String> = changes
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
        for outer in above(path).chain([path.as_str()]) {
            if let Some(before) = renames.get(outer) {
                paths.push(format!("{before}{}", &path[outer.len()..]));
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
    /// Whether it is about all that is below it: a move is about where something stands, a rename about what it is called.
    fn holds(&self) -> bool {
        !matches!(
            self.change.difference,
            Difference::Moved { .. } | Difference::Renamed { .. }
        )
    }
}

/// All places of a comparison.
pub(super) struct Ground {
    /// The paths, and whether one is about all that is below it.
    paths: BTreeMap<String, bool>,
}

impl Ground {
    /// The places of these changes.
    pub(super) fn of(changes: &[FieldChange]) -> Self {
        let mut paths = BTreeMap::new();
        for place in places(changes) {
            let holds = place.holds();
            for path in place.paths {
                *paths.entry(path).or_default() |= holds;
            }
        }
        Self { paths }
    }

    /// Whether any of them and this one are about the same place.
    pub(super) fn meets(&self, place: &Place<'_>) -> bool {
        let holds = place.holds();
        place.paths.iter().any(|path| {
            self.paths.contains_key(path)
                || above(path).any(|outer| self.paths.get(outer) == Some(&true))
                || (holds && self.has_below(path))
        })
    }

    fn has_below(&self, path: &str) -> bool {
        ['.', '['].into_iter().any(|separator| {
            let start = format!("{path}{separator}");
            let mut below = self.paths.range(start.clone()..);
            below
                .next()
                .is_some_and(|(inner, _)| inner.starts_with(&start))
        })
    }
}

/// The paths that hold this one.
fn above(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices(['.', '[']);
    ends.map(|(end, _)| &path[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{self, Named};
    use serde_json::Value;

    fn at(path: &str) -> FieldChange {
        FieldChange {
            path: path.into(),
            difference: Difference::Changed {
                before: Value::Null,
                after: Value::Null,
            },
        }
    }

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
            let (a, b) = ([at(a)], [at(b)]);
            assert_eq!(
                Ground::of(&b).meets(&places(&a)[0]),
                expected,
                "{a:?} {b:?}"
            );
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
        let changes = [renamed, at("components[new].label")];
        let changes = Ground::of(&changes);
        for (path, expected) in [
            ("components[old].label", true),
            ("components[new].label", true),
            ("components[old].title", false),
            ("components[old]", true),
            ("queries[q].condition", true),
        ] {
            let edits = [at(path)];
            assert_eq!(changes.meets(&places(&edits)[0]), expected, "{path}");
        }
    }
}
