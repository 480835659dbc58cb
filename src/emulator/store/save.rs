//! Writes the state as the JSON document that `state` reads: complete, one app a line.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Store;
use super::app::{App, Deployment, PublishRequest, User, Version};
use crate::emulator::clock::Source;

impl Store {
    /// The whole state, one app a line.
    pub fn to_text(&self) -> String {
        let mut text = String::from("{\"apps\":[");
        for (index, app) in self.apps.values().enumerate() {
            text.push_str(if index == 0 { "\n" } else { ",\n" });
            text.push_str(app.written.saved.get_or_init(|| write_app(app).to_string()));
        }
        text.push_str("\n]");
        if let Source::Counted { ids, ticks } = self.source {
            let counters = json!({ "ids": ids, "ticks": ticks });
            // Writing to a string cannot fail.
            let _ = write!(text, ",\"counters\":{counters}");
        }
        text.push_str("}\n");
        text
    }

    /// The whole state as a value.
    pub fn to_json(&self) -> Value {
        let apps: Vec<Value> = self.apps.values().map(|app| write_app(app)).collect();
        let mut state = json!({ "apps": apps });
        if let Source::Counted { ids, ticks } = self.source {
            state["counters"] = json!({ "ids": ids, "ticks": ticks });
        }
        state
    }
}

fn write_app(app: &App) -> Value {
    // Taken apart so that a new field cannot be lost on the way to the file.
    let App {
        id,
        author: User {
            id: user_id,
            uuid,
            name,
        },
        created_at,
        updated_at,
        tags,
        self_service,
        favorite,
        protection,
        deployment,
        publish_requests,
        older: _,
        newest: _,
        written: _,
    } = app;
    json!({
        "id": id,
        "author": { "id": user_id, "uuid": uuid, "name": name },
        "created_at": created_at.to_string(),
        "updated_at": updated_at.to_string(),
        "tags": tags,
        "selfService": self_service,
        "favorite": favorite,
        "protectionLevel": protection,
        "deployment": deployment.as_ref().map(|Deployment { id, version, created_at }| {
            json!({ "id": id, "version_id": version, "created_at": created_at.to_string() })
        }),
        "publish_requests": publish_requests.iter().map(write_request).collect::<Vec<_>>(),
        "versions": app.versions().map(write_version).collect::<Vec<_>>(),
    })
}

fn write_request(request: &PublishRequest) -> Value {
    let PublishRequest {
        id,
        title,
        description,
        created_at,
    } = request;
    json!({ "id": id, "title": title, "description": description, "created_at": created_at.to_string() })
}

fn write_version(version: &Version) -> Value {
    let Version {
        id,
        number,
        created_at,
        author,
        name,
        published,
        content,
    } = version;
    let mut saved = json!({
        "id": id,
        "version": number,
        "created_at": created_at.to_string(),
        "name": name,
        "published": published,
        "attributes": **content,
    });
    if let Some(author) = author {
        saved["author"] = json!(author.name);
    }
    saved
}
