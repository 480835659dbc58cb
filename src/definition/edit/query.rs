//! A query in its compact form: each entry stands for a part of the API's query, and says what that part is to be.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::compact::insert;
use super::goal::{Goal, Want};
use super::page::{Form, Passage};
use super::values::About;
use super::{Draft, Note};
use crate::definition::format::order;
use crate::definition::source::Kind;
use crate::definition::write::event::events;
use crate::definition::write::query as write;
use crate::definition::write::tree::Tree;
use crate::model::Wrapper;

impl<'a> Draft<'a> {
    /// A query in its compact form; `None` if that cannot say it.
    pub fn compact_query(&self, entry: &'a Passage, want: &Value) -> Option<Goal<'a>> {
        let wanted = Wanted::of(want)?;
        let Form::Map(old, _) = &entry.form else {
            let alias = matches!(entry.form, Form::Alias(_)).then_some(entry)?;
            return (self.alias_stays_query(alias, want)).then(|| Goal::keep(alias));
        };
        let mut left = wanted.parts();
        let mut entries: Vec<(String, Goal<'a>)> = Vec::new();
        let spec_words: BTreeSet<_> = (old.iter()).filter_map(|it| spec_word(it.key())).collect();
        for entry in old {
            let key = entry.key();
            let goal = match key {
                "type" => Some(self.value(entry, &wanted.kind.into(), About::of("type"))),
                "action" if wanted.kind != "action" => None,
                "action" | "inputs" => left
                    .take_spec(spec_word(key)?)
                    .map(|value| self.value(entry, &value, About::of(key))),
                "connection" => self.connection(entry, &mut left),
                "spec" => self.spec(entry, &mut left, &spec_words),
                "js" => self.js(entry, &wanted, &mut left),
                "events" => self.query_events(entry, &wanted),
                "properties" => self.escaped(entry, &mut left),
                key => (left.properties.remove(key))
                    .map(|value| self.value(entry, &value, About::of(key))),
            };
            entries.extend(goal.map(|goal| (key.to_owned(), goal)));
        }
        self.add_rest(entry, &wanted, left, &mut entries)?;
        let is_own_name = |(key, goal): &(String, Goal<'_>)| {
            let is_own = match &goal.want {
                Want::Keep => (goal.of).is_some_and(|of| self.meaning.of(of, true) == wanted.name),
                Want::Scalar(Kind::Text(text)) | Want::New(Tree::Text(text)) => text == wanted.name,
                _ => false,
            };
            key == "name" && is_own
        };
        let is_raw_key = |key: &String| write::RAW_KEYS.contains(&key.as_str());
        let looks_raw =
            entries.iter().all(|(key, _)| is_raw_key(key)) && entries.iter().any(is_own_name);
        (!looks_raw).then(|| Goal::map(Some(entry), entries))
    }

    fn alias_stays_query(&self, alias: &Passage, want: &Value) -> bool {
        let rest = |value: &Value| {
            let mut value = value.clone();
            if let Value::Object(map) = &mut value {
                map.remove("name");
            }
            value
        };
        let before = self.queries_before.iter();
        let before = before.clone().find(|it| it.get("name") == want.get("name"));
        let before = before.map(rest);
        self.meaning
            .will_be_of_api(alias, &rest(want), before.as_ref())
    }

    /// Adds what no entry says yet.
    fn add_rest(
        &self,
        passage: &'a Passage,
        wanted: &Wanted<'_>,
        left: Left,
        entries: &mut Vec<(String, Goal<'a>)>,
    ) -> Option<()> {
        let has =
            |entries: &[(String, Goal<'_>)], key: &str| entries.iter().any(|(it, _)| it == key);
        let mut rest = Map::from_iter([
            ("name".to_owned(), wanted.name.into()),
            ("type".to_owned(), wanted.kind.into()),
        ]);
        let mut properties = left.properties;
        let says_whole_spec = has(entries, "spec") && left.spec.is_none();
        if let Some(spec) = left.spec.filter(|spec| !spec.is_empty()) {
            properties.insert("spec".to_owned(), Value::Object(spec));
        } else if left.is_empty_spec && !says_whole_spec && !has(entries, "spec") {
            let says_parts = ["action", "connection", "inputs"]
                .iter()
                .any(|key| has(entries, key));
            if !says_parts {
                properties.insert("spec".to_owned(), Value::Object(Map::new()));
            }
        }
        rest.insert("properties".to_owned(), Value::Object(properties));
        if !passage
            .under("events")
            .is_some_and(|_| has(entries, "events"))
            && let Some(list) = wanted.events.filter(|list| !list.is_empty())
        {
            rest.insert("events".to_owned(), Value::Array(list.to_vec()));
        }
        let query = self.writer().query(&Value::Object(rest));
        if !query.is_compact {
            return None;
        }
        let (_, Tree::Map(additions)) = self.writer().placed(query) else {
            return None;
        };
        for (key, tree) in additions {
            let is_typed = has(entries, "type") || has(entries, "action");
            if key == "type" && is_typed {
                continue;
            }
            // Two that bear one key would have to become one; the raw shape says both.
            if has(entries, &key) {
                return None;
            }
            insert(
                entries,
                &key,
                Goal::new(None, Want::New(tree)),
                order::Place::Query,
            );
        }
        Some(())
    }

    fn connection(&self, entry: &'a Passage, left: &mut Left) -> Option<Goal<'a>> {
        let id = left
            .spec
            .as_ref()?
            .get("connectionId")?
            .as_str()?
            .to_owned();
        let connections = &self.meaning.target.environment.connections;
        let said = self.meaning.of(entry, true);
        let said = said.as_str().unwrap_or_default();
        let goal = match connections.get(said).map_or(said, String::as_str) == id {
            true => Goal::keep(entry),
            false => {
                let value = Value::String(id.clone());
                let named = self.writer().connection(&value)?.to_owned();
                if named == id {
                    self.note(Note::Connection {
                        id: id.clone(),
                        at: self.location(entry),
                    });
                }
                self.value(entry, &named.into(), About::of("connection"))
            }
        };
        left.take_spec("connectionId");
        Some(goal)
    }

    fn spec(
        &self,
        entry: &'a Passage,
        left: &mut Left,
        elsewhere: &BTreeSet<&str>,
    ) -> Option<Goal<'a>> {
        if let Some(whole) = left.properties.remove("spec") {
            return Some(self.value(entry, &whole, About::of("spec")));
        }
        let spec = left.spec.as_mut()?;
        let stands = self.meaning.resolved(entry);
        let is_here = |key: &String| {
            stands.under(key).is_some()
                || !["fqn", "connectionId", "inputs"].contains(&key.as_str())
        };
        let here: Vec<_> = (spec.keys())
            .filter(|key| is_here(key) && !elsewhere.contains(key.as_str()))
            .cloned()
            .collect();
        let here: Map<_, _> = (here.into_iter())
            .filter_map(|key| spec.remove(&key).map(|value| (key, value)))
            .collect();
        let is_needed = !here.is_empty() || stands.kids().is_empty();
        is_needed.then(|| self.value(entry, &Value::Object(here), About::of("spec")))
    }

    fn js(&self, entry: &'a Passage, wanted: &Wanted<'_>, left: &mut Left) -> Option<Goal<'a>> {
        let wrapper = Wrapper::of(wanted.kind)?;
        let value = left.properties.get(wrapper.field)?.as_str()?;
        let body = wrapper.body(value)?.to_owned();
        left.properties.remove(wrapper.field);
        Some(self.code(entry, &wrapper, &body))
    }

    fn query_events(&self, entry: &'a Passage, wanted: &Wanted<'_>) -> Option<Goal<'a>> {
        let is_empty = matches!(&entry.form, Form::List(items, _) if items.is_empty());
        match wanted.events.unwrap_or_default() {
            [] => is_empty.then(|| Goal::keep(entry)),
            list => Some(self.events(Some(entry), list)),
        }
    }

    /// What stands under `properties:`.
    fn escaped(&self, entry: &'a Passage, left: &mut Left) -> Option<Goal<'a>> {
        let stands = self.meaning.resolved(entry);
        let keys = stands.entries().iter().map(Passage::key);
        let here: Map<_, _> = keys
            .filter_map(|key| left.properties.remove_entry(key))
            .collect();
        (!here.is_empty()).then(|| self.value(entry, &Value::Object(here), About::of("properties")))
    }
}

/// A query that the compact form may be able to say.
struct Wanted<'v> {
    name: &'v str,
    kind: &'v str,
    properties: &'v Map<String, Value>,
    events: Option<&'v [Value]>,
}

impl<'v> Wanted<'v> {
    fn of(query: &'v Value) -> Option<Self> {
        let object = query.as_object()?;
        let is_known = |key: &String| write::RAW_KEYS[1..].contains(&key.as_str());
        let list = match object.get("events") {
            Some(list) => Some(list.as_array()?.as_slice()),
            None => None,
        };
        let is_said = object.keys().all(is_known) && list.is_none_or(|it| events(it).is_some());
        is_said.then_some(Self {
            name: object.get("name")?.as_str()?,
            kind: object.get("type")?.as_str()?,
            properties: object.get("properties")?.as_object()?,
            events: list,
        })
    }

    fn parts(&self) -> Left {
        let mut properties = self.properties.clone();
        let spec = match properties.get("spec") {
            Some(Value::Object(spec)) => Some(spec.clone()),
            _ => None,
        };
        if spec.is_some() {
            properties.remove("spec");
        }
        Left {
            properties,
            is_empty_spec: spec.as_ref().is_some_and(Map::is_empty),
            spec,
        }
    }
}

/// What of a query is still to be said.
struct Left {
    /// Without `spec`, if that is a mapping.
    properties: Map<String, Value>,
    spec: Option<Map<String, Value>>,
    is_empty_spec: bool,
}

impl Left {
    fn take_spec(&mut self, key: &str) -> Option<Value> {
        self.spec.as_mut()?.remove(key)
    }
}

/// The part of `spec` that an entry says.
fn spec_word(key: &str) -> Option<&'static str> {
    match key {
        "action" => Some("fqn"),
        "connection" => Some("connectionId"),
        "inputs" => Some("inputs"),
        _ => None,
    }
}
