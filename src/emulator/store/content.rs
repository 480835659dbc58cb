//! What the server makes of the attributes it is sent.
//!
//! A definition stays raw JSON: explicit nulls, unknown types and fields, and numbers as text pass through. The few
//! things that the server is known to change are here, and nothing else.

use serde_json::{Map, Number, Value, json};

use crate::emulator::answer::Problem;
use crate::emulator::operation::text;
use crate::emulator::switch::{ExtraAttributes, NumberForm, Switches};

type Content = Map<String, Value>;

/// Attributes that belong to the server or to other operations; an editor's export carries them, and a body that has
/// them is accepted without effect.
const NOT_CONTENT: [&str; 10] = [
    "id",
    "connections",
    "deployment",
    "favorite",
    "meta",
    "protectionLevel",
    "relationships",
    "runAsUserUuid",
    "selfService",
    "tags",
];

/// The content of a new app.
pub fn created(given: Content, switches: &Switches) -> Result<Content, Problem> {
    // Only the first missing field is reported, as recorded.
    for required in ["name", "rootInstanceName"] {
        text(
            given.get(required).unwrap_or(&Value::Null),
            &pointer(required),
        )?;
    }
    let empty = [
        ("description", json!("")),
        ("components", json!([])),
        ("queries", json!([])),
    ];
    let empty = empty
        .map(|(key, value)| (key.to_owned(), value))
        .into_iter()
        .collect();
    updated(empty, given, switches)
}

/// The content after an update: what is given replaces, what is left out stays.
pub fn updated(
    mut content: Content,
    given: Content,
    switches: &Switches,
) -> Result<Content, Problem> {
    for (key, mut value) in given {
        if is_server_owned(&key) {
            continue;
        }
        match (key.as_str(), &mut value) {
            ("name" | "rootInstanceName", value) => {
                text(value, &pointer(&key))?;
            }
            ("description" | "components" | "queries", Value::Null) => continue,
            ("description", Value::String(_)) | ("components", Value::Array(_)) => {}
            ("queries", Value::Array(queries)) => queries.iter_mut().for_each(drop_empty_events),
            ("description" | "components" | "queries", _) => {
                return Err(Problem::at(pointer(&key), "invalid field"));
            }
            _ if switches.extra_attributes == ExtraAttributes::Dropped => continue,
            _ => {}
        }
        if switches.number_form == NumberForm::Shortened {
            shorten_numbers(&mut value);
        }
        content.insert(key, value);
    }
    Ok(content)
}

/// Whether an attribute is none of the content.
pub fn is_server_owned(key: &str) -> bool {
    NOT_CONTENT.contains(&key)
}

fn pointer(attribute: &str) -> String {
    format!("/data/attributes/{attribute}")
}

/// Queries lose an empty `events`; components keep theirs.
fn drop_empty_events(query: &mut Value) {
    if let Value::Object(query) = query
        && query
            .get("events")
            .is_some_and(|events| events.as_array().is_some_and(Vec::is_empty))
    {
        query.remove("events");
    }
}

fn shorten_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(short) = shortened(&number.to_string()) {
                *number = short;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(shorten_numbers),
        Value::Object(members) => members.values_mut().for_each(shorten_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

fn shortened(text: &str) -> Option<Number> {
    let plain = text.contains('.') && !text.contains(['e', 'E']);
    plain
        .then(|| {
            text.trim_end_matches('0')
                .trim_end_matches('.')
                .parse()
                .ok()
        })
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Content {
        match value {
            Value::Object(members) => members,
            _ => Content::new(),
        }
    }

    fn minimal(extra: Value) -> Content {
        let mut attributes = map(json!({ "name": "a", "rootInstanceName": "grid0" }));
        attributes.extend(map(extra));
        attributes
    }

    fn create(extra: Value) -> Content {
        created(minimal(extra), &Switches::default()).expect("valid")
    }

    #[test]
    fn empty_events_go_from_queries_and_stay_in_components() {
        let content = create(json!({
            "queries": [{ "name": "q", "events": [] }, { "name": "r", "events": [{ "name": "x" }] }],
            "components": [{ "name": "c", "events": [] }],
        }));
        assert_eq!(
            content["queries"],
            json!([{ "name": "q" }, { "name": "r", "events": [{ "name": "x" }] }])
        );
        assert_eq!(
            content["components"],
            json!([{ "name": "c", "events": [] }])
        );
    }

    #[test]
    fn nulls_unknown_fields_and_long_numbers_pass_through() {
        let text = r#"[{"a":null,"n":12345678901234567890123.50,"type":"tomorrow"}]"#;
        let components: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(
            create(json!({ "components": components }))["components"].to_string(),
            text
        );
    }

    #[test]
    fn numbers_lose_zeros_when_so_switched() {
        let mut switches = Switches::default();
        switches.set("number-form", "shortened").expect("a switch");
        let given =
            minimal(serde_json::from_str(r#"{"components":[1.0,1.50,10,2.0e+3]}"#).expect("JSON"));
        let content = created(given, &switches).expect("valid");
        assert_eq!(content["components"].to_string(), "[1,1.5,10,2.0e+3]");
    }

    #[test]
    fn an_export_of_the_editor_leaves_only_its_definition() {
        let content = create(
            json!({ "id": "x", "connections": [], "deployment": null, "favorite": true, "scripts": [] }),
        );
        let keys: Vec<_> = content.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "components",
                "description",
                "name",
                "queries",
                "rootInstanceName",
                "scripts"
            ]
        );
    }

    #[test]
    fn the_first_missing_field_is_reported() {
        let problem = created(Content::new(), &Switches::default()).expect_err("no name");
        assert_eq!(problem, Problem::missing("/data/attributes/name"));
    }

    #[test]
    fn what_an_update_leaves_out_stays() {
        let old = create(json!({ "description": "d", "components": [1] }));
        let new = updated(old, map(json!({ "name": "b" })), &Switches::default()).expect("valid");
        assert_eq!(
            (&new["name"], &new["description"], &new["components"]),
            (&json!("b"), &json!("d"), &json!([1]))
        );
    }
}
