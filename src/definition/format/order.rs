//! Which words of the format stand where, and in which order they are written.
//!
//! Only the format's own words have an order; it is the one that `write` gives them. What else stands in a mapping keeps
//! the order of its author, and so does every list, and the mapping of queries.

use crate::definition::document::ATTRIBUTES;

/// What a value is to the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::definition) enum Place {
    Settings,
    /// What stands around the attributes in an export.
    Envelope,
    Definition,
    Queries,
    Query,
    Components,
    /// The mapping of one key, `type name`.
    Component,
    /// What stands below that key.
    Properties,
    RawComponent,
    RawProperties,
    At,
    Events,
    Event,
    /// Values that have no words of the format in them.
    Free,
}

use Place::*;

impl Place {
    /// What a document is, by the `keys` of its value; `None` is a list.
    pub fn of_document(keys: Option<&[&str]>) -> Self {
        let Some(keys) = keys else { return Components };
        let has = |key| keys.contains(&key);
        match keys {
            _ if has("components") => Definition,
            _ if has("project") => Settings,
            _ if has("data") => Envelope,
            _ => match Components.item(Some(keys)) {
                Free => Definition,
                component => component,
            },
        }
    }

    /// What the value of `key` is, by its own `keys`.
    pub fn value(self, key: &str, keys: Option<&[&str]>) -> Self {
        match (self, key) {
            (Settings, _) => Settings,
            (Envelope, "data") => Envelope,
            (Envelope, "attributes") => Definition,
            (Definition, "queries" | "embeddedQueries") => Queries,
            (Definition, "components") => Components,
            (Queries, _) if !keys.is_some_and(is_raw_query) => Query,
            (Query, "events") => Events,
            (Component, _) => Properties,
            (Properties, "at") => At,
            (Properties, "events") => Events,
            (Properties | RawProperties, "children") => Components,
            (RawComponent, "properties") => RawProperties,
            _ => Free,
        }
    }

    /// What an item of the list is, by its `keys`.
    pub fn item(self, keys: Option<&[&str]>) -> Self {
        match (self, keys) {
            (Components, Some(keys)) if keys.contains(&"type") => RawComponent,
            (Components, Some([key])) if key.contains(char::is_whitespace) => Component,
            (Queries, Some([key])) if !RAW_QUERY.contains(key) => Queries,
            (Events, Some(keys)) if is_short_event(keys) => Event,
            _ => Free,
        }
    }

    /// Whether a mapping here has one entry a line, however short.
    pub fn is_block(self) -> bool {
        matches!(
            self,
            Envelope | Definition | Queries | Component | Properties | RawComponent
        )
    }

    /// The rank of a key: lower ones come first, equal ones keep their order.
    pub fn rank(self, key: &str) -> usize {
        let (first, last): (&[&str], &[&str]) = match self {
            Definition if key == "$schema" => return 0,
            Definition => ATTRIBUTES.split_at(ATTRIBUTES.len() - 2),
            Query => (
                &["type", "action", "connection", "inputs", "spec"],
                &["js", "properties", "events"],
            ),
            Properties => (&["at"], &["properties", "events", "grid", "children"]),
            RawComponent => (&["type", "name"], &[]),
            At => (&["col", "row", "w", "h", "cell", "visible"], &[]),
            Event => (&["when", "do"], &[]),
            _ => return 0,
        };
        let among = |words: &[&str]| words.iter().position(|word| *word == key);
        let others = first.len() + 1;
        match (among(first), among(last)) {
            (Some(rank), _) => rank + 1,
            (None, Some(rank)) => others + 1 + rank,
            (None, None) => others,
        }
    }
}

const RAW_QUERY: [&str; 5] = ["id", "name", "type", "properties", "events"];

/// Whether a query stands in its API shape, as far as its keys tell.
fn is_raw_query(keys: &[&str]) -> bool {
    let has = |key| keys.contains(&key);
    keys.iter().all(|key| RAW_QUERY.contains(key)) && has("name") && has("type")
}

fn is_short_event(keys: &[&str]) -> bool {
    let has = |key| keys.contains(&key);
    has("when") && has("do") && !has("name") && !has("type")
}
