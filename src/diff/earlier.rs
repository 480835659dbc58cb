//! Comparisons with an earlier version of a live app: what was changed live since, and what git changed since.

use std::collections::BTreeMap;

use crate::model::{App, AppKey, Body, Definition, DesiredApp, LiveApp, Owner};

use super::fields::{Compared, compare};
use super::{Change, FieldChange, Standing};

/// What was changed live.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    /// Where the app differs from what it was earlier.
    pub changes: Vec<FieldChange>,
    /// What the components that differ are, and where they stand, by the names in the paths of `changes`.
    pub components: BTreeMap<String, Standing>,
}

impl From<Compared> for Edits {
    fn from(compared: Compared) -> Self {
        Self {
            changes: compared.fields,
            components: compared.components,
        }
    }
}

/// Where a live app differs from what it was earlier, in all that makes a version.
pub fn edits(earlier: &LiveApp, live: &LiveApp, owner: &Owner, key: &AppKey) -> Edits {
    compare(&saved(&live.app, true), earlier, owner, key).into()
}

/// Where a live app differs from what it was earlier, in what makes a version and the file of `managed` manages.
pub fn since(
    earlier: &LiveApp,
    live: &LiveApp,
    managed: &DesiredApp,
    owner: &Owner,
    key: &AppKey,
) -> Edits {
    let is_described = managed.app.description.is_some();
    compare(&saved(&live.app, is_described), earlier, owner, key).into()
}

/// What makes a version of an app, and nothing beside it.
pub(super) fn saved(app: &App, is_described: bool) -> App {
    let App {
        name,
        description,
        definition,
        ..
    } = app;
    App {
        name: name.clone(),
        // A server that shows no description has an empty one.
        description: is_described.then(|| description.clone().unwrap_or_default()),
        tags: None,
        protection_level: None,
        self_service: None,
        publish: None,
        definition: definition.clone(),
    }
}

/// Where git differs from what a live app was earlier.
pub fn wanted_since(
    earlier: &LiveApp,
    desired: &DesiredApp,
    owner: &Owner,
    key: &AppKey,
) -> Vec<FieldChange> {
    compare(&desired.app, earlier, owner, key).fields
}

/// Which of several versions, the oldest first, git is closest to: the one that it was made from, since whoever takes live
/// edits over into git leaves no other trace. Of equally close ones it is the oldest.
pub fn closest<'a>(
    versions: impl IntoIterator<Item = &'a LiveApp>,
    desired: &DesiredApp,
    owner: &Owner,
    key: &AppKey,
) -> Option<&'a LiveApp> {
    let mut closest = None;
    for version in versions {
        let apart = wanted_since(version, desired, owner, key).len();
        if closest.is_none_or(|(least, _)| apart < least) {
            closest = Some((apart, version));
        }
        // None can be closer, and comparing a large app takes its time.
        if apart == 0 {
            break;
        }
    }
    closest.map(|(_, version)| version)
}

/// The differences of a change the other way round: what a live app has that git has not, in what makes a version. The
/// body of the change is what git wants with the carried fields of the live app.
pub fn beyond(change: &Change<'_>, live: &LiveApp, owner: &Owner) -> Edits {
    let (Some(desired), Some(body)) = (change.desired, &change.body) else {
        return Edits::default();
    };
    let git = LiveApp {
        app: App {
            definition: Definition::new(Body::clone(body)),
            ..desired.app.clone()
        },
        ..live.clone()
    };
    since(&git, live, desired, owner, &change.key)
}
