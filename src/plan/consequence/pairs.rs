//! Which component or query was which, by the names and occurrences that the differences go by.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diff::{Change, Difference};
use crate::model::Body;

/// A component or query that git wants, and the live one that it was.
pub(super) struct Pair<'a> {
    /// What paths call it: its name, and which of several of that name it is.
    pub label: String,
    /// What is live; `None` if it is new.
    pub before: Option<&'a Value>,
    /// What git wants.
    pub after: &'a Value,
}

/// The queries that git wants, in order.
pub(super) fn query_pairs<'a>(
    change: &Change<'_>,
    before: &'a Body,
    after: &'a Body,
) -> Vec<Pair<'a>> {
    pairs(change, before.queries.iter(), after.queries.iter())
}

/// The components that git wants, each before its children.
pub(super) fn component_pairs<'a>(
    change: &Change<'_>,
    before: &'a Body,
    after: &'a Body,
) -> Vec<Pair<'a>> {
    let (before, after) = (
        all_components(&before.components),
        all_components(&after.components),
    );
    pairs(change, before, after)
}

fn pairs<'a>(
    change: &Change<'_>,
    before: impl Iterator<Item = &'a Value>,
    after: impl Iterator<Item = &'a Value>,
) -> Vec<Pair<'a>> {
    let renames = renames(change);
    let live: BTreeMap<_, _> = labelled(before).collect();
    let pairs = labelled(after).map(|(label, after)| {
        let known = renames.get(label.as_str()).copied();
        let before = live.get(known.unwrap_or(&label)).copied();
        Pair {
            label,
            before,
            after,
        }
    });
    pairs.collect()
}

/// The live names of what is called otherwise now, by the desired ones.
fn renames<'a>(change: &'a Change<'_>) -> BTreeMap<&'a str, &'a str> {
    let renamed = change.fields.iter().filter_map(|it| match &it.difference {
        Difference::Renamed { before, after, .. } => Some((&*after.name, &*before.name)),
        _ => None,
    });
    renamed.collect()
}

/// Tells items of one name apart, as paths do: `b`, `b#2`.
fn labelled<'a>(
    items: impl Iterator<Item = &'a Value>,
) -> impl Iterator<Item = (String, &'a Value)> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    items.map(move |item| {
        let name = item.get("name").and_then(Value::as_str).unwrap_or_default();
        let nth = seen.entry(name).or_default();
        *nth += 1;
        let label = match *nth {
            1 => name.to_owned(),
            nth => format!("{name}#{nth}"),
        };
        (label, item)
    })
}

/// The component tree, each component before its children.
fn all_components(components: &[Value]) -> impl Iterator<Item = &Value> {
    let mut stack: Vec<&Value> = components.iter().rev().collect();
    std::iter::from_fn(move || {
        let next = stack.pop()?;
        let children = property(next, "children").and_then(Value::as_array);
        stack.extend(children.into_iter().flatten().rev());
        Some(next)
    })
}

/// A property of a component or query.
pub(super) fn property<'a>(item: &'a Value, name: &str) -> Option<&'a Value> {
    item.get("properties")?.get(name)
}
