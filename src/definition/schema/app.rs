//! The schema of a definition.

use serde_json::{Map, Value, json};

use super::{DIALECT, component, event, query, word};
use crate::model::ProtectionLevel;

/// The schema of a definition.
pub fn app_schema() -> Value {
    let mut definitions = Map::new();
    definitions.extend(own());
    definitions.extend(query::definitions());
    definitions.extend(component::definitions());
    definitions.extend(event::definitions());
    definitions.extend(word::definitions());
    json!({
        "$schema": DIALECT,
        "title": "Definition of a Datadog App Builder app",
        "description": "One app: in the compact form, as an export from the editor or the API, or in any mix of them.",
        "type": "object",
        "if": { "required": ["data"] },
        "then": { "properties": { "data": {
            "description": "A whole document of the API.",
            "type": "object",
            "required": ["attributes"],
            "properties": { "attributes": { "$ref": "#/$defs/attributes", "required": ["name", "components"] } },
        } } },
        "else": { "required": ["name", "components"] },
        "properties": attributes(),
        "$defs": definitions,
    })
}

fn own() -> [(String, Value); 4] {
    let one = |name: &str, schema| (name.to_owned(), schema);
    [
        one(
            "attributes",
            json!({ "type": "object", "properties": attributes() }),
        ),
        one(
            "variable",
            json!({
                "description": "A variable of the environment, alone: it brings its own type.",
                "type": "string",
                "pattern": "^@\\{[^{}]*\\}$",
            }),
        ),
        one(
            "part",
            json!({
                "description": "What another file holds; its path is relative to this one.",
                "type": "object",
                "required": ["file"],
                "additionalProperties": false,
                "properties": { "file": {
                    "description": "The path, relative to this file and inside the repository.",
                    "type": "string",
                } },
            }),
        ),
        one(
            "code",
            json!({
                "description": "JavaScript: the code without the wrapper that the editor puts around it, or `{file: js/name.js}`.",
                "type": ["string", "object"],
                "required": ["file"],
                "additionalProperties": false,
                "properties": { "file": {
                    "description": "The path, relative to this file and inside the repository. The file's first line is `export default (outputs) => {` or `export default () => {`, its last `};`.",
                    "type": "string",
                } },
            }),
        ),
    ]
}

/// What stands at the top of a definition, or under `data.attributes`.
fn attributes() -> Value {
    let levels = [
        ProtectionLevel::DirectPublish,
        ProtectionLevel::ApprovalRequired,
    ];
    json!({
        "key": {
            "description": "The app's name in the repository; by default the file's stem or the folder's name.",
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "pattern": "^[^\\s,/]+$",
        },
        "name": { "description": "The name that people see.", "type": "string" },
        "description": {
            "description": "What the app is for. Left alone if not said.",
            "type": ["string", "null"],
        },
        "tags": {
            "description": "The app's tags, such as `team:platform`. Left alone if not said.",
            "type": ["array", "string", "null"],
            "items": { "type": "string" },
            "pattern": "^@\\{[^{}]*\\}$",
        },
        "publish": switch("Whether users run the latest version (`true`) or none (`false`). Left alone if not said."),
        "protectionLevel": {
            "description": "Whether a publication needs an approval. Left alone if not said.",
            "anyOf": [
                { "enum": [levels[0].as_str(), levels[1].as_str(), null] },
                { "$ref": "#/$defs/variable" },
            ],
        },
        "selfService": switch("Whether the app is offered for self-service. Left alone if not said."),
        "rootInstanceName": {
            "description": "The root component's name; by default that of the only one.",
            "type": ["string", "null"],
        },
        "queries": {
            "description": "The queries by name, in order; or a list of raw ones.",
            "type": ["object", "array", "null"],
            "additionalProperties": { "$ref": "#/$defs/query" },
            "items": { "$ref": "#/$defs/listedQuery" },
        },
        "components": {
            "description": "The component tree.",
            "type": "array",
            "items": { "$ref": "#/$defs/component" },
        },
    })
}

/// `true`, `false`, or a variable of the environment.
fn switch(description: &str) -> Value {
    json!({
        "description": description,
        "type": ["boolean", "string", "null"],
        "pattern": "^@\\{[^{}]*\\}$",
    })
}
