//! One turn: everything is looked at anew, and planned on.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use ddapps::apply::{OnError, Report, Stop};
use ddapps::definition::{self, SETTINGS};
use ddapps::fetch::Cache;
use ddapps::model::{Finding, Policy, Selection, Severity};
use ddapps::plan::Plan;
use ddapps::reconcile::{self, Memory, Question, observe, propose};
use ddapps::render::{About, Document};

use crate::cli::args::{Global, Watch};
use crate::cli::connection::{Connection, connect, site};
use crate::cli::converge::{make, options};
use crate::cli::occasion::occasion;
use crate::cli::plan::about;
use crate::cli::progress::Progress;
use crate::cli::repository::{Repository, policy, selection};

/// What a file that is gone must stay so long before its app is deleted: tools that save by deleting and writing anew, and
/// switches of branches, take their time.
const GRACE: Duration = Duration::from_secs(5);

/// What all turns share.
pub struct Session<'a> {
    global: &'a Global,
    args: &'a Watch,
    root: PathBuf,
    selection: Selection,
    memory: Memory,
    /// Live apps that did not change are not read again.
    cache: Cache,
    progress: Arc<Progress>,
    /// The server, by the site that it is for.
    connection: Option<(String, Connection)>,
    /// When a file was last seen to change.
    saved: Instant,
}

/// What a turn looked at, and what it came to.
pub struct Look {
    pub sources: BTreeSet<PathBuf>,
    pub outcome: Outcome,
}

/// What a turn came to.
pub enum Outcome {
    /// The settings or the definitions cannot be read in full.
    Invalid(&'static str, Vec<Finding>),
    /// Something else is in the way; whether it may pass by itself.
    Failed(anyhow::Error, bool),
    Planned(Box<Planned>),
}

/// A plan, and what became of it.
pub struct Planned {
    pub repository: Repository,
    pub plan: Plan,
    pub about: About,
    pub findings: Vec<Finding>,
    /// Deletions are held back until nothing was saved for so long.
    pub deletes_in: Option<Duration>,
    pub report: Option<Report>,
}

impl<'a> Session<'a> {
    pub fn new(global: &'a Global, args: &'a Watch, root: PathBuf) -> Result<Self> {
        Ok(Self {
            global,
            args,
            root,
            selection: selection(global)?,
            memory: Memory::default(),
            cache: Cache::memory(),
            progress: Arc::new(Progress::new(global)),
            connection: None,
            saved: Instant::now(),
        })
    }

    /// Notes that files changed.
    pub fn saved(&mut self) {
        self.saved = Instant::now();
    }

    /// Looks at everything. An error ends the command: it is one of the command line, not of the files.
    pub async fn look(&mut self) -> Result<Look> {
        let mut sources = BTreeSet::from([self.root.join(SETTINGS)]);
        let outcome = match definition::read_settings(&self.root) {
            Err(findings) => Outcome::Invalid("the settings are invalid", findings),
            Ok(settings) => {
                let root = self.root.clone();
                self.plan(Repository { root, settings }, &mut sources)
                    .await?
            }
        };
        Ok(Look { sources, outcome })
    }

    async fn plan(
        &mut self,
        repository: Repository,
        sources: &mut BTreeSet<PathBuf>,
    ) -> Result<Outcome> {
        let is_first = self.connection.is_none();
        let target = match repository.target_of(self.global) {
            Err(error) if !is_first => return Ok(Outcome::Failed(error, false)),
            target => target?,
        };
        let site = site(self.global, &target);
        if self.connection.as_ref().is_none_or(|(of, _)| *of != site) {
            if is_first {
                repository.tell_target(self.global, &target);
            }
            match connect(self.global, &repository, &target, &self.progress).await {
                Err(error) if !is_first => return Ok(Outcome::Failed(error, false)),
                connection => self.connection = Some((site, connection?)),
            }
            self.progress.begin("reading apps", None);
        }
        let Some((_, connection)) = &self.connection else {
            unreachable!("it was just made");
        };
        let question = Question {
            memory: Some(&self.memory),
            cache: Some(&self.cache),
            ..repository.question(self.global, &target, &self.selection)
        };
        let on_event = |event| self.progress.fetched(&event);
        let observed = observe(&connection.client, &question, &on_event).await;
        self.progress.end();
        sources.extend(self.memory.sources());
        let observed = match observed {
            Ok(observed) => observed,
            Err(reconcile::Error::Definitions(findings)) => {
                let why = "the definitions cannot be read in full, so nothing was planned";
                return Ok(Outcome::Invalid(why, findings));
            }
            Err(error) => return Ok(Outcome::Failed(error.into(), true)),
        };
        let decisions = &self.args.decisions;
        let wished = policy(&target, &self.selection, decisions);
        let allowed = self.allowed(&wished);
        let occasion = occasion(&self.root, decisions);
        let parallelism = self.global.parallelism.into();
        let plan = propose(
            &connection.client,
            &observed,
            &allowed,
            &occasion,
            parallelism,
        )
        .await;
        let deletes_in = (wished.prune != allowed.prune && plan.summary.orphaned > 0)
            .then(|| GRACE.saturating_sub(self.saved.elapsed()));
        Ok(Outcome::Planned(Box::new(Planned {
            plan,
            about: About {
                commit: occasion.commit,
                ..about(&target, connection)
            },
            findings: observed.findings,
            repository,
            deletes_in,
            report: None,
        })))
    }

    /// The policy of a turn: what is applied without a question publishes only if that was asked for, and deletes only
    /// what has been gone for a while.
    fn allowed(&self, wished: &Policy) -> Policy {
        let Watch { apply, publish, .. } = *self.args;
        Policy {
            no_publish: wished.no_publish || (apply && !publish),
            prune: wished.prune && (!apply || self.saved.elapsed() >= GRACE),
            ..wished.clone()
        }
    }

    /// Makes the calls of a plan.
    pub async fn apply(&self, planned: &Planned, stop: &Stop) -> Result<Report> {
        let Planned {
            plan, repository, ..
        } = planned;
        let options = options(self.global, plan, repository, OnError::Continue)?;
        let Some((_, connection)) = &self.connection else {
            unreachable!("the plan was made on it");
        };
        Ok(make(plan, connection, &self.progress, &options, stop).await)
    }
}

impl Planned {
    pub fn document(&self) -> Document<'_> {
        Document::Plan {
            plan: &self.plan,
            about: &self.about,
            findings: &self.findings,
        }
    }
}

impl Outcome {
    /// Whether it is to be applied.
    pub fn is_to_apply(&self, args: &Watch) -> bool {
        let Self::Planned(planned) = self else {
            return false;
        };
        let is_error = |it: &Finding| it.severity == Severity::Error;
        let is_held = args.decisions.strict && planned.findings.iter().any(is_error);
        args.apply && planned.plan.has_steps() && !is_held
    }

    /// Whether another look may come to something else although no file changes.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Invalid(..) => false,
            Self::Failed(_, is_passing) => *is_passing,
            Self::Planned(planned) => {
                let refusals = planned
                    .plan
                    .apps
                    .iter()
                    .filter_map(|app| app.refusal.as_ref());
                let failed = planned.report.as_ref().map(Report::tally);
                refusals.into_iter().any(|it| it.code() == "unread")
                    || failed.is_some_and(|tally| tally.failed > 0)
            }
        }
    }
}
