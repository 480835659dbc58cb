//! The files that definitions name as parts of themselves.

use super::order::Place;
use super::same::keys;
use crate::definition::source::{Kind, Node};

/// The paths behind `file:`, where a component could stand.
pub(super) fn parts(documents: &[Node]) -> Vec<String> {
    let mut parts = Vec::new();
    for document in documents {
        let place = Place::of_document(keys(document).as_deref());
        inside(document, place, &mut parts);
    }
    parts
}

fn inside(node: &Node, place: Place, parts: &mut Vec<String>) {
    match &node.kind {
        Kind::List(items) => {
            for item in items {
                match item.value("file").and_then(Node::as_text) {
                    Some(path) if place == Place::Components => parts.push(path.to_owned()),
                    _ => inside(item, place.item(keys(item).as_deref()), parts),
                }
            }
        }
        Kind::Map(entries) => {
            for entry in entries {
                let place = place.value(&entry.key, keys(&entry.value).as_deref());
                inside(&entry.value, place, parts);
            }
        }
        _ => {}
    }
}
