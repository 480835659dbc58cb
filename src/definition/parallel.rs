//! Work on several cores: the same on many files, side by side or ahead of who needs it.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use crate::expression::{Parser, STACK, with_parsers};

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

/// Does the work for one item after another on a thread of its own, at most one ahead of who takes the results: `take` is given
/// the next one, until there is none or no thread was to be had. That thread has the stack of a parser's.
pub(super) fn ahead<T: Sync, R: Send, A>(
    items: &[T],
    work: impl Fn(&T) -> R + Send,
    take: impl FnOnce(&mut dyn FnMut() -> Option<R>) -> A,
) -> A {
    let (results, taken) = sync_channel(0);
    let run = move || {
        for item in items {
            // Nobody takes them any more.
            if results.send(work(item)).is_err() {
                return;
            }
        }
    };
    // Its end of the channel goes with the closure, also by a panic, so that nobody waits for it.
    thread::scope(move |scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        // Without the thread, its end of the channel is gone, and no result comes.
        let begun = builder.spawn_scoped(scope, run);
        let given = take(&mut || taken.recv().ok());
        drop(taken);
        if let Ok(thread) = begun {
            thread.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
        given
    })
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
