//! The listing loop, which trusts as little as it can (`API.md` section 4).
//!
//! Three things are unknown: whether the first page is 0 or 1, the largest `limit` that is obeyed, and whether the
//! announced count counts what is shown. So the loop starts at page 0, asks for later pages in the length that the first
//! one really had, knows items by id, and is done when the announced count is reached. A count that is never reached is
//! an error: an app that we do not see would be created a second time.
//!
//! Pages are cut from a list that others change meanwhile. What is new comes last (the order is by creation), but what
//! is deleted moves everything after it one place up, and an item may slip from a page that is still to be read to one
//! that was read. A count that shrinks betrays it, and the whole list is read anew.

use std::collections::HashSet;
use std::future::Future;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{Error, Operation};

/// What we ask for, hoping for few pages.
const LIMIT: usize = 100;

/// How many pages are asked for ahead, so that a wild count costs a handful of requests and not thousands.
const AHEAD: usize = 16;

/// More pages than any honest list has; a server that never stops ends here.
const MAX_PAGES: u64 = 2_000;

/// How often a list is read anew because it shrank meanwhile.
const PASSES: usize = 4;

/// The request of one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) number: u64,
    pub(super) limit: usize,
}

/// The answer.
pub(super) struct Page<T> {
    pub(super) items: Vec<(Uuid, T)>,
    /// How many items there are on all pages together.
    pub(super) announced: Option<u64>,
}

/// Reads all pages and hands over what is new on each. After the first, pages are asked for side by side, each with one
/// of the `permits`. When a list is read anew, an item may be handed over again.
pub(super) async fn read<T, F>(
    operation: Operation,
    permits: &Semaphore,
    ask: impl Fn(Ask) -> F,
    mut on_new: impl FnMut(Vec<T>),
) -> Result<(), Error>
where
    F: Future<Output = Result<Page<T>, Error>>,
{
    let ask = &ask;
    'pass: for _ in 0..PASSES {
        let mut progress = Progress::default();
        let mut asked = FuturesUnordered::new();
        loop {
            while let Some(next) = progress.next(asked.len()) {
                asked.push(async move {
                    let _permit = permits.acquire().await;
                    (next.number, ask(next).await)
                });
            }
            let Some((number, page)) = asked.next().await else {
                return progress.finish(operation);
            };
            let Page { items, announced } = page?;
            let ids: Vec<Uuid> = items.iter().map(|(id, _)| *id).collect();
            let Some(new) = progress.take(number, &ids, announced) else {
                tracing::info!(%operation, "the list shrank while it was read: reading it anew");
                continue 'pass;
            };
            let items = items.into_iter().zip(new);
            on_new(
                items
                    .filter(|(_, new)| *new)
                    .map(|((_, item), _)| item)
                    .collect(),
            );
        }
    }
    Err(Error::RestlessListing { operation })
}

/// How far one pass has come. Pure: told what came, it says what to ask for next.
#[derive(Debug, Default)]
struct Progress {
    seen: HashSet<Uuid>,
    announced: Option<u64>,
    /// The length of the first page that had items.
    length: usize,
    next: u64,
    /// Pages that had items, but none that is new.
    repeats: u32,
    ended: bool,
}

impl Progress {
    /// The next page to ask for while `asked` pages are under way; `None` to wait for those, or to stop.
    fn next(&mut self, asked: usize) -> Option<Ask> {
        if self.ended || asked >= AHEAD || self.next >= MAX_PAGES {
            return None;
        }
        let wanted = match self.announced {
            _ if self.next == 0 => true,
            // Until a page had items, or without a count, only an answer can tell whether there is another page.
            _ if self.length == 0 => asked == 0,
            None => asked == 0,
            Some(announced) => ((self.seen.len() + asked * self.length) as u64) < announced,
        };
        if !wanted {
            return None;
        }
        let number = self.next;
        self.next += 1;
        let limit = match self.length {
            0 => LIMIT,
            length => length,
        };
        Some(Ask { number, limit })
    }

    /// Counts a page; says which of its items are new, or `None` if the pass is worthless.
    fn take(&mut self, number: u64, ids: &[Uuid], announced: Option<u64>) -> Option<Vec<bool>> {
        if ids.is_empty() {
            // An empty page 0 before announced items means that pages count from 1. A page after the last may announce
            // anything.
            self.announced = self.announced.or(announced);
            self.ended |= number > 0 || self.announced.unwrap_or(0) == 0;
            return Some(Vec::new());
        }
        let announced = announced.or(self.announced);
        if announced < self.announced {
            return None;
        }
        self.announced = announced;
        if self.length == 0 {
            self.length = ids.len();
        }
        let new: Vec<bool> = ids.iter().map(|id| self.seen.insert(*id)).collect();
        if !new.contains(&true) {
            // One such page is expected where pages 0 and 1 are the same.
            self.repeats += 1;
            self.ended |= self.repeats > 1;
        }
        Some(new)
    }

    fn finish(self, operation: Operation) -> Result<(), Error> {
        let shown = self.seen.len() as u64;
        match self.announced {
            Some(announced) if shown < announced => Err(Error::IncompleteListing {
                operation,
                announced,
                shown,
            }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// A server's list, paged in one of the ways that servers page.
    struct List {
        ids: Vec<Uuid>,
        first: u64,
        cap: usize,
        announces: Option<u64>,
    }

    impl List {
        fn of(count: u128) -> Self {
            Self {
                ids: (1..=count).map(Uuid::from_u128).collect(),
                first: 0,
                cap: 100,
                announces: Some(count as u64),
            }
        }

        fn page(&self, ask: Ask) -> Page<Uuid> {
            let limit = ask.limit.min(self.cap);
            let from = ask.number.saturating_sub(self.first) as usize * limit;
            let items = self.ids.iter().skip(from).take(limit);
            Page {
                items: items.map(|id| (*id, *id)).collect(),
                announced: self.announces,
            }
        }
    }

    /// Reads a list; returns what came and the number of requests.
    async fn read_all(page: impl Fn(Ask) -> Page<Uuid>) -> (Result<(), Error>, Vec<Uuid>, usize) {
        let (requests, mut all) = (Cell::new(0), Vec::new());
        let ask = |ask| {
            requests.set(requests.get() + 1);
            let page = page(ask);
            async { Ok(page) }
        };
        let result = read(Operation::List, &Semaphore::new(4), ask, |new| {
            all.extend(new)
        })
        .await;
        all.sort();
        (result, all, requests.get())
    }

    #[tokio::test]
    async fn a_list_is_read_whole_whatever_the_server_does_with_pages() {
        for count in [0, 1, 99, 100, 101, 1000] {
            for first in [0, 1] {
                for cap in [10, 50, 100] {
                    let list = List {
                        first,
                        cap,
                        ..List::of(count)
                    };
                    let (result, all, requests) = read_all(|ask| list.page(ask)).await;
                    result.unwrap();
                    assert_eq!(all, list.ids, "{count} {first} {cap}");
                    let pages = (count as usize).div_ceil(cap).max(1);
                    assert!(requests <= pages + 1, "{count} {first} {cap}: {requests}");
                }
            }
        }
    }

    #[tokio::test]
    async fn without_a_count_the_end_is_the_page_that_brings_nothing() {
        for first in [0, 1] {
            let list = List {
                first,
                announces: None,
                ..List::of(250)
            };
            let (result, all, _) = read_all(|ask| list.page(ask)).await;
            result.unwrap();
            assert_eq!(all.len(), 250);
        }
    }

    #[tokio::test]
    async fn an_empty_page_0_is_not_the_end_of_a_list_that_has_items() {
        let list = List {
            first: 1,
            ..List::of(250)
        };
        let page = |ask: Ask| match ask.number {
            0 => Page {
                items: vec![],
                announced: Some(250),
            },
            _ => list.page(ask),
        };
        let (result, all, _) = read_all(page).await;
        result.unwrap();
        assert_eq!(all.len(), 250);
    }

    #[tokio::test]
    async fn a_count_that_is_never_reached_is_an_error() {
        let list = List {
            announces: Some(u64::MAX),
            ..List::of(150)
        };
        let (result, all, requests) = read_all(|ask| list.page(ask)).await;
        assert!(matches!(
            result,
            Err(Error::IncompleteListing {
                announced: u64::MAX,
                shown: 150,
                ..
            })
        ));
        assert_eq!(all.len(), 150);
        assert!(requests <= 2 + 2 * AHEAD, "{requests}");
    }

    #[tokio::test]
    async fn a_server_that_always_shows_the_same_page_is_left_early() {
        let list = List {
            announces: Some(1_000_000),
            ..List::of(100)
        };
        let first = Ask {
            number: 0,
            limit: 100,
        };
        let (result, _, requests) = read_all(|_| list.page(first)).await;
        assert!(result.is_err());
        assert!(requests <= 2 + 2 * AHEAD, "{requests}");
    }

    #[tokio::test]
    async fn a_list_that_grows_for_ever_is_left() {
        let page = |ask: Ask| {
            let from = u128::from(ask.number) * 10;
            let ids = (from + 1..=from + 10).map(Uuid::from_u128);
            let announced = Some((ask.number + 2) * 10);
            Page {
                items: ids.map(|id| (id, id)).collect(),
                announced,
            }
        };
        let (result, _, requests) = read_all(page).await;
        assert!(result.is_err());
        assert!(requests <= PASSES * MAX_PAGES as usize);
    }

    #[tokio::test]
    async fn an_item_that_slips_between_pages_because_another_was_deleted_is_found() {
        let (before, requests) = (List::of(250), Cell::new(0));
        let mut after = List::of(250);
        after.ids.remove(5);
        after.announces = Some(249);
        let page = |ask| {
            requests.set(requests.get() + 1);
            match requests.get() {
                1 => before.page(ask),
                _ => after.page(ask),
            }
        };
        let (result, mut all, _) = read_all(page).await;
        result.unwrap();
        all.dedup();
        assert_eq!(all, before.ids);
    }
}
