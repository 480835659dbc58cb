//! Queries: from the API's form to the file's (`FORMAT.md` section 3), the reverse of `definition::query`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use uuid::Uuid;

use super::code::CodeFiles;
use super::event::events;
use super::tree::Tree;
use super::{entry, plain, text};
use crate::model::{QUERY_WORDS, Wrapper};

/// The keys of a query in its API shape.
pub(in crate::definition) const RAW_KEYS: [&str; 5] =
    ["id", "name", "type", "properties", "events"];

/// What the writing of queries needs to know.
pub(in crate::definition) struct Queries<'a> {
    /// Connection ids by alias.
    pub connections: &'a BTreeMap<String, String>,
    /// Where long code goes.
    pub(in crate::definition) code: CodeFiles,
}

impl Queries<'_> {
    /// All queries: a mapping by name where that loses nothing, else a list.
    pub fn queries(&mut self, queries: &[Value]) -> Tree {
        let written: Vec<_> = queries.iter().map(|query| self.query(query)).collect();
        let names: BTreeSet<_> = written.iter().map(|query| &query.name).collect();
        let are_unique = names.len() == written.len();
        if are_unique && written.iter().all(Query::fits_mapping) {
            let entries = written.into_iter().map(|query| self.placed(query));
            return Tree::Block(entries.collect());
        }
        let items = written.into_iter().zip(queries).map(|(query, value)| {
            match query.is_compact && !RAW_KEYS.contains(&query.name.as_str()) {
                true => Tree::Block(vec![self.placed(query)]),
                false => plain(value),
            }
        });
        Tree::List(items.collect())
    }

    /// A query as it is written. Only now its long code goes to a file: one that is written raw has none.
    pub fn placed(&mut self, query: Query) -> (String, Tree) {
        let Query {
            name,
            kind,
            mut tree,
            is_compact,
            is_raw_shape: _,
        } = query;
        if let (true, Tree::Map(entries)) = (is_compact, &mut tree) {
            for (key, value) in entries {
                if let ("js", Tree::Text(code)) = (key.as_str(), &*value) {
                    *value = self.code.place(&kind, &name, code);
                }
            }
        }
        (name, tree)
    }

    /// One query, with its code in place.
    pub fn query(&self, value: &Value) -> Query {
        let name = value
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let kind = value.get("type").and_then(Value::as_str);
        let compact = self.compact(name, value);
        Query {
            name: name.to_owned(),
            kind: kind.unwrap_or_default().to_owned(),
            is_compact: compact.is_some(),
            is_raw_shape: is_raw_shape(value),
            tree: compact.map_or_else(|| plain(value), Tree::Map),
        }
    }

    fn compact(&self, name: &str, value: &Value) -> Option<Vec<(String, Tree)>> {
        let object = value.as_object()?;
        if !object
            .keys()
            .all(|key| RAW_KEYS[1..].contains(&key.as_str()))
        {
            return None;
        }
        object.get("name")?.as_str()?;
        let kind = object.get("type")?.as_str()?;
        let properties = object.get("properties")?.as_object()?;
        let events = match object.get("events") {
            None => None,
            Some(Value::Array(list)) => Some(events(list)?),
            Some(_) => return None,
        };
        let mut entries = self.spec(kind, properties.get("spec"));
        let wrapper = Wrapper::of(kind);
        let (mut escaped, mut js) = (Vec::new(), None);
        for (key, value) in properties {
            let code = (wrapper.filter(|wrapper| wrapper.field == key))
                .and_then(|wrapper| wrapper.body(value.as_str()?));
            match (key.as_str(), code) {
                ("spec", _) => {}
                (_, Some(code)) => {
                    js = Some(Tree::Text(code.to_owned()));
                }
                (key, _) if QUERY_WORDS.contains(&key) || is_id(key, value) => {
                    escaped.push(entry(key, value));
                }
                (key, _) => entries.push(entry(key, value)),
            }
        }
        entries.extend(js.map(|js| ("js".to_owned(), js)));
        if !escaped.is_empty() {
            entries.push(("properties".to_owned(), Tree::Map(escaped)));
        }
        entries.extend(events.map(|events| ("events".to_owned(), events)));
        (!looks_raw(name, &entries)).then_some(entries)
    }

    /// The type of a query and the parts of its `spec`, as the first entries.
    fn spec(&self, kind: &str, spec: Option<&Value>) -> Vec<(String, Tree)> {
        let typed = ("type".to_owned(), text(kind));
        let parts = match spec {
            None => return vec![typed],
            Some(Value::Object(parts)) => parts,
            Some(other) => return vec![typed, entry("spec", other)],
        };
        let mut entries = Vec::new();
        let mut others: Map<String, Value> = parts.clone();
        match others.remove("fqn") {
            Some(Value::String(fqn)) if kind == "action" => {
                entries.push(("action".to_owned(), text(&fqn)));
            }
            fqn => {
                entries.push(typed);
                others.extend(fqn.map(|fqn| ("fqn".to_owned(), fqn)));
            }
        }
        if let Some(connection) = parts.get("connectionId").and_then(|id| self.connection(id)) {
            others.remove("connectionId");
            entries.push(("connection".to_owned(), text(connection)));
        }
        if let Some(inputs) = others.remove("inputs") {
            entries.push(entry("inputs", &inputs));
        }
        if !others.is_empty() || parts.is_empty() {
            entries.push(entry("spec", &Value::Object(others)));
        }
        entries
    }

    /// What `connection:` says for this id: its alias, or the id itself where it cannot be taken for an alias.
    pub fn connection<'a>(&'a self, id: &'a Value) -> Option<&'a str> {
        let id = id.as_str()?;
        let alias = self.connections.iter().find(|(_, other)| *other == id);
        match alias {
            Some((alias, _)) => Some(alias),
            None => {
                (Uuid::parse_str(id).is_ok() && !self.connections.contains_key(id)).then_some(id)
            }
        }
    }
}

/// A query as it is written.
pub(in crate::definition) struct Query {
    name: String,
    kind: String,
    pub tree: Tree,
    pub is_compact: bool,
    is_raw_shape: bool,
}

impl Query {
    /// Whether it may stand in a mapping by name.
    pub fn fits_mapping(&self) -> bool {
        self.is_compact || self.is_raw_shape
    }
}

/// Whether a raw query is known as one in a mapping by name: it says the name again. A name that the file has to escape
/// reads otherwise there than as a key.
pub(in crate::definition) fn is_raw_shape(value: &Value) -> bool {
    let says_own_name = |name: &Value| name.as_str().is_some_and(|name| !name.contains("@{"));
    value.as_object().is_some_and(|object| {
        object.keys().all(|key| RAW_KEYS.contains(&key.as_str()))
            && object.get("name").is_some_and(says_own_name)
            && object.get("type").is_some_and(Value::is_string)
            && object.get("properties").is_some_and(Value::is_object)
    })
}

/// Whether these entries would be taken for the raw shape: a property `name` that says the query's own name.
pub(in crate::definition) fn looks_raw(name: &str, entries: &[(String, Tree)]) -> bool {
    let is_own_name = |(key, value): &(String, Tree)| key == "name" && *value == text(name);
    entries
        .iter()
        .all(|(key, _)| RAW_KEYS.contains(&key.as_str()))
        && entries.iter().any(is_own_name)
}

/// Whether a property would be taken for the query's id.
pub(in crate::definition) fn is_id(key: &str, value: &Value) -> bool {
    key == "id" && value.as_str().is_some_and(|id| Uuid::parse_str(id).is_ok())
}
