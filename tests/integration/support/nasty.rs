//! Apps that the short forms of the file language only nearly fit: for the laws of writing.

use ddapps::model::{App, Body, Definition};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::generate;

/// An app whose components and queries come close to every short form, and often just miss it.
pub fn app() -> impl Strategy<Value = App> {
    let extra = prop::option::weighted(0.2, generate::value());
    (generate::app(), generate::text(), body(), extra).prop_map(|(app, name, mut body, extra)| {
        if let Some(extra) = extra {
            body.extra.insert("inputSchema".into(), extra);
        }
        App {
            name,
            definition: Definition::new(body),
            ..app
        }
    })
}

fn body() -> impl Strategy<Value = Body> {
    let components = prop::collection::vec(component(), 1..4);
    let queries = prop::collection::vec(query(), 0..5);
    (generate::text(), components, queries, any::<bool>()).prop_map(
        |(root, components, queries, follows)| Body {
            root_instance_name: match follows {
                true => components[0]["name"].as_str().unwrap().to_owned(),
                false => root,
            },
            components,
            queries,
            extra: Map::new(),
        },
    )
}

fn component() -> impl Strategy<Value = Value> {
    let leaf = (generate::component(), event_list()).prop_map(|(mut component, events)| {
        if let Some(events) = events {
            component["events"] = events;
        }
        component
    });
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            3 => (inner.clone(), cell_slips()).prop_map(|(child, slip)| cell(child, slip)),
            2 => (folder(), prop::collection::vec(inner.clone(), 0..3), inner.clone(), 0..4_u8)
                .prop_map(|(kind, children, other, slip)| modal(kind, children, other, slip)),
            2 => (inner, any_field(), generate::value()).prop_map(|(mut component, field, value)| {
                component[field] = value;
                component
            }),
        ]
    })
}

/// A field that has no place in the short form of a component.
fn any_field() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&["id", "events", "meta", "at", "file"][..])
}

fn folder() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&["modal", "container", "tab"][..])
}

fn cell_slips() -> impl Strategy<Value = u8> {
    0..12_u8
}

/// A cell around a component; most slips make it one that `at` cannot say.
fn cell(child: Value, slip: u8) -> Value {
    let name = format!("{}Cell", child["name"].as_str().unwrap_or_default());
    let mut cell = json!({
        "type": "gridCell", "name": name, "events": [],
        "properties": {
            "children": [child], "isVisible": "true",
            "layout": {"default": {"x": 0, "y": 1, "width": 12, "height": 4}}
        }
    });
    let properties = &mut cell["properties"];
    match slip {
        0 => properties["isVisible"] = "${a0.value}".into(),
        1 => properties["isVisible"] = Value::Null,
        2 => properties["isVisible"] = true.into(),
        3 => properties["layout"]["default"]["x"] = serde_json::from_str("1.0").unwrap(),
        4 => properties["layout"]["mobile"] = json!({"x": 0}),
        5 => properties["layout"]["default"]["z"] = 1.into(),
        6 => properties["children"] = json!([properties["children"][0], properties["children"][0]]),
        7 => properties["color"] = "red".into(),
        8 => cell["events"] = json!([{"name": "click", "type": "openModal"}]),
        9 => cell["name"] = "gridCell7".into(),
        10 => {
            cell.as_object_mut().unwrap().remove("events");
        }
        _ => {}
    }
    cell
}

/// A modal or its like around a grid; most slips make it one that `grid` cannot say.
fn modal(kind: &str, children: Vec<Value>, other: Value, slip: u8) -> Value {
    let mut grid = json!({
        "type": "grid", "name": "grid2", "events": [], "properties": {"children": children}
    });
    let inner = match slip {
        0 => vec![grid, other],
        1 => {
            grid["properties"]["isVisible"] = true.into();
            vec![grid]
        }
        2 => {
            grid.as_object_mut().unwrap().remove("events");
            vec![grid]
        }
        _ => vec![grid],
    };
    json!({"type": kind, "name": "modal0", "events": [], "properties": {"children": inner, "title": "@{x}"}})
}

/// Events that the short form says, nearly says, and does not say.
fn event_list() -> impl Strategy<Value = Option<Value>> {
    let event = prop_oneof![
        3 => Just(json!({"name": "click", "type": "openModal", "modalName": "modal0", "uuid": "u"})),
        1 => Just(json!({"name": "click", "type": "custom", "when": 1})),
        1 => Just(json!({"name": "click"})),
        1 => Just(json!({"when": "click", "do": "x"})),
        1 => Just(json!({"do": "x"})),
        1 => Just(json!({"name": null, "type": ["a\nb"], "debounce": {"a": "b\nc"}})),
    ];
    prop::option::of(prop::collection::vec(event, 0..3).prop_map(Value::from))
}

fn query() -> impl Strategy<Value = Value> {
    (generate::query(), spec(), code(), event_list(), 0..12_u8).prop_map(
        |(mut query, spec, code, events, slip)| {
            let name = query["name"].clone();
            if let Some(spec) = spec {
                query["properties"]["spec"] = spec;
            }
            if let Some((field, code)) = code {
                query["properties"][field] = code.into();
            }
            if let Some(events) = events {
                query["events"] = events;
            }
            match slip {
                0 => query["properties"]["name"] = name,
                1 => query["owner"] = "x".into(),
                2 => query["events"] = Value::Null,
                3 => query["properties"] = Value::Null,
                4 => query["properties"] = json!({"name": name, "type": 1}),
                5 => query["properties"]["id"] = "2a8a6d56-4c60-4772-9f1e-69bafed9f0ae".into(),
                6 => query["name"] = "type".into(),
                _ => {}
            }
            query
        },
    )
}

/// The ids that the tests give an alias, and others.
fn connection() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!("11111111-1111-4111-8111-111111111111")),
        Just(json!("11111111-1111-4111-8111-11111111111A")),
        Just(json!("no-uuid")),
        Just(json!("aws")),
        Just(json!("")),
        Just(json!("${a0.value}")),
        Just(Value::Null),
    ]
}

fn spec() -> impl Strategy<Value = Option<Value>> {
    let fqn = prop_oneof![
        3 => Just(json!("com.datadoghq.aws.ecs.listEcsClusters")),
        1 => generate::value(),
    ];
    let object = (
        prop::option::of(fqn),
        prop::option::of(connection()),
        prop::option::of(generate::value()),
        generate::object(),
        any::<bool>(),
    )
        .prop_map(|(fqn, connection, inputs, others, has_others)| {
            let mut spec = if has_others { others } else { Map::new() };
            let parts = [
                ("fqn", fqn),
                ("connectionId", connection),
                ("inputs", inputs),
            ];
            spec.extend(
                parts
                    .into_iter()
                    .filter_map(|(key, value)| Some((key.to_owned(), value?))),
            );
            Value::Object(spec)
        });
    prop::option::of(prop_oneof![4 => object, 1 => generate::value()])
}

/// Code in its wrapper, short and long, and what only nearly is.
fn code() -> impl Strategy<Value = Option<(&'static str, String)>> {
    let around = proptest::sample::select(
        &[
            ("outputs", "${((outputs) => {", "})(self.rawOutputs)}"),
            ("outputs", "${(() => {", "})()}"),
            ("definition", "${(() => {", "})}"),
            ("definition", "${(() => {", "}) }"),
        ][..],
    );
    let body = (generate::text(), 0..30_usize).prop_map(|(text, lines)| {
        let long: Vec<_> = (0..lines)
            .map(|line| format!("{text}  // {line}"))
            .collect();
        format!("{text}{}{text}", long.join("\n"))
    });
    prop::option::of(
        (around, body)
            .prop_map(|((field, open, close), body)| (field, format!("{open}{body}{close}"))),
    )
}
