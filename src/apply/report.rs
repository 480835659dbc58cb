//! What became of a plan: every step exactly once, as done, failed or skipped.

use std::path::PathBuf;

use crate::model::{AppId, AppKey, Publication, Saved, Version};
use crate::plan::{AppPlan, OthersEdits, Plan, Step};

/// What became of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The apps that had steps or were refused, in the plan's order.
    pub apps: Vec<AppReport>,
}

/// What became of one app.
#[derive(Clone, Debug, PartialEq)]
pub struct AppReport {
    /// Its key.
    pub key: AppKey,
    /// Its name.
    pub name: String,
    /// Its id; also that of an app that was created in this run.
    pub id: Option<AppId>,
    /// Each step of the plan with its outcome.
    pub steps: Vec<(Step, Outcome)>,
    /// Whether the plan refused this app for safety.
    pub refused: bool,
}

/// What became of one step.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server did it.
    Done(Option<Notice>),
    /// It was not done, or it is not known whether it was.
    Failed(Failure),
    /// It was not tried.
    Skipped(Skipped),
}

/// Something about a step that was done which somebody must look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Between our reading and our writing, which the API cannot join, somebody else saved: their version is still in the
    /// history, below ours.
    Overwrote {
        /// The app.
        key: AppKey,
        /// The version that the plan was made on.
        planned: Version,
        /// The newest of theirs.
        lost: Version,
        /// The version that our save made.
        saved: Version,
    },
    /// What users now run is not the version that was planned: somebody saved right before.
    PublishedOther {
        /// The app.
        key: AppKey,
        /// The version that the plan meant.
        planned: Version,
        /// The version that went live, if that could be read.
        published: Option<Version>,
    },
    /// Another run made the same app at the same time.
    MadeTwice {
        /// The app.
        key: AppKey,
        /// The others that bear its mark.
        others: Vec<AppId>,
    },
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The call failed.
    Call {
        /// The whole error, with method, path, status and request id.
        error: String,
        /// It is not known whether the server acted on it.
        ambiguous: bool,
    },
    /// Nobody knows what became of a save: the app, read afterwards, moved on and holds something else.
    Unclear {
        /// The whole error.
        error: String,
        /// The newest version now.
        version: Version,
        /// Who saved it, and when.
        saved: Saved,
    },
    /// The server refuses to publish, perhaps since that needs an approval.
    NotPublished {
        /// The whole error.
        error: String,
    },
    /// There is no version of this number.
    NoVersion(Version),
    /// The copy of the app cannot be kept, so that nothing was done to it.
    Backup {
        /// Where it was to be kept.
        folder: PathBuf,
        /// Why it cannot be.
        error: String,
    },
    /// The app is not the one that was planned on, or not as our own steps left it.
    Stale(Stale),
    /// The run was told to stop at once while the call was under way: it is not known whether the server acted on it.
    Interrupted,
}

/// How a live app differs from the one that was planned on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stale {
    /// It is gone.
    Gone,
    /// Somebody saved, published, unpublished or retagged it.
    Touched {
        /// The version that was planned on.
        planned: Version,
        /// The newest version now.
        version: Version,
        /// What users run now.
        publication: Publication,
        /// Who saved the newest version, and when.
        saved: Saved,
        /// What they changed.
        theirs: Box<OthersEdits>,
    },
}

/// Why a step was not tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// The run did not begin.
    NotBegun,
    /// An earlier step of the same app failed.
    EarlierStep,
    /// The run was told to stop.
    Stopped,
    /// Another app failed, and the run was told to stop at the first failure.
    OtherFailure,
}

/// How many steps became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Steps done.
    pub done: usize,
    /// Steps failed.
    pub failed: usize,
    /// Steps skipped.
    pub skipped: usize,
    /// Of the failed ones, those of apps that are not the ones that were planned on.
    pub stale: usize,
    /// Of the done ones, those that somebody must look at.
    pub notices: usize,
    /// Apps that were refused.
    pub refused: usize,
}

impl Report {
    /// Counts the outcomes.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for app in &self.apps {
            tally.refused += usize::from(app.refused);
            for (_, outcome) in &app.steps {
                match outcome {
                    Outcome::Done(notice) => {
                        tally.done += 1;
                        tally.notices += usize::from(notice.is_some());
                    }
                    Outcome::Failed(failure) => {
                        tally.failed += 1;
                        tally.stale += usize::from(matches!(failure, Failure::Stale(_)));
                    }
                    Outcome::Skipped(_) => tally.skipped += 1,
                }
            }
        }
        tally
    }

    /// A report on `plan` before anything was tried.
    pub fn untried(plan: &Plan) -> Self {
        let apps = plan
            .apps
            .iter()
            .filter(|app| !app.steps.is_empty() || app.refusal.is_some());
        Self {
            apps: apps.map(AppReport::untried).collect(),
        }
    }
}

impl AppReport {
    fn untried(app: &AppPlan) -> Self {
        let skipped = Outcome::Skipped(Skipped::NotBegun);
        Self {
            key: app.key.clone(),
            name: app.name.clone(),
            id: app.id,
            steps: app
                .steps
                .iter()
                .map(|step| (step.clone(), skipped.clone()))
                .collect(),
            refused: app.refusal.is_some(),
        }
    }
}
