//! The live side, read whole: the listing, then every app that matters, many at a time.
//!
//! What lives here decides which apps are read, in which order and how many at once, and keeps account of what could not
//! be: unknown is not absent. What never lives here: which file an app belongs to, and what differs.
//!
//! [`fetch`] is the stage, and with a [`Cache`] it reads only what changed; [`find`](find()) reads apps of anybody, by id or by what is listed of them; [`read_more`] reads single apps that only the definitions can tell the need of; [`bases`](bases())
//! reads what our last apply left, for the apps that differ.

mod account;
mod bases;
mod cache;
mod drafts;
mod find;
mod reader;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use futures::channel::mpsc;
use futures::{FutureExt as _, Stream, StreamExt as _, future, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::api::{self, At, Client, Filter};
use crate::model::{AppId, AppKey, Live, LiveApp, Owner};

use account::Account;
use reader::{Reader, Want};

pub use bases::{Asked, Bases, Depth, MOST_BETWEEN, Wanted, bases};
pub use cache::{Cache, Limits};
pub use drafts::{Copy, drafts};
pub use find::{Sought, find};
pub use reader::{Distrust, Reading};

/// Is given an app as it comes.
pub type OnApp = Arc<dyn Fn(&mut LiveApp) + Send + Sync>;

/// What to read.
#[derive(Clone)]
pub struct Scope {
    /// Whose apps.
    pub owner: Owner,
    /// Apps that are read whether or not the listing shows them, and whatever is selected.
    pub bound: BTreeMap<AppKey, AppId>,
    /// Which of the owner's keys; the others are not read.
    pub selected: Arc<dyn Fn(&AppKey) -> bool + Send + Sync>,
    /// How many requests are under way at once, pages of the listing and apps together.
    pub parallelism: usize,
    /// What was read before, if it may be taken from there.
    pub cache: Option<Cache>,
    /// Is given each app as it comes, before it is put with the others: it may let them share what they have in common
    /// with something else.
    pub on_app: Option<OnApp>,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Fetched {
    /// The apps that are ours or bound.
    pub live: Live,
    /// Apps without any mark that are not bound, by name: among them may be our own, unmarked by a crash.
    pub unmarked: BTreeMap<String, Vec<AppId>>,
    /// Where the apps came from.
    pub reading: Reading,
}

/// How far the reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The listing showed so many apps until now.
    Listed {
        /// Apps of anybody.
        apps: usize,
    },
    /// So many apps were read, of so many that are known to be needed until now.
    Read {
        /// Read, or found to be unreadable.
        done: usize,
        /// Needed.
        wanted: usize,
    },
}

/// Reads the listing and the apps in scope.
///
/// Apps of earlier pages are read while later pages load, so that 1,000 apps at 16 a time take little more than their
/// share of round trips. An error is returned only if not even the listing's first page came; a listing that broke off
/// later leaves an [`Unread`](crate::model::Unread) without an id, so that nothing is created or deleted on its strength.
pub async fn fetch(
    client: &Client,
    scope: &Scope,
    on_event: &(dyn Fn(Event) + Send + Sync),
) -> Result<Fetched, api::Error> {
    let permits = Permits::new(scope.parallelism);
    let mut account = Account::new(scope);
    let reader = Reader::new(client, scope, &permits);
    let (wanted, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (want, wants) = mpsc::unbounded();
    let ask_for = |batch: Vec<Want>| {
        wanted.fetch_add(batch.len(), Ordering::Relaxed);
        // It fails only when nobody reads any more, and then nobody waits for the result either.
        let _ = want.unbounded_send(batch);
    };
    if scope.cache.is_none() {
        // With a cache, the listing may tell that there is no need.
        ask_for(account.bound().into_iter().map(Want::unlisted).collect());
    }
    let listing = async {
        let end = client
            .each_page(&Filter::default(), &permits.requests, |page| {
                let listed = page.into_iter().filter_map(|app| account.list(app));
                ask_for(listed.map(Want::listed).collect());
                let apps = account.listed();
                on_event(Event::Listed { apps });
            })
            .await;
        ask_for(account.bound().into_iter().map(Want::unlisted).collect());
        // Nothing more is wanted: the reading ends with what was asked for.
        want.close_channel();
        match end {
            Err(error) if account.listed() == 0 => Err(error),
            end => Ok((account, end.err())),
        }
    };
    let reading = async {
        let on_read = || {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            let wanted = wanted.load(Ordering::Relaxed);
            on_event(Event::Read { done, wanted });
        };
        Ok(reader.take(wants, &on_read).await)
    };
    let ((account, broken), answers) = future::try_join(listing, reading).await?;
    Ok(account.close(broken, answers, reader.close().await))
}

/// Reads more apps into `live`: those that could be our own unmarked creation, known once the definitions are loaded.
/// One that is gone meanwhile is simply absent.
pub async fn read_more(client: &Client, live: &mut Live, ids: &[AppId], parallelism: usize) {
    let permits = Permits::new(parallelism);
    let ids: BTreeSet<AppId> = ids.iter().copied().collect();
    let unknown = ids.into_iter().filter(|id| !live.apps.contains_key(id));
    let wants = stream::iter(unknown.collect::<Vec<_>>());
    for (id, answer) in read(client, wants, &permits, parallelism, &|| ()).await {
        match answer {
            Ok(Some(app)) => {
                live.apps.insert(id, app);
            }
            Ok(None) => {}
            Err(error) => live.unread.push(account::unread(Some(id), None, &error)),
        }
    }
    live.unread.sort_by_key(|unread| unread.id);
}

/// How many answers may be waiting for the processor while as many requests as are allowed are under way.
const BEING_UNDERSTOOD: usize = 16;

/// What is done at once.
struct Permits {
    /// Requests.
    requests: Arc<Semaphore>,
    /// Answers that are being understood: as many as there are cores.
    understanding: Semaphore,
}

/// A request that may be under way.
type Permit = Option<OwnedSemaphorePermit>;

impl Permits {
    fn new(parallelism: usize) -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            requests: Arc::new(Semaphore::new(parallelism.max(1))),
            understanding: Semaphore::new(cores),
        }
    }

    /// Waits until one more request may be under way. No one closes the semaphore; were it closed, there would be no limit
    /// any more.
    fn request(&self) -> impl Future<Output = Permit> + use<> {
        Arc::clone(&self.requests).acquire_owned().map(Result::ok)
    }

    /// Reads one app. To understand what came is left to other threads than those that wait for the network: while they do,
    /// the next requests are under way.
    async fn read(
        &self,
        client: &Client,
        id: AppId,
        permit: Permit,
    ) -> Result<Option<LiveApp>, api::Error> {
        let unread = client.unread_app(id, At::Latest).await;
        drop(permit);
        let Some(unread) = unread? else {
            return Ok(None);
        };
        let _turn = self.understanding.acquire().await;
        let reading = tokio::task::spawn_blocking(move || unread.read());
        (reading.await).expect("reading an app does not panic, and is not cancelled")
    }
}

/// An app that was asked for, and what came.
pub type Answer = (AppId, Result<Option<LiveApp>, api::Error>);

/// Reads the wanted apps as fast as the permits allow.
async fn read(
    client: &Client,
    wants: impl Stream<Item = AppId>,
    permits: &Permits,
    parallelism: usize,
    on_read: &(dyn Fn() + Send + Sync),
) -> Vec<Answer> {
    let read_one = async |(id, permit)| {
        let answer = permits.read(client, id, permit).await;
        on_read();
        (id, answer)
    };
    wants
        // One at a time waits for a permit, so that pages, which bring more to do, are not behind a long queue.
        .then(|id| permits.request().map(move |permit| (id, permit)))
        .map(read_one)
        .buffer_unordered(parallelism.max(1) + BEING_UNDERSTOOD)
        .collect()
        .await
}
