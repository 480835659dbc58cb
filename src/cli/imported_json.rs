//! What an import did, as JSON.

use ddapps::definition::import::Imported;
use ddapps::model::reasons;
use ddapps::render;
use serde_json::{Value, json};

/// The result as one JSON document.
pub fn json(result: &Imported, unread: &[String]) -> String {
    let apps = result.apps.iter().map(|app| {
        let id = app.id.map(|id| id.to_string());
        let stuck = app.stuck.iter();
        let stuck: Vec<_> = stuck
            .map(|(path, why)| json!({"file": path, "reason": reasons(why)}))
            .collect();
        json!({"key": app.key.as_str(), "id": id, "name": app.name, "files": app.files,
            "removed": app.removed, "not_removed": stuck})
    });
    let refused = result.refused.iter().map(|app| {
        let id = app.id.map(|id| id.to_string());
        json!({"id": id, "name": app.name, "reason": reasons(&app.why)})
    });
    let bindings = result.additions.apps.iter();
    let whole = json!({
        "apps": apps.collect::<Vec<_>>(),
        "refused": refused.collect::<Vec<_>>(),
        "unread": unread,
        "settings": {
            "connections": result.additions.connections,
            "apps": bindings.map(|(key, id)| (key.to_string(), id.to_string().into()))
                .collect::<serde_json::Map<String, Value>>(),
            "written": result.settings.is_ok(),
        },
    });
    render::document(&whole)
}
