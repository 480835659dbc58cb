//! What the schema says about events.

use serde_json::{Map, Value, json};

use super::word;
use crate::model::vocabulary::{EVENTS, REACTIONS, Reaction};

pub(super) fn definitions() -> Map<String, Value> {
    let mut all = Map::new();
    all.insert("events".into(), compact());
    all.insert("rawEvents".into(), raw());
    for it in &REACTIONS {
        let fields = json!({ "properties": word::members(it.fields) });
        all.insert(format!("reaction.{}", it.name), fields);
    }
    all
}

fn compact() -> Value {
    json!({
        "description": "What happens on which occasion, in the order of execution.",
        "type": "array",
        "items": {
            "type": "object",
            "defaultSnippets": snippets(),
            "properties": {
                "when": event("The occasion; the API's `name`."),
                "do": reaction("What is done; the API's `type`."),
            },
            "allOf": fields("do"),
        },
    })
}

fn raw() -> Value {
    json!({
        "description": "What happens on which occasion, in the order of execution.",
        "items": {
            "properties": {
                "name": event("The occasion."),
                "type": reaction("What is done."),
            },
            "allOf": fields("type"),
        },
    })
}

fn event(description: &str) -> Value {
    json!({
        "description": description,
        "anyOf": [word::known(EVENTS), { "type": "string" }],
    })
}

fn reaction(description: &str) -> Value {
    let reactions = REACTIONS.iter().map(|it| (it.name, it.about));
    json!({
        "description": description,
        "anyOf": [word::known(reactions), { "type": "string" }],
    })
}

/// The fields that each reaction has, told apart by `key`.
fn fields(key: &str) -> Vec<Value> {
    let one = |name: &str| {
        json!({
            "if": { "type": "object", "required": [key], "properties": { key: { "const": name } } },
            "then": { "$ref": format!("#/$defs/reaction.{name}") },
        })
    };
    REACTIONS.iter().map(|it| one(it.name)).collect()
}

/// What an editor writes for each reaction. As texts, since the keys of a mapping would be sorted.
fn snippets() -> Vec<Value> {
    let one = |it: &Reaction| {
        let fields = it.fields.iter().enumerate();
        let fields: String = fields
            .map(|(number, field)| format!("\n{}: ${}", field.name, number + 2))
            .collect();
        json!({
            "label": it.name,
            "description": it.about,
            "body": format!("when: ${{1:click}}\ndo: {}{fields}", it.name),
        })
    };
    REACTIONS.iter().map(one).collect()
}
