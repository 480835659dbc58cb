//! Whether two texts say the same: the order of the format's own words is no difference, every other one is.

use super::order::Place;
use crate::definition::source::{Entry, Kind, Node};

/// Whether the documents mean the same to the loader.
pub(super) fn says_the_same(before: &[Node], after: &[Node]) -> bool {
    before.len() == after.len()
        && before
            .iter()
            .zip(after)
            .all(|(before, after)| same(before, after, Place::of_document(keys(before).as_deref())))
}

fn same(before: &Node, after: &Node, place: Place) -> bool {
    match (&before.kind, &after.kind) {
        (Kind::List(before), Kind::List(after)) => {
            before.len() == after.len()
                && (before.iter().zip(after))
                    .all(|(before, after)| same(before, after, place.item(keys(before).as_deref())))
        }
        (Kind::Map(before), Kind::Map(after)) => {
            before.len() == after.len()
                && (ranked(before, place).zip(ranked(after, place))).all(|(before, after)| {
                    let (key, keys) = (&before.key, keys(&before.value));
                    let place = place.value(key, keys.as_deref());
                    *key == after.key && same(&before.value, &after.value, place)
                })
        }
        // A component without properties.
        (Kind::Null, Kind::Map(entries)) => place == Place::Properties && entries.is_empty(),
        (before, after) => before == after,
    }
}

fn ranked(entries: &[Entry], place: Place) -> impl Iterator<Item = &Entry> {
    let mut entries: Vec<_> = entries.iter().collect();
    entries.sort_by_key(|entry| place.rank(&entry.key));
    entries.into_iter()
}

/// The keys of a mapping.
pub(super) fn keys(node: &Node) -> Option<Vec<&str>> {
    match &node.kind {
        Kind::Map(entries) => Some(entries.iter().map(|entry| entry.key.as_str()).collect()),
        _ => None,
    }
}
