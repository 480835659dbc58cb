//! Fills the format from a plan. Nothing is masked yet.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::diff::{Difference, FieldChange, Named, Place, Standing, Surrounding};
use crate::model;
use crate::plan::{self, AppPlan, Call, Note, Plan, Precondition, Target};
use crate::render::{About, notes, words};

use super::{
    Action, App, Around, Change, Component, Drift, Expects, FORMAT_VERSION, File, Finding, Layout,
    Live, Op, Refusal, SavedPlan, Severity, State, Step, StepKind, Summary,
};

impl SavedPlan {
    /// The format of a plan, not masked yet. `full` includes the bodies of requests.
    pub(in crate::render) fn of_plan(
        plan: &Plan,
        about: &About,
        findings: &[model::Finding],
        full: bool,
    ) -> Self {
        Self {
            format_version: FORMAT_VERSION.into(),
            ddapps_version: about.version.into(),
            project: plan.owner.project.clone(),
            environment: about.environment.clone(),
            site: about.site.clone(),
            commit: about.commit.clone(),
            digest: plan.digest.to_string(),
            summary: (&plan.summary).into(),
            apps: (plan.apps.iter())
                .map(|it| App::of_plan(it, about, full))
                .collect(),
            findings: findings.iter().map(Finding::from).collect(),
        }
    }
}

impl From<&plan::Summary> for Summary {
    fn from(summary: &plan::Summary) -> Self {
        let plan::Summary {
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
        Self {
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
        }
    }
}

impl App {
    fn of_plan(app: &AppPlan, about: &About, full: bool) -> Self {
        let AppPlan {
            key,
            id,
            name,
            location,
            action,
            steps,
            changes,
            components,
            connections,
            layout,
            live,
            drift,
            refusal,
            notes,
        } = app;
        Self {
            key: key.to_string(),
            id: id.map(|it| it.to_string()),
            url: (about.pages.zip(*id)).map(|(site, id)| site.page(id)),
            name: name.clone(),
            file: location.as_ref().map(File::from),
            action: (*action).into(),
            steps: steps.iter().map(|it| Step::of_plan(it, full)).collect(),
            changes: changes.iter().map(Change::from).collect(),
            components: Component::all(components),
            connections: connections.clone(),
            layout: layout.as_ref().map(Layout::from),
            live: live.as_ref().map(Live::from),
            drift: drift.iter().map(Drift::from).collect(),
            refusal: refusal.as_ref().map(Refusal::from),
            orphaned: notes.contains(&Note::Orphaned),
            notes: notes.iter().map(notes::note).collect(),
        }
    }
}

impl From<plan::Action> for Action {
    fn from(action: plan::Action) -> Self {
        match action {
            plan::Action::Create => Self::Create,
            plan::Action::Update => Self::Update,
            plan::Action::Delete => Self::Delete,
            plan::Action::Adopt => Self::Adopt,
            plan::Action::NoOp => Self::NoOp,
            plan::Action::Refused => Self::Refused,
        }
    }
}

impl From<&Call> for StepKind {
    fn from(call: &Call) -> Self {
        match call {
            Call::Create { .. } => Self::Create,
            Call::Update { .. } => Self::Update,
            Call::SetTags { .. } => Self::SetTags,
            Call::SetProtectionLevel { .. } => Self::SetProtectionLevel,
            Call::SetSelfService { .. } => Self::SetSelfService,
            Call::Publish => Self::Publish,
            Call::RequestPublish { .. } => Self::RequestPublish,
            Call::Unpublish => Self::Unpublish,
            Call::NameVersion { .. } => Self::NameVersion,
            Call::Revert { .. } => Self::Revert,
            Call::Delete => Self::Delete,
        }
    }
}

impl Step {
    fn of_plan(step: &plan::Step, full: bool) -> Self {
        let plan::Step {
            call,
            target,
            precondition,
        } = step;
        let bare = Self {
            kind: call.into(),
            target: match target {
                Target::Known(id) => Some(id.to_string()),
                Target::CreatedHere => None,
            },
            expects: match precondition {
                Precondition::AsPlanned(expected) => Some(Expects {
                    version: expected.version.0,
                    version_id: expected.version_id.map(|it| it.to_string()),
                }),
                Precondition::Absent | Precondition::PreviousStep | Precondition::AsLeft => None,
            },
            tags: None,
            level: None,
            self_service: None,
            title: None,
            description: None,
            name: None,
            version: None,
            components: None,
            queries: None,
            body: None,
        };
        match call {
            Call::Create { attributes } => Self {
                components: Some(count_components(attributes.get("components"))),
                queries: attributes
                    .get("queries")
                    .and_then(Value::as_array)
                    .map(Vec::len),
                body: full.then(|| attributes.clone()),
                ..bare
            },
            Call::Update { attributes } => Self {
                body: full.then(|| attributes.clone()),
                ..bare
            },
            Call::SetTags { tags } => Self {
                tags: Some(tags.iter().cloned().collect()),
                ..bare
            },
            Call::SetProtectionLevel { level } => Self {
                level: Some(level.to_string()),
                ..bare
            },
            Call::SetSelfService { self_service } => Self {
                self_service: Some(*self_service),
                ..bare
            },
            Call::RequestPublish { title, description } => Self {
                title: Some(title.clone()),
                description: Some(description.clone()),
                ..bare
            },
            Call::NameVersion { name } => Self {
                name: Some(name.clone()),
                ..bare
            },
            Call::Revert { to } => Self {
                version: Some(to.0),
                ..bare
            },
            Call::Publish | Call::Unpublish | Call::Delete => bare,
        }
    }
}

/// How many components there are in a tree. The stack holds what is still to be counted.
fn count_components(components: Option<&Value>) -> usize {
    let mut lists = vec![components];
    let mut count = 0;
    while let Some(list) = lists.pop() {
        for component in list.and_then(Value::as_array).into_iter().flatten() {
            count += 1;
            lists.push(
                component
                    .get("properties")
                    .and_then(|it| it.get("children")),
            );
        }
    }
    count
}

impl From<&FieldChange> for Change {
    fn from(change: &FieldChange) -> Self {
        let place = |Place { parent, index }: &Place| json!({"parent": parent, "index": index});
        let named = |Named { name, place }: &Named| {
            let Place { parent, index } = place;
            json!({"name": name, "parent": parent, "index": index})
        };
        let (op, before, after) = match &change.difference {
            Difference::Added { after, .. } => (Op::Add, Value::Null, after.clone()),
            Difference::Removed { before, .. } => (Op::Remove, before.clone(), Value::Null),
            Difference::Changed { before, after } => (Op::Change, before.clone(), after.clone()),
            Difference::Moved { before, after } => (Op::Move, place(before), place(after)),
            Difference::Renamed { before, after, .. } => (Op::Move, named(before), named(after)),
        };
        Self {
            path: change.path.clone(),
            op,
            before,
            after,
            place: match &change.difference {
                Difference::Added { place, .. } | Difference::Removed { place, .. } => {
                    place.as_ref().map(super::Place::from)
                }
                _ => None,
            },
            followed: match &change.difference {
                Difference::Renamed { followed, .. } => followed.clone(),
                _ => Vec::new(),
            },
        }
    }
}

impl From<&model::Location> for File {
    fn from(location: &model::Location) -> Self {
        Self {
            path: location.path.to_string(),
            line: location.line,
        }
    }
}

impl Component {
    /// Components by the names in the paths of the changes.
    pub(super) fn all(standings: &BTreeMap<String, Standing>) -> BTreeMap<String, Self> {
        let all = standings.iter();
        all.map(|(name, it)| (name.clone(), it.into())).collect()
    }
}

impl From<&Standing> for Component {
    fn from(standing: &Standing) -> Self {
        let Standing {
            kind,
            title,
            holds,
            within,
        } = standing;
        Self {
            kind: kind.clone(),
            title: title.clone(),
            holds: holds.clone(),
            within: within.iter().map(Around::from).collect(),
        }
    }
}

impl From<&Surrounding> for Around {
    fn from(surrounding: &Surrounding) -> Self {
        let Surrounding { kind, name, title } = surrounding;
        Self {
            kind: kind.clone(),
            name: name.clone(),
            title: title.clone(),
        }
    }
}

impl From<&Place> for super::Place {
    fn from(Place { parent, index }: &Place) -> Self {
        Self {
            parent: parent.clone(),
            index: *index,
        }
    }
}

impl From<&plan::LiveState> for Live {
    fn from(live: &plan::LiveState) -> Self {
        let plan::LiveState {
            version,
            publication,
            saved,
        } = live;
        Self {
            version: version.0,
            published_version_id: publication.version_id().map(|it| it.to_string()),
            state: match publication {
                model::Publication::Unpublished => State::Unpublished,
                model::Publication::Current(_) => State::Published,
                model::Publication::Behind(_) => State::Behind,
            },
            saved_by: saved.by.clone(),
            saved_at: saved.at.clone(),
        }
    }
}

impl From<&plan::Drift> for Drift {
    fn from(drift: &plan::Drift) -> Self {
        let plan::Drift {
            path,
            since,
            version,
            saved,
            conflict,
        } = drift;
        Self {
            path: path.clone(),
            version: version.0,
            since: (since != version).then_some(since.0),
            by: saved.by.clone(),
            at: saved.at.clone(),
            conflict: *conflict,
        }
    }
}

impl From<&plan::Refusal> for Refusal {
    fn from(refusal: &plan::Refusal) -> Self {
        let (message, help) = words::refusal(refusal);
        Self {
            code: refusal.code().into(),
            message,
            help,
        }
    }
}

impl From<&model::Finding> for Finding {
    fn from(finding: &model::Finding) -> Self {
        let model::Finding {
            rule,
            severity,
            location,
            message,
            help,
        } = finding;
        Self {
            rule: (*rule).into(),
            severity: match severity {
                model::Severity::Error => Severity::Error,
                model::Severity::Warning => Severity::Warning,
                model::Severity::Note => Severity::Note,
            },
            file: location.as_ref().map(|it| it.path.to_string()),
            line: location.as_ref().map(|it| it.line),
            column: location.as_ref().map(|it| it.column),
            message: message.clone(),
            help: help.clone(),
        }
    }
}
