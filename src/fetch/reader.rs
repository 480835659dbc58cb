//! Takes the wanted apps from the cache where the listing says that nothing changed, and from the server otherwise; and
//! measures meanwhile whether what the listing says can be believed.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use futures::{Stream, StreamExt as _, stream};

use super::cache::{Entry, Shelf};
use super::{Answer, BEING_UNDERSTOOD, Permit, Permits, Scope, read};
use crate::api::{Client, ListedApp};
use crate::model::{AppId, LiveApp};

/// Where the apps of a fetch came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// So many were read from the server.
    pub read: usize,
    /// So many were taken from the cache.
    pub cached: usize,
    /// Why the cache was not used, where it was given up.
    pub distrust: Option<Distrust>,
}

/// The listing does not tell the truth about an app, or somebody changed that app between two requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distrust {
    /// The app.
    pub id: AppId,
    /// What the listing says otherwise than the app itself.
    pub about: &'static str,
}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, about } = self;
        write!(
            f,
            "the list of apps and the app `{id}` do not agree on {about}"
        )
    }
}

/// An app that is wanted.
pub(super) struct Want {
    id: AppId,
    listed: Option<ListedApp>,
    kept: Option<Entry>,
    /// Whether it is read although it is kept.
    sampled: bool,
}

impl Want {
    /// One that the listing shows.
    pub(super) fn listed(app: ListedApp) -> Self {
        let want = Self::unlisted(app.id);
        Self {
            listed: Some(app),
            ..want
        }
    }

    /// One that is read whatever the listing shows.
    pub(super) fn unlisted(id: AppId) -> Self {
        Self {
            id,
            listed: None,
            kept: None,
            sampled: false,
        }
    }

    /// Waits for a permit to ask for it, if it is to be asked for.
    async fn with_permit(self, request: impl Future<Output = Permit>) -> (Self, Permit) {
        let is_at_hand = self.kept.is_some() && !self.sampled;
        let permit = match is_at_hand {
            true => None,
            false => request.await,
        };
        (self, permit)
    }
}

/// The reading of one fetch.
pub(super) struct Reader<'a> {
    client: &'a Client,
    permits: &'a Permits,
    parallelism: usize,
    shelf: Option<Arc<Shelf>>,
    scope: &'a Scope,
    distrust: OnceLock<Distrust>,
    read: AtomicUsize,
    cached: AtomicUsize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(client: &'a Client, scope: &'a Scope, permits: &'a Permits) -> Self {
        let cache = scope.cache.as_ref();
        Self {
            client,
            permits,
            parallelism: scope.parallelism.max(1),
            scope,
            shelf: cache.map(|cache| Arc::new(cache.shelf(client.seal()))),
            distrust: OnceLock::new(),
            read: AtomicUsize::new(0),
            cached: AtomicUsize::new(0),
        }
    }

    /// All wanted apps, as they come, page by page of the listing.
    pub(super) async fn take(
        &self,
        wants: impl Stream<Item = Vec<Want>>,
        on_read: &(dyn Fn() + Send + Sync),
    ) -> Vec<Answer> {
        let found = wants.map(|page| self.look_up(page)).buffered(2);
        let taken: Vec<(Answer, bool)> = found
            .flat_map(stream::iter)
            // One at a time waits for a permit, so that pages, which bring more to do, are not behind a long queue.
            .then(|want| want.with_permit(self.permits.request()))
            .map(|(want, permit)| self.take_one(want, permit, on_read))
            .buffer_unordered(self.parallelism + BEING_UNDERSTOOD)
            .collect()
            .await;
        let is_trusted = self.distrust.get().is_none();
        let (mut answers, mut again) = (Vec::with_capacity(taken.len()), Vec::new());
        for (answer, is_cached) in taken {
            match is_cached && !is_trusted {
                true => again.push(answer.0),
                false => answers.push(answer),
            }
        }
        self.read.fetch_add(again.len(), Ordering::Relaxed);
        self.cached.fetch_sub(again.len(), Ordering::Relaxed);
        let again = stream::iter(again);
        answers.extend(read(self.client, again, self.permits, self.parallelism, &|| ()).await);
        answers
    }

    /// Tells where the apps came from, and leaves the cache in order.
    pub(super) async fn close(self) -> Reading {
        if let Some(shelf) = self.shelf {
            // It is cancelled at the end of the process only.
            let _ = tokio::task::spawn_blocking(move || shelf.tidy()).await;
        }
        Reading {
            read: self.read.into_inner(),
            cached: self.cached.into_inner(),
            distrust: self.distrust.into_inner(),
        }
    }

    /// Looks a page of the listing up. Of those that are kept, the one that was read the longest ago is the sample.
    async fn look_up(&self, mut page: Vec<Want>) -> Vec<Want> {
        let Some(shelf) = self.shelf.clone() else {
            return page;
        };
        if self.distrust.get().is_some() {
            return page;
        }
        let looking = tokio::task::spawn_blocking(move || {
            for want in &mut page {
                want.kept = want.listed.as_ref().and_then(|listed| shelf.find(listed));
            }
            let kept = page.iter_mut().filter_map(|want| {
                let read_at = want.kept.as_ref()?.read_at;
                Some((read_at, want))
            });
            if let Some((_, want)) = kept.min_by_key(|(read_at, want)| (*read_at, want.id)) {
                want.sampled = true;
            }
            page
        });
        looking
            .await
            .expect("looking up does not panic, and is not cancelled")
    }

    /// One app, and whether it came from the cache.
    async fn take_one(
        &self,
        want: Want,
        permit: Permit,
        on_read: &(dyn Fn() + Send + Sync),
    ) -> (Answer, bool) {
        let Want {
            id,
            listed,
            kept,
            sampled,
        } = want;
        let kept = match kept {
            Some(Entry { mut app, .. }) if !sampled => {
                self.cached.fetch_add(1, Ordering::Relaxed);
                self.came(&mut app);
                on_read();
                return ((id, Ok(Some(app))), true);
            }
            kept => kept,
        };
        let mut answer = self.permits.read(self.client, id, permit).await;
        self.read.fetch_add(1, Ordering::Relaxed);
        let Ok(Some(app)) = &mut answer else {
            on_read();
            return ((id, answer), false);
        };
        let is_otherwise = kept.as_ref().is_some_and(|kept| kept.app != *app);
        if let (Some(Entry { app: kept, .. }), false) = (kept, is_otherwise) {
            // It has in common with the other side already what it can.
            *app = kept;
        }
        // Before it is kept, so that a cache in memory keeps what it shares.
        self.came(app);
        if let (Some(shelf), Some(listed)) = (&self.shelf, listed) {
            let about = listed
                .disagrees(app)
                .or(is_otherwise.then_some("whether it changed"));
            match about {
                // The first contradiction is as good as any.
                Some(about) => drop(self.distrust.set(Distrust { id, about })),
                None => {
                    let (shelf, app) = (Arc::clone(shelf), app.clone());
                    let keeping = tokio::task::spawn_blocking(move || shelf.keep(&listed, app));
                    // It is cancelled at the end of the process only.
                    let _ = keeping.await;
                }
            }
        }
        on_read();
        ((id, answer), false)
    }

    fn came(&self, app: &mut LiveApp) {
        if let Some(on_app) = &self.scope.on_app {
            on_app(app);
        }
    }
}
