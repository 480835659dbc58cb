//! One side's component tree, taken apart.

use std::collections::BTreeMap;

use crate::diff::normalize::Node;

/// One side's tree, its components told by numbers that are the same on all sides.
pub(super) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    /// The number of each node.
    pub numbers: Vec<usize>,
    /// The node of each number.
    places: BTreeMap<usize, usize>,
    /// The numbers of the children of each component, in order; of the top under `None`.
    children: BTreeMap<Option<usize>, Vec<usize>>,
}

impl<'a> Tree<'a> {
    pub fn new(nodes: Vec<Node<'a>>, numbers: Vec<usize>) -> Self {
        let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for (node, number) in nodes.iter().zip(&numbers) {
            let parent = node.parent.map(|it| numbers[it]);
            children.entry(parent).or_default().push(*number);
        }
        Self {
            places: numbers.iter().copied().zip(0..).collect(),
            nodes,
            numbers,
            children,
        }
    }

    pub fn node(&self, number: usize) -> Option<&Node<'a>> {
        self.places.get(&number).map(|place| &self.nodes[*place])
    }

    pub fn has(&self, number: usize) -> bool {
        self.places.contains_key(&number)
    }

    /// The component that one stands in, `Some(None)` at the top; `None` if it is not here.
    pub fn parent(&self, number: usize) -> Option<Option<usize>> {
        let node = self.node(number)?;
        Some(node.parent.map(|it| self.numbers[it]))
    }

    pub fn children(&self, number: Option<usize>) -> &[usize] {
        self.children.get(&number).map_or(&[], Vec::as_slice)
    }
}
