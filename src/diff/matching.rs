//! Which component or query of one definition is which of the other.
//!
//! By name and occurrence first, wherever it stands in the tree. What is left on both sides may be the same thing under
//! another name: [`likeness`](super::likeness) tells, and only for names that one side has once and the other not at
//! all, so that a rename is never a guess about which of two things a name means.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::Body;

use super::align::{Label, labels, name_of};
use super::likeness::{Item, alike};
use super::normalize::{Node, flatten};

/// The partner of everything on the desired side.
pub(super) struct Matching {
    /// For each component of the desired tree, flattened, the live one's place in the live tree, flattened.
    pub components: Vec<Option<usize>>,
    /// For each desired query, the live one's place.
    pub queries: Vec<Option<usize>>,
    /// What is called otherwise now: the live name, and the desired one.
    pub renames: BTreeMap<String, String>,
}

impl Matching {
    pub fn of(live: &Body, desired: &Body) -> Self {
        let (old, new) = (flatten(&live.components), flatten(&desired.components));
        let old_queries = labels(live.queries.iter().map(name_of));
        let new_queries = labels(desired.queries.iter().map(name_of));
        let mut matching = Self {
            components: by_label(
                old.iter().map(|it| &it.label),
                new.iter().map(|it| &it.label),
            ),
            queries: by_label(&old_queries, &new_queries),
            renames: BTreeMap::new(),
        };
        let unmatched = matching.components.iter().chain(&matching.queries);
        let added = unmatched.filter(|partner| partner.is_none()).count();
        let kept = matching.components.len() + matching.queries.len() - added;
        if added == 0 || kept == old.len() + old_queries.len() {
            return matching;
        }
        let names = |nodes: &[Node<'_>], queries: &[Label<'_>]| {
            let mut names: BTreeMap<String, usize> = BTreeMap::new();
            for label in nodes.iter().map(|it| &it.label).chain(queries) {
                *names.entry(label.name.to_string()).or_default() += 1;
            }
            names
        };
        let (before, after) = (names(&old, &old_queries), names(&new, &new_queries));
        let lone = |names: &BTreeMap<String, usize>, others: &BTreeMap<String, usize>| {
            let lone = names.iter().filter(|(name, count)| {
                **count == 1 && !name.is_empty() && !others.contains_key(*name)
            });
            lone.map(|(name, _)| name.clone()).collect()
        };
        let (gone, fresh) = (lone(&before, &after), lone(&after, &before));
        let (left, right) = (components(&old), components(&new));
        let pairs = alike((&left, &gone), (&right, &fresh), &matching.components);
        for (before, after) in pairs {
            matching.components[after] = Some(before);
            let (before, after) = (&old[before].label, &new[after].label);
            matching.rename(before, after);
        }
        let (left, right) = (queries(&live.queries), queries(&desired.queries));
        let pairs = alike((&left, &gone), (&right, &fresh), &matching.queries);
        for (before, after) in pairs {
            matching.queries[after] = Some(before);
            matching.rename(&old_queries[before], &new_queries[after]);
        }
        matching
    }

    fn rename(&mut self, before: &Label<'_>, after: &Label<'_>) {
        let (before, after) = (before.name.to_string(), after.name.to_string());
        self.renames.insert(before, after);
    }
}

fn by_label<'a>(
    old: impl IntoIterator<Item = &'a Label<'a>>,
    new: impl IntoIterator<Item = &'a Label<'a>>,
) -> Vec<Option<usize>> {
    let places: BTreeMap<&Label<'_>, usize> = old.into_iter().zip(0..).collect();
    let found = new.into_iter().map(|label| places.get(label).copied());
    found.collect()
}

fn components<'a>(nodes: &[Node<'a>]) -> Vec<Item<'a>> {
    let mut items: Vec<Item<'a>> = nodes
        .iter()
        .map(|node| Item {
            value: node.component,
            name: name_of(node.component),
            home: Some((node.parent, node.index)),
            parent: node.parent.map(|it| name_of(nodes[it].component)),
            children: Vec::new(),
        })
        .collect();
    for node in nodes {
        if let Some(parent) = node.parent {
            items[parent].children.push(name_of(node.component));
        }
    }
    items
}

fn queries(queries: &[Value]) -> Vec<Item<'_>> {
    let items = queries.iter().map(|query| Item {
        value: query,
        name: name_of(query),
        home: None,
        parent: None,
        children: Vec::new(),
    });
    items.collect()
}
