//! Which places of two comparisons meet. Places are paths by names, and a place holds everything below it.
//!
//! Two things have no path that is the same in both directions. Which of two neighbours is the one that moved, nobody can say,
//! so that an order is known by its list. And a number in a list, or among things of one name, is another one as soon as
//! something goes before it, so that what stands at such a place is known by its value, too.
//!
//! Two comparisons of a large app may have ten thousand places each, so no place is looked at beside each other one: a
//! path meets the same path, those above it, and those below it, all of which are found in a sorted row.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diff::{self, Difference, FieldChange};

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
        match difference {
            Difference::Renamed { followed, .. } => paths.extend(followed.iter().cloned()),
            Difference::Moved { before, after } => {
                paths.extend([before, after].map(|place| order(path, place)));
            }
            Difference::Added { after, .. } => paths.push(uncounted(path, after)),
            Difference::Removed { before, .. } => paths.push(uncounted(path, before)),
            Difference::Changed { before, after } => {
                paths.extend([before, after].map(|value| uncounted(path, value)));
            }
        }
        paths
    };
    let place = changes.iter().map(|change| Place {
        change,
        paths: paths(change),
    });
    place.collect()
}

/// What the order is called in which a thing of this path stands.
fn order(path: &str, place: &diff::Place) -> String {
    match &place.parent {
        Some(parent) => format!("components[{parent}].children"),
        None => path
            .rsplit_once('[')
            .map_or(path, |(list, _)| list)
            .to_owned(),
    }
}

/// What a value is called by itself and not by the number of its place.
fn uncounted(path: &str, value: &Value) -> String {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let mut uncounted = String::new();
    for (nth, segment) in path.split('[').enumerate() {
        let Some((label, rest)) = segment.split_once(']').filter(|_| nth > 0) else {
            uncounted.push_str(segment);
            continue;
        };
        let name = match label.rsplit_once('#') {
            Some((name, nth)) if is_number(nth) => name,
            _ if is_number(label) => "",
            _ => label,
        };
        uncounted.push_str(&format!("[{name}]{rest}"));
    }
    // No path begins so.
    format!("={uncounted}={value}")
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
    use crate::diff::Named;
    use serde_json::json;

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

    fn meet(a: (&str, Difference), b: (&str, Difference)) -> bool {
        let [a, b] = [a, b].map(|(path, difference)| {
            let path = path.into();
            [FieldChange { path, difference }]
        });
        Ground::of(&b).meets(&places(&a)[0])
    }

    #[test]
    fn an_order_is_known_by_its_list() {
        let moved = |parent: Option<&str>, before, after| {
            let [before, after] = [before, after].map(|index| diff::Place {
                parent: parent.map(str::to_owned),
                index,
            });
            Difference::Moved { before, after }
        };
        let grid = Some("grid");
        for (a, b, expected) in [
            (
                ("queries[a]", moved(None, 0, 1)),
                ("queries[b]", moved(None, 0, 1)),
                true,
            ),
            (
                ("components[a]", moved(grid, 0, 1)),
                ("components[b]", moved(grid, 0, 1)),
                true,
            ),
            (
                ("components[a]", moved(grid, 0, 1)),
                ("components[b]", moved(Some("other"), 0, 1)),
                false,
            ),
            (
                ("components[a].events[click x]", moved(None, 0, 1)),
                ("components[a].events[click y]", moved(None, 0, 1)),
                true,
            ),
            (
                ("components[a].events[click x]", moved(None, 0, 1)),
                ("components[b].events[click x]", moved(None, 0, 1)),
                false,
            ),
            (
                ("components[a]", moved(grid, 0, 1)),
                ("components[a].label", at("").difference),
                false,
            ),
        ] {
            assert_eq!(meet(a.clone(), b.clone()), expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn what_stands_at_a_number_is_known_by_its_value() {
        let gone = |value: &str| Difference::Removed {
            before: json!(value),
            place: None,
        };
        let new = |value: &str| Difference::Added {
            after: json!(value),
            place: None,
        };
        for (a, b, expected) in [
            (("x.list[2]", gone("c")), ("x.list[3]", new("c")), true),
            (("x.list[2]", gone("c")), ("x.list[3]", new("d")), false),
            (("x.list[2]", gone("c")), ("y.list[3]", new("c")), false),
            (
                ("x.cells[1].on", new("c")),
                ("x.cells[4].on", gone("c")),
                true,
            ),
            (
                ("x.events[click a#2]", new("c")),
                ("x.events[click a]", gone("c")),
                true,
            ),
            (
                ("x.events[click a]", new("c")),
                ("x.events[click b]", gone("c")),
                false,
            ),
        ] {
            assert_eq!(meet(a.clone(), b.clone()), expected, "{a:?} {b:?}");
        }
    }
}
