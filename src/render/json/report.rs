//! What became of a plan, as JSON: one document, every step of the plan exactly once.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::apply::{self, Failure, Outcome, Stale, Tally};
use crate::diff::Edits;
use crate::plan::{self, AppPlan, Call, Note, Plan};
use crate::render::redact::Mask;
use crate::render::rows::{Differences, Part, differing};
use crate::render::{About, notes, words};

use super::{Change, Component, FORMAT_VERSION, Refusal, Remark, StepKind};

/// What became of a plan: the counts first, then app by app.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(in crate::render) struct Report {
    /// The version of this format.
    pub format_version: String,
    /// The version of ddapps that applied the plan.
    pub ddapps_version: String,
    /// The project whose apps these are.
    pub project: String,
    /// The environment; null in a repository without environments.
    pub environment: Option<String>,
    /// The Datadog site.
    pub site: String,
    /// The commit that the files are from, if known.
    pub commit: Option<String>,
    /// The digest of the plan.
    pub digest: String,
    /// How many steps became what.
    pub summary: Summary,
    /// The apps that had steps, were refused, or wait for an approval, in the plan's order.
    pub apps: Vec<App>,
}

/// How many steps became what.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub(in crate::render) struct Summary {
    /// Steps done.
    pub done: usize,
    /// Steps failed.
    pub failed: usize,
    /// Steps skipped.
    pub skipped: usize,
    /// Of the failed ones, those of apps that are not the ones that were planned on.
    pub stale: usize,
    /// Of the done ones, those that somebody must look at.
    pub notices: usize,
    /// Apps that were refused.
    pub refused: usize,
    /// Apps of the plan that were left alone.
    pub no_op: usize,
    /// Apps whose publication waits for an approval, requested now or before.
    pub waiting: usize,
}

/// What became of one app.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(in crate::render) struct App {
    /// Its key.
    pub key: String,
    /// Its id; also that of an app that was created in this run.
    pub id: Option<String>,
    /// The address of its page for editing, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its name.
    pub name: String,
    /// Each step of the plan with its outcome.
    pub steps: Vec<Step>,
    /// Why the plan did nothing about it, if that was so for safety.
    pub refusal: Option<Refusal>,
    /// That its publication waits for an approval, if that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Remark>,
}

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(in crate::render) struct Step {
    /// What was, or would have been, called.
    pub kind: StepKind,
    /// What became of it.
    pub outcome: StepOutcome,
    /// Of a failed step: why. The code `unknown` or `interrupted` means that the server may have acted on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Remark>,
    /// Of a step that failed because somebody else touched the app: what they changed since it was planned on, `before`
    /// what was planned on, `after` what is live.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// What the components that differ are, and where they stand, by the names in the paths of the changes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub components: BTreeMap<String, Component>,
    /// Of a done step: what somebody must look at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<Remark>,
    /// Of a skipped step: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Remark>,
}

/// What became of a step, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::render) enum StepOutcome {
    /// The server did it.
    Done,
    /// It was not done, or it is not known whether it was.
    Failed,
    /// It was not tried.
    Skipped,
}

impl Report {
    /// The format of a report on a plan, masked.
    pub fn of(report: &apply::Report, plan: &Plan, about: &About, mask: &Mask) -> Self {
        let Tally {
            done,
            failed,
            skipped,
            stale,
            notices,
            refused,
        } = report.tally();
        let reported = report.apps.iter();
        let mut apps: Vec<_> = reported.map(|it| App::of(it, plan, about, mask)).collect();
        let told: BTreeSet<_> = report.apps.iter().map(|it| &it.key).collect();
        let rest = plan.apps.iter().filter(|it| !told.contains(&it.key));
        apps.extend(rest.filter_map(|it| App::waiting(it, about, mask)));
        apps.sort_by(|a, b| a.key.cmp(&b.key));
        Self {
            format_version: FORMAT_VERSION.into(),
            ddapps_version: about.version.into(),
            project: mask.text(&plan.owner.project),
            environment: about.environment.as_deref().map(|it| mask.text(it)),
            site: mask.text(&about.site),
            commit: about.commit.as_deref().map(|it| mask.text(it)),
            digest: plan.digest.to_string(),
            summary: Summary {
                done,
                failed,
                skipped,
                stale,
                notices,
                refused,
                no_op: plan.summary.no_op,
                waiting: apps.iter().filter(|it| it.waiting.is_some()).count(),
            },
            apps,
        }
    }
}

impl App {
    fn of(app: &apply::AppReport, plan: &Plan, about: &About, mask: &Mask) -> Self {
        let apply::AppReport {
            key,
            name,
            id,
            steps,
            refused,
        } = app;
        let planned = || plan.apps.iter().filter(|it| it.key == *key);
        let refusal = planned().find_map(|it| it.refusal.as_ref());
        let refusal = refusal.filter(|_| *refused);
        let is_requested = steps.iter().any(|(step, outcome)| {
            matches!(
                (&step.call, outcome),
                (Call::RequestPublish { .. }, Outcome::Done(_))
            )
        });
        let waiting = match is_requested {
            true => Some(notes::requested()),
            false => planned().find_map(waits),
        };
        Self {
            key: mask.text(key.as_str()),
            id: id.map(|it| it.to_string()),
            url: (about.pages.zip(*id)).map(|(site, id)| site.page(id)),
            name: mask.text(name),
            steps: (steps.iter())
                .map(|(step, outcome)| Step::of(step, outcome, mask))
                .collect(),
            refusal: refusal.map(|it| Refusal::from(it).masked(mask)),
            waiting,
        }
    }

    /// An app about which there was nothing to do, if it waits for an approval.
    fn waiting(app: &AppPlan, about: &About, mask: &Mask) -> Option<Self> {
        Some(Self {
            key: mask.text(app.key.as_str()),
            id: app.id.map(|it| it.to_string()),
            url: (about.pages.zip(app.id)).map(|(site, id)| site.page(id)),
            name: mask.text(&app.name),
            steps: Vec::new(),
            refusal: None,
            waiting: Some(waits(app)?),
        })
    }
}

/// What the plan says about an approval that an earlier run asked for.
fn waits(app: &AppPlan) -> Option<Remark> {
    let mut notes = app.notes.iter();
    let note = notes.find(|it| matches!(it, Note::WaitsForApproval { .. }))?;
    Some(notes::note(note))
}

impl Step {
    fn of(step: &plan::Step, outcome: &Outcome, mask: &Mask) -> Self {
        let bare = |outcome| Self {
            kind: (&step.call).into(),
            outcome,
            error: None,
            changes: Vec::new(),
            components: BTreeMap::new(),
            notice: None,
            reason: None,
        };
        match outcome {
            Outcome::Done(notice) => Self {
                notice: notice.as_ref().map(|it| words::notice(it).masked(mask)),
                ..bare(StepOutcome::Done)
            },
            Outcome::Failed(failure) => {
                let (changes, components) = theirs(failure, mask);
                Self {
                    error: Some(words::failure(failure).masked(mask)),
                    changes,
                    components,
                    ..bare(StepOutcome::Failed)
                }
            }
            Outcome::Skipped(why) => Self {
                reason: Some(words::skipped(*why)),
                ..bare(StepOutcome::Skipped)
            },
        }
    }
}

impl Step {
    /// What somebody else changed, as a plan shows differences.
    pub fn theirs(&self) -> Vec<Part<'_>> {
        static NO_CONNECTIONS: BTreeMap<String, String> = BTreeMap::new();
        let differences = Differences {
            changes: &self.changes,
            components: &self.components,
            connections: &NO_CONNECTIONS,
        };
        differing(differences, false)
    }
}

/// What somebody else changed, masked.
fn theirs(failure: &Failure, mask: &Mask) -> (Vec<Change>, BTreeMap<String, Component>) {
    let Failure::Stale(Stale::Touched { theirs, .. }) = failure else {
        return Default::default();
    };
    let Edits {
        changes,
        components,
    } = &theirs.edits;
    let changes = changes.iter().map(|it| Change::from(it).masked(mask));
    let components = components.iter();
    let components =
        components.map(|(name, it)| (mask.text(name), Component::from(it).masked(mask)));
    (changes.collect(), components.collect())
}
