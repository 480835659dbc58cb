//! What every format of a plan shows, decided once: grouping, order, counting and wording.
//!
//! A format only lays a [`View`] out and escapes it for its medium, so none can show what another hides. Values are
//! masked before they come here; nothing here knows a width, a colour or a markup.

use super::json::drift::{self, DriftedApp, SavedDrift};
use super::json::pull;
use super::json::{Action, App, Finding, Live, SavedPlan, State, Step, StepKind, Summary};
use super::rows::{Part, parts};
use super::words::{self, counted};

/// A plan, as it is shown.
pub(super) struct View<'a> {
    /// What it is a plan for: `Plan for platform (prod, datadoghq.com)`.
    pub title: String,
    /// What would happen, in numbers; empty if nothing is known of any app.
    pub counts: Vec<String>,
    /// The apps that something happens to or is refused to, grouped by what.
    pub sections: Vec<Section<'a>>,
    /// Apps that git no longer has and that are left alone.
    pub orphans: Vec<&'a App>,
    /// Apps that are left alone as they are, with something that a reader should know about them.
    pub noted: Vec<&'a App>,
    /// What is wrong with the files.
    pub findings: &'a [Finding],
}

/// Apps to which the same happens.
pub(super) struct Section<'a> {
    /// What happens to them.
    pub kind: Kind,
    /// The apps, by key.
    pub apps: Vec<AppView<'a>>,
}

/// What happens to an app, in the order in which it matters to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Nothing, for safety.
    Refused,
    /// It goes.
    Delete,
    /// Users can no longer run it.
    Unpublish,
    /// It comes.
    Create,
    /// It changes.
    Update,
    /// It is taken over.
    Adopt,
    /// Of what was done live: it is gone.
    Gone,
    /// Of what was done live: its definition was changed.
    Edited,
    /// Of what was done live: our mark was removed.
    Unmarked,
    /// Of what was done live: it cannot be told.
    Untold,
    /// Of what was done live: it differs, and either side may have changed.
    Unknown,
    /// Of what was done live: no live app is it.
    Absent,
    /// Of live edits: they came home.
    Pulled,
    /// Of live edits: git was changed at the same places.
    Collides,
    /// Of live edits: the files were left as they are.
    Left,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::Refused,
        Self::Delete,
        Self::Unpublish,
        Self::Create,
        Self::Update,
        Self::Adopt,
    ];

    /// The word over the apps.
    pub fn title(self) -> &'static str {
        match self {
            Self::Refused => "Refused",
            Self::Delete => "Delete",
            Self::Unpublish => "Unpublish",
            Self::Create => "Create",
            Self::Update => "Update",
            Self::Adopt => "Adopt",
            Self::Gone => "Deleted live",
            Self::Edited => "Edited live",
            Self::Unmarked => "Mark removed",
            Self::Untold => "Cannot be told",
            Self::Unknown => "Differs, base unknown",
            Self::Absent => "Not live",
            Self::Pulled => "Pulled",
            Self::Collides => "Collides",
            Self::Left => "Left alone",
        }
    }

    /// The sign before each app.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Refused | Self::Untold | Self::Unmarked | Self::Collides | Self::Left => "!",
            Self::Delete | Self::Unpublish | Self::Gone => "-",
            Self::Create => "+",
            Self::Update | Self::Edited => "~",
            Self::Unknown | Self::Absent => "?",
            Self::Adopt => ">",
            Self::Pulled => "<",
        }
    }

    /// `None` for an app that nothing was done to.
    fn of_state(state: drift::State) -> Option<Self> {
        Some(match state {
            drift::State::Deleted => Self::Gone,
            drift::State::Edited => Self::Edited,
            drift::State::Unmarked => Self::Unmarked,
            drift::State::Undecided => Self::Untold,
            drift::State::Unknown => Self::Unknown,
            drift::State::Absent => Self::Absent,
            drift::State::Untouched => return None,
        })
    }

    /// `None` for an app that nothing happens to.
    fn of(app: &App) -> Option<Self> {
        let unpublishes = app.steps.iter().any(|it| it.kind == StepKind::Unpublish);
        Some(match app.action {
            Action::Refused => Self::Refused,
            Action::Delete => Self::Delete,
            Action::Update | Action::Adopt if unpublishes => Self::Unpublish,
            Action::Create => Self::Create,
            Action::Update => Self::Update,
            Action::Adopt => Self::Adopt,
            Action::NoOp => return None,
        })
    }
}

/// One app, as it is shown.
pub(super) struct AppView<'a> {
    /// The app.
    pub app: &'a App,
    /// What is live, and what its users will see; empty where nothing is known.
    pub status: String,
    /// What was edited live since our last apply, and at which places.
    pub edits: Vec<(String, Vec<&'a str>)>,
    /// What differs, by component and query.
    pub parts: Vec<Part<'a>>,
    /// The calls in words, where they are not evident.
    pub steps: Option<String>,
}

impl<'a> View<'a> {
    /// Decides how a plan is shown; `full` shows what is otherwise summarised.
    pub fn of(plan: &'a SavedPlan, full: bool) -> Self {
        let sections = Kind::ALL.into_iter().filter_map(|kind| {
            let apps = plan.apps.iter().filter(|app| Kind::of(app) == Some(kind));
            let apps: Vec<_> = apps.map(|app| AppView::of(app, full)).collect();
            (!apps.is_empty()).then_some(Section { kind, apps })
        });
        let noted = |app: &&App| Kind::of(app).is_none() && !app.orphaned && !app.notes.is_empty();
        Self {
            title: format!(
                "Plan for {}",
                scope(&plan.project, plan.environment(), &plan.site)
            ),
            counts: counts(&plan.summary),
            sections: sections.collect(),
            orphans: plan.apps.iter().filter(|app| app.orphaned).collect(),
            noted: plan.apps.iter().filter(noted).collect(),
            findings: &plan.findings,
        }
    }
}

impl<'a> View<'a> {
    /// Decides how it is shown what was done to live apps. `apps` are those of the survey, as apps of a plan.
    pub fn of_drift(survey: &SavedDrift, apps: &'a [(DriftedApp, App)], full: bool) -> Self {
        const ORDER: [Kind; 6] = [
            Kind::Gone,
            Kind::Edited,
            Kind::Unmarked,
            Kind::Untold,
            Kind::Unknown,
            Kind::Absent,
        ];
        let sections = ORDER.into_iter().filter_map(|kind| {
            let apps = (apps.iter()).filter(|(it, _)| Kind::of_state(it.state) == Some(kind));
            let apps: Vec<_> = apps
                .map(|(it, app)| AppView::of_drifted(it, app, full))
                .collect();
            (!apps.is_empty()).then_some(Section { kind, apps })
        });
        Self {
            title: format!(
                "Drift of {}",
                scope(&survey.project, survey.environment(), &survey.site)
            ),
            counts: drift_counts(&survey.summary),
            sections: sections.collect(),
            orphans: Vec::new(),
            noted: Vec::new(),
            findings: &[],
        }
    }
}

impl<'a> View<'a> {
    /// Decides how it is shown what became of live edits.
    pub fn of_pull(document: &'a pull::Document, full: bool) -> Self {
        let kinds = [
            (Kind::Collides, pull::State::Collides),
            (Kind::Left, pull::State::Refused),
            (Kind::Pulled, pull::State::Pulled),
            (Kind::Absent, pull::State::Absent),
        ];
        let sections = kinds.into_iter().filter_map(|(kind, state)| {
            let apps = document.apps.iter().filter(|app| app.state == state);
            let apps: Vec<_> = apps
                .filter_map(|app| Some(AppView::of_pulled(app, app.as_app()?, full)))
                .collect();
            (!apps.is_empty()).then_some(Section { kind, apps })
        });
        let pull::Document {
            project,
            environment,
            site,
            summary,
            ..
        } = document;
        Self {
            title: format!("Pull from {}", scope(project, environment.as_deref(), site)),
            counts: pull_counts(summary),
            sections: sections.collect(),
            orphans: Vec::new(),
            noted: Vec::new(),
            findings: &[],
        }
    }
}

fn pull_counts(counts: &pull::Counts) -> Vec<String> {
    let pull::Counts {
        pulled,
        collides,
        refused,
        absent,
        unchanged,
    } = *counts;
    let collide = if collides == 1 { "collides" } else { "collide" };
    counted_up(
        &[
            (pulled, "pulled"),
            (collides, collide),
            (refused, "left alone"),
        ],
        "nothing to pull",
        &[(absent, "not live"), (unchanged, "unchanged")],
    )
}

fn drift_counts(counts: &drift::Counts) -> Vec<String> {
    let drift::Counts {
        deleted,
        edited,
        unmarked,
        unknown,
        absent,
        undecided,
        untouched,
    } = *counts;
    counted_up(
        &[
            (deleted, "deleted live"),
            (edited, "edited live"),
            (unmarked, "without our mark"),
        ],
        "no drift",
        &[
            (undecided, "cannot be told"),
            (unknown, "of unknown base"),
            (absent, "not live"),
            (untouched, "untouched"),
        ],
    )
}

/// The counts that are not zero, in words: first of what happens, or that `nothing` does, then of the rest.
fn counted_up(happens: &[(usize, &str)], nothing: &str, rest: &[(usize, &str)]) -> Vec<String> {
    let named = |counts: &[(usize, &str)]| -> Vec<String> {
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        counts
            .map(|(count, words)| format!("{count} {words}"))
            .collect()
    };
    let mut words = named(happens);
    if words.is_empty() {
        words.push(nothing.to_owned());
    }
    words.extend(named(rest));
    words
}

/// Whose apps, and where: `platform (prod, datadoghq.com)`.
pub(super) fn scope(project: &str, environment: Option<&str>, site: &str) -> String {
    match environment {
        Some(environment) => format!("{project} ({environment}, {site})"),
        None => format!("{project} ({site})"),
    }
}

fn counts(summary: &Summary) -> Vec<String> {
    let Summary {
        create,
        update,
        delete,
        adopt,
        publish,
        unpublish,
        no_op,
        refused,
        orphaned,
        waiting,
    } = *summary;
    counted_up(
        &[
            (refused, "refused"),
            (delete, "to delete"),
            (create, "to create"),
            (update, "to update"),
            (adopt, "to adopt"),
            (publish, "to publish"),
            (unpublish, "to unpublish"),
        ],
        "no changes",
        &[
            (no_op.saturating_sub(orphaned), "unchanged"),
            (orphaned, "orphaned"),
            (waiting, "waiting for approval"),
        ],
    )
}

impl<'a> AppView<'a> {
    fn of(app: &'a App, full: bool) -> Self {
        Self {
            app,
            status: status(app),
            edits: edits(app),
            parts: parts(app, full),
            steps: steps(app),
        }
    }
}

impl<'a> AppView<'a> {
    fn of_drifted(drifted: &DriftedApp, app: &'a App, full: bool) -> Self {
        let live = app.live.as_ref().map(live).unwrap_or_default();
        let mut edits: Vec<(String, Vec<&str>)> = Vec::new();
        for drift in &app.drift {
            let said = words::drift::made(drift, drifted);
            grouped(&mut edits, said, &drift.path);
        }
        Self {
            app,
            status: words::drift::status(drifted.base.as_ref(), &live),
            edits,
            parts: parts(app, full),
            steps: None,
        }
    }
}

impl<'a> AppView<'a> {
    fn of_pulled(pulled: &pull::PulledApp, app: &'a App, full: bool) -> Self {
        let live = app.live.as_ref().map(live).unwrap_or_default();
        let base = pulled.base.as_ref();
        Self {
            app,
            status: words::drift::status(base, &live),
            edits: Vec::new(),
            parts: parts(app, full),
            steps: None,
        }
    }
}

/// What was edited live since our last apply: what happened, and where. Most often one save did all of it.
fn edits(app: &App) -> Vec<(String, Vec<&str>)> {
    let mut edits: Vec<(String, Vec<&str>)> = Vec::new();
    for drift in &app.drift {
        grouped(&mut edits, words::edited(drift), &drift.path);
    }
    edits
}

fn grouped<'a>(edits: &mut Vec<(String, Vec<&'a str>)>, said: String, place: &'a str) {
    match edits.iter_mut().find(|(other, _)| *other == said) {
        Some((_, places)) => places.push(place),
        None => edits.push((said, vec![place])),
    }
}

/// What is live, and what users will see of the change.
fn status(app: &App) -> String {
    let now = app.live.as_ref().map(live);
    match (now, audience(app)) {
        (Some(now), Some(then)) => format!("{now}; {then}"),
        (Some(now), None) => now,
        (None, Some(then)) => then,
        (None, None) => String::new(),
    }
}

fn live(live: &Live) -> String {
    let version = live.version;
    match live.state {
        State::Unpublished => format!("v{version}, unpublished"),
        State::Published => format!("v{version}, published"),
        State::Behind => format!("v{version}, users run an older version"),
    }
}

/// What users will see.
fn audience(app: &App) -> Option<String> {
    let has = |kind| app.steps.iter().any(|it| it.kind == kind);
    let makes = [StepKind::Create, StepKind::Update, StepKind::Revert];
    let saves = makes.into_iter().any(has);
    let subject = match (saves, &app.live) {
        (false, Some(live)) => format!("v{}", live.version),
        (true, Some(live)) => format!("the new version, v{}", live.version.saturating_add(1)),
        (_, None) => "it".to_owned(),
    };
    let serves = |live: &Live| live.state != State::Unpublished;
    let runs = app.live.as_ref().is_some_and(serves);
    Some(match app.action {
        _ if has(StepKind::Publish) => format!("publishes {subject}"),
        _ if has(StepKind::RequestPublish) => format!("requests the publication of {subject}"),
        _ if has(StepKind::Unpublish) => "users will run nothing".into(),
        Action::Delete if runs => "users lose it".into(),
        Action::Create => "users will not see it, as it is not published".into(),
        Action::Update | Action::Adopt if runs && saves => {
            "users stay on the published version".into()
        }
        _ => return None,
    })
}

/// The calls in words; none where the action says it all.
fn steps(app: &App) -> Option<String> {
    if matches!(
        app.steps.as_slice(),
        [] | [Step {
            kind: StepKind::Delete,
            ..
        }]
    ) {
        return None;
    }
    let phrases: Vec<_> = app.steps.iter().map(step).collect();
    Some(phrases.join(", then "))
}

fn step(step: &Step) -> String {
    let phrase = words::step(step.kind);
    match step {
        Step {
            components: Some(components),
            queries,
            ..
        } => format!(
            "{phrase} with {} and {}",
            counted(*components, "component", "components"),
            counted(queries.unwrap_or(0), "query", "queries"),
        ),
        Step {
            tags: Some(tags), ..
        } => format!("{phrase} to {}", tags.join(", ")),
        Step {
            level: Some(level), ..
        } => format!("{phrase} to {level}"),
        Step {
            self_service: Some(on),
            ..
        } => format!("turn self-service {}", if *on { "on" } else { "off" }),
        Step {
            version: Some(version),
            ..
        } => format!("{phrase} to v{version}"),
        _ => phrase.into(),
    }
}
