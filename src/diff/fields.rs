//! Where two apps differ, by the names of components and queries.
//!
//! The tree is taken apart first: a component is compared with the one of the same name wherever that stands, and where
//! it stands is compared separately, so that a moved component is one move and not a deletion and an addition. Paths use
//! the words of the definition language (`FORMAT.md` sections 3 and 4), not those of the API.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::{
    App, AppKey, Body, DesiredApp, LiveApp, Owner, ProtectionLevel, Publication, Wrapper,
};

use super::align::{Label, Pair, align, has_keys, labels, name_of};
use super::moves::displaced;
use super::normalize::{Node, carry, equal, flatten, normal, same, shown};
use super::{Difference, FieldChange, Place};

/// What a comparison found.
pub(super) struct Compared {
    pub fields: Vec<FieldChange>,
    /// The definition to send, if the definitions differ.
    pub body: Option<Body>,
}

/// Compares what the file manages with what is live.
pub(super) fn compare(
    desired: &DesiredApp,
    live: &LiveApp,
    owner: &Owner,
    key: &AppKey,
) -> Compared {
    let mut fields = Vec::new();
    attributes(&desired.app, live, &mut fields);
    let sent_with_definition = fields
        .iter()
        .any(|it| ["name", "description"].contains(&&*it.path));
    let before = live.app.definition.body();
    let body = carry(desired.app.definition.body(), Some(&before), owner, key);
    let (before, after) = (normal(before), normal(body.clone()));
    let differs = !equal(&after, &before);
    if differs {
        definitions(&before, &after, &mut fields);
    }
    Compared {
        fields,
        body: (differs || sent_with_definition).then_some(body),
    }
}

/// The attributes beside the definition, as far as the file says them.
fn attributes(desired: &App, live: &LiveApp, out: &mut Vec<FieldChange>) {
    let App {
        name,
        description,
        tags,
        protection_level,
        self_service,
        publish,
        definition: _,
    } = desired;
    let now = &live.app;
    let mut managed = |path: &str, before: Option<Value>, after: Value| {
        if before.as_ref().is_none_or(|before| !same(before, &after)) {
            out.push(change(path.to_owned(), before, Some(after)));
        }
    };
    managed("name", Some(now.name.as_str().into()), name.as_str().into());
    if let Some(description) = description {
        // A server that shows no description has an empty one.
        let before = now.description.as_deref().unwrap_or("");
        managed(
            "description",
            Some(before.into()),
            description.as_str().into(),
        );
    }
    if let Some(tags) = tags {
        let list =
            |tags: &std::collections::BTreeSet<String>| Value::from_iter(tags.iter().cloned());
        managed("tags", now.tags.as_ref().map(list), list(tags));
    }
    // A level that the server does not show is unknown. New apps publish directly (`API.md` section 3.9), so wanting
    // that is no difference; wanting approvals is one, and setting them is safe to repeat.
    let unknown = now.protection_level.is_none();
    match protection_level {
        Some(ProtectionLevel::DirectPublish) if unknown => {}
        Some(level) => {
            let before = now.protection_level.map(|it| it.as_str().into());
            managed("protectionLevel", before, level.as_str().into());
        }
        None => {}
    }
    if let Some(self_service) = self_service {
        managed(
            "selfService",
            now.self_service.map(Value::from),
            (*self_service).into(),
        );
    }
    match (publish, live.publication) {
        (Some(true), Publication::Unpublished | Publication::Behind(_)) => {
            managed(
                "publish",
                Some(live.publication.as_str().into()),
                "published".into(),
            );
        }
        (Some(false), Publication::Current(_) | Publication::Behind(_)) => {
            managed(
                "publish",
                Some(live.publication.as_str().into()),
                "unpublished".into(),
            );
        }
        _ => {}
    }
}

/// Two normal definitions.
fn definitions(before: &Body, after: &Body, out: &mut Vec<FieldChange>) {
    let root = |body: &Body| Value::from(body.root_instance_name.as_str());
    values(
        "rootInstanceName",
        "",
        Some(&root(before)),
        Some(&root(after)),
        out,
    );
    for (name, after, before) in shown(&after.extra, &before.extra) {
        values(&segment("", name), name, Some(before), Some(after), out);
    }
    queries(&before.queries, &after.queries, out);
    components(&before.components, &after.components, out);
}

fn queries(before: &[Value], after: &[Value], out: &mut Vec<FieldChange>) {
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

/// Lists which of the items, given as (old index, new index, path) in new order, changed their place.
fn moved_in_list(order: Vec<(usize, usize, String)>, out: &mut Vec<FieldChange>) {
    let old: Vec<_> = order.iter().map(|(old, ..)| *old).collect();
    let place = |index| Place {
        parent: None,
        index,
    };
    for position in displaced(&old) {
        let (before, after, path) = &order[position];
        out.push(FieldChange {
            path: path.clone(),
            difference: Difference::Moved {
                before: place(*before),
                after: place(*after),
            },
        });
    }
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

fn components(before: &[Value], after: &[Value], out: &mut Vec<FieldChange>) {
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

/// Every name that either object has, with what each has there.
fn both<'a>(
    old: &'a Map<String, Value>,
    new: &'a Map<String, Value>,
) -> impl Iterator<Item = (&'a str, Option<&'a Value>, Option<&'a Value>)> {
    let added = new.keys().filter(|name| !old.contains_key(*name));
    let mut names: Vec<_> = old.keys().chain(added).collect();
    names.sort_unstable();
    names
        .into_iter()
        .map(|name| (name.as_str(), old.get(name), new.get(name)))
}

/// Any two values that stand under `field`, down to the smallest parts that differ.
fn values(
    path: &str,
    field: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    out: &mut Vec<FieldChange>,
) {
    match (before, after) {
        (Some(before), Some(after)) if same(before, after) => {}
        (None, None) => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for (name, before, after) in both(old, new) {
                values(&segment(path, name), name, before, after, out);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => lists(path, field, old, new, out),
        _ => out.push(change(path.to_owned(), before.cloned(), after.cloned())),
    }
}

fn lists(path: &str, field: &str, old: &[Value], new: &[Value], out: &mut Vec<FieldChange>) {
    let mut order = Vec::new();
    for Pair {
        before,
        after,
        label,
    } in align(field, old, new)
    {
        let path = format!("{path}[{label}]");
        let (was, is) = (before.map(|it| &old[it]), after.map(|it| &new[it]));
        values(&path, "", was, is, out);
        if let (Some(before), Some(after)) = (before, after) {
            order.push((before, after, path));
        }
    }
    if has_keys(field, old, new) {
        moved_in_list(order, out);
    }
}

fn change(path: String, before: Option<Value>, after: Option<Value>) -> FieldChange {
    let difference = match (before, after) {
        (Some(before), Some(after)) => Difference::Changed { before, after },
        (Some(before), None) => Difference::Removed { before },
        (None, after) => Difference::Added {
            after: after.unwrap_or(Value::Null),
        },
    };
    FieldChange { path, difference }
}

/// `path.name`, or `path["name"]` where the name could be taken for a path of its own.
fn segment(path: &str, name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
    match (path.is_empty(), !name.is_empty() && name.chars().all(plain)) {
        (true, true) => name.to_owned(),
        (false, true) => format!("{path}.{name}"),
        (_, false) => format!("{path}[{}]", Value::from(name)),
    }
}
