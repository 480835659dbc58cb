//! The schema of `ddapps.yaml`.

use schemars::json_schema;
use serde_json::{Map, Value, json};

use super::DIALECT;
use crate::definition::rules::LEVELS;

/// The schema of `ddapps.yaml`. `rules` are the known rules of `validate`, each with what it is about; `sites` the known
/// sites.
pub fn settings_schema<'a>(
    rules: impl IntoIterator<Item = (&'a str, &'a str)>,
    sites: impl IntoIterator<Item = &'a str>,
) -> Value {
    let sites: Vec<_> = sites.into_iter().collect();
    let environment = environment(&sites);
    let rules: Map<String, Value> = rules
        .into_iter()
        .map(|(id, about)| {
            let level = json!({ "description": about, "enum": LEVELS });
            (id.to_owned(), level)
        })
        .collect();
    let mut schema = json_schema!({
        "$schema": DIALECT,
        "title": "Settings of a ddapps repository",
        "description": "The project, where its definitions are, and the environments that they are applied to.",
        "type": "object",
        "required": ["project"],
        "additionalProperties": false,
        "properties": {
            "project": {
                "description": "The namespace that owns the apps.",
                "$ref": "#/$defs/name",
            },
            "definitions": {
                "description": "The folder with the definitions, inside the repository.",
                "type": "string",
                "default": "apps/",
            },
            "policy": { "$ref": "#/$defs/policy" },
            "rules": { "$ref": "#/$defs/rules" },
            "environments": {
                "description": "The environments by name; one is chosen for each run.",
                "type": ["object", "null"],
                "propertyNames": { "$ref": "#/$defs/name" },
                "additionalProperties": {
                    "type": ["object", "null"],
                    "additionalProperties": false,
                    "properties": environment.clone(),
                },
            },
        },
        "$defs": {
            "name": { "type": "string", "pattern": "^[a-z0-9-]+$" },
            "policy": policy(),
            "rules": {
                "description": "How much each rule of `ddapps validate` matters.",
                "type": ["object", "null"],
                "properties": rules,
                "additionalProperties": { "enum": LEVELS },
            },
        },
    });
    if let (Some(Value::Object(top)), Value::Object(own)) =
        (schema.get_mut("properties"), environment)
    {
        // A repository with one target says these at the top.
        for (key, value) in own {
            top.entry(key).or_insert(value);
        }
    }
    schema.to_value()
}

fn environment(sites: &[&str]) -> Value {
    json_schema!({
        "site": {
            "description": "The Datadog site. One that is not listed needs `--api-url`.",
            "type": "string",
            "examples": sites,
        },
        "connections": {
            "description": "Connection ids by the alias that definitions use.",
            "type": ["object", "null"],
            "additionalProperties": { "type": "string", "minLength": 1 },
        },
        "variables": {
            "description": "What `@{name}` stands for in definitions.",
            "type": ["object", "null"],
        },
        "apps": {
            "description": "Bindings of keys to apps that exist already.",
            "type": ["object", "null"],
            "additionalProperties": { "type": "string", "format": "uuid" },
        },
        "policy": { "$ref": "#/$defs/policy" },
        "rules": { "$ref": "#/$defs/rules" },
    })
    .to_value()
}

fn policy() -> Value {
    json_schema!({
        "description": "What a run may do. An environment's policy goes before the one at the top.",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "prune": {
                "description": "Delete live apps that this project owns and the files no longer have.",
                "type": "boolean",
                "default": false,
            },
            "max_deletes": {
                "description": "A run that would delete more is refused: a count, or a share of the owned apps.",
                "anyOf": [
                    { "type": "integer", "minimum": 0 },
                    { "type": "string", "pattern": "^([0-9]+|(100|[0-9]{1,2})%)$" },
                ],
                "default": "30%",
            },
        },
    })
    .to_value()
}
