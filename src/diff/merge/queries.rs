//! The queries of an app, and the names that components and queries share.

use std::collections::BTreeMap;

use serde_json::Value;

use super::items::query;
use super::order::{Order, Side, order};
use super::values::{Merger, Three};
use crate::diff::align::{Label, labels, name_of};
use crate::diff::matching::Matching;
use crate::diff::normalize::flatten;
use crate::model::Body;

/// Merges the queries of three definitions; the matchings are of the live one and of git's with the base.
pub(super) fn queries<'a>(
    merger: &mut Merger,
    [base, live, git]: [&'a Body; 3],
    [of_live, of_git]: [&Matching; 2],
) -> Vec<Value> {
    let mut added: BTreeMap<Label<'_>, usize> = BTreeMap::new();
    let mut next = base.queries.len();
    let mut numbers = |body: &'a Body, matching: &Matching| -> Vec<usize> {
        let labels = labels(body.queries.iter().map(name_of));
        let numbers = matching.queries.iter().copied().zip(labels);
        let numbers = numbers.map(|(partner, label)| {
            partner.unwrap_or_else(|| {
                *added.entry(label).or_insert_with(|| {
                    next += 1;
                    next - 1
                })
            })
        });
        numbers.collect()
    };
    let (in_live, in_git) = (numbers(live, of_live), numbers(git, of_git));
    let in_base: Vec<usize> = (0..base.queries.len()).collect();
    let mut kept = BTreeMap::new();
    for number in 0..next {
        let found = |body: &'a Body, numbers: &[usize]| {
            let at = numbers.iter().position(|it| *it == number)?;
            body.queries.get(at)
        };
        let three = Three {
            base: found(base, &in_base),
            live: found(live, &in_live),
            git: found(git, &in_git),
        };
        let named = three.git.or(three.live).or(three.base);
        let path = format!("queries[{}]", named.map_or("", name_of));
        let value = query(merger, &path, three);
        kept.extend(value.map(|value| (number, value)));
    }
    let numbers = kept.keys().copied().collect();
    let Order { items, collides } = order(&in_base, &in_live, &in_git, &numbers, merger.favour);
    if collides {
        let names = |body: &Body| Some(Value::from_iter(body.queries.iter().map(name_of)));
        merger.collide("queries", Three::of(&[base, live, git].map(names)));
    }
    items.iter().filter_map(|it| kept.remove(it)).collect()
}

/// Refuses a name that both sides gave to different things.
pub(super) fn one_name_each(merger: &mut Merger, merged: &mut Body, live: &Body, git: &Body) {
    let mut borne = names(merged);
    // Whatever is here is on a side once, too.
    borne.retain(|name, count| *count > 1 && !name.is_empty());
    if borne.is_empty() {
        return;
    }
    let (now, wanted) = (names(live), names(git));
    let is_doubled = |(name, count): &(&str, usize)| {
        let most = [&now, &wanted].map(|names| names.get(name).copied().unwrap_or(0));
        *count > most[0].max(most[1])
    };
    let doubled = borne.into_iter().find(is_doubled);
    if let Some((name, _)) = doubled {
        let value = Some(Value::from(name));
        let three = [None, value.clone(), value];
        merger.collide(&format!("components[{name}]"), Three::of(&three));
        // No side can win by itself, since each has something else under that name.
        let side = match merger.favour {
            Some(Side::Live) => live,
            Some(Side::Git) | None => git,
        };
        *merged = side.clone();
    }
}

/// How often each name is borne in a definition: components and queries share one space.
fn names(body: &Body) -> BTreeMap<&str, usize> {
    let nodes = flatten(&body.components);
    let components = nodes.iter().map(|node| name_of(node.component));
    let mut names = BTreeMap::new();
    for name in components.chain(body.queries.iter().map(name_of)) {
        *names.entry(name).or_default() += 1;
    }
    names
}
