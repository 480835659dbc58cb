//! Where any two values differ, down to the smallest parts.

use serde_json::{Map, Value};

use crate::model::same;

use super::align::{Pair, align, has_keys};
use super::found::Found;
use super::{Difference, Place};

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

/// What stands for the name of a list's field while one of its events is compared.
const EVENT: &str = "events[]";
/// The fields by which events name components and queries.
pub(super) const TARGETS: [&str; 4] = ["queryName", "modalName", "variableName", "componentName"];

/// Any two values that stand under `field`, down to the smallest parts that differ.
pub(super) fn values(
    path: &str,
    field: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    out: &mut Found<'_>,
) {
    match (before, after) {
        (Some(before), Some(after)) if same(before, after) => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for (name, before, after) in both(old, new) {
                let path = segment(path, name);
                let is_target = field == EVENT && TARGETS.contains(&name);
                match (
                    before.and_then(Value::as_str),
                    after.and_then(Value::as_str),
                ) {
                    (Some(old), Some(new)) if is_target && out.follows_name(&path, old, new) => {}
                    _ => values(&path, name, before, after, out),
                }
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => lists(path, field, old, new, out),
        (Some(Value::String(old)), Some(Value::String(new))) if out.follows(path, old, new) => {}
        _ => out.change(path, before, after),
    }
}

fn lists(path: &str, field: &str, old: &[Value], new: &[Value], out: &mut Found<'_>) {
    let inner = if field == "events" { EVENT } else { "" };
    let place = |index| {
        let parent = None;
        Some(Place { parent, index })
    };
    let mut order = Vec::new();
    for Pair {
        before,
        after,
        label,
    } in align(field, old, new)
    {
        let path = format!("{path}[{label}]");
        match (before, after) {
            (Some(before), Some(after)) => {
                values(&path, inner, Some(&old[before]), Some(&new[after]), out);
                order.push((before, after, path));
            }
            (Some(index), None) => {
                let (before, place) = (old[index].clone(), place(index));
                out.push(path, Difference::Removed { before, place });
            }
            (None, Some(index)) => {
                let (after, place) = (new[index].clone(), place(index));
                out.push(path, Difference::Added { after, place });
            }
            (None, None) => {}
        }
    }
    if has_keys(field, old, new) {
        out.moved_in_list(order);
    }
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
