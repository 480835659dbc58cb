//! A live app as a document: what the UI exports, and what an import reads back.

use serde_json::{Map, Value, json};

use crate::model::{Body, LiveApp};

/// The whole app as it was read, marks among its tags: enough to make it anew.
pub fn export(live: &LiveApp) -> Value {
    let app = &live.app;
    let Body {
        root_instance_name,
        components,
        queries,
        extra,
    } = app.definition.body();
    let mut attributes = Map::new();
    attributes.insert("name".into(), app.name.as_str().into());
    if let Some(description) = &app.description {
        attributes.insert("description".into(), description.as_str().into());
    }
    let tags = app.tags.iter().flatten().cloned();
    let marks = live.marks.iter().map(ToString::to_string);
    attributes.insert("tags".into(), tags.chain(marks).collect());
    if let Some(level) = app.protection_level {
        attributes.insert("protectionLevel".into(), level.as_str().into());
    }
    if let Some(offered) = app.self_service {
        attributes.insert("selfService".into(), offered.into());
    }
    attributes.insert("rootInstanceName".into(), root_instance_name.into());
    attributes.insert("components".into(), components.into());
    attributes.insert("queries".into(), queries.into());
    attributes.extend(extra);
    json!({
        "data": {
            "id": live.id.to_string(),
            "type": "appDefinitions",
            "attributes": attributes,
            "meta": {
                "version": live.version.0,
                "version_id": live.version_id.map(|id| id.to_string()),
                "published_version_id": live.publication.version_id().map(|id| id.to_string()),
                "user_name": live.saved.by,
                "updated_at": live.saved.at,
            },
        },
    })
}
