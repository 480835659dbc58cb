//! A whole definition: what becomes of each of its attributes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Draft;
use super::compact::insert;
use super::components::{Place, Style};
use super::goal::{Goal, Want};
use super::page::{Form, Passage};
use super::values::About;
use crate::definition::document::LEFT_OUT;
use crate::definition::format::order;
use crate::definition::source::Kind;
use crate::definition::variables::escaped;
use crate::definition::write::tree::Tree;
use crate::model::{App, Body, Mark};

/// The attributes of an app that are to be said, and how they are.
pub(super) struct Attributes<'v> {
    pub app: &'v App,
    pub body: &'v Body,
    pub before: &'v Body,
    /// Whether the root's name has to be said.
    pub says_root: bool,
}

/// The mapping that holds the attributes of a definition: the whole, or what stands in its envelope.
pub(super) fn attributes_of(root: &Passage) -> &Passage {
    let inner = root.under("data").and_then(|data| data.under("attributes"));
    inner
        .filter(|inner| matches!(inner.form, Form::Map(..)))
        .unwrap_or(root)
}

/// The value of an attribute, wherever it may stand.
pub(super) fn attribute<'a>(root: &'a Passage, key: &str) -> Option<&'a Passage> {
    attributes_of(root).under(key).or_else(|| root.under(key))
}

impl<'a> Draft<'a> {
    /// What becomes of a document.
    pub fn document(&self, root: &'a Passage, wanted: &Attributes<'_>) -> Goal<'a> {
        let inner = attributes_of(root);
        let mut said = BTreeSet::new();
        let mut entries = self.attributes(inner, wanted, &mut said);
        let others = match inner.id == root.id {
            true => Vec::new(),
            false => self.attributes(root, wanted, &mut said),
        };
        for (key, goal) in self.additions(wanted, &said, inner.page) {
            insert(&mut entries, &key, goal, order::Place::Definition);
        }
        let goal = Goal::map(Some(inner), entries);
        if inner.id == root.id {
            return goal;
        }
        // The envelope around it.
        let mut goal = Some(goal);
        let entries = others
            .into_iter()
            .map(|(key, other)| match root.under("data") {
                Some(data) if key == "data" => {
                    let parts = data.entries().iter().map(|part| {
                        let is_inner = part.id == inner.id;
                        let goal = is_inner.then(|| goal.take()).flatten();
                        (
                            part.key().to_owned(),
                            goal.unwrap_or_else(|| Goal::keep(part)),
                        )
                    });
                    (key, Goal::map(Some(data), parts.collect()))
                }
                _ => (key, other),
            });
        Goal::map(Some(root), entries.collect())
    }

    fn attributes(
        &self,
        level: &'a Passage,
        wanted: &Attributes<'_>,
        said: &mut BTreeSet<String>,
    ) -> Vec<(String, Goal<'a>)> {
        let mut entries = Vec::new();
        for entry in level.entries() {
            let key = entry.key();
            if let Some(goal) = self.attribute(entry, wanted) {
                said.insert(match key {
                    "embeddedQueries" => "queries".to_owned(),
                    key => key.to_owned(),
                });
                entries.push((key.to_owned(), goal));
            }
        }
        entries
    }

    /// What becomes of an attribute; `None` if it goes.
    fn attribute(&self, entry: &'a Passage, wanted: &Attributes<'_>) -> Option<Goal<'a>> {
        let Attributes {
            app,
            body,
            before,
            says_root,
        } = wanted;
        let key = entry.key();
        let is_empty = matches!(entry.form, Form::Scalar(Kind::Null));
        let value = |value: Value| self.value(entry, &value, About::of(key));
        match key {
            "name" => Some(value(app.name.as_str().into())),
            "components" => {
                let place = Place {
                    page: entry.page,
                    style: Style::Compact,
                };
                let is_alias = matches!(entry.form, Form::Alias(_));
                let before = is_alias.then(|| Value::Array(before.components.clone()));
                let components = &body.components;
                Some(self.components(Some(entry), components, place, before.as_ref()))
            }
            // A key without a value says nothing.
            "rootInstanceName" if is_empty && !says_root => Some(Goal::keep(entry)),
            "description" | "tags" | "publish" | "protectionLevel" | "selfService"
                if is_empty && Self::optional(app, key).is_none() =>
            {
                Some(Goal::keep(entry))
            }
            "rootInstanceName" => Some(value(body.root_instance_name.as_str().into())),
            "tags" => app.tags.as_ref().map(|tags| self.tags(entry, tags)),
            "description" | "publish" | "protectionLevel" | "selfService" => {
                Self::optional(app, key).map(value)
            }
            "queries" | "embeddedQueries" => {
                let is_gone = body.queries.is_empty() && !before.queries.is_empty();
                (!is_gone).then(|| self.queries(Some(entry), &before.queries, &body.queries))
            }
            "key" | "data" => Some(Goal::keep(entry)),
            key if LEFT_OUT.contains(&key) => Some(Goal::keep(entry)),
            key => body.extra.get(key).map(|it| value(it.clone())),
        }
    }

    /// An attribute that a file need not say.
    fn optional(app: &App, key: &str) -> Option<Value> {
        match key {
            "description" => app.description.as_deref().map(Value::from),
            "publish" => app.publish.map(Value::from),
            "protectionLevel" => app.protection_level.map(|it| it.as_str().into()),
            "selfService" => app.self_service.map(Value::from),
            "tags" => app.tags.as_ref().map(|tags| tags.iter().cloned().collect()),
            _ => None,
        }
    }

    fn additions(
        &self,
        wanted: &Attributes<'_>,
        said: &BTreeSet<String>,
        page: usize,
    ) -> Vec<(String, Goal<'a>)> {
        let Attributes {
            app,
            body,
            before,
            says_root,
        } = wanted;
        let mut additions = Vec::new();
        for key in [
            "description",
            "tags",
            "publish",
            "protectionLevel",
            "selfService",
        ] {
            if let Some(value) = Self::optional(app, key).filter(|_| !said.contains(key)) {
                additions.push((key.to_owned(), self.anew(None, &value)));
            }
        }
        if *says_root && !said.contains("rootInstanceName") {
            let name = body.root_instance_name.as_str().into();
            additions.push(("rootInstanceName".to_owned(), self.anew(None, &name)));
        }
        for (key, value) in &body.extra {
            if !said.contains(key) {
                additions.push((key.clone(), self.anew(None, value)));
            }
        }
        if !body.queries.is_empty() && !said.contains("queries") {
            let is_raw = self.meaning.pages[page].is_json;
            let goal = match is_raw {
                true => self.anew(None, &Value::Array(body.queries.clone())),
                false => self.queries(None, &before.queries, &body.queries),
            };
            additions.push(("queries".to_owned(), goal));
        }
        additions
    }

    /// The tags are a set: those that stay do so where they stand.
    fn tags(&self, entry: &'a Passage, tags: &BTreeSet<String>) -> Goal<'a> {
        let text = |item: &'a Passage| match self.meaning.of(item, true) {
            Value::String(tag) => tag,
            other => other.to_string(),
        };
        let is_mark = |tag: &str| tag.starts_with(Mark::PREFIX);
        let said: Vec<_> = match self.meaning.resolved(entry).items() {
            Some(items) => items.iter().map(text).collect(),
            None => Vec::new(),
        };
        let own: BTreeSet<_> = said.iter().filter(|tag| !is_mark(tag)).cloned().collect();
        let is_empty = matches!(&entry.form, Form::List(items, _) if items.is_empty());
        if own == *tags && (!tags.is_empty() || is_empty || !said.is_empty()) {
            self.meaning.remember(entry, || said.into_iter().collect());
            return Goal::keep(entry);
        }
        let (Some(items), false) = (entry.items(), tags.is_empty()) else {
            return self.anew(Some(entry), &tags.iter().cloned().collect());
        };
        let stays = |tag: &str| tags.contains(tag) || is_mark(tag);
        let mut seen = BTreeSet::new();
        let mut goals: Vec<(String, Goal<'a>)> = (items.iter().zip(&said))
            .filter(|(_, tag)| stays(tag) && seen.insert((*tag).clone()))
            .map(|(item, tag)| (tag.clone(), Goal::keep(item)))
            .collect();
        let is_sorted = goals.is_sorted_by(|(a, _), (b, _)| a <= b);
        for tag in tags.difference(&own) {
            let goal = Goal::new(None, Want::New(Tree::Text(escaped(tag))));
            let place = match is_sorted {
                true => goals.partition_point(|(other, _)| other < tag),
                false => goals.len(),
            };
            goals.insert(place, (tag.clone(), goal));
        }
        let all: Value = goals
            .iter()
            .map(|(tag, _)| Value::from(tag.as_str()))
            .collect();
        self.meaning.remember(entry, || all);
        Goal::list(
            Some(entry),
            goals.into_iter().map(|(_, goal)| goal).collect(),
        )
    }
}
