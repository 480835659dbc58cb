//! Where two lists of queries, or two component trees, differ.
//!
//! The tree is taken apart first: a component is compared with the one of the same name wherever that stands, and where
//! it stands is compared separately, so that a moved component is one move and not a deletion and an addition.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::Wrapper;

use super::align::{Label, labels, name_of};
use super::moves::displaced;
use super::normalize::{Node, flatten};
use super::values::{both, change, moved_in_list, segment, values};
use super::{Difference, FieldChange, Place};

/// Queries are matched by name and occurrence.
pub(super) fn queries(before: &[Value], after: &[Value], out: &mut Vec<FieldChange>) {
    let label = |items: &[Value]| labels(items.iter().map(name_of));
    let (old, new) = (label(before), label(after));
    let places: BTreeMap<&Label, usize> = old.iter().zip(0..).collect();
    let mut order = Vec::new();
    let mut kept = vec![false; old.len()];
    for (index, label) in new.iter().enumerate() {
        let path = format!("queries[{label}]");
        match places.get(label) {
            Some(place) => {
                kept[*place] = true;
                query(&path, &before[*place], &after[index], out);
                order.push((*place, index, path));
            }
            None => out.push(change(path, None, Some(after[index].clone()))),
        }
    }
    let gone = (old.iter().zip(before).zip(&kept)).filter(|(_, kept)| !**kept);
    out.extend(
        gone.map(|((label, it), _)| change(format!("queries[{label}]"), Some(it.clone()), None)),
    );
    moved_in_list(order, out);
}

/// The words that stand for something else than a property of that name, in a query.
const QUERY_WORDS: [&str; 8] = [
    "type",
    "action",
    "connection",
    "inputs",
    "spec",
    "js",
    "events",
    "properties",
];
/// The same for a component.
const COMPONENT_WORDS: [&str; 6] = ["at", "events", "children", "grid", "file", "properties"];

fn query(path: &str, before: &Value, after: &Value, out: &mut Vec<FieldChange>) {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return values(path, "", Some(before), Some(after), out);
    };
    for (name, before, after) in both(old, new) {
        match (name, before, after) {
            (
                "properties",
                Some(Value::Object(old_properties)),
                Some(Value::Object(new_properties)),
            ) => {
                for (name, value, other) in both(old_properties, new_properties) {
                    match (name, value, other) {
                        ("spec", Some(Value::Object(old)), Some(Value::Object(new))) => {
                            spec(path, old, new, out);
                        }
                        _ if code(path, name, (old, value), (new, other), out) => {}
                        _ => values(
                            &property(path, name, &QUERY_WORDS, old, new),
                            name,
                            value,
                            other,
                            out,
                        ),
                    }
                }
            }
            _ => values(&segment(path, name), name, before, after, out),
        }
    }
}

/// The code inside the editor's wrapper, if that is what `name` holds on both sides.
fn code(
    path: &str,
    name: &str,
    (old, before): (&Map<String, Value>, Option<&Value>),
    (new, after): (&Map<String, Value>, Option<&Value>),
    out: &mut Vec<FieldChange>,
) -> bool {
    let body = |query: &Map<String, Value>, value: Option<&Value>| {
        let wrapper = Wrapper::of(query.get("type")?.as_str()?)?;
        let body = wrapper.body(value?.as_str()?)?;
        (wrapper.field == name).then(|| Value::from(body))
    };
    let (old, new) = (body(old, before), body(new, after));
    if (before.is_some() && old.is_none()) || (after.is_some() && new.is_none()) {
        return false;
    }
    values(&format!("{path}.js"), "js", old.as_ref(), new.as_ref(), out);
    true
}

fn spec(
    path: &str,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    out: &mut Vec<FieldChange>,
) {
    for (name, before, after) in both(old, new) {
        let path = match name {
            "fqn" => format!("{path}.action"),
            "connectionId" => format!("{path}.connection"),
            "inputs" => format!("{path}.inputs"),
            _ => segment(&format!("{path}.spec"), name),
        };
        values(&path, name, before, after, out);
    }
}

/// Components are matched by name and occurrence, wherever they stand.
pub(super) fn components(before: &[Value], after: &[Value], out: &mut Vec<FieldChange>) {
    let (old, new) = (flatten(before), flatten(after));
    let places: BTreeMap<&Label, usize> = old.iter().map(|node| &node.label).zip(0..).collect();
    let mut kept = vec![false; old.len()];
    for node in &new {
        let path = format!("components[{}]", node.label);
        match places.get(&node.label) {
            Some(place) => {
                kept[*place] = true;
                component(&path, old[*place].component, node.component, out);
            }
            None => out.push(change(path, None, Some(childless(node.component)))),
        }
    }
    for (node, _) in old.iter().zip(&kept).filter(|(_, kept)| !**kept) {
        let path = format!("components[{}]", node.label);
        out.push(change(path, Some(childless(node.component)), None));
    }
    moved_components(&old, &new, &places, out);
}

/// Components that stand under another parent, or in another order among the siblings that stayed.
fn moved_components(
    old: &[Node<'_>],
    new: &[Node<'_>],
    places: &BTreeMap<&Label, usize>,
    out: &mut Vec<FieldChange>,
) {
    let parent =
        |nodes: &[Node<'_>], node: &Node<'_>| node.parent.map(|it| nodes[it].label.clone());
    let mut moved = Vec::new();
    let mut siblings: BTreeMap<Option<Label>, Vec<(usize, usize)>> = BTreeMap::new();
    for (index, node) in new.iter().enumerate() {
        let Some(place) = places.get(&node.label).copied() else {
            continue;
        };
        let home = parent(new, node);
        match parent(old, &old[place]) == home {
            true => siblings.entry(home).or_default().push((place, index)),
            false => moved.push((place, index)),
        }
    }
    for stayed in siblings.into_values() {
        let order: Vec<_> = stayed.iter().map(|(place, _)| old[*place].index).collect();
        moved.extend(
            displaced(&order)
                .into_iter()
                .map(|position| stayed[position]),
        );
    }
    moved.sort_by_key(|(_, index)| *index);
    let place = |nodes: &[Node<'_>], node: &Node<'_>| Place {
        parent: parent(nodes, node).map(|label| label.to_string()),
        index: node.index,
    };
    out.extend(moved.into_iter().map(|(before, after)| FieldChange {
        path: format!("components[{}]", new[after].label),
        difference: Difference::Moved {
            before: place(old, &old[before]),
            after: place(new, &new[after]),
        },
    }));
}

fn component(path: &str, before: &Value, after: &Value, out: &mut Vec<FieldChange>) {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return values(
            path,
            "",
            Some(&childless(before)),
            Some(&childless(after)),
            out,
        );
    };
    for (name, before, after) in both(old, new) {
        match (name, before, after) {
            ("properties", Some(Value::Object(before)), Some(Value::Object(after))) => {
                for (name, before, after) in both(before, after) {
                    let path = property(path, name, &COMPONENT_WORDS, old, new);
                    values(&path, name, apart(name, before), apart(name, after), out);
                }
            }
            ("properties", before, after) => {
                let (before, after) = (before.map(unparented), after.map(unparented));
                values(
                    &segment(path, name),
                    name,
                    before.as_ref(),
                    after.as_ref(),
                    out,
                );
            }
            _ => values(&segment(path, name), name, before, after, out),
        }
    }
}

/// A property as it is compared with its component: children are compared on their own, so here it only counts whether
/// there is a list of them.
fn apart<'a>(name: &str, value: Option<&'a Value>) -> Option<&'a Value> {
    static LIST: Value = Value::Array(Vec::new());
    match value {
        Some(Value::Array(_)) if name == "children" => Some(&LIST),
        value => value,
    }
}

/// A component without its children.
fn childless(component: &Value) -> Value {
    let Value::Object(component) = component else {
        return component.clone();
    };
    let fields = component.iter().map(|(name, value)| match name.as_str() {
        "properties" => (name.clone(), unparented(value)),
        _ => (name.clone(), value.clone()),
    });
    Value::Object(fields.collect())
}

/// The properties of a component without its children.
fn unparented(properties: &Value) -> Value {
    let Value::Object(properties) = properties else {
        return properties.clone();
    };
    let fields = properties.iter().map(|(name, value)| match value {
        Value::Array(_) if name == "children" => (name.clone(), Value::Array(Vec::new())),
        _ => (name.clone(), value.clone()),
    });
    Value::Object(fields.collect())
}

/// A property's path: under its own name, unless that name means something else there.
fn property(
    path: &str,
    name: &str,
    words: &[&str],
    old: &Map<String, Value>,
    new: &Map<String, Value>,
) -> String {
    let taken = old.contains_key(name) || new.contains_key(name);
    match taken || (words.contains(&name) && name != "children") {
        true => segment(&format!("{path}.properties"), name),
        false => segment(path, name),
    }
}
