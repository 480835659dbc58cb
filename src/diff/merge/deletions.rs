//! Components that one side deleted: whether the other side changed anything in them, and what becomes of them.

use std::collections::BTreeMap;

use super::order::Side;
use super::side::Tree;
use super::tree::Trees;
use super::values::{Merger, Three};
use crate::diff::parts::same_alone;

/// What a deletion decided about a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It goes.
    Gone,
    /// It stays as this side has it.
    As(Side),
}

/// What deletions decided, by component.
#[derive(Default)]
pub(super) struct Fates(pub BTreeMap<usize, Fate>);

impl Fates {
    /// Decides about what one side still has and the other one deleted.
    pub fn deletions(&mut self, merger: &mut Merger, trees: &Trees<'_>, keeper: Side) {
        let (kept, other) = match keeper {
            Side::Live => (&trees.live, &trees.git),
            Side::Git => (&trees.git, &trees.live),
        };
        let deleted = |number: usize| trees.base.has(number) && !other.has(number);
        // Each component before its children, so that the outermost deletion decides.
        for number in &kept.numbers {
            if self.0.contains_key(number) || !deleted(*number) {
                continue;
            }
            if !is_touched(trees, kept, other, *number) {
                self.0.insert(*number, Fate::Gone);
                continue;
            }
            let whole = |tree: &Tree<'_>| tree.node(*number).map(|it| it.component.clone());
            let three = [&trees.base, &trees.live, &trees.git].map(whole);
            let chosen = merger.collide(&trees.path(*number), Three::of(&three));
            let stays = chosen.is_some();
            let fate = match stays {
                true => Fate::As(keeper),
                false => Fate::Gone,
            };
            self.spread(kept, other, *number, fate);
        }
    }

    /// The same for everything in it that only this side has.
    fn spread(&mut self, kept: &Tree<'_>, other: &Tree<'_>, number: usize, fate: Fate) {
        self.0.insert(number, fate);
        for child in kept.children(Some(number)) {
            if !other.has(*child) {
                self.spread(kept, other, *child, fate);
            }
        }
    }
}

/// Whether the side that still has a component changed anything in it.
fn is_touched(trees: &Trees<'_>, kept: &Tree<'_>, other: &Tree<'_>, number: usize) -> bool {
    let changed = match (trees.base.node(number), kept.node(number)) {
        (Some(before), Some(now)) => !same_alone(before.component, now.component),
        _ => true,
    };
    changed
        || kept.parent(number) != trees.base.parent(number)
        || kept.children(Some(number)).iter().any(|child| {
            match (trees.base.has(*child), other.has(*child)) {
                // New in it.
                (false, _) => true,
                // Moved into it.
                (true, true) => trees.base.parent(*child) != Some(Some(number)),
                (true, false) => is_touched(trees, kept, other, *child),
            }
        })
}
