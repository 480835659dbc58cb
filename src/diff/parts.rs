//! Where two lists of queries, or two component trees, differ.
//!
//! The tree is taken apart first: a component is compared with the one of the same name wherever that stands, and where
//! it stands is compared separately, so that a moved component is one move and not a deletion and an addition.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::{COMPONENT_WORDS, QUERY_WORDS, Wrapper, same};

use super::align::{Label, labels, name_of};
use super::found::Found;
use super::matching::Matching;
use super::moves::displaced;
use super::normalize::{Node, flatten};
use super::values::{both, segment, values};
use super::{Difference, Named, Place};

/// Queries, matched as `matching` says.
pub(super) fn queries(before: &[Value], after: &[Value], matching: &Matching, out: &mut Found<'_>) {
    let (old, new) = (
        labels(before.iter().map(name_of)),
        labels(after.iter().map(name_of)),
    );
    let place = |index| Place {
        parent: None,
        index,
    };
    let mut order = Vec::new();
    let mut kept = vec![false; old.len()];
    for (index, label) in new.iter().enumerate() {
        let path = format!("queries[{label}]");
        let Some(partner) = matching.queries[index] else {
            let (after, place) = (after[index].clone(), Some(place(index)));
            out.push(path, Difference::Added { after, place });
            continue;
        };
        kept[partner] = true;
        if old[partner] != *label {
            let before = named(&old[partner], place(partner));
            renamed(&path, before, named(label, place(index)), out);
        }
        if !same(&before[partner], &after[index]) {
            query(&path, &before[partner], &after[index], out);
        }
        order.push((partner, index, path));
    }
    for (index, label) in old.iter().enumerate().filter(|(index, _)| !kept[*index]) {
        let (before, place) = (before[index].clone(), Some(place(index)));
        let gone = Difference::Removed { before, place };
        out.push(format!("queries[{label}]"), gone);
    }
    out.moved_in_list(order);
}

fn named(label: &Label<'_>, place: Place) -> Named {
    Named {
        name: label.name.to_string(),
        place,
    }
}

fn renamed(path: &str, before: Named, after: Named, out: &mut Found<'_>) {
    let followed = Vec::new();
    let renamed = Difference::Renamed {
        before,
        after,
        followed,
    };
    out.push(path, renamed);
}

fn query(path: &str, before: &Value, after: &Value, out: &mut Found<'_>) {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return values(path, "", Some(before), Some(after), out);
    };
    for (name, before, after) in both(old, new) {
        match (name, before, after) {
            // A name is told by the path, or by a rename; an id is never a difference.
            ("name", Some(Value::String(_)), Some(Value::String(_))) => {}
            ("id", Some(_), Some(_)) => {}
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
    out: &mut Found<'_>,
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
    let path = format!("{path}.js");
    // The references of code are those of the whole expression, wrapper included.
    let whole = (
        before.and_then(Value::as_str),
        after.and_then(Value::as_str),
    );
    if let (Some(before), Some(after)) = whole
        && out.follows(&path, before, after)
    {
        return true;
    }
    values(&path, "js", old.as_ref(), new.as_ref(), out);
    true
}

fn spec(path: &str, old: &Map<String, Value>, new: &Map<String, Value>, out: &mut Found<'_>) {
    for (name, before, after) in both(old, new) {
        values(&in_spec(path, name), name, before, after, out);
    }
}

/// The path of a part of an action.
pub(super) fn in_spec(path: &str, name: &str) -> String {
    match name {
        "fqn" => format!("{path}.action"),
        "connectionId" => format!("{path}.connection"),
        "inputs" => format!("{path}.inputs"),
        _ => segment(&format!("{path}.spec"), name),
    }
}

/// Components, matched as `matching` says, wherever they stand.
pub(super) fn components(
    before: &[Value],
    after: &[Value],
    matching: &Matching,
    out: &mut Found<'_>,
) {
    let (old, new) = (flatten(before), flatten(after));
    let mut kept = vec![false; old.len()];
    for (index, node) in new.iter().enumerate() {
        let path = || format!("components[{}]", node.label);
        let Some(partner) = matching.components[index] else {
            let (after, place) = (childless(node.component), Some(place(&new, node)));
            out.push(path(), Difference::Added { after, place });
            continue;
        };
        kept[partner] = true;
        let live = &old[partner];
        if live.label != node.label {
            let before = named(&live.label, place(&old, live));
            renamed(&path(), before, named(&node.label, place(&new, node)), out);
        }
        if !same_alone(live.component, node.component) {
            component(&path(), live.component, node.component, out);
        }
    }
    for (node, _) in old.iter().zip(&kept).filter(|(_, kept)| !**kept) {
        let (before, place) = (childless(node.component), Some(place(&old, node)));
        let gone = Difference::Removed { before, place };
        out.push(format!("components[{}]", node.label), gone);
    }
    moved_components(&old, &new, matching, out);
}

fn place(nodes: &[Node<'_>], node: &Node<'_>) -> Place {
    Place {
        parent: node.parent.map(|it| nodes[it].label.to_string()),
        index: node.index,
    }
}

/// Components that stand under another parent, or in another order among the siblings that stayed. A parent that is only
/// called otherwise is the same.
fn moved_components(old: &[Node<'_>], new: &[Node<'_>], matching: &Matching, out: &mut Found<'_>) {
    let mut moved = Vec::new();
    let mut siblings: BTreeMap<Option<usize>, Vec<(usize, usize)>> = BTreeMap::new();
    for (index, node) in new.iter().enumerate() {
        let Some(partner) = matching.components[index] else {
            continue;
        };
        // The live place of the parent; `None` where that one is new, and so no home of before.
        let home = node.parent.map(|it| matching.components[it]);
        match old[partner].parent.map(Some) == home {
            true => siblings
                .entry(node.parent)
                .or_default()
                .push((partner, index)),
            false => moved.push((partner, index)),
        }
    }
    for stayed in siblings.into_values() {
        let order: Vec<_> = stayed
            .iter()
            .map(|(partner, _)| old[*partner].index)
            .collect();
        let displaced = displaced(&order);
        moved.extend(displaced.into_iter().map(|position| stayed[position]));
    }
    moved.sort_by_key(|(_, index)| *index);
    for (before, after) in moved {
        let path = format!("components[{}]", new[after].label);
        let (before, after) = (place(old, &old[before]), place(new, &new[after]));
        out.push(path, Difference::Moved { before, after });
    }
}

fn component(path: &str, before: &Value, after: &Value, out: &mut Found<'_>) {
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
            // A name is told by the path, or by a rename.
            ("name", Some(Value::String(_)), Some(Value::String(_))) => {}
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

/// Whether two components are the same, their children aside.
pub(super) fn same_alone(a: &Value, b: &Value) -> bool {
    same_fields(a, b, &|name, a, b| match name {
        "properties" => same_fields(a, b, &|name, a, b| {
            let are_lists = name == "children" && a.is_array() && b.is_array();
            are_lists || same(a, b)
        }),
        _ => same(a, b),
    })
}

/// Whether two maps have the same names, with values of which `alike` says so; other values as wholes.
fn same_fields(a: &Value, b: &Value, alike: &dyn Fn(&str, &Value, &Value) -> bool) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let mut pairs = a.iter().zip(b);
            a.len() == b.len()
                && pairs.all(|((key, a), (other, b))| key == other && alike(key, a, b))
        }
        _ => same(a, b),
    }
}

/// A component without its children.
pub(super) fn childless(component: &Value) -> Value {
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
pub(super) fn property(
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
