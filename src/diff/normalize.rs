//! One form for both sides, and when two values in it are the same (`FORMAT.md` sections 6 and 7).
//!
//! Two functions, in the order of their use: [`carry`] gives the desired definition what only the live one knows (query
//! ids, column ids, event uuids, deleted columns), and [`normal`] takes out what means nothing. When two values are the
//! same is said in the model, since the applier asks that too.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::{AppKey, Body, Owner, query_id};

use super::align::{Label, Occurrences, align_by_position, labels, name_of};
use super::matching::Matching;

/// The desired definition as the server would store it: with the live query ids (new queries get ours), and with the
/// editor state that the file leaves out.
pub(super) fn carry(
    mut desired: Body,
    live: Option<(&Body, &Matching)>,
    owner: &Owner,
    key: &AppKey,
) -> Body {
    carry_queries(&mut desired.queries, live, owner, key);
    if let Some((live, matching)) = live {
        let old = flatten(&live.components);
        let partners = matching.components.iter();
        let mut partners = partners.map(|partner| partner.map(|it| old[it].component));
        carry_components(&mut desired.components, &mut partners);
    }
    desired
}

/// One component of the tree.
pub(super) struct Node<'a> {
    pub label: Label<'a>,
    pub component: &'a Value,
    /// The component around it, as an index into the flattened list.
    pub parent: Option<usize>,
    /// Its place among its siblings.
    pub index: usize,
}

/// The component tree in the order in which a person reads it: each component before its children.
pub(super) fn flatten(components: &[Value]) -> Vec<Node<'_>> {
    let mut nodes = Vec::new();
    let mut seen = Occurrences::default();
    // The stack holds what is still to be listed, the next one last.
    let mut stack: Vec<(Option<usize>, usize, &Value)> = Vec::new();
    stack.extend(
        components
            .iter()
            .enumerate()
            .rev()
            .map(|(index, item)| (None, index, item)),
    );
    while let Some((parent, index, component)) = stack.pop() {
        let label = seen.label(name_of(component));
        let position = nodes.len();
        nodes.push(Node {
            label,
            component,
            parent,
            index,
        });
        let children = children(component).iter().enumerate().rev();
        stack.extend(children.map(|(index, child)| (Some(position), index, child)));
    }
    nodes
}

/// The components inside a component; none where `children` is missing or no list.
pub(super) fn children(component: &Value) -> &[Value] {
    let children = component
        .get("properties")
        .and_then(|it| it.get("children"));
    children
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A query gets the id of the live one of its name, so that a renamed one gets a new id; its events are those of the live
/// query that it was.
fn carry_queries(
    desired: &mut [Value],
    live: Option<(&Body, &Matching)>,
    owner: &Owner,
    key: &AppKey,
) {
    let queries = live.map_or(&[][..], |(live, _)| &live.queries);
    let known: BTreeMap<_, _> = labels(queries.iter().map(name_of))
        .into_iter()
        .zip(queries)
        .collect();
    let own = labels(desired.iter().map(name_of)).into_iter();
    let own: Vec<_> = own.map(Label::into_owned).collect();
    for (index, (query, label)) in desired.iter_mut().zip(own).enumerate() {
        let Value::Object(query) = query else {
            continue;
        };
        let id = match known.get(&label) {
            // An id is never a difference, not even one that the live query lacks.
            Some(before) => before.get("id").cloned(),
            None => Some(
                query_id(owner, key, &label.name, label.nth)
                    .to_string()
                    .into(),
            ),
        };
        query.extend(id.map(|id| ("id".to_owned(), id)));
        let partner = live.and_then(|(_, matching)| matching.queries[index]);
        let before = partner.map(|partner| &queries[partner]);
        if let (Some(events), Some(before)) = (
            query.get_mut("events"),
            before.and_then(|it| it.get("events")),
        ) {
            carry_value("events", events, before);
        }
    }
}

/// `partners` gives the live component of each desired one, in the order of [`flatten`].
fn carry_components<'a>(
    desired: &mut [Value],
    partners: &mut impl Iterator<Item = Option<&'a Value>>,
) {
    for component in desired {
        let before = partners.next().flatten();
        let is_table = component.get("type").and_then(Value::as_str) == Some("table");
        let Value::Object(component) = component else {
            continue;
        };
        if let (Some(events), Some(before)) = (
            component.get_mut("events"),
            before.and_then(|it| it.get("events")),
        ) {
            carry_value("events", events, before);
        }
        let Some(Value::Object(properties)) = component.get_mut("properties") else {
            continue;
        };
        let before = before.and_then(|it| it.get("properties"));
        for (name, value) in properties {
            match (name.as_str(), value, before.and_then(|it| it.get(name))) {
                ("children", Value::Array(children), _) => carry_components(children, partners),
                ("columns", Value::Array(columns), Some(Value::Array(before))) if is_table => {
                    carry_columns(columns, before);
                }
                (name, value, Some(before)) => carry_value(name, value, before),
                (_, _, None) => {}
            }
        }
    }
}

/// Carries the uuids of events, at any depth of a property (row buttons have events of their own).
fn carry_value(field: &str, desired: &mut Value, live: &Value) {
    match (desired, live) {
        (Value::Object(desired), Value::Object(live)) => {
            for (name, value) in desired.iter_mut() {
                if let Some(live) = live.get(name) {
                    carry_value(name, value, live);
                }
            }
        }
        (Value::Array(desired), Value::Array(live)) => {
            for (before, after) in align_by_position(field, live, desired) {
                if field == "events" {
                    carry_field("uuid", &mut desired[after], &live[before]);
                }
                carry_value("", &mut desired[after], &live[before]);
            }
        }
        _ => {}
    }
}

fn carry_field(name: &str, desired: &mut Value, live: &Value) {
    if let (Value::Object(desired), Some(value)) = (desired, live.get(name)) {
        desired.entry(name).or_insert_with(|| value.clone());
    }
}

/// Carries the ids of a table's columns, and the columns that the editor only marked as deleted. One of those that the
/// file has again is that column, brought back.
fn carry_columns(desired: &mut Vec<Value>, live: &[Value]) {
    let (own, known) = (column_labels(desired), column_labels(live));
    let places: BTreeMap<_, usize> = own.iter().zip(0..).collect();
    let shown: BTreeSet<_> = known.iter().collect();
    // Where in the desired list each live column is, or after which of them a deleted one belongs.
    let mut after: Vec<Vec<Value>> = vec![Vec::new(); desired.len() + 1];
    let mut last = 0;
    for (column, label) in live.iter().zip(&known) {
        let back = label.name.strip_prefix('-').map(|path| Label {
            name: format!("+{path}").into(),
            nth: label.nth,
        });
        let back = back.filter(|back| !shown.contains(back));
        let place = places.get(label).or_else(|| places.get(back.as_ref()?));
        match place {
            Some(place) => {
                carry_field("id", &mut desired[*place], column);
                last = place + 1;
            }
            None if is_deleted(column) => after[last].push(column.clone()),
            None => {}
        }
    }
    let mut columns = std::mem::take(&mut after[0]);
    for (column, follow) in desired.drain(..).zip(after.drain(1..)) {
        columns.push(column);
        columns.extend(follow);
    }
    *desired = columns;
}

pub(super) fn is_deleted(column: &Value) -> bool {
    column.get("isDeleted") == Some(&Value::Bool(true))
}

/// A column by its data path, told apart by whether it is deleted.
pub(super) fn column_labels(columns: &[Value]) -> Vec<Label<'static>> {
    let names: Vec<_> = (columns.iter())
        .map(|column| {
            let path = column.get("dataPath").unwrap_or(&Value::Null);
            format!("{}{path}", if is_deleted(column) { "-" } else { "+" })
        })
        .collect();
    let labels = labels(names.iter().map(String::as_str)).into_iter();
    labels.map(Label::into_owned).collect()
}

/// The definition without what means nothing: an empty `events` of a query, which the server drops (`API.md` section 5).
pub(super) fn normal(mut body: Body) -> Body {
    for query in &mut body.queries {
        if let Value::Object(query) = query
            && query.get("events") == Some(&Value::Array(Vec::new()))
        {
            query.remove("events");
        }
    }
    body
}
