//! What became of a plan, as Markdown: a row an app, and a section for each that somebody has to look at.

use crate::render::gist;
use crate::render::json::report::{App, Report, Step};
use crate::render::view::scope;
use crate::render::words;
use crate::render::{Options, escape};

use super::app;
use super::cut::{Parts, Section};
use super::inline::{
    code, fence, html_code, html_name, linked_cell, name, name_cell, prose, prose_cell,
};
use super::{Style, limited};

/// A report.
pub(in crate::render) fn report(report: &Report, options: &Options) -> String {
    let style = Style::of(options);
    let scope = scope(&report.project, report.environment.as_deref(), &report.site);
    let (quiet, loud): (Vec<_>, Vec<_>) = report.apps.iter().partition(|app| gist::is_quiet(app));
    let parts = Parts {
        head: format!(
            "### {}\n\n**{}**\n\n",
            prose(&format!("Applied to {scope}")),
            prose(&gist::report(report).join(", "))
        ),
        table: "| | App | Steps | |\n|---|---|---|---|\n",
        rows: loud.iter().chain(&quiet).map(|app| row(app)).collect(),
        sections: loud.iter().map(|app| section(app, style)).collect(),
        list: (String::new(), ""),
        items: Vec::new(),
    };
    limited(&parts, &options.markdown)
}

/// More lines of a reason are not shown.
const MOST_LINES: usize = 40;

/// That nothing was applied, and why.
pub(in crate::render) fn not_applied(scope: &str, why: &str) -> String {
    let lines = why.lines().take(MOST_LINES);
    let mut lines: Vec<_> = lines.map(escape::code).collect();
    lines.iter_mut().for_each(app::shorten);
    format!(
        "### {}\n\n{}",
        prose(&format!("Not applied to {scope}")),
        fence("text", &lines)
    )
}

fn row(app: &App) -> String {
    let steps: Vec<_> = app.steps.iter().map(|it| words::step(it.kind)).collect();
    format!(
        "| **{}** | {} {} | {} | |\n",
        gist::app_outcome(app),
        linked_cell(&app.key, app.url.as_ref()),
        name_cell(&app.name),
        prose_cell(&steps.join(", "))
    )
}

fn section(app: &App, style: Style) -> Section {
    let outcome = gist::app_outcome(app);
    let heading = match style.html {
        true => format!(
            "<b>{outcome}</b> {} {}",
            html_code(&app.key),
            html_name(&app.name)
        ),
        false => format!("{outcome} {} {}", code(&app.key), name(&app.name)),
    };
    let id = app.id.as_ref().map(|id| format!("- id: {}\n", code(id)));
    let refusal = app.refusal.as_ref().map(|refusal| {
        let help = match refusal.help.as_str() {
            "" => String::new(),
            help => format!("- help: {}\n", prose(help)),
        };
        format!("- **refused:** {}\n{help}", prose(&refusal.message))
    });
    let waiting = app.waiting.as_ref();
    let waiting = waiting.map(|it| format!("- {}\n", prose(&it.message)));
    let steps = app.steps.iter().map(step);
    let theirs = app.steps.iter().map(|step| theirs(step, style));
    let body: String = (id
        .into_iter()
        .chain(refusal)
        .chain(waiting)
        .chain(steps)
        .chain(theirs))
    .collect();
    let text = style.folded(&heading, &body, true);
    Section {
        line: text.clone(),
        changes: text.clone(),
        full: text,
    }
}

/// What somebody else changed meanwhile.
fn theirs(step: &Step, style: Style) -> String {
    match step.theirs().as_slice() {
        [] => String::new(),
        parts => format!(
            "\n{}\n{}",
            prose(words::THEIRS),
            app::diff(parts, style, false)
        ),
    }
}

fn step(step: &Step) -> String {
    let why = [&step.reason, &step.error, &step.notice];
    let why: Vec<_> = (why.into_iter().flatten())
        .map(|it| prose(&it.message))
        .collect();
    let why = match why.is_empty() {
        true => String::new(),
        false => format!(": {}", why.join("; ")),
    };
    format!(
        "- **{}** {}{why}\n",
        gist::outcome(step),
        words::step(step.kind)
    )
}
