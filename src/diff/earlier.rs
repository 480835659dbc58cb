//! Comparisons with an earlier version of a live app: what was changed live since, and what git changed since.

use std::collections::BTreeMap;

use crate::model::{App, AppKey, DesiredApp, LiveApp, Owner};

use super::fields::compare;
use super::{FieldChange, Standing};

/// What was changed live.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    /// Where the app differs from what it was earlier.
    pub changes: Vec<FieldChange>,
    /// What the components that differ are, and where they stand, by the names in the paths of `changes`.
    pub components: BTreeMap<String, Standing>,
}

/// Where a live app differs from what it was earlier, in all that makes a version.
pub fn edits(earlier: &LiveApp, live: &LiveApp, owner: &Owner, key: &AppKey) -> Edits {
    // A server that shows no description has an empty one.
    let description = live.app.description.clone().unwrap_or_default();
    let compared = compare(&saved(live, Some(description)), earlier, owner, key);
    Edits {
        changes: compared.fields,
        components: compared.components,
    }
}

/// Where a live app differs from what it was earlier, in what makes a version and the file of `managed` manages.
pub fn since(
    earlier: &LiveApp,
    live: &LiveApp,
    managed: &DesiredApp,
    owner: &Owner,
    key: &AppKey,
) -> Vec<FieldChange> {
    let description = (managed.app.description.as_ref()).and(live.app.description.clone());
    compare(&saved(live, description), earlier, owner, key).fields
}

/// What makes a version of a live app, and nothing beside it.
fn saved(live: &LiveApp, description: Option<String>) -> App {
    App {
        name: live.app.name.clone(),
        description,
        tags: None,
        protection_level: None,
        self_service: None,
        publish: None,
        definition: live.app.definition.clone(),
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
