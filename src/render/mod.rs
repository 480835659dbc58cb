//! Turns what other rooms made into text: (value, options) → text.
//!
//! ```text
//! Plan ──┐                        ┌→ JSON text
//!        ├→ json::SavedPlan, masked ┤
//! FILE ──┘                        └→ view → terminal, markdown, html
//! ```
//!
//! A plan becomes the saved plan of version 1 first, whatever the format; so a plan that was saved and read back shows
//! exactly what it showed when it was made. Grouping, order, counting and wording are decided in [`view`], [`rows`] and
//! [`words`], credentials are masked by [`redact`] before anything else sees them, and each format escapes for its own
//! medium. Nothing here reads, prints, or decides what a plan does.

mod escape;
mod failure;
mod folds;
mod gist;
mod github;
mod gitlab;
mod html;
mod hunk;
mod json;
mod junit;
mod markdown;
mod notes;
mod path;
mod phrases;
mod redact;
mod rewriting;
mod rows;
mod sarif;
mod schema;
mod terminal;
mod view;
mod wireframe;
mod words;

use secrecy::SecretString;

use crate::apply::Report;
use crate::model::{Finding, Severity, Site, Texts};
use crate::plan::{Plan, Pull, Survey};

use redact::Mask;

pub use escape::logged as line;
pub use failure::not_applied;
pub use json::SavedPlan;
pub use json::drift::SavedDrift;
pub use json::merged::MergeError;
pub use json::read::{MAX_SAVED_BYTES, SavedError, read_drift, read_saved};
pub use json::{document, event};
pub use redact::masked;
pub use rewriting::rewriting;
pub use schema::{drift_schema, plan_schema, pull_schema};

/// What can be rendered.
#[derive(Clone, Copy, Debug)]
pub enum Document<'a> {
    /// What a run would do.
    Plan {
        /// The plan.
        plan: &'a Plan,
        /// What it was made from.
        about: &'a About,
        /// What is wrong with the files.
        findings: &'a [Finding],
    },
    /// What a run did.
    Report {
        /// What became of the plan.
        report: &'a Report,
        /// The plan.
        plan: &'a Plan,
        /// What it was made from.
        about: &'a About,
    },
    /// What is wrong with the files.
    Findings {
        /// The findings.
        findings: &'a [Finding],
        /// The texts of the files, for showing the lines.
        texts: &'a Texts,
        /// The rules that findings can be of.
        rules: &'a [RuleText],
    },
    /// A plan that was saved and read back.
    Saved(&'a SavedPlan),
    /// What was done to live apps since our last applies.
    Drift {
        /// What was done.
        survey: &'a Survey,
        /// What it was compared with.
        about: &'a About,
    },
    /// The same, saved and read back.
    SavedDrift(&'a SavedDrift),
    /// What became of live edits that were to come home.
    Pull {
        /// What became of them.
        pull: &'a Pull,
        /// Where they came from.
        about: &'a About,
    },
}

impl<'a> Document<'a> {
    /// Findings alone, for formats that do not tell what the rules are about.
    pub fn findings(findings: &'a [Finding], texts: &'a Texts) -> Self {
        Self::Findings {
            findings,
            texts,
            rules: &[],
        }
    }
}

/// What a rule is about, for formats that tell it together with its findings.
#[derive(Clone, Copy, Debug)]
pub struct RuleText {
    /// Its name, as findings bear it.
    pub id: &'static str,
    /// How much its findings matter if the settings do not say otherwise.
    pub severity: Severity,
    /// What it finds, and why that is wrong.
    pub why: &'static str,
    /// A piece of a file that it finds something in.
    pub example: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// What a plan was made from, and by what.
#[derive(Clone, Debug)]
pub struct About {
    /// The environment; `None` in a repository without environments.
    pub environment: Option<String>,
    /// The Datadog site.
    pub site: String,
    /// Where the apps' pages are; `None` where the API is at an address of its own, as the emulator's is.
    pub pages: Option<Site>,
    /// The commit that the files are from, if known.
    pub commit: Option<String>,
    /// The version of ddapps.
    pub version: &'static str,
}

/// How it is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for a terminal.
    Text,
    /// One JSON document.
    Json,
    /// Markdown for pull requests.
    Markdown,
    /// One HTML page that needs nothing else.
    Html,
    /// The findings alone, as SARIF 2.1.0.
    Sarif,
    /// The findings alone, as annotations of GitHub Actions.
    Github,
    /// The findings alone, as a JUnit report.
    Junit,
    /// The counts of a plan alone, as GitLab reads them of Terraform.
    GitlabTerraform,
}

/// How text is laid out, and what else must not be shown.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether text may be coloured.
    pub color: bool,
    /// Whether the terminal opens links.
    pub links: bool,
    /// The width of the terminal; values longer than a line are shortened to it.
    pub width: usize,
    /// Whether to show everything: whole components and queries, long values, request bodies.
    pub full: bool,
    /// Whether a JSON document is one line, without a line break, to be part of another one.
    pub one_line: bool,
    /// Our own keys, masked wherever they stand.
    pub secrets: Vec<SecretString>,
    /// What the host of Markdown allows.
    pub markdown: MarkdownOptions,
}

/// What the host of a Markdown text allows.
#[derive(Clone, Debug)]
pub struct MarkdownOptions {
    /// The most bytes that it takes; at least [`MarkdownOptions::LEAST`]. What does not fit is left out by structure.
    pub limit: Option<usize>,
    /// Whether it lets HTML through. Bitbucket does not: there, nothing is folded.
    pub html: bool,
    /// Where all of it is, for a text that is cut: an address, or a few words.
    pub more: Option<String>,
}

impl MarkdownOptions {
    /// The least limit that is kept: what is never left out takes less.
    pub const LEAST: usize = 4_096;
}

impl Default for MarkdownOptions {
    /// Without a limit, with HTML.
    fn default() -> Self {
        Self {
            limit: None,
            html: true,
            more: None,
        }
    }
}

impl Default for Options {
    /// No colour, a hundred columns, summaries.
    fn default() -> Self {
        Self {
            color: false,
            links: false,
            width: 100,
            full: false,
            one_line: false,
            secrets: Vec::new(),
            markdown: MarkdownOptions::default(),
        }
    }
}

/// How a plan differs from the one that was reviewed, line by line.
pub fn difference(reviewed: &SavedPlan, now: Document<'_>, options: &Options) -> String {
    let text = |document| render(document, Format::Text, options);
    let (before, after) = (text(Document::Saved(reviewed)), text(now));
    if before == after {
        return "what differs is in the bodies of the requests, of which both plans show the same summary\n".into();
    }
    let diff = similar::TextDiff::from_lines(&before, &after);
    (diff.unified_diff().context_radius(2))
        .header("reviewed", "now")
        .to_string()
}

/// Renders a document. The same document and options give the same text.
pub fn render(document: Document<'_>, format: Format, options: &Options) -> String {
    let mask = Mask::new(&options.secrets);
    match document {
        Document::Plan {
            plan,
            about,
            findings,
        } => {
            let plan = SavedPlan::of_plan(plan, about, findings, options.full);
            saved(&plan.masked(&mask), format, options)
        }
        // A stranger's file may hold what ours would not.
        Document::Saved(plan) => saved(&plan.clone().masked(&mask), format, options),
        Document::Drift { survey, about } => {
            let survey = SavedDrift::of_survey(survey, about);
            drifted(&survey.masked(&mask), format, options)
        }
        Document::Pull { pull, about } => {
            let pull = json::pull::Document::of(pull, about, &mask);
            pulled(&pull, format, options)
        }
        Document::SavedDrift(survey) => drifted(&survey.clone().masked(&mask), format, options),
        Document::Report {
            report,
            plan,
            about,
        } => {
            let report = json::report::Report::of(report, plan, about, &mask);
            match format {
                Format::Json => json::text(&report, options),
                Format::Text => terminal::report(&report, options),
                Format::Markdown => markdown::report(&report, options),
                Format::Html => html::report(&report),
                Format::Sarif => sarif::findings(&[], &[]),
                Format::Github => github::findings(&[]),
                Format::Junit => junit::findings(&[]),
                // What was done is nothing to do any more.
                Format::GitlabTerraform => gitlab::terraform(&json::Summary::default()),
            }
        }
        Document::Findings {
            findings,
            texts,
            rules,
        } => {
            let findings = findings.iter().map(json::Finding::from);
            let findings: Vec<_> = findings.map(|it| it.masked(&mask)).collect();
            match format {
                Format::Json => json::text(&json::Findings::from(findings), options),
                Format::Text => terminal::findings(&findings, texts, &mask, options),
                Format::Markdown => markdown::findings(&findings, options),
                Format::Html => html::findings(&findings),
                Format::Sarif => sarif::findings(&findings, rules),
                Format::Github => github::findings(&findings),
                Format::Junit => junit::findings(&findings),
                Format::GitlabTerraform => gitlab::terraform(&json::Summary::default()),
            }
        }
    }
}

fn drifted(survey: &SavedDrift, format: Format, options: &Options) -> String {
    let apps: Vec<_> = (survey.apps.iter())
        .map(|app| (app.clone(), app.as_app()))
        .collect();
    let view = || view::View::of_drift(survey, &apps, options.full);
    match format {
        Format::Json => json::text(survey, options),
        Format::Text => terminal::plan(&view(), options),
        Format::Markdown => markdown::plan(&view(), options),
        Format::Html => html::drift(survey, &view()),
        Format::Sarif => sarif::findings(&[], &[]),
        Format::Github => github::findings(&[]),
        Format::Junit => junit::findings(&[]),
        Format::GitlabTerraform => gitlab::terraform(&json::Summary::default()),
    }
}

fn pulled(pull: &json::pull::Document, format: Format, options: &Options) -> String {
    let view = || view::View::of_pull(pull, options.full);
    match format {
        Format::Json => json::text(pull, options),
        Format::Text => terminal::plan(&view(), options),
        Format::Markdown => markdown::plan(&view(), options),
        Format::Html => html::pull(pull, &view()),
        Format::Sarif => sarif::findings(&[], &[]),
        Format::Github => github::findings(&[]),
        Format::Junit => junit::findings(&[]),
        Format::GitlabTerraform => gitlab::terraform(&json::Summary::default()),
    }
}

fn saved(plan: &SavedPlan, format: Format, options: &Options) -> String {
    match format {
        Format::Json => json::text(plan, options),
        Format::Text => terminal::plan(&view::View::of(plan, options.full), options),
        Format::Markdown => markdown::plan(&view::View::of(plan, options.full), options),
        Format::Html => html::plan(plan, &view::View::of(plan, options.full)),
        Format::Sarif => sarif::findings(&plan.findings, &[]),
        Format::Github => github::findings(&plan.findings),
        Format::Junit => junit::findings(&plan.findings),
        Format::GitlabTerraform => gitlab::terraform(&plan.summary),
    }
}
