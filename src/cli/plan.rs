//! `ddapps plan`: what would change, and why.

use std::sync::Arc;

use anyhow::Result;
use ddapps::apply::Report;
use ddapps::definition::Target;
use ddapps::model::{Finding, Severity};
use ddapps::plan::Plan;
use ddapps::reconcile::{Question, propose};
use ddapps::render::{self, About, Document, render};

use super::args::{self, Decisions, Global, Reuse};
use super::choice::{policy, selection};
use super::connection::{Connection, connect};
use super::exit::{Ending, Exit};
use super::keys::secrets;
use super::observed::observed;
use super::occasion::occasion;
use super::progress::Progress;
use super::repository::Repository;
use super::{destination, output, reading};

pub async fn run(global: &Global, args: &args::Plan) -> Result<Exit> {
    let proposal = Proposal::make(global, &args.decisions, &args.reuse).await?;
    let document = proposal.document();
    if let Some(file) = &args.out {
        let options = render::Options {
            full: args.decisions.full,
            secrets: secrets(),
            ..render::Options::default()
        };
        destination::write(file, &render(document, render::Format::Json, &options))?;
    }
    output::show(global, document, args.decisions.full)?;
    proposal.check_findings(args.decisions.strict)?;
    Ok(Exit::of_plan(
        proposal.plan.summary.refused > 0,
        args.detailed_exitcode && proposal.plan.has_steps(),
    ))
}

/// A plan with all that was found out on the way to it.
pub struct Proposal {
    pub connection: Connection,
    pub progress: Arc<Progress>,
    pub repository: Repository,
    pub plan: Plan,
    about: About,
    findings: Vec<Finding>,
}

impl Proposal {
    /// Reads both sides and plans.
    pub async fn make(global: &Global, decisions: &Decisions, reuse: &Reuse) -> Result<Self> {
        let repository = Repository::open(global)?;
        let selection = selection(global)?;
        let target = repository.target(global)?;
        let progress = Arc::new(Progress::new(global));
        let connection = connect(global, &repository, &target, &progress).await?;
        let cache = reuse.cache();
        let question = Question {
            cache: cache.as_ref(),
            ..repository.question(global, &target, &selection)
        };
        let observed = observed(global, &question, &connection, &progress).await?;
        if cache.is_some() {
            reading::say(global, &observed.reading);
        }
        let policy = policy(&target, &selection, decisions);
        let occasion = occasion(&repository.root, decisions);
        progress.begin("reading versions", None);
        let parallelism = global.parallelism.into();
        let client = &connection.client;
        let plan = propose(client, &observed, &policy, &occasion, parallelism).await;
        progress.end();
        Ok(Self {
            plan,
            about: About {
                commit: occasion.commit,
                ..about(&target, &connection)
            },
            findings: observed.findings,
            repository,
            connection,
            progress,
        })
    }

    pub fn document(&self) -> Document<'_> {
        Document::Plan {
            plan: &self.plan,
            about: &self.about,
            findings: &self.findings,
        }
    }

    /// What became of the plan.
    pub fn reported<'a>(&'a self, report: &'a Report) -> Document<'a> {
        Document::Report {
            report,
            plan: &self.plan,
            about: &self.about,
        }
    }

    pub fn about(&self) -> &About {
        &self.about
    }

    /// With `--strict`, errors among the findings stop the run.
    pub fn check_findings(&self, strict: bool) -> Result<()> {
        let errors = self
            .findings
            .iter()
            .any(|it| it.severity == Severity::Error);
        match strict && errors {
            true => Err(Ending::new(Exit::Invalid, "there are errors among the findings").into()),
            false => Ok(()),
        }
    }
}

/// What a plan was made from, apart from the commit.
pub fn about(target: &Target, connection: &Connection) -> About {
    About {
        environment: target.owner.environment.clone(),
        site: connection.site.clone(),
        pages: connection.pages,
        commit: None,
        version: env!("CARGO_PKG_VERSION"),
    }
}
