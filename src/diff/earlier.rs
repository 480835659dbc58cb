//! Comparisons with an earlier version of a live app: what was changed live since, and what git changed since.

use crate::model::{App, AppKey, DesiredApp, LiveApp, Owner};

use super::FieldChange;
use super::fields::compare;

/// Where a live app differs from what it was earlier, in what makes a version and the file of `managed` manages.
pub fn since(
    earlier: &LiveApp,
    live: &LiveApp,
    managed: &DesiredApp,
    owner: &Owner,
    key: &AppKey,
) -> Vec<FieldChange> {
    let now = DesiredApp {
        app: App {
            name: live.app.name.clone(),
            description: (managed.app.description.as_ref()).and(live.app.description.clone()),
            tags: None,
            protection_level: None,
            self_service: None,
            publish: None,
            definition: live.app.definition.clone(),
        },
        location: managed.location.clone(),
        places: Default::default(),
    };
    compare(&now, earlier, owner, key).fields
}

/// Where git differs from what a live app was earlier.
pub fn wanted_since(
    earlier: &LiveApp,
    desired: &DesiredApp,
    owner: &Owner,
    key: &AppKey,
) -> Vec<FieldChange> {
    compare(desired, earlier, owner, key).fields
}
