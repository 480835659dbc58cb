//! Queries: from the file's form to the API's (`FORMAT.md` section 3).

use super::build::{Built, Object};
use super::notes::listed;
use super::reading::Reading;
use super::source::{Entry, Kind, Node, Position};
use crate::model::Location;
use crate::model::Wrapper;

impl Reading<'_> {
    /// All queries of a definition: a mapping by name, or a list.
    pub fn queries(&mut self, node: Node) -> Vec<Built> {
        match node.kind {
            Kind::Null => Vec::new(),
            Kind::Map(entries) => {
                let queries = entries
                    .into_iter()
                    .filter_map(|entry| self.named_query(entry));
                queries.collect()
            }
            Kind::List(items) => {
                let queries = items.into_iter().filter_map(|item| self.listed_query(item));
                queries.collect()
            }
            _ => {
                self.notes
                    .wrong_type("`queries`", "a mapping by name or a list", &node);
                Vec::new()
            }
        }
    }

    /// An item of the list form: a raw query, or `name: {…}` as in the mapping form.
    fn listed_query(&mut self, node: Node) -> Option<Built> {
        let at = node.at;
        let mut entries = self.notes.map("a query", node)?;
        match entries.as_slice() {
            [entry] if matches!(entry.value.kind, Kind::Map(_)) && !is_raw_key(&entry.key) => {
                self.named_query(entries.pop()?)
            }
            _ => self.raw_query(entries, at),
        }
    }

    fn named_query(&mut self, entry: Entry) -> Option<Built> {
        let Entry { key, at, value } = entry;
        let whole = value.at;
        let entries = self.notes.map(&format!("query `{key}`"), value)?;
        if is_raw(&key, &entries) {
            return self.raw_query(entries, whole);
        }
        self.compact_query(&key, at, entries)
    }

    /// A query in its API shape, without its id.
    fn raw_query(&mut self, mut entries: Vec<Entry>, at: Position) -> Option<Built> {
        entries.retain(|entry| entry.key != "id");
        for Entry { key, value, .. } in &mut entries {
            self.substitute(value);
            if matches!(key.as_str(), "type" | "name") && value.as_text().is_none() {
                let what = format!("a query's `{key}`");
                self.notes.wrong_type(&what, "a string", value);
                return None;
            }
        }
        for key in ["name", "type"] {
            if !entries.iter().any(|entry| entry.key == key) {
                self.notes
                    .error("missing-key", at, format!("a query needs a `{key}`"));
                return None;
            }
        }
        let query = Built::of_entries(entries, self.notes.place(at), |entry| {
            (entry.key, self.built(entry.value))
        });
        self.check_connection(&query);
        Some(query)
    }

    fn compact_query(&mut self, name: &str, at: Position, entries: Vec<Entry>) -> Option<Built> {
        let Parts {
            kind,
            is_typed,
            spec,
            js,
            events,
            mut properties,
            escaped,
        } = self.parts_of_query(entries);
        for entry in escaped {
            let value = self.built(entry.value);
            self.add(&mut properties, &entry.key, value, entry.at);
        }
        let kind = match (kind, &spec.action) {
            (Some((kind, at)), Some(_)) if kind != "action" => {
                let message =
                    format!("query `{name}` has an `action`, so its type is not `{kind}`");
                self.notes.error("wrong-type", at, message);
                None
            }
            (Some(kind), _) => Some(kind),
            (None, Some((_, at))) => Some(("action".to_owned(), *at)),
            (None, None) => {
                if !is_typed {
                    let message = format!("query `{name}` needs an `action` or a `type`");
                    self.notes.error("missing-key", at, message);
                }
                None
            }
        };
        let by_alias = self.spec(spec, &mut properties);
        let (kind, kind_at) = kind?;
        if let Some(js) = js {
            self.query_code(&kind, js, &mut properties);
        }
        let place = self.notes.place(at);
        let mut query = Object::default();
        query.insert("name", Built::leaf(name, place.clone()));
        query.insert("type", Built::leaf(kind, self.notes.place(kind_at)));
        query.insert("properties", properties.finish(place.clone()));
        if let Some(events) = events {
            query.insert("events", events);
        }
        let query = query.finish(place);
        if !by_alias {
            self.check_connection(&query);
        }
        Some(query)
    }

    fn parts_of_query(&mut self, entries: Vec<Entry>) -> Parts {
        let mut parts = Parts::default();
        for mut entry in entries {
            // Code ends up inside `${…}`, where nothing is replaced.
            if entry.key != "js" || entry.value.as_text().is_none() {
                self.substitute(&mut entry.value);
            }
            let Entry { key, value, .. } = entry;
            let at = value.at;
            match key.as_str() {
                "type" => {
                    parts.is_typed = true;
                    parts.kind = self.notes.text("`type`", value).map(|text| (text, at));
                }
                "action" => {
                    parts.is_typed = true;
                    parts.spec.action = self.notes.text("`action`", value).map(|text| (text, at));
                }
                "connection" => parts.spec.connection = Some(value),
                "inputs" => parts.spec.inputs = Some(value),
                "spec" => parts.spec.others = Some(value),
                "js" => parts.js = Some(value),
                "events" => parts.events = self.events(value),
                "properties" => {
                    parts.escaped = self.notes.map("`properties`", value).unwrap_or_default();
                }
                _ => {
                    if key == "id" && is_uuid(&value) {
                        let message = "`id` is taken as a property of the query: \
                                       ids are no part of this form";
                        self.notes.warning("query-id", at, message);
                    }
                    let value = self.built(value);
                    parts.properties.insert(key, value);
                }
            }
        }
        parts
    }

    /// Puts `properties.spec` together; tells whether the connection was named by an alias.
    fn spec(&mut self, spec: Spec, properties: &mut Object) -> bool {
        let Spec {
            action,
            connection,
            inputs,
            others,
        } = spec;
        let mut object = Object::default();
        let mut place: Option<Position> = None;
        let has_parts = action.is_some() || connection.is_some() || inputs.is_some();
        match others {
            None => {}
            Some(Node {
                at,
                kind: Kind::Map(entries),
            }) => {
                place = Some(at);
                for entry in entries {
                    let value = self.built(entry.value);
                    object.insert(entry.key, value);
                }
            }
            // The whole may be an expression.
            Some(node) if !has_parts => {
                let at = node.at;
                let value = self.built(node);
                self.add(properties, "spec", value, at);
                return false;
            }
            Some(node) => {
                self.notes.wrong_type(
                    "`spec` beside `action`, `connection` or `inputs`",
                    "a mapping",
                    &node,
                );
                return false;
            }
        }
        let mut by_alias = false;
        if let Some((fqn, at)) = action {
            place.get_or_insert(at);
            let value = Built::leaf(fqn, self.notes.place(at));
            self.add(&mut object, "fqn", value, at);
        }
        if let Some(node) = connection {
            let at = node.at;
            place.get_or_insert(at);
            if let Some((id, is_alias)) = self.connection(node) {
                by_alias = is_alias;
                let value = Built::leaf(id, self.notes.place(at));
                self.add(&mut object, "connectionId", value, at);
            }
        }
        if let Some(node) = inputs {
            let at = node.at;
            place.get_or_insert(at);
            let value = self.built(node);
            self.add(&mut object, "inputs", value, at);
        }
        if let Some(at) = place {
            let whole = object.finish(self.notes.place(at));
            self.add(properties, "spec", whole, at);
        }
        by_alias
    }

    fn query_code(&mut self, kind: &str, js: Node, properties: &mut Object) {
        let at = js.at;
        let Some(wrapper) = Wrapper::of(kind) else {
            let kinds = listed(Wrapper::TYPES);
            let message = format!("a query of type `{kind}` has no `js`; only {kinds} have");
            self.notes.error("unknown-key", at, message);
            return;
        };
        if let Some(code) = self.code(&wrapper, js) {
            self.add(properties, wrapper.field, code, at);
        }
    }

    /// Adds a member, or reports that another part of the file has set it already.
    pub fn add(&mut self, object: &mut Object, name: &str, member: Built, at: Position) {
        if object.add(name, member).is_some() {
            let first: Option<&Location> = object.member(name).map(|member| &member.places.at);
            let message = match first {
                Some(first) => format!("`{name}` is set twice; first at {first}"),
                None => format!("`{name}` is set twice"),
            };
            self.notes.error("duplicate-key", at, message);
        }
    }
}

/// What a compact query says.
#[derive(Default)]
struct Parts {
    /// The type, and the place that says so.
    kind: Option<(String, Position)>,
    /// Whether a type or an action is there, if only a wrong one.
    is_typed: bool,
    spec: Spec,
    js: Option<Node>,
    events: Option<Built>,
    properties: Object,
    /// What stands under `properties:`.
    escaped: Vec<Entry>,
}

/// The parts of `properties.spec` as a file writes them.
#[derive(Default)]
struct Spec {
    action: Option<(String, Position)>,
    connection: Option<Node>,
    inputs: Option<Node>,
    others: Option<Node>,
}

fn is_raw_key(key: &str) -> bool {
    matches!(key, "id" | "name" | "type" | "properties" | "events")
}

/// Whether the query named `key` stands in its API shape: then it says its own name again.
fn is_raw(key: &str, entries: &[Entry]) -> bool {
    let value = |name: &str| {
        let entry = entries.iter().find(|entry| entry.key == name);
        entry.map(|entry| &entry.value)
    };
    entries.iter().all(|entry| is_raw_key(&entry.key))
        && value("name").and_then(Node::as_text) == Some(key)
        && value("type").is_some()
        && matches!(
            value("properties").map(|node| &node.kind),
            Some(Kind::Map(_))
        )
}

fn is_uuid(node: &Node) -> bool {
    node.as_text()
        .is_some_and(|text| uuid::Uuid::parse_str(text).is_ok())
}
