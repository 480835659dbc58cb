//! Which item of one list is which item of another.
//!
//! Items with an evident key are matched by it; items of one key, and lists without one, by what is equal in the same order,
//! and the rest one by one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde_json::Value;

use crate::model::same;

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
    match (keys(field, before), keys(field, after)) {
        (Some(old), Some(new)) => by_key(before, after, &old, &new),
        _ => by_place(before, after),
    }
}

/// Matches items by key and by position among those of one key, whatever else is in them (`FORMAT.md` section 6); lists
/// without a key as [`align`] does.
pub(super) fn align_by_position(
    field: &str,
    before: &[Value],
    after: &[Value],
) -> Vec<(usize, usize)> {
    match (keys(field, before), keys(field, after)) {
        (Some(old), Some(new)) => by_occurrence(&old, &new),
        _ => {
            let pairs = by_place(before, after).into_iter();
            let pairs = pairs.filter_map(|pair| Some((pair.before?, pair.after?)));
            pairs.collect()
        }
    }
}

/// Whether the items of both lists are matched by key, so that their order can be compared apart from their content.
pub(super) fn has_keys(field: &str, before: &[Value], after: &[Value]) -> bool {
    keys(field, before).is_some() && keys(field, after).is_some()
}

/// The field that names an item, by the list's own name or else by what such items are usually told apart by.
pub(super) fn keys(field: &str, items: &[Value]) -> Option<Vec<String>> {
    // Line ends are no difference.
    let text = |item: &Value, name: &str| Some(item.get(name)?.as_str()?.replace("\r\n", "\n"));
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
        "tabs" | "options" => &["value", "name", "label"],
        "defaultSorting" => &["column"],
        _ => &["name", "key", "id", "Key", "Name"],
    };
    candidates
        .iter()
        .find_map(|name| items.iter().map(|item| text(item, name)).collect())
}

/// A name, and which of the things with that name it is, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Label<'a> {
    pub name: Cow<'a, str>,
    pub nth: usize,
}

impl Label<'_> {
    /// The same with a name of its own.
    pub fn into_owned(self) -> Label<'static> {
        Label {
            name: Cow::Owned(self.name.into_owned()),
            nth: self.nth,
        }
    }
}

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.nth {
            1 => f.write_str(&self.name),
            nth => write!(f, "{}#{nth}", self.name),
        }
    }
}

/// Tells repeated names apart by their occurrence.
pub(super) fn labels<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Label<'a>> {
    let mut seen = Occurrences::default();
    names.into_iter().map(|name| seen.label(name)).collect()
}

/// How often each name was seen.
#[derive(Default)]
pub(super) struct Occurrences<'a>(BTreeMap<&'a str, usize>);

impl<'a> Occurrences<'a> {
    /// The label of the next thing with a name.
    pub fn label(&mut self, name: &'a str) -> Label<'a> {
        let nth = self.0.entry(name).or_default();
        *nth += 1;
        Label {
            name: Cow::Borrowed(name),
            nth: *nth,
        }
    }
}

/// The name of a component or query; empty where it has none.
pub(super) fn name_of(item: &Value) -> &str {
    item.get("name").and_then(Value::as_str).unwrap_or("")
}

/// Items of the same key are matched in sequence, so that one more among them is one addition.
fn by_key(old: &[Value], new: &[Value], before: &[String], after: &[String]) -> Vec<Pair> {
    let mut groups: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (index, key) in before.iter().enumerate() {
        groups.entry(key).or_default().0.push(index);
    }
    for (index, key) in after.iter().enumerate() {
        groups.entry(key).or_default().1.push(index);
    }
    let mut partners = vec![None; after.len()];
    let mut gone = Vec::new();
    for (befores, afters) in groups.into_values() {
        let (left, right) = (picked(&befores, old), picked(&afters, new));
        for (before, after) in in_sequence(&left, &right) {
            match (before, after) {
                (before, Some(after)) => partners[afters[after]] = before.map(|it| befores[it]),
                (Some(before), None) => gone.push(befores[before]),
                (None, None) => {}
            }
        }
    }
    gone.sort_unstable();
    let (old, new) = (occurrences(before), occurrences(after));
    let kept = partners.into_iter().zip(new).enumerate();
    let kept = kept.map(|(index, (before, label))| Pair {
        before,
        after: Some(index),
        label: label.to_string(),
    });
    let gone = gone.into_iter().map(|index| Pair {
        before: Some(index),
        after: None,
        label: old[index].to_string(),
    });
    kept.chain(gone).collect()
}

fn picked<'a>(places: &[usize], items: &'a [Value]) -> Vec<&'a Value> {
    places.iter().map(|place| &items[*place]).collect()
}

/// Items of the same key are matched by their position among these, whatever they are.
fn by_occurrence(before: &[String], after: &[String]) -> Vec<(usize, usize)> {
    let places: BTreeMap<_, usize> = occurrences(before).into_iter().zip(0..).collect();
    let found = occurrences(after).into_iter().enumerate();
    let found = found.filter_map(|(index, label)| Some((*places.get(&label)?, index)));
    found.collect()
}

fn occurrences(keys: &[String]) -> Vec<Label<'_>> {
    labels(keys.iter().map(String::as_str))
}

fn by_place(before: &[Value], after: &[Value]) -> Vec<Pair> {
    let (old, new): (Vec<_>, Vec<_>) = (before.iter().collect(), after.iter().collect());
    let pairs = in_sequence(&old, &new);
    let pairs = pairs.into_iter().map(|(before, after)| Pair {
        before,
        after,
        label: after.or(before).unwrap_or_default().to_string(),
    });
    pairs.collect()
}

/// Between longer lists, finding the fewest differences takes too long; they are matched one by one.
const LONGEST: usize = 500;

/// Matches items by what is equal, in order, and what is between equal items one by one. Pairs come in the order of
/// `after`, removals last. Swapping the sides swaps the answer.
fn in_sequence(before: &[&Value], after: &[&Value]) -> Vec<(Option<usize>, Option<usize>)> {
    let head = (before.iter().zip(after))
        .take_while(|(a, b)| same(a, b))
        .count();
    let rest = before[head..].iter().rev().zip(after[head..].iter().rev());
    let tail = rest.take_while(|(a, b)| same(a, b)).count();
    let text = |items: &[&Value]| -> Vec<String> {
        let middle = &items[head..items.len() - tail];
        middle.iter().map(|item| item.to_string()).collect()
    };
    let (old, new) = (text(before), text(after));
    let mut kept: Vec<_> = (0..head).map(|index| (Some(index), Some(index))).collect();
    let mut gone = Vec::new();
    for (before, after) in between(&old, &new) {
        let pair = (before.map(|it| head + it), after.map(|it| head + it));
        match after {
            Some(_) => kept.push(pair),
            None => gone.push(pair),
        }
    }
    let (old, new) = (before.len() - tail, after.len() - tail);
    kept.extend((0..tail).map(|step| (Some(old + step), Some(new + step))));
    kept.extend(gone);
    kept
}

fn between(old: &[String], new: &[String]) -> Vec<(Option<usize>, Option<usize>)> {
    let mut pairs = Vec::new();
    let mut block = |old: Range<usize>, new: Range<usize>| {
        let longest = old.len().max(new.len());
        let nth =
            |range: &Range<usize>, step| Some(range.start + step).filter(|it| *it < range.end);
        pairs.extend((0..longest).map(|step| (nth(&old, step), nth(&new, step))));
    };
    if old.len().max(new.len()) > LONGEST {
        block(0..old.len(), 0..new.len());
        return pairs;
    }
    // Several answers may be equally small; which one is found must not depend on the side.
    let (swapped, left, right) = match old <= new {
        true => (false, old, new),
        false => (true, new, old),
    };
    for op in similar::capture_diff_slices(similar::Algorithm::Myers, left, right) {
        match swapped {
            false => block(op.old_range(), op.new_range()),
            true => block(op.new_range(), op.old_range()),
        }
    }
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
    fn the_line_ends_of_a_key_are_no_difference() {
        let before = json!([{"dataPath": "a\r\nb"}, {"dataPath": "c"}]);
        let after = json!([{"dataPath": "c"}, {"dataPath": "a\nb"}]);
        assert_eq!(
            aligned("columns", before, after),
            [(Some(1), Some(0)), (Some(0), Some(1))]
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
