//! The same work on many files, on all cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use crate::expression::{Parser, with_parsers};

/// Keeps one of several cores for other work, until it is open: who reads files while answers from the network come in
/// would else keep them waiting, and with them the next requests.
#[derive(Debug, Default)]
pub struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    /// One that keeps nothing.
    pub fn opened() -> Self {
        let gate = Self::default();
        gate.open();
        gate
    }

    /// Gives the last core free.
    pub fn open(&self) {
        // A flag is whole at any time.
        *self.is_open.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.opened.notify_all();
    }

    fn wait(&self) {
        let is_open = self.is_open.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.opened.wait_while(is_open, |is_open| !*is_open));
    }
}

/// Does the work for each item; the results come in the order of the items. The threads are those of JavaScript's parser,
/// whose stacks are enough for the deepest nesting that the limits allow.
pub(super) fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    gate: &Gate,
    work: impl Fn(&T, &mut Parser) -> R + Sync,
) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let (begun, next) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = |parser: &mut Parser| {
        let mut results = Vec::new();
        let others = begun.fetch_add(1, Ordering::Relaxed);
        if others > 0 && others + 1 == cores {
            gate.wait();
        }
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                // Nothing is left to wait for.
                gate.open();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_work_is_done_whether_or_not_the_gate_opens() {
        let items: Vec<u32> = (0..1000).collect();
        for gate in [Gate::default(), Gate::opened()] {
            assert_eq!(side_by_side(&items, &gate, |item, _| *item), items);
        }
    }
}
