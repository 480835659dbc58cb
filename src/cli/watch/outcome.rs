//! What a turn came to.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use ddapps::apply::Report;
use ddapps::model::{AppId, AppKey, Finding, Severity};
use ddapps::plan::Plan;
use ddapps::render::{About, Document};

use crate::cli::args::Watch;
use crate::cli::located::Place;

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
    pub place: Place,
    /// Whether the plan is about somebody's own copies.
    pub is_draft: bool,
    pub plan: Plan,
    pub about: About,
    pub findings: Vec<Finding>,
    /// Whether publications stay as they are only because nobody asked for them.
    pub holds_publications: bool,
    /// Deletions are held back until nothing was saved for so long.
    pub deletes_in: Option<Duration>,
    pub report: Option<Report>,
}

impl Planned {
    /// The plan.
    pub fn document(&self) -> Document<'_> {
        self.document_with(&self.findings)
    }

    /// The plan, with other findings.
    pub fn document_with<'a>(&'a self, findings: &'a [Finding]) -> Document<'a> {
        Document::Plan {
            plan: &self.plan,
            about: &self.about,
            findings,
        }
    }

    /// The copies of a draft that are there: which app each is of, its id, and its page.
    pub fn copies(&self) -> Vec<(&AppKey, AppId, Option<String>)> {
        let made = self.report.iter().flat_map(|report| &report.apps);
        let made = made.filter_map(|app| Some((&app.key, app.id?)));
        let there = self.plan.apps.iter();
        let there = there.filter_map(|app| Some((&app.key, app.id?)));
        let all: BTreeSet<_> = made.chain(there).filter(|_| self.is_draft).collect();
        let page = |id| self.place.connection.pages.map(|pages| pages.page(id));
        all.into_iter()
            .map(|(key, id)| (key, id, page(id)))
            .collect()
    }

    /// What became of it, if it was applied.
    pub fn report(&self) -> Option<Document<'_>> {
        let report = self.report.as_ref()?;
        Some(Document::Report {
            report,
            plan: &self.plan,
            about: &self.about,
        })
    }
}

impl Outcome {
    /// What is wrong with the files, beside a plan.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Planned(planned) => &planned.findings,
            Self::Invalid(..) | Self::Failed(..) => &[],
        }
    }

    /// Whether it is to be applied.
    pub fn is_to_apply(&self, args: &Watch) -> bool {
        let Self::Planned(planned) = self else {
            return false;
        };
        let is_error = |it: &Finding| it.severity == Severity::Error;
        let is_held = args.decisions.strict && planned.findings.iter().any(is_error);
        args.applies() && planned.plan.has_steps() && !is_held
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
