//! Where any two values differ, down to the smallest parts.

use serde_json::{Map, Value};

use super::align::{Pair, align, has_keys};
use super::moves::displaced;
use super::normalize::same;
use super::{Difference, FieldChange, Place};

/// Every name that either object has, with what each has there.
pub(super) fn both<'a>(
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
pub(super) fn values(
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

pub(super) fn change(path: String, before: Option<Value>, after: Option<Value>) -> FieldChange {
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
pub(super) fn segment(path: &str, name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
    match (path.is_empty(), !name.is_empty() && name.chars().all(plain)) {
        (true, true) => name.to_owned(),
        (false, true) => format!("{path}.{name}"),
        (_, false) => format!("{path}[{}]", Value::from(name)),
    }
}

/// Lists which of the items, given as (old index, new index, path) in new order, changed their place.
pub(super) fn moved_in_list(order: Vec<(usize, usize, String)>, out: &mut Vec<FieldChange>) {
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
