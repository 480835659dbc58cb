//! The JSON of the answers, as recorded.
//!
//! `meta` and `relationships` sit inside `data`; a deployment's user is named only in the answer that made it.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::app::{App, Deployment, User, Version};
use crate::emulator::switch::{
    ConnectionsRelationship, DeploymentInList, ProtectionLevelInGet, ProtectionLevelInList,
    Switches, UpdatedAtInList, VersionId,
};

/// The organisation that all apps belong to.
const ORG_ID: u64 = 1;
/// How the API says "not deleted".
const NEVER: &str = "0001-01-01T00:00:00Z";
/// The level of an app whose level nobody set.
const DEFAULT_LEVEL: &str = "direct_publish";

/// An app's id and type, the whole answer to create and delete.
pub fn reference(id: Uuid) -> Value {
    json!({ "id": id, "type": "appDefinitions" })
}

/// The answer to GET and update.
pub fn document(app: &App, version: &Version, switches: &Switches) -> Value {
    let level = match switches.protection_level_in_get {
        ProtectionLevelInGet::Never => None,
        ProtectionLevelInGet::OnceSet => app.protection.as_deref(),
        ProtectionLevelInGet::Always => Some(level(app)),
    };
    whole(app, version, level, switches)
}

/// The answer to a change of the protection level, which always shows it.
pub fn protected(app: &App, switches: &Switches) -> Value {
    whole(app, &app.newest, Some(level(app)), switches)
}

fn level(app: &App) -> &str {
    app.protection.as_deref().unwrap_or(DEFAULT_LEVEL)
}

fn whole(app: &App, version: &Version, level: Option<&str>, switches: &Switches) -> Value {
    let mut attributes = Map::clone(&version.content);
    settings(app, level, &mut attributes);
    let mut data = reference(app.id);
    data["meta"] = meta(app, version, switches);
    if let Some(relationships) = relationships(app, version, switches) {
        data["relationships"] = relationships;
    }
    data["attributes"] = Value::Object(attributes);
    let mut document = json!({ "data": data });
    if let Some(deployment) = &app.deployment {
        document["included"] = json!([included(app, deployment)]);
    }
    document
}

/// An app in a list: without its content, and with 0 for its version.
pub fn listed(app: &App, switches: &Switches) -> Value {
    let level = match switches.protection_level_in_list {
        ProtectionLevelInList::Never => None,
        ProtectionLevelInList::OnceSet => app.protection.as_deref(),
        ProtectionLevelInList::Always => Some(level(app)),
    };
    let mut attributes = Map::new();
    for key in ["name", "description"] {
        attributes.insert(
            key.to_owned(),
            app.newest.content.get(key).cloned().unwrap_or_default(),
        );
    }
    settings(app, level, &mut attributes);
    let mut item = reference(app.id);
    item["attributes"] = Value::Object(attributes);
    item["meta"] = app_meta(app, 0, app.updated_at.to_string());
    match switches.updated_at_in_list {
        UpdatedAtInList::Exact => {}
        UpdatedAtInList::Created => {
            item["meta"]["updated_at"] = item["meta"]["created_at"].clone();
        }
        UpdatedAtInList::Absent => item["meta"]["updated_at"] = Value::Null,
    }
    if let Some(deployment) = listed_deployment(app, switches) {
        item["relationships"] = json!({ "deployment": relationship(app, deployment) });
    }
    item
}

/// The deployment that a list shows of an app.
pub fn listed_deployment<'a>(app: &'a App, switches: &Switches) -> Option<&'a Deployment> {
    let is_shown = switches.deployment_in_list == DeploymentInList::Present;
    app.deployment.as_ref().filter(|_| is_shown)
}

/// A deployment beside the apps that point to it.
pub fn included(app: &App, deployment: &Deployment) -> Value {
    deployed(deployment, &app.author, "")
}

/// The answer to publish and unpublish.
pub fn deployment(deployment: &Deployment, user: &User) -> Value {
    deployed(deployment, user, &user.name)
}

/// An item of the list of versions.
pub fn version(app: &App, version: &Version) -> Value {
    let at = version.created_at.to_string();
    let author = version.author.as_ref().unwrap_or(&app.author);
    let mut attributes = json!({
        "app_id": app.id,
        "created_at": at,
        "has_ever_been_published": version.published,
        "updated_at": at,
        "user_id": author.id,
        "user_name": "",
        "user_uuid": author.uuid,
        "version": version.number,
    });
    if let Some(name) = &version.name {
        attributes["name"] = json!(name);
    }
    json!({ "id": version.id, "type": "appVersions", "attributes": attributes })
}

fn settings(app: &App, level: Option<&str>, attributes: &mut Map<String, Value>) {
    attributes.insert("favorite".to_owned(), json!(app.favorite));
    attributes.insert("selfService".to_owned(), json!(app.self_service));
    attributes.insert("tags".to_owned(), json!(app.tags));
    if let Some(level) = level {
        attributes.insert("protectionLevel".to_owned(), json!(level));
    }
}

fn meta(app: &App, version: &Version, switches: &Switches) -> Value {
    let updated_at = if version.id == app.newest.id {
        app.updated_at
    } else {
        version.created_at
    };
    let mut meta = app_meta(app, version.number, updated_at.to_string());
    if switches.version_id == VersionId::Present {
        meta["version_id"] = json!(version.id);
        meta["run_as_user"] = json!(app.author.uuid);
    }
    meta
}

fn app_meta(app: &App, version: u64, updated_at: String) -> Value {
    json!({
        "org_id": ORG_ID,
        "user_id": app.author.id,
        "user_uuid": app.author.uuid,
        "user_name": app.author.name,
        "version": version,
        "updated_since_deployment": app.updated_since_deployment(),
        "created_at": app.created_at.to_string(),
        "updated_at": updated_at,
        "deleted_at": NEVER,
    })
}

fn relationships(app: &App, version: &Version, switches: &Switches) -> Option<Value> {
    let mut relationships = Map::new();
    if let Some(deployment) = &app.deployment {
        relationships.insert("deployment".to_owned(), relationship(app, deployment));
    }
    if switches.connections_relationship == ConnectionsRelationship::Present {
        relationships.insert("connections".to_owned(), connections(&version.content));
    }
    (!relationships.is_empty()).then_some(Value::Object(relationships))
}

fn relationship(app: &App, deployment: &Deployment) -> Value {
    json!({ "data": { "id": deployment.id, "type": "deployment" }, "meta": deployment_meta(deployment, &app.author, "") })
}

fn deployed(deployment: &Deployment, user: &User, name: &str) -> Value {
    json!({
        "id": deployment.id,
        "type": "deployment",
        "attributes": { "app_version_id": deployment.version },
        "meta": deployment_meta(deployment, user, name),
    })
}

fn deployment_meta(deployment: &Deployment, user: &User, name: &str) -> Value {
    json!({ "created_at": deployment.created_at.to_string(), "user_id": user.id, "user_uuid": user.uuid, "user_name": name })
}

/// The connections that the queries name, each once, in their order.
fn connections(content: &Map<String, Value>) -> Value {
    let queries = content
        .get("queries")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut ids: Vec<&str> = Vec::new();
    for query in queries {
        let id = query
            .pointer("/properties/spec/connectionId")
            .and_then(Value::as_str);
        ids.extend(id.filter(|id| !ids.contains(id)));
    }
    let item =
        |id: &str| json!({ "id": id, "type": "custom_connections", "attributes": { "name": id } });
    ids.into_iter().map(item).collect()
}
