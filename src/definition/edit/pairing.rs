//! Which wanted component was which before: by name, or, where only the name is another, by all the rest.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::homes::children_of;

/// A component of the tree.
pub(super) struct Node<'v> {
    pub value: &'v Value,
    parent: Option<usize>,
}

impl<'v> Node<'v> {
    fn text(&self, key: &str) -> &'v str {
        self.value.get(key).and_then(Value::as_str).unwrap_or("")
    }

    fn properties(&self) -> Option<&'v Map<String, Value>> {
        self.value.get("properties")?.as_object()
    }

    /// What it is beside its name and the components in it.
    fn rest(&self) -> Value {
        let mut rest = self.properties().cloned().unwrap_or_default();
        rest.remove("children");
        json!([self.text("type"), rest, self.value.get("events")])
    }
}

/// All components, each before those in it.
pub(super) fn flatten(components: &[Value]) -> Vec<Node<'_>> {
    fn add<'v>(components: &'v [Value], parent: Option<usize>, nodes: &mut Vec<Node<'v>>) {
        for value in components {
            let own = nodes.len();
            nodes.push(Node { value, parent });
            add(children_of(value).unwrap_or_default(), Some(own), nodes);
        }
    }
    let mut nodes = Vec::new();
    add(components, None, &mut nodes);
    nodes
}

/// For each wanted component the one that it was, both as indexes.
pub(super) fn pair(before: &[Node<'_>], wanted: &[Node<'_>]) -> Vec<Option<usize>> {
    let mut pairing = Pairing {
        before,
        wanted,
        partners: vec![None; wanted.len()],
        is_taken: vec![false; before.len()],
    };
    pairing.by_name();
    pairing.by_rest();
    pairing.by_place();
    pairing.partners
}

struct Pairing<'p, 'v> {
    before: &'p [Node<'v>],
    wanted: &'p [Node<'v>],
    partners: Vec<Option<usize>>,
    is_taken: Vec<bool>,
}

impl Pairing<'_, '_> {
    fn take(&mut self, wanted: usize, before: usize) {
        self.partners[wanted] = Some(before);
        self.is_taken[before] = true;
    }

    fn by_name(&mut self) {
        let mut known: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, node) in self.before.iter().enumerate().rev() {
            known.entry(node.text("name")).or_default().push(index);
        }
        for (index, node) in self.wanted.iter().enumerate() {
            let found = known.get_mut(node.text("name")).and_then(Vec::pop);
            if let Some(found) = found {
                self.take(index, found);
            }
        }
    }

    /// Those whose name alone is another.
    fn by_rest(&mut self) {
        let is_cell = |node: &Node<'_>| node.text("type") == "gridCell";
        let left = (0..self.wanted.len()).filter(|it| self.partners[*it].is_none());
        let left: Vec<_> = left.filter(|it| !is_cell(&self.wanted[*it])).collect();
        if left.is_empty() {
            return;
        }
        let free = (0..self.before.len()).filter(|it| !self.is_taken[*it]);
        let free: Vec<_> = free.map(|it| (it, self.before[it].rest())).collect();
        for wanted in left {
            let rest = self.wanted[wanted].rest();
            let mut found = free
                .iter()
                .filter(|(it, other)| !self.is_taken[*it] && *other == rest);
            // Two that are the same but for their names tell nothing.
            if let (Some((only, _)), None) = (found.next(), found.next()) {
                self.take(wanted, *only);
            }
        }
    }

    /// Those that stand in the same component, are of the same type, and have half of what they say in common.
    fn by_place(&mut self) {
        for wanted in 0..self.wanted.len() {
            if self.partners[wanted].is_some() || self.wanted[wanted].text("type") == "gridCell" {
                continue;
            }
            let fits = |before: &usize| {
                let (a, b) = (&self.before[*before], &self.wanted[wanted]);
                !self.is_taken[*before]
                    && a.text("type") == b.text("type")
                    && self.is_same_place(a.parent, b.parent)
                    && is_alike(a, b)
            };
            let found = (0..self.before.len()).find(fits);
            if let Some(found) = found {
                self.take(wanted, found);
            }
        }
    }

    fn is_same_place(&self, before: Option<usize>, wanted: Option<usize>) -> bool {
        match (before, wanted) {
            (None, None) => true,
            (Some(before), Some(wanted)) => self.partners[wanted] == Some(before),
            _ => false,
        }
    }
}

fn is_alike(a: &Node<'_>, b: &Node<'_>) -> bool {
    let (Some(a), Some(b)) = (a.properties(), b.properties()) else {
        return false;
    };
    let keys: BTreeSet<_> = a
        .keys()
        .chain(b.keys())
        .filter(|key| *key != "children")
        .collect();
    let same = keys
        .iter()
        .filter(|key| a.get(**key) == b.get(**key))
        .count();
    same * 2 >= keys.len()
}
