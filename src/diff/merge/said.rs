//! What of an app's carried fields a file says (`FORMAT.md` section 6): what it leaves out is nobody's change.
//!
//! The reverse of `carry`: there, a file gets what only the live app knows; here, the live app loses what the file does
//! not say.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diff::align::align_by_position;
use crate::diff::matching::Matching;
use crate::diff::normalize::{column_labels, flatten, is_deleted};
use crate::model::Body;

/// A live definition without the carried fields that git leaves out.
pub(super) fn said(mut live: Body, git: &Body) -> Body {
    let matching = Matching::of(&live, git);
    let wanted = flatten(&git.components);
    let partners = matching.components.iter().zip(&wanted);
    let partners = partners.filter_map(|(live, git)| Some(((*live)?, git.component)));
    let partners: BTreeMap<usize, &Value> = partners.collect();
    components(&mut live.components, &partners, &mut 0);
    let partners = matching.queries.iter().zip(&git.queries);
    let partners = partners.filter_map(|(live, git)| Some(((*live)?, git)));
    let partners: BTreeMap<usize, &Value> = partners.collect();
    for (place, query) in live.queries.iter_mut().enumerate() {
        if let Some(events) = query.get_mut("events") {
            let git = partners.get(&place).and_then(|it| it.get("events"));
            anywhere("events", events, git);
        }
    }
    live
}

/// `partners` are what git has of the components, by their places in the order of [`flatten`].
fn components(items: &mut [Value], partners: &BTreeMap<usize, &Value>, place: &mut usize) {
    for component in items {
        let git = partners.get(place).copied();
        *place += 1;
        let is_table = component.get("type").and_then(Value::as_str) == Some("table");
        let Value::Object(component) = component else {
            continue;
        };
        if let Some(events) = component.get_mut("events") {
            anywhere("events", events, git.and_then(|it| it.get("events")));
        }
        let Some(Value::Object(properties)) = component.get_mut("properties") else {
            continue;
        };
        let git = git.and_then(|it| it.get("properties"));
        // Children come in their order, and after nothing else that has any.
        for (name, value) in properties {
            match (name.as_str(), value, git.and_then(|it| it.get(name))) {
                ("children", Value::Array(children), _) => components(children, partners, place),
                ("columns", Value::Array(columns), git) if is_table => {
                    self::columns(columns, git.and_then(Value::as_array));
                }
                (name, value, git) => anywhere(name, value, git),
            }
        }
    }
}

/// Leaves out the ids of columns, and the columns that the editor only marked as deleted, where git has them not.
fn columns(columns: &mut Vec<Value>, git: Option<&Vec<Value>>) {
    let git = git.map_or(&[][..], Vec::as_slice);
    let wanted: BTreeMap<_, _> = column_labels(git).into_iter().zip(git).collect();
    let labels = column_labels(columns).into_iter();
    let kept = columns
        .drain(..)
        .zip(labels)
        .filter_map(|(mut column, label)| {
            let git = wanted.get(&label).copied();
            if git.is_none() && is_deleted(&column) {
                return None;
            }
            leave_out("id", &mut column, git);
            Some(column)
        });
    *columns = kept.collect();
}

/// Leaves out the uuids of events, at any depth of a property.
fn anywhere(field: &str, value: &mut Value, git: Option<&Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                anywhere(name, value, git.and_then(|it| it.get(name)));
            }
        }
        Value::Array(items) => {
            let wanted = git.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let pairs = align_by_position(field, wanted, items).into_iter();
            let pairs: BTreeMap<usize, usize> = pairs.map(|(git, own)| (own, git)).collect();
            for (index, item) in items.iter_mut().enumerate() {
                let git = pairs.get(&index).map(|it| &wanted[*it]);
                if field == "events" {
                    leave_out("uuid", item, git);
                }
                anywhere("", item, git);
            }
        }
        _ => {}
    }
}

fn leave_out(name: &str, item: &mut Value, git: Option<&Value>) {
    if let (Value::Object(fields), None) = (item, git.and_then(|it| it.get(name))) {
        fields.remove(name);
    }
}
