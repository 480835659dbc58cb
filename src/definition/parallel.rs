//! The same work on many files, on all cores.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::expression::{Parser, with_parsers};

/// Does the work for each item; the results come in the order of the items. The threads are those of JavaScript's parser,
/// whose stacks are enough for the deepest nesting that the limits allow.
pub(super) fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T, &mut Parser) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = |parser: &mut Parser| {
        let mut results = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return results;
            };
            results.push((index, work(item, parser)));
        }
    };
    let mut results: Vec<_> = with_parsers(items.len(), work)
        .into_iter()
        .flatten()
        .collect();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
