//! What the schema says about queries.

use serde_json::{Map, Value, json};

use super::word;
use crate::model::vocabulary::{QUERIES, SPEC, Type};

pub(super) fn definitions() -> Map<String, Value> {
    let mut all = Map::new();
    all.insert("query".into(), compact());
    all.insert("rawQuery".into(), raw());
    all.insert("listedQuery".into(), listed());
    for it in &QUERIES {
        let known = json!({ "properties": word::members(it.properties) });
        all.insert(definition(it), known);
    }
    all
}

/// The name of the definition that holds the properties of a type.
fn definition(it: &Type) -> String {
    format!("query.{}", it.name)
}

fn compact() -> Value {
    let [action, others @ ..] = &QUERIES;
    let mut choice = json!({ "$ref": reference(action) });
    for it in others.iter().rev() {
        choice = json!({
            "if": { "type": "object", "required": ["type"], "properties": { "type": { "const": it.name } } },
            "then": { "$ref": reference(it) },
            "else": choice,
        });
    }
    let mut query = json!({
        "description": "A query; every key that is not listed here is a property of it.",
        "type": "object",
        "anyOf": [{ "required": ["action"] }, { "required": ["type"] }],
        "defaultSnippets": snippets(),
        "properties": {
            "type": {
                "description": "The type; `action` where `action:` is said.",
                "anyOf": [word::known(QUERIES.iter().map(|it| (it.name, it.about))), { "type": "string" }],
            },
            "action": {
                "description": "The full name of the action to run, such as `com.datadoghq.http.request`.",
                "type": "string",
            },
            "connection": {
                "description": "An alias from the environment's `connections`.",
                "type": "string",
            },
            "inputs": { "description": "What the action is given; each action has its own inputs.", "type": ["object", "string"] },
            "spec": { "description": "Other parts of the action's specification, such as `connectionGroup`." },
            "js": {
                "$ref": "#/$defs/code",
                "description": "JavaScript without its wrapper, or `{file: js/name.js}`. Of an action: what becomes of its `outputs`.",
            },
            "events": {
                "$ref": "#/$defs/events",
                "description": "What happens when the query has run (`executionFinished`, `executionSuccess`, `executionError`), in order.",
            },
            "properties": {
                "description": "Properties whose names mean something else here.",
                "type": "object",
            },
        },
    });
    for (key, value) in choice.as_object().into_iter().flatten() {
        query[key] = value.clone();
    }
    query
}

fn reference(it: &Type) -> String {
    format!("#/$defs/{}", definition(it))
}

fn snippets() -> Value {
    json!([
        {
            "label": "action",
            "description": QUERIES[0].about,
            "body": "action: ${1:com.datadoghq.http.request}\nconnection: ${2:alias}\ninputs: {$3}",
        },
        {
            "label": "dataTransform",
            "description": QUERIES[1].about,
            "body": "type: dataTransform\njs: |-\n  return ${1:query0}.outputs;",
        },
        {
            "label": "stateVariable",
            "description": QUERIES[3].about,
            "body": "type: stateVariable\ndefaultValue: $1",
        },
    ])
}

fn raw() -> Value {
    let choices: Vec<_> = QUERIES
        .iter()
        .map(|it| {
            json!({
                "if": { "properties": { "type": { "const": it.name } } },
                "then": { "properties": { "properties": { "$ref": reference(it) } } },
            })
        })
        .collect();
    json!({
        "description": "A query as the API has it. Its id is left out.",
        "type": "object",
        "required": ["name", "type"],
        "properties": {
            "id": { "description": "Accepted and left out: ids of queries are no part of a definition." },
            "name": { "description": "How events and expressions call it.", "type": "string" },
            "type": {
                "description": "The type.",
                "type": "string",
                "anyOf": [word::known(QUERIES.iter().map(|it| (it.name, it.about))), true],
            },
            "properties": {
                "description": "Its properties.",
                "properties": { "spec": {
                    "description": "The action and what it is given.",
                    "properties": word::members(&SPEC),
                } },
            },
            "events": { "$ref": "#/$defs/rawEvents" },
        },
        "allOf": choices,
    })
}

fn listed() -> Value {
    json!({
        "description": "A raw query, or `name: {…}` in the compact form.",
        "type": "object",
        "if": { "required": ["name"] },
        "then": { "$ref": "#/$defs/rawQuery" },
        "else": {
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": { "$ref": "#/$defs/query" },
        },
    })
}
