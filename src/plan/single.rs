//! Plans that come from the command line and not from git: taking an app over, going back to an old version, and
//! deleting copies. They are applied, and reported, like any other.

use std::collections::BTreeMap;

use crate::model::{
    AppKey, LiveApp, Owner, ProtectionLevel, Publication, VersionInfo, VersionName,
};

use super::{Action, AppPlan, Call, Expected, LiveState, Note, Plan, Precondition, Step};

/// Marks a live app as this owner's `key`, unless it is so marked.
pub fn adoption(owner: &Owner, key: &AppKey, live: &LiveApp) -> Plan {
    let Expected { mut tags, .. } = Expected::of(live);
    let (action, calls) = match tags.insert(owner.mark(key)) {
        true => (Action::Adopt, vec![Call::SetTags { tags }]),
        false => (Action::NoOp, Vec::new()),
    };
    single(owner, key, live, action, calls)
}

/// Makes an old version the newest again, and lets users run it if they run anything now.
///
/// The new version is not named as an apply's: what git wants is older than it, and the next apply must find a live edit
/// there, not a change in git that it would carry out.
pub fn rollback(owner: &Owner, key: &AppKey, live: &LiveApp, to: &VersionInfo) -> Plan {
    let name = VersionName::of_rollback(owner, key, to.version);
    let mut calls = vec![
        Call::Revert { to: to.version },
        Call::NameVersion { name: name.clone() },
    ];
    let is_live = live.publication != Publication::Unpublished;
    match live.app.protection_level {
        _ if !is_live => {}
        Some(ProtectionLevel::ApprovalRequired) => calls.push(Call::RequestPublish {
            title: format!("Publish {} as of {}", live.app.name, to.version),
            description: format!("Rolled back by ddapps for {owner}/{key}."),
        }),
        Some(ProtectionLevel::DirectPublish) | None => calls.push(Call::Publish),
    }
    let mut plan = single(owner, key, live, Action::Update, calls);
    let requests = |step: &Step| matches!(step.call, Call::RequestPublish { .. });
    for app in &mut plan.apps {
        if app.steps.iter().any(requests) {
            app.notes.push(Note::NeedsApproval);
        }
    }
    plan
}

/// Deletes live apps, each known by its own key.
pub fn deletion<'a>(owner: &Owner, apps: impl Iterator<Item = (&'a AppKey, &'a LiveApp)>) -> Plan {
    let mut apps: Vec<_> = apps
        .map(|(key, live)| one(key, live, Action::Delete, vec![Call::Delete]))
        .collect();
    apps.sort_by(|a, b| (&a.key, a.id).cmp(&(&b.key, b.id)));
    Plan::of(owner, apps)
}

fn single(owner: &Owner, key: &AppKey, live: &LiveApp, action: Action, calls: Vec<Call>) -> Plan {
    Plan::of(owner, vec![one(key, live, action, calls)])
}

fn one(key: &AppKey, live: &LiveApp, action: Action, calls: Vec<Call>) -> AppPlan {
    let steps = calls.into_iter().enumerate().map(|(index, call)| {
        let precondition = match (index, &call) {
            (0, _) => Precondition::AsPlanned(Expected::of(live)),
            (_, Call::Publish | Call::RequestPublish { .. }) => Precondition::AsLeft,
            _ => Precondition::PreviousStep,
        };
        Step::known(live.id, call, precondition)
    });
    AppPlan {
        key: key.clone(),
        id: Some(live.id),
        name: live.app.name.clone(),
        location: None,
        action,
        steps: steps.collect(),
        changes: Vec::new(),
        components: BTreeMap::new(),
        connections: BTreeMap::new(),
        layout: None,
        live: Some(LiveState::of(live)),
        drift: Vec::new(),
        refusal: None,
        notes: Vec::new(),
    }
}
