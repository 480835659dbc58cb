//! Which item of one list is which item of another.
//!
//! Items with an evident key are matched by it and by occurrence; lists without one by their place, after what is equal
//! at both ends has been set aside.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::normalize::same;

/// Two items that are the same thing, or one that has no counterpart.
pub(super) struct Pair {
    /// The item's index in the list before.
    pub before: Option<usize>,
    /// Its index in the list after.
    pub after: Option<usize>,
    /// What to call it: its key, or its index where the list has no key.
    pub label: String,
}

/// Matches the items of two lists that stand under `field`. Pairs come in the order of `after`, removals last.
pub(super) fn align(field: &str, before: &[Value], after: &[Value]) -> Vec<Pair> {
    let keys = |items| keys(field, items);
    match (keys(before), keys(after)) {
        (Some(before), Some(after)) => by_key(&before, &after),
        _ => by_place(before, after),
    }
}

/// Whether the items of both lists are matched by key, so that their order can be compared apart from their content.
pub(super) fn has_keys(field: &str, before: &[Value], after: &[Value]) -> bool {
    keys(field, before).is_some() && keys(field, after).is_some()
}

/// The field that names an item, by the list's own name or else by what such items are usually told apart by.
fn keys(field: &str, items: &[Value]) -> Option<Vec<String>> {
    let text = |item: &Value, name: &str| item.get(name)?.as_str().map(str::to_owned);
    if items.iter().any(|item| !item.is_object()) {
        return None;
    }
    let candidates: &[&str] = match field {
        "events" => {
            return items
                .iter()
                .map(|item| Some(format!("{} {}", text(item, "name")?, text(item, "type")?)))
                .collect();
        }
        "columns" => &["dataPath", "header"],
        "tabs" | "options" => &["value"],
        _ => &["name", "key", "id", "Key", "Name"],
    };
    candidates
        .iter()
        .find_map(|name| items.iter().map(|item| text(item, name)).collect())
}

/// A name, and which of the things with that name it is, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Label {
    pub name: String,
    pub nth: usize,
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.nth {
            1 => f.write_str(&self.name),
            nth => write!(f, "{}#{nth}", self.name),
        }
    }
}

/// Tells repeated names apart by their occurrence.
pub(super) fn labels<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Label> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    names
        .into_iter()
        .map(|name| {
            let nth = seen.entry(name).or_default();
            *nth += 1;
            Label {
                name: name.to_owned(),
                nth: *nth,
            }
        })
        .collect()
}

/// The name of a component or query; empty where it has none.
pub(super) fn name_of(item: &Value) -> &str {
    item.get("name").and_then(Value::as_str).unwrap_or("")
}

fn by_key(before: &[String], after: &[String]) -> Vec<Pair> {
    let before = labels(before.iter().map(String::as_str));
    let after = labels(after.iter().map(String::as_str));
    let places: BTreeMap<_, usize> = before.iter().zip(0..).collect();
    let mut taken = vec![false; before.len()];
    let mut pairs: Vec<_> = (after.iter().enumerate())
        .map(|(index, label)| {
            let found = places.get(label).copied();
            if let Some(found) = found {
                taken[found] = true;
            }
            Pair {
                before: found,
                after: Some(index),
                label: label.to_string(),
            }
        })
        .collect();
    let left = before
        .iter()
        .enumerate()
        .filter(|(index, _)| !taken[*index]);
    pairs.extend(left.map(|(index, label)| Pair {
        before: Some(index),
        after: None,
        label: label.to_string(),
    }));
    pairs
}

fn by_place(before: &[Value], after: &[Value]) -> Vec<Pair> {
    let head = (before.iter().zip(after))
        .take_while(|(a, b)| same(a, b))
        .count();
    let tail = (before[head..].iter().rev().zip(after[head..].iter().rev()))
        .take_while(|(a, b)| same(a, b))
        .count();
    let middle_before = before.len() - head - tail;
    let middle_after = after.len() - head - tail;
    let pair = |before: Option<usize>, after: Option<usize>| Pair {
        before,
        after,
        label: after.or(before).unwrap_or_default().to_string(),
    };
    let mut pairs: Vec<_> = (0..head)
        .map(|index| pair(Some(index), Some(index)))
        .collect();
    pairs.extend((0..middle_after).map(|step| {
        pair(
            (step < middle_before).then_some(head + step),
            Some(head + step),
        )
    }));
    pairs.extend((0..tail).map(|step| {
        pair(
            Some(before.len() - tail + step),
            Some(after.len() - tail + step),
        )
    }));
    pairs.extend((middle_after..middle_before).map(|step| pair(Some(head + step), None)));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn aligned(field: &str, before: Value, after: Value) -> Vec<(Option<usize>, Option<usize>)> {
        let (before, after) = (before.as_array().unwrap(), after.as_array().unwrap());
        align(field, before, after)
            .iter()
            .map(|pair| (pair.before, pair.after))
            .collect()
    }

    #[test]
    fn columns_are_matched_by_data_path_and_occurrence() {
        let before = json!([{"dataPath": "a"}, {"dataPath": "b"}, {"dataPath": "a", "x": 1}]);
        let after = json!([{"dataPath": "b"}, {"dataPath": "a"}]);
        assert_eq!(
            aligned("columns", before, after),
            [(Some(1), Some(0)), (Some(0), Some(1)), (Some(2), None)]
        );
    }

    #[test]
    fn an_inserted_plain_item_is_one_addition() {
        assert_eq!(
            aligned("values", json!([1, 2, 3]), json!([1, 9, 2, 3])),
            [
                (Some(0), Some(0)),
                (None, Some(1)),
                (Some(1), Some(2)),
                (Some(2), Some(3))
            ]
        );
        assert_eq!(
            aligned("values", json!([1, 2]), json!([])),
            [(Some(0), None), (Some(1), None)]
        );
    }
}
