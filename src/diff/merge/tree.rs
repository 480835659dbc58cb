//! A component tree that two sides changed.
//!
//! The tree is taken apart, as in a comparison: what a component is, where it stands, and in which order, are merged by
//! themselves, and then it is put together again. A component that only one side deleted is gone with all that is in it,
//! unless the other side changed any of that: then the deletion collides.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::deletions::{Fate, Fates};
use super::items::component;
use super::order::{Order, Side, order};
use super::side::Tree;
use super::values::{Merger, Three};
use crate::diff::align::Label;
use crate::diff::matching::Matching;
use crate::diff::normalize::flatten;
use crate::diff::parts::{childless, same_alone};
use crate::model::Body;

/// Merges the component trees of three definitions; the matchings are of the live one and of git's with the base.
pub(super) fn components(
    merger: &mut Merger,
    [base, live, git]: [&Body; 3],
    matchings: [&Matching; 2],
) -> Vec<Value> {
    let trees = Trees::new([base, live, git], matchings);
    let mut fates = Fates::default();
    for side in [Side::Live, Side::Git] {
        fates.deletions(merger, &trees, side);
    }
    let own = trees.own_values(merger, &fates);
    match trees.parents(merger, &own) {
        Some(parents) => trees.assemble(merger, own, &parents),
        None => {
            // Each side put one into the other: what stands in what is for a person to say.
            let lists = [base, live, git].map(|body| Some(body.components.clone().into()));
            match merger.collide("components", Three::of(&lists)) {
                Some(Value::Array(components)) => components,
                _ => Vec::new(),
            }
        }
    }
}

/// The trees of all three.
pub(super) struct Trees<'a> {
    pub base: Tree<'a>,
    pub live: Tree<'a>,
    pub git: Tree<'a>,
}

impl<'a> Trees<'a> {
    fn new([base, live, git]: [&'a Body; 3], [of_live, of_git]: [&Matching; 2]) -> Self {
        let mut next = 0;
        let mut fresh = || {
            next += 1;
            next - 1
        };
        let nodes = flatten(&base.components);
        let numbers: Vec<usize> = nodes.iter().map(|_| fresh()).collect();
        let base_tree = Tree::new(nodes, numbers);
        // What both sides added under one name is one thing.
        let mut added: BTreeMap<Label<'_>, usize> = BTreeMap::new();
        let mut tree = |body: &'a Body, matching: &Matching| {
            let nodes = flatten(&body.components);
            let pairs = nodes.iter().zip(&matching.components);
            let numbers = pairs.map(|(node, partner)| match partner {
                Some(place) => base_tree.numbers[*place],
                None => *added.entry(node.label.clone()).or_insert_with(&mut fresh),
            });
            let numbers = numbers.collect();
            Tree::new(nodes, numbers)
        };
        let (live, git) = (tree(live, of_live), tree(git, of_git));
        Self {
            live,
            git,
            base: base_tree,
        }
    }

    pub fn of(&self, side: Side) -> &Tree<'a> {
        match side {
            Side::Live => &self.live,
            Side::Git => &self.git,
        }
    }

    fn all(&self) -> BTreeSet<usize> {
        let trees = [&self.base, &self.live, &self.git].into_iter();
        trees
            .flat_map(|tree| tree.numbers.iter().copied())
            .collect()
    }

    /// What a component is called on whichever side has it.
    pub fn path(&self, number: usize) -> String {
        let trees = [&self.git, &self.live, &self.base].into_iter();
        let node = trees.into_iter().find_map(|tree| tree.node(number));
        node.map_or_else(String::new, |node| format!("components[{}]", node.label))
    }

    /// What each component that stays is by itself, without its children.
    fn own_values(&self, merger: &mut Merger, fates: &Fates) -> BTreeMap<usize, Value> {
        let mut found = BTreeMap::new();
        for number in self.all() {
            let whole = |tree: &Tree<'a>| tree.node(number).map(|node| node.component);
            let value = match fates.0.get(&number) {
                Some(Fate::Gone) => None,
                Some(Fate::As(side)) => whole(self.of(*side)).map(childless),
                None => {
                    let three = Three {
                        base: whole(&self.base),
                        live: whole(&self.live),
                        git: whole(&self.git),
                    };
                    match three.settled_as(same_alone) {
                        Some(settled) => settled.map(childless),
                        None => {
                            let all = [three.base, three.live, three.git];
                            let all = all.map(|it| it.map(childless));
                            component(merger, &self.path(number), Three::of(&all))
                        }
                    }
                }
            };
            found.extend(value.map(|value| (number, value)));
        }
        found
    }

    /// The component that each one stands in; `None` if they stand in each other.
    fn parents(
        &self,
        merger: &mut Merger,
        own: &BTreeMap<usize, Value>,
    ) -> Option<BTreeMap<usize, Option<usize>>> {
        let stays = |parent: &Option<usize>| parent.is_none_or(|it| own.contains_key(&it));
        let mut parents = BTreeMap::new();
        for number in own.keys() {
            let base = self.base.parent(*number);
            let (live, git) = (self.live.parent(*number), self.git.parent(*number));
            let chosen = match (live, git) {
                (Some(live), Some(git)) if live == git || base == Some(live) => Some(git),
                (Some(live), Some(git)) if base == Some(git) => {
                    // A place in what is gone is none.
                    Some(if stays(&live) { live } else { git })
                }
                (Some(live), Some(git)) => {
                    let name = |parent: Option<usize>| {
                        Value::from(parent.map(|it| self.path(it)).unwrap_or_default())
                    };
                    let three = [base, Some(live), Some(git)].map(|it| it.map(name));
                    let path = format!("{}.parent", self.path(*number));
                    merger.collide(&path, Three::of(&three));
                    Some(match merger.favour {
                        Some(Side::Live) => live,
                        Some(Side::Git) | None => git,
                    })
                }
                (one, other) => one.or(other),
            };
            let chosen = [chosen, live, git].into_iter().flatten().find(&stays);
            parents.insert(*number, chosen.flatten());
        }
        let ends = |number: &usize| {
            let mut seen = BTreeSet::new();
            let mut at = Some(*number);
            while let Some(number) = at {
                if !seen.insert(number) {
                    return false;
                }
                at = parents.get(&number).copied().flatten();
            }
            true
        };
        parents.keys().all(ends).then_some(parents)
    }

    /// Puts the tree together again.
    fn assemble(
        &self,
        merger: &mut Merger,
        mut own: BTreeMap<usize, Value>,
        parents: &BTreeMap<usize, Option<usize>>,
    ) -> Vec<Value> {
        let mut held: BTreeMap<Option<usize>, BTreeSet<usize>> = BTreeMap::new();
        for (number, parent) in parents {
            held.entry(*parent).or_default().insert(*number);
        }
        let mut orders: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for (parent, kept) in &held {
            let [base, live, git] =
                [&self.base, &self.live, &self.git].map(|tree| tree.children(*parent));
            let Order {
                mut items,
                collides,
            } = order(base, live, git, kept, merger.favour);
            // What stands here only because its own place is gone comes last.
            let rest: Vec<_> = kept
                .iter()
                .filter(|it| !items.contains(it))
                .copied()
                .collect();
            items.extend(rest);
            if collides {
                let names = |items: &[usize]| {
                    let paths = items.iter().map(|it| Value::from(self.path(*it)));
                    Some(Value::Array(paths.collect()))
                };
                let path = match parent {
                    Some(parent) => format!("{}.children", self.path(*parent)),
                    None => "components".to_owned(),
                };
                merger.collide(&path, Three::of(&[base, live, git].map(names)));
            }
            orders.insert(*parent, items);
        }
        built(None, &mut own, &orders)
    }
}

fn built(
    parent: Option<usize>,
    own: &mut BTreeMap<usize, Value>,
    orders: &BTreeMap<Option<usize>, Vec<usize>>,
) -> Vec<Value> {
    let mut items = Vec::new();
    for number in orders.get(&parent).into_iter().flatten() {
        let Some(mut component) = own.remove(number) else {
            continue;
        };
        let children = built(Some(*number), own, orders);
        if !children.is_empty()
            && let Value::Object(fields) = &mut component
        {
            let properties = fields
                .entry("properties")
                .or_insert_with(|| Map::new().into());
            if let Value::Object(properties) = properties {
                properties.insert("children".to_owned(), children.into());
            }
        }
        items.push(component);
    }
    items
}
