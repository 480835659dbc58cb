//! Which items of a list changed their place, rather than being pushed by others.

use std::collections::BTreeSet;

/// Given, for each item in its new order, its old index: the positions (in the new order) of the fewest items that must
/// have moved. The others keep their order among themselves (a longest increasing run).
pub(super) fn displaced(old: &[usize]) -> BTreeSet<usize> {
    // `ends[n]` is the position of the smallest item that ends an increasing run of length n + 1.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous = vec![None; old.len()];
    for (position, value) in old.iter().enumerate() {
        let length = ends.partition_point(|end| old[*end] < *value);
        previous[position] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = position,
            None => ends.push(position),
        }
    }
    let mut kept = BTreeSet::new();
    let mut next = ends.last().copied();
    while let Some(position) = next {
        kept.insert(position);
        next = previous[position];
    }
    (0..old.len())
        .filter(|position| !kept.contains(position))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_item_carried_to_the_front_is_one_move() {
        assert_eq!(displaced(&[3, 0, 1, 2]), BTreeSet::from([0]));
        assert_eq!(displaced(&[0, 1, 2]), BTreeSet::new());
        assert_eq!(displaced(&[2, 1, 0]).len(), 2);
        assert_eq!(displaced(&[]), BTreeSet::new());
    }
}
