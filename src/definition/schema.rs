//! JSON Schemas of the file language, for editors and for other programs.
//!
//! They describe what [`super::load`] accepts, the raw API shape and unknown component types included; what only a whole
//! repository shows (connections, files, unique keys) is beyond them. `schemas/` holds them as files.

use schemars::{Schema, json_schema};
use serde_json::Value;

use super::cell::AT_KEYS;
use super::rules::LEVELS;
use crate::model::ProtectionLevel;
use crate::model::Wrapper;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of a definition.
pub fn app_schema() -> Value {
    let mut schema = json_schema!({
        "$schema": DIALECT,
        "title": "Definition of a Datadog App Builder app",
        "description": "One app: in the compact form, as an export from the editor or the API, or in any mix of them.",
        "type": "object",
        "anyOf": [
            { "required": ["name", "components"] },
            {
                "required": ["data"],
                "properties": { "data": {
                    "type": "object",
                    "required": ["attributes"],
                    "properties": { "attributes": attributes() },
                } },
            },
        ],
    });
    schema.insert("properties".into(), attributes()["properties"].clone());
    schema.insert(
        "$defs".into(),
        serde_json::json!({
            "flag": flag(), "variable": variable(), "part": part(), "code": code(),
            "events": events(), "query": query(), "rawQuery": raw_query(), "listedQuery": listed_query(),
            "component": component(), "rawComponent": raw_component(),
            "compactComponent": compact_component(), "cell": cell(),
        }),
    );
    schema.to_value()
}

/// The schema of `ddapps.yaml`.
pub fn settings_schema() -> Value {
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
                    "properties": environment(),
                },
            },
        },
        "$defs": {
            "name": { "type": "string", "pattern": "^[a-z0-9-]+$" },
            "policy": policy(),
            "rules": {
                "description": "How much each rule of `ddapps validate` matters.",
                "type": ["object", "null"],
                "additionalProperties": { "enum": LEVELS },
            },
        },
    });
    let own = environment();
    if let (Some(Value::Object(top)), Value::Object(own)) = (schema.get_mut("properties"), own) {
        // A repository with one target says these at the top.
        for (key, value) in own {
            top.entry(key).or_insert(value);
        }
    }
    schema.to_value()
}

fn environment() -> Value {
    json_schema!({
        "site": { "description": "The Datadog site, such as `datadoghq.com`.", "type": "string" },
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

/// What stands at the top of a definition, or under `data.attributes`.
fn attributes() -> Value {
    let levels = [
        ProtectionLevel::DirectPublish,
        ProtectionLevel::ApprovalRequired,
    ];
    json_schema!({
        "type": "object",
        "required": ["name", "components"],
        "properties": {
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
                "description": "The app's tags. Left alone if not said.",
                "anyOf": [
                    { "type": ["array", "null"], "items": { "type": "string" } },
                    { "$ref": "#/$defs/variable" },
                ],
            },
            "publish": {
                "description": "Whether users run the latest version. Left alone if not said.",
                "$ref": "#/$defs/flag",
            },
            "protectionLevel": {
                "description": "Whether a publication needs an approval. Left alone if not said.",
                "anyOf": [
                    { "enum": [levels[0].as_str(), levels[1].as_str(), null] },
                    { "$ref": "#/$defs/variable" },
                ],
            },
            "selfService": {
                "description": "Whether the app is offered for self-service. Left alone if not said.",
                "$ref": "#/$defs/flag",
            },
            "rootInstanceName": {
                "description": "The root component's name; by default that of the only one.",
                "type": ["string", "null"],
            },
            "queries": {
                "description": "The queries by name, in order; or a list of raw ones.",
                "anyOf": [
                    { "type": ["object", "null"], "additionalProperties": { "$ref": "#/$defs/query" } },
                    { "type": "array", "items": { "$ref": "#/$defs/listedQuery" } },
                ],
            },
            "components": {
                "description": "The component tree.",
                "type": "array",
                "items": { "$ref": "#/$defs/component" },
            },
        },
    })
    .to_value()
}

fn flag() -> Schema {
    json_schema!({ "anyOf": [{ "type": ["boolean", "null"] }, { "$ref": "#/$defs/variable" }] })
}

fn variable() -> Schema {
    json_schema!({
        "description": "A variable of the environment, alone: it brings its own type.",
        "type": "string",
        "pattern": "^@\\{[^{}]*\\}$",
    })
}

fn part() -> Schema {
    json_schema!({
        "description": "What another file holds; its path is relative to this one.",
        "type": "object",
        "required": ["file"],
        "additionalProperties": false,
        "properties": { "file": { "type": "string" } },
    })
}

fn code() -> Schema {
    json_schema!({
        "description": "JavaScript: the code without the wrapper that the editor puts around it, or a file with it.",
        "anyOf": [{ "type": "string" }, { "$ref": "#/$defs/part" }],
    })
}

fn events() -> Schema {
    json_schema!({
        "description": "What happens on which occasion, in the order of execution.",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "when": { "description": "The occasion, such as `click`; the API's `name`.", "type": "string" },
                "do": { "description": "The reaction, such as `triggerQuery`; the API's `type`.", "type": "string" },
            },
        },
    })
}

fn query() -> Schema {
    json_schema!({
        "description": "A query; every key that is not listed here is a property of it.",
        "type": "object",
        "anyOf": [{ "required": ["action"] }, { "required": ["type"] }],
        "properties": {
            "type": {
                "description": "The type, where it is no action.",
                "type": "string",
                "examples": [Wrapper::TYPES[1], Wrapper::TYPES[2], "stateVariable"],
            },
            "action": { "description": "The full name of the action to run.", "type": "string" },
            "connection": { "description": "An alias from the environment's `connections`.", "type": "string" },
            "inputs": { "description": "The action's inputs." },
            "spec": { "description": "Other parts of the action's specification." },
            "js": { "$ref": "#/$defs/code" },
            "events": { "$ref": "#/$defs/events" },
            "properties": {
                "description": "Properties whose names mean something else here.",
                "type": "object",
            },
        },
    })
}

fn raw_query() -> Schema {
    json_schema!({
        "description": "A query as the API has it. Its id is left out.",
        "type": "object",
        "required": ["name", "type"],
        "properties": {
            "id": true,
            "name": { "type": "string" },
            "type": { "type": "string" },
            "properties": true,
            "events": true,
        },
    })
}

fn listed_query() -> Schema {
    json_schema!({
        "anyOf": [
            { "$ref": "#/$defs/rawQuery" },
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": { "$ref": "#/$defs/query" },
            },
        ],
    })
}

fn component() -> Schema {
    json_schema!({
        "description": "A component: `type name: {…}`, a file with one, or the raw shape of the API.",
        "anyOf": [
            { "$ref": "#/$defs/compactComponent" },
            { "$ref": "#/$defs/part" },
            { "$ref": "#/$defs/rawComponent" },
        ],
    })
}

fn raw_component() -> Schema {
    json_schema!({
        "type": "object",
        "required": ["type", "name"],
        "properties": {
            "type": { "type": "string" },
            "name": { "type": "string" },
            "properties": true,
            "events": true,
        },
    })
}

fn compact_component() -> Schema {
    json_schema!({
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
        "patternProperties": { "^\\s*\\S+\\s+\\S+\\s*$": {
            "description": "Every key that is not listed here is a property of the component.",
            "type": ["object", "null"],
            "properties": {
                "at": { "$ref": "#/$defs/cell" },
                "events": { "anyOf": [{ "$ref": "#/$defs/events" }, { "type": "null" }] },
                "children": { "type": "array", "items": { "$ref": "#/$defs/component" } },
                "grid": {
                    "description": "The name of the grid that is the only child of a modal or container, and holds `children`.",
                    "type": "string",
                },
                "file": false,
                "properties": {
                    "description": "Properties whose names mean something else here.",
                    "type": "object",
                },
            },
        } },
    })
}

fn cell() -> Schema {
    let integer = |description: &str| {
        serde_json::json!({
            "description": description,
            "anyOf": [{ "type": "integer" }, { "$ref": "#/$defs/variable" }],
        })
    };
    let [col, row, w, h, cell, visible] = AT_KEYS;
    json_schema!({
        "description": "The grid cell around the component.",
        "type": "object",
        "required": [col, row, w, h],
        "additionalProperties": false,
        "properties": {
            col: integer("The column, from 0."),
            row: integer("The row, from 0."),
            w: integer("The width in columns."),
            h: integer("The height in rows."),
            cell: { "description": "The cell's name; by default the component's with `Cell` behind it.", "type": "string" },
            visible: { "description": "Whether the cell is visible; by default the string `true`." },
        },
    })
}
