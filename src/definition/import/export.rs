//! Exports of the App Builder UI, answers of the API, and backups: JSON documents that hold one app.
//!
//! Unlike a definition in a repository, such a document is the API's own: `@{` in it is no variable, and `null` is as
//! good as nothing.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::definition::document::LEFT_OUT;
use crate::model::{App, Body, Definition, Mark};

/// Why a document is no app.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    NotJson(String),
    /// It is JSON, but not an app.
    #[error("it is no app: `{attribute}` must be {expected}")]
    NoApp {
        /// The attribute that is wrong or missing.
        attribute: &'static str,
        /// What it must be.
        expected: &'static str,
    },
}

/// The app that a document holds: the attributes object, or the whole `{data: {attributes}}`.
pub fn read_export(text: &str) -> Result<App, ExportError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let whole: Value =
        serde_json::from_str(text).map_err(|error| ExportError::NotJson(error.to_string()))?;
    app(whole)
}

/// The app that a parsed document holds.
pub(super) fn app(mut whole: Value) -> Result<App, ExportError> {
    if let Some(attributes) = whole.pointer_mut("/data/attributes") {
        whole = attributes.take();
    }
    let Value::Object(attributes) = whole else {
        return Err(wrong("data", "a mapping"));
    };
    let mut attributes = Attributes(attributes);
    let name = attributes.text("name")?.ok_or(wrong("name", "a string"))?;
    let description = attributes.text("description")?;
    let tags = attributes.list("tags")?.map(|tags| {
        let tags = tags.into_iter().map(|tag| match tag {
            Value::String(tag) => Ok(tag),
            _ => Err(wrong("tags", "a list of strings")),
        });
        tags.filter(|tag| !matches!(tag, Ok(tag) if Mark::parse(tag).is_some()))
            .collect::<Result<BTreeSet<_>, _>>()
    });
    let tags = tags.transpose()?;
    let level = attributes.text("protectionLevel")?;
    let self_service = attributes.flag("selfService")?;
    let root = attributes.text("rootInstanceName")?;
    let components = attributes
        .list("components")?
        .ok_or(wrong("components", "a list"))?;
    let queries = attributes.list("queries")?.unwrap_or_default();
    let mut extra = attributes.0;
    extra.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
    let only = match components.as_slice() {
        [only] => only.get("name").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    Ok(App {
        name,
        description,
        tags,
        // A level that we do not know is as good as one that is not shown.
        protection_level: level.and_then(|level| level.parse().ok()),
        self_service,
        publish: None,
        definition: Definition::new(Body {
            root_instance_name: root.or(only).ok_or(wrong("rootInstanceName", "a string"))?,
            components,
            queries,
            extra,
        }),
    })
}

fn wrong(attribute: &'static str, expected: &'static str) -> ExportError {
    ExportError::NoApp {
        attribute,
        expected,
    }
}

struct Attributes(Map<String, Value>);

type Taken<T> = Result<Option<T>, ExportError>;

impl Attributes {
    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    fn text(&mut self, name: &'static str) -> Taken<String> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(name, "a string")),
        }
    }

    fn flag(&mut self, name: &'static str) -> Taken<bool> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(wrong(name, "true or false")),
        }
    }

    fn list(&mut self, name: &'static str) -> Taken<Vec<Value>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(wrong(name, "a list")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_hold_the_same_app() {
        let attributes = r#"{"id": "x", "name": "A", "tags": ["a", "ddapps:p/k"], "favorite": false, "inputSchema": 1,
            "components": [{"type": "grid", "name": "grid0", "properties": {"x": "@{y}"}}]}"#;
        let app = read_export(attributes).unwrap();
        assert_eq!(
            read_export(&format!(r#"{{"data": {{"attributes": {attributes}}}}}"#)),
            Ok(app.clone())
        );
        let body = app.definition.body();
        assert_eq!(body.root_instance_name, "grid0");
        assert_eq!(body.components[0]["properties"]["x"], "@{y}");
        assert_eq!(body.extra.keys().collect::<Vec<_>>(), ["inputSchema"]);
        assert_eq!(app.tags, Some(BTreeSet::from(["a".to_owned()])));
    }

    #[test]
    fn what_is_no_app_is_told() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"name": 1, "components": []}"#,
            r#"{"name": "a", "components": []}"#,
        ] {
            assert!(read_export(text).is_err(), "{text}");
        }
    }
}
