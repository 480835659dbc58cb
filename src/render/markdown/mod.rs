//! Plans, reports and findings as Markdown, for pull requests: a table first, then a section an app.
//!
//! It is the common ground of GitHub, GitLab, Bitbucket and Azure DevOps: tables, fences, code, and where the host lets
//! HTML through, `<details>`. All text of others is escaped by [`inline`]; what does not fit is left out by [`cut`];
//! [`app`] lays an app out. What is said is decided in `view`.

mod app;
mod cut;
mod inline;
mod report;

use super::gist;
use super::json::{App, Finding};
use super::view::{AppView, Kind, View};
use super::{MarkdownOptions, Options};

use cut::{Parts, Section, fit};
use inline::{code, linked_cell, name_cell, prose, prose_cell};

pub(super) use report::{not_applied, report};

/// How much is shown, and of what.
#[derive(Clone, Copy)]
struct Style {
    /// Whether `<details>` may be used.
    html: bool,
    /// Whether long values are shown whole.
    full: bool,
}

impl Style {
    fn of(options: &Options) -> Self {
        Self {
            html: options.markdown.html,
            full: options.full,
        }
    }

    /// A text under a heading, folded where the host can.
    fn folded(self, heading: &str, body: &str, open: bool) -> String {
        let open = if open { " open" } else { "" };
        let body = body.trim_start_matches('\n');
        match self.html {
            true => {
                format!("<details{open}><summary>{heading}</summary>\n\n{body}\n</details>\n\n")
            }
            false => format!("#### {heading}\n\n{body}\n"),
        }
    }

    /// What comes before and after a list under a heading.
    fn list(self, heading: &str) -> (String, &'static str) {
        match self.html {
            true => (
                format!("<details><summary>{heading}</summary>\n\n"),
                "\n</details>\n",
            ),
            false => (format!("#### {heading}\n\n"), "\n"),
        }
    }
}

const TABLE: &str = "| | App | What differs | For users |\n|---|---|---|---|\n";

/// A plan.
pub(super) fn plan(view: &View<'_>, options: &Options) -> String {
    let style = Style::of(options);
    let apps: Vec<_> = (view.sections.iter())
        .flat_map(|section| section.apps.iter().map(|app| (section.kind, app)))
        .collect();
    let mut rows: Vec<_> = apps
        .iter()
        .map(|(kind, view)| {
            row(
                &format!("**{}**", kind.title().to_lowercase()),
                view.app,
                &prose_cell(&gist::differences(*kind, view)),
                &prose_cell(&view.status),
            )
        })
        .collect();
    let notes = |app: &App| {
        let notes: Vec<_> = app.notes.iter().map(|it| it.message.as_str()).collect();
        prose_cell(&notes.join("; "))
    };
    rows.extend((view.noted.iter()).map(|app| row("unchanged", app, &notes(app), "")));
    rows.extend((view.orphans.iter()).map(|app| row("orphaned", app, &notes(app), "")));
    // A single app is what the reader came for, and refusals are to be acted upon.
    let open = |kind| apps.len() == 1 || kind == Kind::Refused;
    let section = |(kind, view): &(Kind, &AppView<'_>)| match says_more(*kind, view) {
        true => app::section(*kind, view, style, open(*kind)),
        false => Section::default(),
    };
    let parts = Parts {
        head: format!(
            "### {}\n\n**{}**\n\n",
            prose(&view.title),
            prose(&view.counts.join(", "))
        ),
        table: TABLE,
        sections: apps.iter().map(section).collect(),
        rows,
        list: style.list(&gist::findings(view.findings)),
        items: view.findings.iter().map(finding).collect(),
    };
    limited(&parts, &options.markdown)
}

/// Whether there is more to say about an app than its row in the table does.
fn says_more(kind: Kind, view: &AppView<'_>) -> bool {
    kind != Kind::Delete
        || !view.parts.is_empty()
        || !view.app.notes.is_empty()
        || !view.edits.is_empty()
}

fn row(what: &str, app: &App, differences: &str, users: &str) -> String {
    let (key, name) = (
        linked_cell(&app.key, app.url.as_ref()),
        name_cell(&app.name),
    );
    format!("| {what} | {key} {name} | {differences} | {users} |\n")
}

/// Findings alone.
pub(super) fn findings(findings: &[Finding], options: &Options) -> String {
    let parts = Parts {
        head: format!("### {}\n\n", gist::findings(findings)),
        table: "",
        rows: Vec::new(),
        sections: Vec::new(),
        list: (String::new(), ""),
        items: findings.iter().map(finding).collect(),
    };
    limited(&parts, &options.markdown)
}

fn finding(finding: &Finding) -> String {
    let place = gist::place(finding).map_or_else(String::new, |it| format!("{} ", code(&it)));
    let help = finding.help.as_ref();
    let help = help.map_or_else(String::new, |it| format!("; help: {}", prose(it)));
    format!(
        "- **{}** {place}{} ({}){help}\n",
        gist::severity(finding.severity),
        prose(&finding.message),
        code(&finding.rule),
    )
}

fn limited(parts: &Parts, options: &MarkdownOptions) -> String {
    let more = options.more.as_deref().map(|it| match is_link(it) {
        true => format!("<{it}>"),
        false => prose(it),
    });
    fit(parts, options.limit, more.as_deref())
}

/// Whether a text is an address that may stand between angle brackets.
fn is_link(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#%=&+,;@".contains(&b);
    text.starts_with("https://") && text.bytes().all(is_plain)
}
