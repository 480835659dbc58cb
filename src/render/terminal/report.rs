//! What became of a plan, as text: what needs nobody's eyes in a line an app, then what does, then the totals.

use crate::render::Options;
use crate::render::gist::{self, is_quiet};
use crate::render::json::report::{App, Report, Step, StepOutcome};
use crate::render::view::scope;
use crate::render::words;

use super::line::{Line, Page, Tone};
use super::{help, part};

/// A report.
pub(in crate::render) fn report(report: &Report, options: &Options) -> String {
    let mut page = Page::new(options);
    let scope = scope(&report.project, report.environment.as_deref(), &report.site);
    if !report.apps.is_empty() {
        page.push(Line::at(0).put(Tone::Strong, &format!("Applying to {scope}")));
        page.gap();
    }
    let (quiet, loud): (Vec<_>, Vec<_>) = report.apps.iter().partition(|app| is_quiet(app));
    for app in quiet {
        let steps: Vec<_> = app.steps.iter().map(|it| words::step(it.kind)).collect();
        page.push(
            named(app, "✓", Tone::Added).put(Tone::Faint, &format!("  {}", steps.join(", "))),
        );
    }
    for app in &loud {
        loud_app(&mut page, app);
    }
    if !report.apps.is_empty() {
        page.gap();
    }
    totals(&mut page, report, &scope);
    page.finish()
}

fn named(app: &App, sign: &str, tone: Tone) -> Line {
    let line = Line::at(2).put(tone, sign).put(Tone::Plain, " ");
    line.put_link(Tone::Strong, &app.key, app.url.as_ref())
        .put(Tone::Plain, "  ")
        .put(Tone::Plain, &app.name)
}

fn loud_app(page: &mut Page, app: &App) {
    let failed = |step: &Step| step.outcome == StepOutcome::Failed;
    let tone = match app.refusal.is_some() || app.steps.iter().any(failed) {
        true => Tone::Danger,
        false => Tone::Changed,
    };
    let line = named(app, "!", tone);
    page.push(match &app.id {
        Some(id) => line.put(Tone::Faint, &format!("  {id}")),
        None => line,
    });
    if let Some(refusal) = &app.refusal {
        page.prose(
            6,
            (Tone::Danger, "refused  "),
            Tone::Plain,
            &refusal.message,
        );
        help(page, 15, &refusal.help);
    }
    if let Some(waiting) = &app.waiting {
        page.prose(6, (Tone::Plain, ""), Tone::Changed, &waiting.message);
    }
    for it in &app.steps {
        step(page, it);
    }
}

fn step(page: &mut Page, step: &Step) {
    let tone = match step.outcome {
        StepOutcome::Done => Tone::Added,
        StepOutcome::Failed => Tone::Danger,
        StepOutcome::Skipped => Tone::Faint,
    };
    let word = gist::outcome(step);
    let line = Line::at(6).put(tone, &format!("{word:<9}"));
    let line = line.put(Tone::Plain, words::step(step.kind));
    page.push(match &step.reason {
        Some(reason) => line.put(Tone::Faint, &format!(" ({})", reason.message)),
        None => line,
    });
    for (remark, tone) in [(&step.error, Tone::Danger), (&step.notice, Tone::Changed)] {
        for text in remark.iter().flat_map(|it| it.message.lines()) {
            page.prose(15, (Tone::Plain, ""), tone, text);
        }
    }
    let theirs = step.theirs();
    if !theirs.is_empty() {
        page.push(Line::at(15).put(Tone::Plain, words::THEIRS));
    }
    for it in &theirs {
        part(page, 17, it);
    }
}

fn totals(page: &mut Page, report: &Report, scope: &str) {
    page.push(
        Line::at(0)
            .put(Tone::Strong, &format!("Applied to {scope}"))
            .put(
                Tone::Plain,
                &format!(": {}", gist::report(report).join(", ")),
            ),
    );
}
