//! When two values are the same, and whether an app is one that we made (`FORMAT.md` sections 7 and 8).
//!
//! Both the comparison and the applier ask: the one to say what differs, the other to know after a lost answer whether
//! what it sent is there.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{App, AppKey, Body, Definition, Owner, number_eq, query_id};

/// What a version of an app holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// The name.
    pub name: String,
    /// The description; `None` where it was not sent.
    pub description: Option<String>,
    /// Components, queries and the rest.
    pub body: Body,
}

impl Content {
    /// What an app holds.
    pub fn of(app: &App) -> Self {
        Self {
            name: app.name.clone(),
            description: app.description.clone(),
            body: app.definition.body(),
        }
    }

    /// What the attributes of a request hold.
    pub fn sent(attributes: &Value) -> Self {
        let mut extra = attributes.as_object().cloned().unwrap_or_default();
        let mut text = |name: &str| match extra.remove(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let (name, description) = (text("name"), text("description"));
        let root = text("rootInstanceName");
        let mut list = |name: &str| match extra.remove(name) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        };
        let (components, queries) = (list("components"), list("queries"));
        Self {
            name: name.unwrap_or_default(),
            description,
            body: Body {
                root_instance_name: root.unwrap_or_default(),
                components,
                queries,
                extra,
            },
        }
    }

    /// Whether a live app holds this. A description that was not sent may be anything.
    pub fn is_in(&self, live: &App) -> bool {
        let described = live.description.as_deref().unwrap_or("");
        same_text(&self.name, &live.name)
            && (self.description.as_deref()).is_none_or(|it| same_text(it, described))
            && self.body.is_in(&live.definition.body())
    }
}

impl Definition {
    /// Whether a live definition is this one already, as far as that can be told without parsing them: they are written
    /// alike but for what the server alone has (query ids) or drops (empty events of queries). `false` tells nothing.
    pub fn is_plainly(&self, live: &Self) -> bool {
        if self.is_known_as(live) {
            return true;
        }
        if !self.has_components_of(live) {
            return false;
        }
        let (desired, live) = (self.rest(), live.rest());
        is_same_rest(&desired, &live).unwrap_or(false)
    }
}

/// Whether the canonical texts of all but the components are the same but for the ids and the empty events of queries;
/// `None` if the queries are no list of plain objects.
fn is_same_rest(desired: &str, live: &str) -> Option<bool> {
    type Query<'a> = BTreeMap<&'a str, &'a RawValue>;
    type Parts<'a> = (&'a RawValue, Vec<Query<'a>>, &'a RawValue);
    let read = |text| -> Option<Parts<'_>> { serde_json::from_str(text).ok() };
    let (root, desired, extra) = read(desired)?;
    let (live_root, live, live_extra) = read(live)?;
    let matters = |(name, value): &(&str, &str)| match *name {
        "id" => false,
        "events" => *value != "[]",
        _ => true,
    };
    let alike = |(desired, live): (&Query<'_>, &Query<'_>)| {
        let desired = desired.iter().map(|(name, value)| (*name, value.get()));
        let live = live.iter().map(|(name, value)| (*name, value.get()));
        desired.filter(matters).eq(live.filter(matters))
    };
    let is_same = root.get() == live_root.get()
        && extra.get() == live_extra.get()
        && desired.len() == live.len()
        && desired.iter().zip(&live).all(alike);
    Some(is_same)
}

impl Body {
    /// Whether a live definition is this one already.
    pub fn is_in(&self, live: &Self) -> bool {
        let Self {
            root_instance_name,
            components,
            queries,
            extra,
        } = self;
        *root_instance_name == live.root_instance_name
            && same_list(components, &live.components)
            && same_list(queries, &live.queries)
            && shown(extra, &live.extra).all(|(_, desired, live)| same(desired, live))
    }

    /// Whether a query bears the id that we would give it. One is enough, since somebody may have edited the app since,
    /// and every clone gets new ids.
    pub fn bears_ids_of(&self, owner: &Owner, key: &AppKey) -> bool {
        let mut seen = BTreeMap::new();
        self.queries.iter().any(|query| {
            let name = query.get("name").and_then(Value::as_str).unwrap_or("");
            let nth = seen.entry(name).or_insert(0);
            *nth += 1;
            let id = query_id(owner, key, name, *nth).to_string();
            query.get("id").and_then(Value::as_str) == Some(&id)
        })
    }
}

/// The unknown attributes that both sides have: where the live app does not show one at all, the server may have
/// dropped it, and that is no difference.
pub fn shown<'a>(
    desired: &'a Map<String, Value>,
    live: &'a Map<String, Value>,
) -> impl Iterator<Item = (&'a String, &'a Value, &'a Value)> {
    desired
        .iter()
        .filter_map(|(name, value)| Some((name, value, live.get(name)?)))
}

/// Whether two values are the same: numbers by what they are worth, strings whatever their line ends, objects whatever
/// their order.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => number_eq(a, b),
        (Value::String(a), Value::String(b)) => same_text(a, b),
        (Value::Array(a), Value::Array(b)) => same_list(a, b),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && (a.iter().zip(b)).all(|((key, a), (other, b))| key == other && same(a, b))
        }
        _ => a == b,
    }
}

fn same_list(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

/// Whether two texts differ in nothing but `\r\n` for `\n`.
pub fn same_text(a: &str, b: &str) -> bool {
    let unix = |text: &str| text.replace("\r\n", "\n");
    a == b || ((a.contains('\r') || b.contains('\r')) && unix(a) == unix(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn definition(queries: Value, label: &str) -> Definition {
        let Value::Array(queries) = queries else {
            panic!("a list")
        };
        Definition::new(Body {
            root_instance_name: "grid0".to_owned(),
            components: vec![json!({"name": "grid0", "properties": {"label": label}})],
            queries,
            extra: Map::new(),
        })
    }

    #[test]
    fn what_is_remembered_of_two_definitions_is_about_these_two() {
        let desired = definition(json!([{"name": "a"}]), "x");
        let mut live = definition(json!([{"name": "a", "id": "1"}]), "x");
        live.share(&desired);
        assert!(live.is_known_as(&desired) && desired.is_known_as(&live));
        assert!(desired.is_plainly(&live));
        // Of the same components, but with another query.
        let mut other = definition(json!([{"name": "b"}]), "x");
        other.share(&desired);
        assert!(!other.is_known_as(&desired) && !other.is_known_as(&live));
        assert!(!other.is_plainly(&desired));
        assert_eq!(live, definition(json!([{"name": "a", "id": "1"}]), "x"));
    }

    #[test]
    fn definitions_that_are_written_alike_are_the_same_whatever_the_server_adds_or_drops() {
        let desired = definition(json!([{"name": "a", "events": []}, {"name": "b"}]), "x");
        let live = definition(
            json!([{"name": "a", "id": "1"}, {"id": "2", "name": "b"}]),
            "x",
        );
        assert!(desired.is_plainly(&live));
        for other in [
            definition(json!([{"name": "a"}, {"name": "c"}]), "x"),
            definition(json!([{"name": "b"}, {"name": "a"}]), "x"),
            definition(json!([{"name": "a"}]), "x"),
            definition(json!([{"name": "a"}, {"name": "b", "events": [1]}]), "x"),
            definition(json!([{"name": "a"}, "b"]), "x"),
            definition(json!([{"name": "a"}, {"name": "b"}]), "y"),
        ] {
            assert!(!desired.is_plainly(&other), "{other:?}");
        }
    }
}
