//! What users run, wherever an answer shows it.

use serde_json::Value;

use super::{Fields, Understood, required};
use crate::model::VersionId;

/// What publishing, unpublishing and requesting a publication make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// The version that users run; `None` after an unpublication.
    pub version_id: Option<VersionId>,
}

/// The answer to a publication, an unpublication or a request for one.
pub(in crate::api) fn deployed(answer: Value) -> Understood<Deployment> {
    let mut top = Fields::new(answer, String::new())?;
    attributes_of_deployment(&mut required(&mut top, "data")?)
}

/// How much of an app's newest deployment an answer shows.
pub(super) enum Shown {
    None,
    /// Its id only: nobody can tell whether users run anything.
    Named,
    Whole(Deployment),
}

/// A deployment beside the data, and its id.
pub(super) struct Named {
    pub(super) id: String,
    pub(super) deployment: Deployment,
}

/// The newest deployment of the app in an answer about one app.
pub(super) fn deployment(data: &mut Fields, top: &mut Fields) -> Understood<Shown> {
    let named = match named_deployment(data)? {
        Some(id) => Some(id),
        None => named_deployment(top)?,
    };
    let included = included(top)?;
    let Some(id) = named else {
        // An answer is about one app, so that a deployment beside it is its own.
        let only = included.first().map(|named| named.deployment);
        return Ok(only.map_or(Shown::None, Shown::Whole));
    };
    let found = included.iter().find(|named| named.id == id);
    Ok(found.map_or(Shown::Named, |named| Shown::Whole(named.deployment)))
}

/// The id of the deployment that an app names as its newest.
pub(super) fn named_deployment(holder: &mut Fields) -> Understood<Option<String>> {
    let relationships = match holder.object("relationships")? {
        Some(relationships) => Some(relationships),
        None => holder.object("relationship")?,
    };
    let Some(mut deployment) = relationships.unwrap_or_default().object("deployment")? else {
        return Ok(None);
    };
    deployment.object("data")?.unwrap_or_default().text("id")
}

/// The deployments beside the data.
pub(super) fn included(top: &mut Fields) -> Understood<Vec<Named>> {
    let mut deployments = Vec::new();
    for mut item in top.objects("included")?.unwrap_or_default() {
        if item.text("type")?.as_deref() != Some("deployment") {
            continue;
        }
        deployments.push(Named {
            id: item.text("id")?.unwrap_or_default(),
            deployment: attributes_of_deployment(&mut item)?,
        });
    }
    Ok(deployments)
}

fn attributes_of_deployment(item: &mut Fields) -> Understood<Deployment> {
    let mut attributes = item.object("attributes")?.unwrap_or_default();
    Ok(Deployment {
        version_id: attributes.uuid("app_version_id")?.map(VersionId),
    })
}
