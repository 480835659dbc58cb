//! What still names a component or query that is gone.
//!
//! Events name their targets in fields, code names what it uses as JavaScript does. Only what this difference takes away
//! is looked for: a name that nothing had before is no consequence of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::expression::{Parser, spans, with_parser};
use crate::model::Body;

use super::align::name_of;
use super::likeness::words;
use super::matching::Matching;
use super::normalize::flatten;
use super::values::TARGETS;

/// A component or query, for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thing {
    /// Its type if it is a component, `query` if it is one.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// Something that is gone, and what still names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dangling {
    /// What is gone.
    pub gone: Thing,
    /// What it is called now, if it was renamed.
    pub renamed_to: Option<String>,
    /// What still names it, in the order of the definition.
    pub by: Vec<Thing>,
}

/// What the desired definition still names, although it has it no more, or under another name.
pub(super) fn dangling(before: &Body, after: &Body, matching: &Matching) -> Vec<Dangling> {
    let mut gone = gone(before, matching);
    if gone.is_empty() {
        return Vec::new();
    }
    let nodes = flatten(&after.components);
    let components = nodes.iter().map(|node| node.component);
    for left in components.clone().chain(&after.queries) {
        gone.remove(name_of(left));
    }
    let mut uses = Uses {
        gone: &gone,
        direct: BTreeSet::new(),
        code: Vec::new(),
    };
    let mut users = Vec::new();
    for component in components {
        uses.of(users.len(), component);
        users.push(Thing::component(component));
    }
    for query in &after.queries {
        uses.of(users.len(), query);
        users.push(Thing::query(query));
    }
    let found = uses.all();
    let dangling = gone.iter().map(|(name, (gone, renamed_to))| Dangling {
        gone: gone.clone(),
        renamed_to: renamed_to.clone(),
        by: (found.iter().filter(|(used, _)| used == name))
            .map(|(_, user)| users[*user].clone())
            .collect(),
    });
    dangling.filter(|it| !it.by.is_empty()).collect()
}

impl Thing {
    fn component(item: &Value) -> Self {
        let kind = item.get("type").and_then(Value::as_str);
        Self {
            kind: kind.unwrap_or("component").to_owned(),
            name: name_of(item).to_owned(),
        }
    }

    fn query(item: &Value) -> Self {
        Self {
            kind: "query".to_owned(),
            name: name_of(item).to_owned(),
        }
    }
}

/// What the desired side has no more, by name, with what it is called there now.
fn gone(before: &Body, matching: &Matching) -> BTreeMap<String, (Thing, Option<String>)> {
    let mut gone = BTreeMap::new();
    let mut look = |thing: Thing, is_kept: bool| {
        let renamed_to = matching.renames.get(&thing.name).cloned();
        if renamed_to.is_some() || !is_kept {
            gone.insert(thing.name.clone(), (thing, renamed_to));
        }
    };
    let kept: BTreeSet<_> = matching.components.iter().flatten().collect();
    for (index, node) in flatten(&before.components).iter().enumerate() {
        look(Thing::component(node.component), kept.contains(&index));
    }
    let kept: BTreeSet<_> = matching.queries.iter().flatten().collect();
    for (index, query) in before.queries.iter().enumerate() {
        look(Thing::query(query), kept.contains(&index));
    }
    gone
}

/// Who names what.
struct Uses<'a> {
    gone: &'a BTreeMap<String, (Thing, Option<String>)>,
    /// Names in events, with their users.
    direct: BTreeSet<(String, usize)>,
    /// Texts in which a name stands that could be one of those, with their users.
    code: Vec<(usize, &'a str)>,
}

impl<'a> Uses<'a> {
    fn of(&mut self, user: usize, value: &'a Value) {
        match value {
            Value::String(text)
                if text.contains("${") && words(text).any(|word| self.gone.contains_key(word)) =>
            {
                self.code.push((user, text));
            }
            Value::Array(items) => items.iter().for_each(|item| self.of(user, item)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    match (name.as_str(), value) {
                        ("events", Value::Array(events)) => {
                            events.iter().for_each(|event| self.event(user, event));
                            self.of(user, value);
                        }
                        // Children are users of their own.
                        ("properties", Value::Object(properties)) => {
                            let own = properties.iter().filter(|(name, _)| *name != "children");
                            own.for_each(|(_, value)| self.of(user, value));
                        }
                        _ => self.of(user, value),
                    }
                }
            }
            _ => {}
        }
    }

    fn event(&mut self, user: usize, event: &Value) {
        let targets = TARGETS
            .iter()
            .filter_map(|field| event.get(field)?.as_str());
        let gone = targets.filter(|name| self.gone.contains_key(*name));
        let named: Vec<_> = gone.map(|name| (name.to_owned(), user)).collect();
        self.direct.extend(named);
    }

    /// Everything that is named, code included.
    fn all(self) -> BTreeSet<(String, usize)> {
        let Self {
            gone,
            mut direct,
            code,
        } = self;
        if code.is_empty() {
            return direct;
        }
        let names = |parser: &mut Parser| {
            let mut found = Vec::new();
            for (user, text) in &code {
                for span in spans(text) {
                    let parsed = parser.parse(&text[span.start + 2..span.end - 1]);
                    let names = parsed.names.iter().map(|it| &it.name);
                    let gone = names.filter(|name| gone.contains_key(*name));
                    found.extend(gone.map(|name| (name.clone(), *user)));
                }
            }
            found
        };
        direct.extend(with_parser(names));
        direct
    }
}
