//! The known words, as a schema: each with its description, and never the only ones allowed.

use serde_json::{Map, Value, json};

use crate::model::vocabulary::{Kind, Property};

/// What a text must be to stand for something else than a text.
const COMPUTED: &str = "\\$\\{|@\\{";

/// The kinds of values that many properties have.
pub(super) fn definitions() -> [(String, Value); 3] {
    [
        (
            "flag".to_owned(),
            json!({
                "type": ["boolean", "string"],
                "pattern": format!("^(true|false|)$|{COMPUTED}"),
                "patternErrorMessage": "expected `true`, `false` or an expression in `${…}`",
            }),
        ),
        (
            "number".to_owned(),
            json!({
                "type": ["number", "string"],
                "pattern": format!("^-?[0-9.]*$|{COMPUTED}"),
                "patternErrorMessage": "expected a number or an expression in `${…}`",
            }),
        ),
        (
            "columns".to_owned(),
            json!({
                "type": ["array", "string"],
                "items": { "type": "object", "properties": column() },
            }),
        ),
    ]
}

/// Each of `properties` with what it takes.
pub(super) fn members<'a>(
    properties: impl IntoIterator<Item = &'a Property>,
) -> Map<String, Value> {
    properties
        .into_iter()
        .map(|it| (it.name.to_owned(), value(it)))
        .collect()
}

/// These words, each with its description.
pub(super) fn known(words: impl IntoIterator<Item = (&'static str, &'static str)>) -> Value {
    let (words, about): (Vec<_>, Vec<_>) = words.into_iter().unzip();
    json!({ "enum": words, "enumDescriptions": about })
}

fn value(property: &Property) -> Value {
    let mut schema = match property.kind {
        Kind::Text => json!({ "type": ["string", "number"] }),
        Kind::Flag => json!({ "$ref": "#/$defs/flag" }),
        Kind::Number => json!({ "$ref": "#/$defs/number" }),
        Kind::Word(words) => json!({ "anyOf": [{ "enum": words }, { "type": "string" }] }),
        Kind::Map => json!({ "type": ["object", "string"] }),
        Kind::Value => json!({}),
        Kind::Columns => json!({ "$ref": "#/$defs/columns" }),
        Kind::RowButtons => json!({
            "type": ["array", "string"],
            "items": { "$ref": "#/$defs/rawComponent" },
        }),
        Kind::Tabs => json!({
            "type": ["array", "string"],
            "items": { "type": "object", "properties": {
                "label": { "description": "What stands on the tab.", "type": "string" },
                "value": { "description": "The name of the child that it shows.", "type": "string" },
            } },
        }),
    };
    schema["description"] = property.about.into();
    schema
}

fn column() -> Value {
    let formatters = [
        "none",
        "code",
        "formatted_number",
        "formatted_time",
        "link",
        "markdown",
        "percent",
        "pill",
        "relative_time",
        "tags",
        "tooltip",
    ];
    let flag = |description: &str| json!({ "$ref": "#/$defs/flag", "description": description });
    json!({
        "dataPath": { "description": "Where the value stands in a row, such as `State.Name`.", "type": "string" },
        "header": { "description": "What stands above the column.", "type": "string" },
        "id": { "description": "Given by the editor. May be left out: then the live column keeps its own." },
        "isHidden": flag("Whether the column is left out until somebody chooses it."),
        "isDeleted": flag("Whether the column was removed in the editor; such columns need not be written."),
        "isFilterable": flag("Whether rows can be filtered by it."),
        "isUserAdded": flag("Whether it was added by hand, not found in the data."),
        "disableSortBy": flag("Whether rows cannot be sorted by it."),
        "formatter": {
            "description": "How its values are shown.",
            "properties": { "type": {
                "description": "The way; each has its own options.",
                "anyOf": [{ "enum": formatters }, { "type": "string" }],
            } },
        },
    })
}
