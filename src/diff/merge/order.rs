//! The order of a list that two sides changed.

use std::collections::BTreeSet;

/// Which of two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is live.
    Live,
    /// What git says.
    Git,
}

/// An order, and whether both sides changed it in different ways, so that one of them had to give way.
pub(super) struct Order {
    pub items: Vec<usize>,
    pub collides: bool,
}

/// The order of the items of `kept`, each of which is in the list of at least one side. Items are told by numbers.
///
/// The items that all three lists have are ordered as the side that reordered them has it; what only one side has comes
/// after what stands before it there.
pub(super) fn order(
    base: &[usize],
    live: &[usize],
    git: &[usize],
    kept: &BTreeSet<usize>,
    favour: Option<Side>,
) -> Order {
    let set = |items: &[usize]| items.iter().copied().collect::<BTreeSet<_>>();
    let (in_base, in_live, in_git) = (set(base), set(live), set(git));
    let common = |items: &[usize]| -> Vec<usize> {
        let is_common =
            |it: &usize| in_base.contains(it) && in_live.contains(it) && in_git.contains(it);
        items
            .iter()
            .copied()
            .filter(|it| kept.contains(it) && is_common(it))
            .collect()
    };
    let (before, now, wanted) = (common(base), common(live), common(git));
    let (leads, collides) = match () {
        () if now == before || now == wanted => (Side::Git, false),
        () if wanted == before => (Side::Live, false),
        () => (favour.unwrap_or(Side::Git), true),
    };
    let (first, second) = match leads {
        Side::Git => (git, live),
        Side::Live => (live, git),
    };
    let mut items: Vec<usize> = first
        .iter()
        .copied()
        .filter(|it| kept.contains(it))
        .collect();
    let mut placed = set(&items);
    let mut previous = None;
    for item in second.iter().copied().filter(|it| kept.contains(it)) {
        if placed.insert(item) {
            let after = previous.and_then(|it| items.iter().position(|other| *other == it));
            items.insert(after.map_or(0, |at| at + 1), item);
        }
        previous = Some(item);
    }
    Order { items, collides }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(base: &[usize], live: &[usize], git: &[usize]) -> (Vec<usize>, bool) {
        let kept = live.iter().chain(git).copied();
        let kept = kept.filter(|it| {
            let gone = base.contains(it) && !(live.contains(it) && git.contains(it));
            !gone
        });
        let Order { items, collides } = order(base, live, git, &kept.collect(), None);
        (items, collides)
    }

    #[test]
    fn additions_of_both_sides_stand_after_what_they_stood_after() {
        assert_eq!(
            ordered(&[1, 2], &[1, 3, 2], &[1, 2, 4]),
            (vec![1, 3, 2, 4], false)
        );
        assert_eq!(
            ordered(&[1, 2], &[3, 1, 2], &[1, 2]),
            (vec![3, 1, 2], false)
        );
        assert_eq!(ordered(&[1, 2], &[2], &[1, 2, 4]), (vec![2, 4], false));
    }

    #[test]
    fn the_side_that_reordered_leads_and_two_of_them_collide() {
        assert_eq!(
            ordered(&[1, 2, 3], &[3, 1, 2], &[1, 2, 3, 4]),
            (vec![3, 4, 1, 2], false)
        );
        assert_eq!(
            ordered(&[1, 2, 3], &[1, 2, 3], &[2, 1, 3]),
            (vec![2, 1, 3], false)
        );
        assert!(ordered(&[1, 2, 3], &[3, 1, 2], &[2, 1, 3]).1);
        assert!(!ordered(&[1, 2, 3], &[2, 1, 3], &[2, 1, 3]).1);
    }
}
