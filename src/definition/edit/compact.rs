//! A component in its compact form: each entry stands for a part of the API's component, and says what that part is to be.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Draft;
use super::align::align;
use super::components::{Place, Style, essence, is_compact};
use super::goal::{Goal, Want};
use super::page::{Form, Passage};
use super::shape::{Shape, shape};
use super::values::About;
use crate::definition::format::order;
use crate::definition::source::Kind;
use crate::definition::write::component as write;
use crate::definition::write::event::event;
use crate::definition::write::tree::Tree;
use crate::model::COMPONENT_WORDS;

/// Entries with the keys that are covered, in the making.
type Entries<'a> = Vec<(String, Goal<'a>)>;

impl<'a> Draft<'a> {
    /// A component, in the place of an item if there is one, with the cell that is folded into it.
    pub fn compact(
        &self,
        item: Option<&'a Passage>,
        cell: Option<&Value>,
        want: &Value,
        place: Place,
    ) -> Goal<'a> {
        let parts = write::parts(want).filter(|_| is_compact(want));
        let parts = match (parts, cell) {
            (Some(parts), _) => parts,
            // A cell that cannot be folded is a component of its own.
            (None, Some(cell)) => return self.compact(item, None, cell, place),
            (None, None) => return self.new_raw(item, want, place),
        };
        let place = Place {
            style: Style::Compact,
            ..place
        };
        let entry = item.and_then(|item| match shape(item) {
            Shape::Compact(entry) => Some(entry),
            _ => None,
        });
        let key = match entry {
            Some(entry) if entry.key().split_whitespace().eq([parts.kind, parts.name]) => {
                entry.key().to_owned()
            }
            _ => format!("{} {}", parts.kind, parts.name),
        };
        let inner = match entry {
            Some(alias) if matches!(alias.form, Form::Alias(_)) => {
                let before = self
                    .before(want)
                    .map(|it| essence(it, cell.and_then(|cell| self.before(cell))));
                let wanted = essence(want, cell);
                match self.meaning.will_be_of_api(alias, &wanted, before.as_ref()) {
                    true => Goal::keep(alias),
                    false => self.entries(Some(alias), cell, want, &parts, place),
                }
            }
            entry => self.entries(entry, cell, want, &parts, place),
        };
        if let Some(entry) = entry {
            self.meaning.remember(entry, || essence(want, cell));
        }
        Goal::map(item, vec![(key, inner)])
    }

    fn entries(
        &self,
        entry: Option<&'a Passage>,
        cell: Option<&Value>,
        want: &Value,
        parts: &write::Parts<'_>,
        place: Place,
    ) -> Goal<'a> {
        let old = entry.map_or(&[][..], Passage::entries);
        let said = |key: &str| old.iter().any(|it| it.key() == key);
        let inside = self.inside(want, parts, said("grid"), said("children"));
        let escaped = escaped_properties(parts, old, inside.is_some());
        let mut entries: Entries<'a> = Vec::new();
        for entry in old {
            let goal = match entry.key() {
                "at" => cell.map(|cell| self.at(Some(entry), cell, parts.name)),
                "events" => self.own_events(entry, parts.events),
                "grid" => (inside.as_ref().and_then(|it| it.grid))
                    .map(|name| self.value(entry, &name.into(), About::of("grid"))),
                "children" => inside.as_ref().map(|inside| {
                    self.components(Some(entry), inside.children, place, inside.before)
                }),
                "properties" => (!escaped.is_empty()).then(|| {
                    let wanted = Value::Object(escaped.clone());
                    self.value(entry, &wanted, About::of("properties"))
                }),
                key => (parts.properties.get(key))
                    .map(|value| self.value(entry, value, About::of(key))),
            };
            entries.extend(goal.map(|goal| (entry.key().to_owned(), goal)));
        }
        let mut add = |key: &str, goal| insert(&mut entries, key, goal, order::Place::Properties);
        if let Some(cell) = cell.filter(|_| !said("at")) {
            add("at", self.at(None, cell, parts.name));
        }
        for (key, value) in parts.properties {
            let is_inside = key == "children" && inside.is_some();
            if !(is_inside || said(key) || escaped.contains_key(key)) {
                add(key, self.anew(None, value));
            }
        }
        if !escaped.is_empty() && !said("properties") {
            add("properties", self.anew(None, &Value::Object(escaped)));
        }
        match parts.events {
            Some([]) => {}
            Some(list) if !said("events") => add("events", self.events(None, list)),
            None if !said("events") => add("events", self.anew(None, &Value::Null)),
            _ => {}
        }
        if let Some(inside) = &inside {
            if let Some(name) = inside.grid.filter(|_| !said("grid")) {
                add("grid", self.anew(None, &name.into()));
            }
            let is_needed = inside.grid.is_none() || !inside.children.is_empty();
            if is_needed && !said("children") {
                add(
                    "children",
                    self.components(None, inside.children, place, None),
                );
            }
        }
        match (entry, entries.is_empty()) {
            // `type name:` and `type name: {}` say the same.
            (Some(entry), true) if old.is_empty() && !matches!(entry.form, Form::Alias(_)) => {
                Goal::keep(entry)
            }
            (_, true) => Goal::new(entry, Want::New(Tree::Block(Vec::new()))),
            (_, false) => Goal::map(entry, entries),
        }
    }

    /// What stands in a component; `None` if that is no list of components.
    fn inside<'v>(
        &'v self,
        want: &Value,
        parts: &write::Parts<'v>,
        says_grid: bool,
        says_children: bool,
    ) -> Option<Inside<'v>> {
        let items = parts.properties.get("children")?.as_array()?;
        if !items.iter().all(write::is_component) {
            return None;
        }
        let before = self.before(want).and_then(super::homes::children_list);
        let grid = write::folded_grid(parts.kind, items);
        match grid.filter(|_| says_grid || !says_children) {
            Some((name, children)) => Some(Inside {
                grid: Some(name),
                children,
                before: before
                    .and_then(|it| it.get(0))
                    .and_then(super::homes::children_list),
            }),
            None => Some(Inside {
                grid: None,
                children: items,
                before,
            }),
        }
    }

    /// The cell around a component, as `at` says it.
    fn at(&self, passage: Option<&'a Passage>, cell: &Value, name: &str) -> Goal<'a> {
        let Some((cell, _)) = write::cell(cell) else {
            return self.anew(passage, &Value::Null);
        };
        let said = passage.map(|it| self.meaning.resolved(it));
        let says = |key| said.is_some_and(|it| it.under(key).is_some());
        let mut wanted: Vec<(&str, &Value)> = (write::FIELDS.iter())
            .map(|(word, field)| (*word, &cell.layout[*field]))
            .collect();
        let cell_name: Value = cell.name.into();
        if says("cell") || cell.name != format!("{name}Cell") {
            wanted.push(("cell", &cell_name));
        }
        if says("visible") || *cell.visible != "true" {
            wanted.push(("visible", cell.visible));
        }
        let entries = || wanted.iter().map(|(key, value)| (*key, *value));
        match passage {
            Some(passage) => {
                let wanted = entries().map(|(key, value)| (key.to_owned(), value.clone()));
                self.value(passage, &Value::Object(wanted.collect()), About::of("at"))
            }
            None => {
                let tree = |value| Tree::of(value, crate::definition::variables::escaped);
                let entries = entries().map(|(key, value)| (key.to_owned(), tree(value)));
                Goal::new(None, Want::New(Tree::Map(entries.collect())))
            }
        }
    }

    fn own_events(&self, entry: &'a Passage, events: Option<&[Value]>) -> Option<Goal<'a>> {
        let is_empty = matches!(&entry.form, Form::List(items, _) if items.is_empty());
        match events {
            None => Some(self.value(entry, &Value::Null, About::of("events"))),
            Some([]) if is_empty => Some(Goal::keep(entry)),
            Some([]) => None,
            Some(list) => Some(self.events(Some(entry), list)),
        }
    }

    /// A list of events, short where it can be, or raw where one of that name and type stands raw.
    pub fn events(&self, passage: Option<&'a Passage>, list: &[Value]) -> Goal<'a> {
        let passage = passage.filter(|it| !matches!(it.form, Form::Scalar(Kind::Null)));
        let means = match passage {
            Some(passage) => self.meaning.of(passage, true),
            None => Value::Null,
        };
        let known = means.as_array().map(Vec::as_slice).unwrap_or_default();
        let wanted: Vec<_> = list
            .iter()
            .map(|event| as_file_says(event, known))
            .collect();
        let whole = Value::Array(wanted.clone());
        let goal = match passage {
            Some(list_of) if list_of.items().is_some_and(|items| !items.is_empty()) => {
                let partners = align(known, &wanted);
                let kids = list_of.kids();
                let goals =
                    (partners.iter().zip(&wanted).zip(list)).map(|((partner, want), value)| {
                        match partner {
                            Some(index) => self.value(&kids[*index], want, About::of("events")),
                            None => new_event(value),
                        }
                    });
                Goal::list(Some(list_of), goals.collect())
            }
            Some(alias) if self.meaning.will_be(alias, &whole, true) => Goal::keep(alias),
            passage => Goal::new(passage, Want::New(event_list(list))),
        };
        if let Some(passage) = passage {
            self.meaning.remember(passage, || whole);
        }
        goal
    }
}

/// What stands in a component.
struct Inside<'v> {
    /// The name of the grid that is folded into it.
    grid: Option<&'v str>,
    children: &'v [Value],
    before: Option<&'v Value>,
}

/// What has to stand under `properties:`, or stands there already.
fn escaped_properties(
    parts: &write::Parts<'_>,
    old: &[Passage],
    has_children: bool,
) -> Map<String, Value> {
    let known = old.iter().find(|it| it.key() == "properties");
    let stands: BTreeSet<&str> = (known.into_iter())
        .flat_map(|it| it.entries().iter().map(Passage::key))
        .collect();
    let is_escaped = |key: &str| match key {
        "children" if has_children => false,
        key => COMPONENT_WORDS.contains(&key) || stands.contains(key),
    };
    let properties = parts.properties.iter();
    properties
        .filter(|(key, _)| is_escaped(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Adds an entry where the format's order has its place: behind the last of those that come before it.
pub(super) fn insert<'a>(
    entries: &mut Entries<'a>,
    key: &str,
    goal: Goal<'a>,
    place: order::Place,
) {
    let rank = place.rank(key);
    let last = entries
        .iter()
        .rposition(|(other, _)| place.rank(other) <= rank);
    entries.insert(last.map_or(0, |last| last + 1), (key.to_owned(), goal));
}

/// An event as the file says it.
fn as_file_says(value: &Value, known: &[Value]) -> Value {
    let Some(object) = value.as_object() else {
        return value.clone();
    };
    let is_same = |other: &&Value| {
        let is = |key: &str| other.get(key).is_some() && other.get(key) == object.get(key);
        is("name") && is("type")
    };
    let stands_raw = known.iter().any(|it| is_same(&it));
    let has = |key: &str| object.contains_key(key);
    let is_short = has("name") && has("type") && !has("when") && !has("do");
    if stands_raw || !is_short {
        return value.clone();
    }
    let rename = |key: &String| match key.as_str() {
        "name" => "when".to_owned(),
        "type" => "do".to_owned(),
        other => other.to_owned(),
    };
    json!(
        object
            .iter()
            .map(|(key, value)| (rename(key), value))
            .collect::<std::collections::BTreeMap<_, _>>()
    )
}

fn new_event<'a>(value: &Value) -> Goal<'a> {
    Goal::new(None, Want::New(event_tree(value)))
}

fn event_tree(value: &Value) -> Tree {
    let tree = event(value);
    tree.unwrap_or_else(|| Tree::of(value, crate::definition::variables::escaped))
}

fn event_list(list: &[Value]) -> Tree {
    Tree::List(list.iter().map(event_tree).collect())
}
