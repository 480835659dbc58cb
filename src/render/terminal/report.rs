//! What became of a plan, as text: what needs nobody's eyes in a line an app, then what does, then the totals.

use crate::render::Options;
use crate::render::json::report::{App, Report, Step, StepOutcome, Summary};
use crate::render::view::scope;
use crate::render::words::{self, counted};

use super::help;
use super::line::{Line, Page, Tone};

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

/// Whether everything was done and nobody has to look at it.
fn is_quiet(app: &App) -> bool {
    let done = |step: &Step| step.outcome == StepOutcome::Done && step.notice.is_none();
    app.refusal.is_none() && app.steps.iter().all(done)
}

fn named(app: &App, sign: &str, tone: Tone) -> Line {
    let line = Line::at(2).put(tone, sign).put(Tone::Plain, " ");
    line.put(Tone::Strong, &app.key)
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
    for it in &app.steps {
        step(page, it);
    }
}

fn step(page: &mut Page, step: &Step) {
    let (word, tone) = match step.outcome {
        StepOutcome::Done => ("done", Tone::Added),
        StepOutcome::Failed if is_unknown(step) => ("unknown", Tone::Danger),
        StepOutcome::Failed => ("failed", Tone::Danger),
        StepOutcome::Skipped => ("skipped", Tone::Faint),
    };
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
}

/// Whether it is not known what became of a step.
fn is_unknown(step: &Step) -> bool {
    let error = step.error.as_ref().map(|it| it.code.as_str());
    matches!(error, Some("unknown" | "interrupted"))
}

fn totals(page: &mut Page, report: &Report, scope: &str) {
    let Summary {
        done,
        failed,
        skipped,
        stale,
        notices,
        refused,
        no_op,
    } = report.summary;
    let steps = report.apps.iter().flat_map(|app| &app.steps);
    let unknown = steps.filter(|step| is_unknown(step)).count();
    let of_failed: Vec<_> = [(stale, "stale"), (unknown, "unknown")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let failures = match of_failed.is_empty() {
        true => format!("{failed} failed"),
        false => format!("{failed} failed ({})", of_failed.join(", ")),
    };
    let counts = [
        (true, format!("{} done", counted(done, "step", "steps"))),
        (failed > 0, failures),
        (skipped > 0, format!("{skipped} skipped")),
        (notices > 0, counted(notices, "to look at", "to look at")),
        (refused > 0, counted(refused, "app refused", "apps refused")),
        (no_op > 0, counted(no_op, "app unchanged", "apps unchanged")),
    ];
    let counts: Vec<_> = (counts.into_iter())
        .filter_map(|(told, words)| told.then_some(words))
        .collect();
    page.push(
        Line::at(0)
            .put(Tone::Strong, &format!("Applied to {scope}"))
            .put(Tone::Plain, &format!(": {}", counts.join(", "))),
    );
}
