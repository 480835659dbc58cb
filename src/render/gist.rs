//! What happened or would happen, in a phrase, for headings and tables: the same phrases in every format.

use std::collections::BTreeSet;

use super::json::report::{App as ReportApp, Report, Step, StepOutcome, Summary};
use super::json::{Finding, Severity};
use super::view::{AppView, Kind};
use super::words::counted;

/// What differs about an app: `tags, 2 components, 1 query`.
pub(super) fn differences(kind: Kind, view: &AppView<'_>) -> String {
    if let Some(refusal) = &view.app.refusal {
        return refusal.message.clone();
    }
    if kind == Kind::Create {
        let step = view.app.steps.iter().find(|it| it.components.is_some());
        let count = |count: Option<usize>| count.unwrap_or(0);
        return step.map_or_else(String::new, |step| {
            let components = counted(count(step.components), "component", "components");
            let queries = counted(count(step.queries), "query", "queries");
            format!("{components}, {queries}")
        });
    }
    let titles = || view.parts.iter().filter_map(|part| part.title);
    // Places have a part of their own, without a name.
    let named = || titles().filter(|it| !it.name.is_empty());
    let queries = named().filter(|it| it.noun == "query").count();
    let places = titles().any(|it| it.name.is_empty());
    let own = view.parts.iter().filter(|it| it.title.is_none());
    let labels: BTreeSet<_> = own
        .flat_map(|it| &it.rows)
        .map(|row| row.label.as_str())
        .collect();
    let counts = [
        (named().count() - queries, "component", "components"),
        (queries, "query", "queries"),
    ];
    let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
    let counts = counts.map(|(count, one, many)| counted(count, one, many));
    let phrases: Vec<_> = labels
        .into_iter()
        .map(str::to_owned)
        .chain(counts)
        .chain(places.then(|| "layout".to_owned()))
        .collect();
    let told = [Kind::Gone, Kind::Unmarked, Kind::Unknown, Kind::Absent];
    if phrases.is_empty() && told.contains(&kind) {
        let notes = view.app.notes.iter().map(|note| note.message.as_str());
        return notes.collect::<Vec<_>>().join("; ");
    }
    phrases.join(", ")
}

/// How many findings of each severity there are; `no findings` where there are none.
pub(super) fn findings(findings: &[Finding]) -> String {
    let count = |severity| findings.iter().filter(|it| it.severity == severity).count();
    let counts: Vec<_> = [
        (count(Severity::Error), "error", "errors"),
        (count(Severity::Warning), "warning", "warnings"),
        (count(Severity::Note), "note", "notes"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| counted(count, one, many))
    .collect();
    match counts.is_empty() {
        true => "no findings".into(),
        false => counts.join(", "),
    }
}

/// Where a finding is: `apps/ecs.yaml:12:9`.
pub(super) fn place(finding: &Finding) -> Option<String> {
    let file = finding.file.as_ref()?;
    Some(match (finding.line, finding.column) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        (Some(line), None) => format!("{file}:{line}"),
        (None, _) => file.clone(),
    })
}

/// How much a finding matters, in a word.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// What became of a plan, in numbers.
pub(super) fn report(report: &Report) -> Vec<String> {
    let Summary {
        done,
        failed,
        skipped,
        stale,
        notices,
        refused,
        no_op,
        waiting,
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
        (waiting > 0, format!("{waiting} waiting for approval")),
    ];
    (counts.into_iter())
        .filter_map(|(told, words)| told.then_some(words))
        .collect()
}

/// Whether everything was done about an app and nobody has to look at it.
pub(super) fn is_quiet(app: &ReportApp) -> bool {
    let done = |step: &Step| step.outcome == StepOutcome::Done && step.notice.is_none();
    app.refusal.is_none() && app.waiting.is_none() && app.steps.iter().all(done)
}

/// Whether it is not known what became of a step.
pub(super) fn is_unknown(step: &Step) -> bool {
    let error = step.error.as_ref().map(|it| it.code.as_str());
    matches!(error, Some("unknown" | "interrupted"))
}

/// What became of a step, in a word.
pub(super) fn outcome(step: &Step) -> &'static str {
    match step.outcome {
        StepOutcome::Done => "done",
        StepOutcome::Failed if is_unknown(step) => "unknown",
        StepOutcome::Failed => "failed",
        StepOutcome::Skipped => "skipped",
    }
}

/// What became of an app, in a word: the worst of its steps.
pub(super) fn app_outcome(app: &ReportApp) -> &'static str {
    let has = |word| app.steps.iter().any(|it| outcome(it) == word);
    match app {
        _ if app.refusal.is_some() => "refused",
        _ if has("failed") => "failed",
        _ if has("unknown") => "unknown",
        _ if has("skipped") => "skipped",
        _ if app.steps.iter().any(|it| it.notice.is_some()) => "done, to look at",
        _ if app.waiting.is_some() => "waiting for approval",
        _ => "done",
    }
}
