//! What the schema says about components.

use serde_json::{Map, Value, json};

use super::word;
use crate::definition::cell::AT_KEYS;
use crate::model::vocabulary::{COMMON, COMPONENTS, Type};

pub(super) fn definitions() -> Map<String, Value> {
    let mut all = Map::new();
    all.insert("component".into(), component());
    all.insert("compactComponent".into(), compact());
    all.insert("compactBody".into(), body());
    all.insert("rawComponent".into(), raw());
    all.insert("cell".into(), cell());
    for it in &COMPONENTS {
        let all_properties = it.properties.iter().chain(&COMMON);
        let known = json!({ "properties": word::members(all_properties) });
        all.insert(definition(it), known);
    }
    all
}

/// The name of the definition that holds the properties of a type.
fn definition(it: &Type) -> String {
    format!("component.{}", it.name)
}

fn reference(it: &Type) -> Value {
    json!({ "$ref": format!("#/$defs/{}", definition(it)) })
}

fn component() -> Value {
    json!({
        "description": "A component: `type name: {…}`, a file with one, or the raw shape of the API.",
        "type": "object",
        "defaultSnippets": snippets(),
        "if": { "type": "object", "anyOf": [{ "required": ["type"] }, { "required": ["name"] }] },
        "then": { "$ref": "#/$defs/rawComponent" },
        "else": {
            "if": { "type": "object", "required": ["file"] },
            "then": { "$ref": "#/$defs/part" },
            "else": { "$ref": "#/$defs/compactComponent" },
        },
    })
}

/// What an editor writes for each type. As texts, since the keys of a mapping would be sorted.
fn snippets() -> Vec<Value> {
    let part = json!({
        "label": "file",
        "description": "A component in a file of its own.",
        "body": "file: ${1:components/name.yaml}",
    });
    let own = COMPONENTS.iter().filter(|it| it.name != "gridCell");
    own.map(snippet).chain([part]).collect()
}

fn snippet(it: &Type) -> Value {
    let rest = match it.name {
        "grid" => "  children:\n    - $2".to_owned(),
        "modal" => "  title: ${2:Title}\n  grid: ${3:grid1}\n  children:\n    - $4".to_owned(),
        _ => {
            let at = "  at: {col: ${2:0}, row: ${3:0}, w: ${4:4}, h: ${5:4}}";
            let first = it
                .properties
                .first()
                .map(|it| format!("\n  {}: $6", it.name));
            format!("{at}{}", first.unwrap_or_default())
        }
    };
    json!({
        "label": it.name,
        "description": it.about,
        "body": format!("{} ${{1:name}}:\n{rest}", it.name),
    })
}

fn compact() -> Value {
    // The patterns exclude each other: some editors look at one pattern only.
    let known: Vec<_> = COMPONENTS.iter().map(|it| it.name).collect();
    let mut patterns = Map::new();
    patterns.insert(
        format!("^\\s*(?!({})\\s)\\S+\\s+\\S+\\s*$", known.join("|")),
        json!({
            "$ref": "#/$defs/compactBody",
            "description": "A component of a type that is not known here. Every key that the format does not use itself is a property of it.",
        }),
    );
    for it in &COMPONENTS {
        let body = json!({
            "description": it.about,
            "allOf": [{ "$ref": "#/$defs/compactBody" }, reference(it)],
        });
        patterns.insert(format!("^\\s*{}\\s+\\S+\\s*$", it.name), body);
    }
    json!({
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
        "patternProperties": patterns,
    })
}

/// What stands below `type name:`, whatever the type.
fn body() -> Value {
    json!({
        "type": ["object", "null"],
        "properties": {
            "at": { "$ref": "#/$defs/cell" },
            "events": {
                "$ref": "#/$defs/events",
                "description": "What happens on which occasion, in the order of execution.",
                "type": ["array", "null"],
            },
            "children": children(),
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
    })
}

fn children() -> Value {
    json!({
        "description": "The components in it.",
        "type": "array",
        "items": { "$ref": "#/$defs/component" },
    })
}

fn raw() -> Value {
    let choices: Vec<_> = COMPONENTS
        .iter()
        .map(|it| {
            json!({
                "if": { "properties": { "type": { "const": it.name } } },
                "then": { "properties": { "properties": reference(it) } },
            })
        })
        .collect();
    json!({
        "description": "A component as the API has it.",
        "type": "object",
        "required": ["type", "name"],
        "properties": {
            "type": {
                "description": "The type.",
                "type": "string",
                "anyOf": [word::known(COMPONENTS.iter().map(|it| (it.name, it.about))), true],
            },
            "name": { "description": "How events and expressions call it.", "type": "string" },
            "properties": {
                "description": "Its properties.",
                "properties": { "children": children() },
            },
            "events": { "$ref": "#/$defs/rawEvents" },
        },
        "allOf": choices,
    })
}

fn cell() -> Value {
    let integer = |description: &str| {
        json!({
            "description": description,
            "type": ["integer", "string"],
            "pattern": "^@\\{[^{}]*\\}$",
        })
    };
    let [col, row, w, h, cell, visible] = AT_KEYS;
    json!({
        "description": "The grid cell around the component.",
        "type": "object",
        "required": [col, row, w, h],
        "additionalProperties": false,
        "properties": {
            col: integer("The column where it starts, from 0 to 11."),
            row: integer("The row where it starts, from 0."),
            w: integer("Its width in columns; a grid has twelve."),
            h: integer("Its height in rows."),
            cell: { "description": "The cell's name; by default the component's with `Cell` behind it.", "type": "string" },
            visible: { "description": "Whether the cell is shown; by default the string `true`." },
        },
    })
}
