//! What became of a plan, laid out for the template.

use serde::Serialize;

use crate::render::gist;
use crate::render::json::report::{self, Report};
use crate::render::view::scope;
use crate::render::words;

use super::page::{Page, Part};

/// What became of one app.
#[derive(Serialize)]
pub(super) struct App {
    key: String,
    name: String,
    id: Option<String>,
    url: Option<String>,
    outcome: &'static str,
    class: &'static str,
    is_quiet: bool,
    refusal: Option<(String, String)>,
    waiting: Option<String>,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    outcome: &'static str,
    class: &'static str,
    words: &'static str,
    why: Vec<String>,
    /// What somebody else changed meanwhile, and the words over it.
    theirs: Vec<Part>,
    over_theirs: &'static str,
}

/// The page of a report: first what somebody has to look at.
pub(super) fn page(report: &Report) -> Page {
    let scope = scope(&report.project, report.environment.as_deref(), &report.site);
    let mut apps: Vec<_> = report.apps.iter().map(App::of).collect();
    apps.sort_by_key(|it| it.is_quiet);
    let commit = report.commit.as_ref().map(|it| ("commit", it.clone()));
    let facts = [
        ("digest", report.digest.clone()),
        ("ddapps", report.ddapps_version.clone()),
    ];
    Page {
        title: format!("Applied to {scope}"),
        facts: commit.into_iter().chain(facts).collect(),
        counts: gist::report(report),
        report: Some(apps),
        ..Page::default()
    }
}

impl App {
    fn of(app: &report::App) -> Self {
        let report::App {
            key,
            id,
            url,
            name,
            steps,
            refusal,
            waiting,
        } = app;
        let outcome = gist::app_outcome(app);
        Self {
            key: key.clone(),
            name: name.clone(),
            id: id.clone(),
            url: url.clone(),
            outcome,
            class: class(outcome),
            is_quiet: gist::is_quiet(app),
            refusal: (refusal.as_ref()).map(|it| (it.message.clone(), it.help.clone())),
            waiting: waiting.as_ref().map(|it| it.message.clone()),
            steps: steps.iter().map(Step::of).collect(),
        }
    }
}

impl Step {
    fn of(step: &report::Step) -> Self {
        let why = [&step.reason, &step.error, &step.notice];
        let outcome = gist::outcome(step);
        Self {
            outcome,
            class: class(outcome),
            words: words::step(step.kind),
            why: why
                .into_iter()
                .flatten()
                .map(|it| it.message.clone())
                .collect(),
            theirs: step.theirs().iter().map(Part::of).collect(),
            over_theirs: words::THEIRS,
        }
    }
}

/// The class that gives an outcome its colour.
fn class(outcome: &str) -> &'static str {
    match outcome {
        "done" => "add",
        "refused" | "failed" | "unknown" => "refused",
        "skipped" => "faint",
        _ => "mod",
    }
}
