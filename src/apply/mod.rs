//! Makes the calls of a plan, and reports truthfully what became of each.
//!
//! Apps go side by side, the steps of one app in their order; a step that fails ends its app and no other. Deletions come
//! after everything else, so that a run that breaks off has removed nothing. What to do was decided in `plan`: here is
//! only the making, the binding of ids and versions to the steps that need them, the check that the app is still the one
//! that was planned on or as our own steps left it ([`left`]), after a lost answer the look at what happened ([`save`]),
//! and in the end the look whether another run made the same apps ([`twin`]).

mod backup;
mod deletion;
mod failure;
mod left;
mod one;
mod report;
mod save;
mod stop;
mod twin;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::StreamExt;

use crate::api::{Client, Writer};
use crate::model::{AppId, AppKey};
use crate::plan::{AppPlan, Call, Plan};

pub use report::{AppReport, Failure, Notice, Outcome, Report, Skipped, Stale, Tally};
pub use stop::Stop;

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many apps go side by side.
    pub parallelism: usize,
    /// What a failure means for the other apps.
    pub on_error: OnError,
    /// Where copies of apps are kept before they are overwritten or deleted; none are kept where there is no such folder.
    pub backup: Option<PathBuf>,
}

/// What a failure means for the other apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// Nothing: they go on.
    Continue,
    /// No new step is begun.
    Stop,
}

/// What a watcher of the run hears.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A step is begun.
    Started {
        /// The app.
        key: &'a AppKey,
        /// What is called.
        call: &'a Call,
    },
    /// A step is over, or was skipped.
    Finished {
        /// The app.
        key: &'a AppKey,
        /// What was called.
        call: &'a Call,
        /// What became of it.
        outcome: &'a Outcome,
    },
}

/// Makes every call of `plan`. Never fails as a whole: the report says what became of each step.
pub async fn apply(
    plan: &Plan,
    writer: &Writer,
    options: &Options,
    stop: &Stop,
    on_event: &(dyn Fn(Event<'_>) + Sync),
) -> Report {
    let mut report = Report::untried(plan);
    let run = Run {
        plan,
        client: writer.client(),
        writer,
        options,
        stop,
        on_event,
        failed: AtomicBool::new(false),
    };
    let apps = || plan.apps.iter().filter(|app| !app.steps.is_empty());
    let (deletions, others): (Vec<_>, Vec<_>) = apps().partition(|app| deletes(app));
    let mut results: Vec<Result> = futures::stream::iter(others)
        .map(|app| run.one(app))
        .buffer_unordered(options.parallelism.max(1))
        .collect()
        .await;
    results.extend(run.deletions(&deletions).await);
    for result in results {
        let app = report
            .apps
            .iter_mut()
            .find(|app| app.key == *result.key && app.id == result.planned);
        let Some(app) = app else { continue };
        app.id = result.id;
        for ((_, outcome), became) in app.steps.iter_mut().zip(result.outcomes) {
            *outcome = became;
        }
    }
    run.note_twins(&mut report).await;
    report
}

fn deletes(app: &AppPlan) -> bool {
    app.steps.iter().any(|step| step.call == Call::Delete)
}

/// One run, as every app sees it.
struct Run<'a> {
    plan: &'a Plan,
    client: &'a Client,
    writer: &'a Writer,
    options: &'a Options,
    stop: &'a Stop,
    on_event: &'a (dyn Fn(Event<'_>) + Sync),
    /// Whether any step failed.
    failed: AtomicBool,
}

/// What became of one app.
struct Result<'a> {
    key: &'a AppKey,
    /// The id in the plan.
    planned: Option<AppId>,
    /// The id now.
    id: Option<AppId>,
    outcomes: Vec<Outcome>,
}

impl Run<'_> {
    /// Why no new app may begin, if so.
    fn held_back(&self) -> Option<Skipped> {
        match self.stop.holds_apps() {
            true => Some(Skipped::Stopped),
            false => self.halted(),
        }
    }

    /// Why no new step may begin, if so.
    fn halted(&self) -> Option<Skipped> {
        if self.stop.holds_steps() {
            return Some(Skipped::Stopped);
        }
        let failed = self.failed.load(Ordering::Relaxed);
        (failed && self.options.on_error == OnError::Stop).then_some(Skipped::OtherFailure)
    }

    fn started(&self, app: &AppPlan, call: &Call) {
        (self.on_event)(Event::Started {
            key: &app.key,
            call,
        });
    }

    fn finished(&self, app: &AppPlan, call: &Call, outcome: &Outcome) {
        if matches!(outcome, Outcome::Failed(_)) {
            self.failed.store(true, Ordering::Relaxed);
        }
        (self.on_event)(Event::Finished {
            key: &app.key,
            call,
            outcome,
        });
    }
}
