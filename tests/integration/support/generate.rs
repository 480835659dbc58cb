//! Apps nastier than life, for the laws.

use std::collections::BTreeSet;

use ddapps::model::{App, Body, Definition, ProtectionLevel};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any text, and often what has gone wrong somewhere before.
pub fn text() -> impl Strategy<Value = String> {
    const NASTY: &[&str] = &[
        "",
        " ",
        " leading",
        "trailing ",
        "on",
        "no",
        "null",
        "~",
        "010",
        "1_000",
        "true",
        "10",
        "a\r\nb",
        "a\nb\n",
        "\u{2028}",
        "\u{feff}",
        "@{region}",
        "@@{x}",
        "${a.b}",
        "${`${x}`}",
        "${ unclosed",
        "}",
        "#",
        ": ",
        "- x",
        "'",
        "\"",
        "\\",
        "\t",
        "\u{7}",
        "é",
        "😀",
        "a#2",
        "a\n",
        "\n",
        "\n\n  indented\n\n",
        " a\nb",
        "\ta\nb",
        "a\n\tb\n  ",
        "a \n\n\n",
        "a\n---\nb",
        "a\n\u{2028}b",
        "a\n\0",
        "Yes",
        "=",
        "<<",
        "0x1F",
        "0b1",
        "1:30",
        "1e3",
        ".5",
        ".inf",
        "2026-11-22",
        "---",
        "...",
        "? x",
        "a: b",
        "a #b",
        "%x",
        "@x",
        "`x`",
        "{a}",
        "[a",
        "a, b",
        "\u{85}",
        "\u{202e}x",
        "\u{a0}",
        "2a8a6d56-4c60-4772-9f1e-69bafed9f0ae",
    ];
    prop_oneof![
        3 => "[a-z]{1,6}",
        2 => proptest::sample::select(NASTY).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

/// A name as components and queries bear it: few, so that they meet again.
pub fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-d][0-2]",
        1 => text(),
    ]
}

/// Any JSON value that the format carries.
pub fn value() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        (-1000_i64..1000).prop_map(|number| number.to_string()),
        Just("1.0".to_owned()),
        Just("0.1".to_owned()),
        Just("1e3".to_owned()),
        Just("-0".to_owned()),
        Just("123456789012345678901234567890".to_owned()),
    ]
    .prop_map(|text| serde_json::from_str::<Value>(&text).unwrap());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number,
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(property_name(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A property's name, often one that the format or the editor uses itself.
fn property_name() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "label",
        "columns",
        "events",
        "id",
        "uuid",
        "dataPath",
        "isDeleted",
        "type",
        "name",
        "properties",
        "children",
        "at",
        "grid",
        "file",
        "key",
        "value",
        "inputs",
        "spec",
        "js",
        "connection",
        "a.b",
        "",
        "when",
        "do",
        "action",
        "<<",
        "y",
        "isVisible",
        "layout",
    ];
    prop_oneof![
        4 => proptest::sample::select(WORDS).prop_map(str::to_owned),
        1 => text(),
    ]
}

/// Properties of a component or query.
pub fn object() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map(property_name(), value(), 0..4)
        .prop_map(|map| map.into_iter().collect())
}

fn event() -> impl Strategy<Value = Value> {
    let name = proptest::sample::select(&["click", "change"][..]);
    let kind = proptest::sample::select(&["triggerQuery", "openModal"][..]);
    (name, kind, name_or_none())
        .prop_map(|(name, kind, target)| json!({"name": name, "type": kind, "queryName": target}))
}

fn name_or_none() -> impl Strategy<Value = Option<String>> {
    prop::option::of(name())
}

/// The events of a component or query, or none at all.
pub fn events() -> impl Strategy<Value = Option<Value>> {
    prop::option::weighted(
        0.8,
        prop::collection::vec(event(), 0..3).prop_map(Value::from),
    )
}

fn column() -> impl Strategy<Value = Value> {
    ("[ab]", any::<bool>(), prop::option::of("[0-9]")).prop_map(|(path, deleted, id)| {
        let mut column = json!({"dataPath": path, "header": path});
        if deleted {
            column["isDeleted"] = true.into();
        }
        if let Some(id) = id {
            column["id"] = id.into();
        }
        column
    })
}

/// A component with everything in it.
pub fn component() -> impl Strategy<Value = Value> {
    let kind = proptest::sample::select(&["grid", "gridCell", "table", "button", "hologram"][..]);
    let columns = prop::option::weighted(0.3, prop::collection::vec(column(), 0..4));
    let leaf = (kind, name(), object(), events(), columns).prop_map(
        |(kind, name, mut properties, events, columns)| {
            properties.remove("children");
            if let Some(columns) = columns {
                properties.insert("columns".into(), columns.into());
            }
            let mut component = json!({"type": kind, "name": name, "properties": properties});
            if let Some(events) = events {
                component["events"] = events;
            }
            component
        },
    );
    leaf.prop_recursive(3, 10, 3, |inner| {
        (inner.clone(), prop::collection::vec(inner, 0..3)).prop_map(|(mut component, children)| {
            component["properties"]["children"] = children.into();
            component
        })
    })
}

/// A query as a file could have it.
pub fn query() -> impl Strategy<Value = Value> {
    let kind =
        proptest::sample::select(&["action", "dataTransform", "function", "stateVariable"][..]);
    let code = prop::option::of(text().prop_map(|body| format!("${{(() => {{{body}}})()}}")));
    (kind, name(), object(), events(), code).prop_map(
        |(kind, name, mut properties, events, code)| {
            if let Some(code) = code {
                properties.insert("outputs".into(), code.into());
            }
            let mut query = json!({"type": kind, "name": name, "properties": properties});
            if let Some(events) = events {
                query["events"] = events;
            }
            query
        },
    )
}

/// A definition body as a file would have it: without query ids.
pub fn body() -> impl Strategy<Value = Body> {
    let components = prop::collection::vec(component(), 1..4);
    let queries = prop::collection::vec(query(), 0..4);
    (name(), components, queries).prop_map(|(root, components, queries)| Body {
        root_instance_name: match root.is_empty() {
            true => "grid0".into(),
            false => root,
        },
        components,
        queries,
        extra: Map::new(),
    })
}

/// An app as a file would declare it.
pub fn app() -> impl Strategy<Value = App> {
    let tags = prop::option::of(prop::collection::btree_set("[a-z]{1,4}:[a-z]{1,4}", 0..3));
    let level = prop::option::of(prop_oneof![
        Just(ProtectionLevel::DirectPublish),
        Just(ProtectionLevel::ApprovalRequired)
    ]);
    let flag = || prop::option::of(any::<bool>());
    let words = ("[a-z]{1,8}", prop::option::of(text()));
    (words, tags, level, flag(), flag(), body()).prop_map(
        |((name, description), tags, protection_level, self_service, publish, body)| App {
            name,
            description,
            tags: tags.map(|tags: BTreeSet<String>| tags),
            protection_level,
            self_service,
            publish,
            definition: Definition::new(body),
        },
    )
}
