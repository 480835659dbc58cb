//! Says when to look again: after a save, at an interval, or when it was asked to.
//!
//! Level, not edge: no event is believed. Events of the file system, or the ticks of a poll, are only an occasion to
//! compare the files with how they were ([`snapshot`]); what differs is the reason for another whole run, and where nothing
//! does, there is none. So lost, doubled and foreign events do no harm, and neither does our own reading. Before the
//! comparison, it waits until nothing has moved for a moment ([`calm`]): a save is several events, a switch of branches
//! thousands. [`nudges`] is the only place that knows how events come.
//!
//! What is looked at is what the newest run looked at ([`Watch::follow`]): a repository's other folders cost nothing. What
//! a run does, and what is shown of it, is not known here.

mod calm;
mod nudges;
mod snapshot;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, sleep_until};

use calm::Calm;
use nudges::Nudges;
use snapshot::{Compared, Snapshot};

pub use nudges::Means;

/// When to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Also if nothing was saved, so long after the last run.
    pub every: Option<Duration>,
    /// Do not wait for events, but compare the files so often: for folders whose changes make none, such as those of a
    /// network.
    pub poll: Option<Duration>,
}

/// Why to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// These files and folders are not as they were.
    Saved(BTreeSet<PathBuf>),
    /// The interval is over.
    Interval,
    /// It is as late as [`Watch::rest`] said, or a file may have changed while the newest run read it.
    Again,
}

/// Sees when to look again.
pub struct Watch {
    every: Option<Duration>,
    nudges: Nudges,
    calm: Calm,
    snapshot: Arc<Snapshot>,
    /// Whether a file was written since the newest run began, if only to say the same again.
    is_touched: bool,
    /// When the run began whose sources come next.
    began: SystemTime,
    interval: Option<Instant>,
    again: Option<Instant>,
}

impl Watch {
    /// Begins to watch for the repository at `root`, with a run that begins now.
    pub fn new(root: &Path, options: &Options) -> Self {
        Self {
            every: options.every,
            nudges: Nudges::new(options.poll),
            calm: Calm::new(root),
            snapshot: Arc::default(),
            is_touched: false,
            began: SystemTime::now(),
            interval: None,
            again: None,
        }
    }

    /// How it learns of changes.
    pub fn means(&self) -> &Means {
        self.nudges.means()
    }

    /// Takes what the newest run looked at as what is to be watched. What changed since that run began is seen too.
    pub async fn follow(&mut self, sources: BTreeSet<PathBuf>) {
        if self.snapshot.is_of(&sources) {
            return;
        }
        let (before, began) = (self.snapshot.clone(), self.began);
        let taken = tokio::task::spawn_blocking(move || before.followed_by(sources, began));
        if let Ok(snapshot) = taken.await {
            if snapshot.has_stale() {
                self.calm.nudged();
            }
            self.snapshot = Arc::new(snapshot);
        }
        self.listen();
    }

    fn listen(&mut self) {
        if self.nudges.follow(self.snapshot.paths()) {
            // Whatever happened before its folder was listened to made no event.
            self.calm.nudged();
        }
    }

    /// The newest run is over. Another one is wanted so much later, if no other reason comes first.
    pub fn rest(&mut self, again_in: Option<Duration>) {
        let now = Instant::now();
        self.again = again_in.map(|pause| now + pause);
        self.interval = self.every.map(|every| now + every);
    }

    /// Waits for the next reason to look. A call that is given up loses nothing. The run that follows begins when this
    /// returns.
    pub async fn next(&mut self) -> Cause {
        let (interval, again) = (self.interval, self.again);
        let cause = tokio::select! {
            biased;
            cause = self.saved() => return cause,
            () = until(again) => Cause::Again,
            () = until(interval) => Cause::Interval,
        };
        self.begin();
        cause
    }

    /// The same while a run is under way, which only a save outdates: one that takes longer than the interval would never
    /// end otherwise.
    pub async fn saved(&mut self) -> Cause {
        loop {
            self.calm.come(&mut self.nudges).await;
            let changed = self.compare().await;
            self.calm.over();
            if let Some(changed) = changed {
                return self.differs(changed);
            }
        }
    }

    /// What happened to the files while the newest run was under way, if anything did: it may have read some of them before
    /// that and others after it. Waits until nothing moves any more. Where nothing was told of, the files are compared only
    /// if it is to be `certain`. The run that follows begins when this returns.
    pub async fn outdated(&mut self, certain: bool) -> Option<Cause> {
        if self.nudges.any() {
            self.calm.nudged();
        }
        let is_told = self.means() == &Means::Events;
        let mut changed = None;
        if self.calm.is_awaited() {
            self.calm.come(&mut self.nudges).await;
            changed = self.compare().await;
            self.calm.over();
        } else if certain || !is_told {
            changed = self.compare().await;
        }
        // What was otherwise for a moment may have been read in that moment.
        let was_otherwise = self.is_touched.then(BTreeSet::new);
        changed
            .or(was_otherwise)
            .map(|changed| self.differs(changed))
    }

    /// The files differ, and another run begins.
    fn differs(&mut self, changed: BTreeSet<PathBuf>) -> Cause {
        self.begin();
        match changed.is_empty() {
            true => Cause::Again,
            false => Cause::Saved(changed),
        }
    }

    fn begin(&mut self) {
        self.began = SystemTime::now();
        self.is_touched = false;
    }

    /// Looks how the files are now; says what differs, if they are not as they were, or may not be.
    async fn compare(&mut self) -> Option<BTreeSet<PathBuf>> {
        let before = self.snapshot.clone();
        let compared = tokio::task::spawn_blocking(move || before.now()).await;
        let Compared {
            now,
            changed,
            is_touched,
        } = compared.ok()?;
        let was_stale = self.snapshot.has_stale();
        self.snapshot = Arc::new(now);
        if is_touched {
            self.is_touched = true;
            // A folder may be another one of the same name.
            self.listen();
        }
        (was_stale || !changed.is_empty()).then_some(changed)
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
