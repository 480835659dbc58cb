//! Lists of components: which item stays, moves, goes to its part, or is new.

use serde_json::{Value, json};

use super::Draft;
use super::goal::{Goal, Want};
use super::homes::{Home, Role, address};
use super::page::{Form, Passage};
use super::shape::{Shape, shape};
use super::values::About;
use crate::definition::write::component as write;

/// In which form new components are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Compact,
    Raw,
}

/// Where a list stands: the page, and the form of what is new in it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub page: usize,
    pub style: Style,
}

/// An item that is made from one that stands somewhere.
pub(super) struct Source<'a, 'v> {
    pub item: &'a Passage,
    /// The cell around the component, to be folded into it.
    cell: Option<&'v Value>,
    component: &'v Value,
}

impl<'a> Draft<'a> {
    /// The components of a list, in the place of a passage if there is one.
    pub fn components(
        &self,
        list: Option<&'a Passage>,
        wants: &[Value],
        place: Place,
        before: Option<&Value>,
    ) -> Goal<'a> {
        let whole = || Value::Array(wants.to_vec());
        if let Some(alias) = list.filter(|it| matches!(it.form, Form::Alias(_)))
            && self.alias_stays(alias, &whole(), before)
        {
            return Goal::keep(alias);
        }
        if let Some(list) = list {
            self.meaning.remember(list, whole);
        }
        let place = Place {
            style: style_of(list).unwrap_or(place.style),
            ..place
        };
        let mut goals = Vec::with_capacity(wants.len());
        let mut rest = wants;
        while let Some(want) = rest.first() {
            let (goal, taken) = match self.part(rest, place) {
                Some(part) => part,
                None => (self.one(want, place), 1),
            };
            goals.push(goal);
            rest = &rest[taken..];
        }
        Goal::list(list, goals)
    }

    /// Whether an alias of components still says what is wanted.
    fn alias_stays(&self, alias: &Passage, want: &Value, before: Option<&Value>) -> bool {
        self.meaning.will_be_of_api(alias, want, before)
    }

    pub fn home(&self, want: &Value) -> Option<Home<'a>> {
        self.homes.get(self.before(want)?)
    }

    /// The component that a wanted one was.
    pub fn before(&self, want: &Value) -> Option<&Value> {
        self.partners.get(&address(want)).copied()
    }

    pub fn source<'v>(&self, want: &'v Value) -> Option<Source<'a, 'v>> {
        let own = |want: &Value| {
            let home = self.home(want).filter(|home| home.role == Role::Own)?;
            let is_free = !self.claimed.borrow().contains(&home.item.id);
            is_free.then_some(home.item)
        };
        if let Some(item) = own(want) {
            return Some(Source {
                item,
                cell: None,
                component: want,
            });
        }
        let (_, child) = write::cell(want)?;
        let item = own(child)?;
        let folds = matches!(shape(item), Shape::Compact(_)) && is_compact(child);
        folds.then_some(Source {
            item,
            cell: Some(want),
            component: child,
        })
    }

    pub fn one(&self, want: &Value, place: Place) -> Goal<'a> {
        match self.source(want) {
            Some(source) => self.item(&source, place),
            None => self.new_component(want, place),
        }
    }

    fn item(&self, source: &Source<'a, '_>, place: Place) -> Goal<'a> {
        let Source {
            item,
            cell,
            component,
        } = *source;
        self.claimed.borrow_mut().insert(item.id);
        let whole = cell.unwrap_or(component);
        let goal = match shape(item) {
            Shape::Raw => self.raw(item, component, place),
            Shape::Compact(_) => self.compact(Some(item), cell, component, place),
            _ if matches!(item.form, Form::Alias(_)) => {
                match self.alias_stays(item, whole, self.before(whole)) {
                    true => Goal::keep(item),
                    false => Goal {
                        of: Some(item),
                        ..self.new_component(whole, place)
                    },
                }
            }
            _ => self.value(item, component, About::of("children")),
        };
        self.meaning.remember(item, || whole.clone());
        goal
    }

    /// A component that stands nowhere yet; components in it may.
    pub fn new_component(&self, want: &Value, place: Place) -> Goal<'a> {
        match (place.style, write::cell(want)) {
            (Style::Raw, _) => self.new_raw(None, want, place),
            (Style::Compact, Some((_, child)))
                if is_compact(child) && self.source(child).is_none() =>
            {
                self.compact(None, Some(want), child, place)
            }
            (Style::Compact, _) => self.compact(None, None, want, place),
        }
    }

    /// A component in its API shape, in the place of a passage in the same.
    fn raw(&self, item: &'a Passage, want: &Value, place: Place) -> Goal<'a> {
        let Some(object) = want.as_object() else {
            return self.anew(Some(item), want);
        };
        let mut entries = Vec::new();
        for entry in item.entries() {
            if let Some(value) = object.get(entry.key()) {
                let goal = match (entry.key(), &entry.form, value) {
                    ("properties", Form::Map(..), Value::Object(_)) => {
                        self.raw_properties(entry, want, place)
                    }
                    (key, ..) => self.value(entry, value, About::of(key)),
                };
                entries.push((entry.key().to_owned(), goal));
            }
        }
        for (key, value) in object {
            if item.under(key).is_none() {
                entries.push((key.clone(), self.new_member(key, value, place)));
            }
        }
        Goal::map(Some(item), entries)
    }

    fn raw_properties(&self, passage: &'a Passage, want: &Value, place: Place) -> Goal<'a> {
        let properties = want.get("properties").and_then(Value::as_object);
        let mut entries = Vec::new();
        for entry in passage.entries() {
            let key = entry.key();
            let goal = match properties.and_then(|it| it.get(key)) {
                Some(Value::Array(children)) if key == "children" => {
                    let before = self.before(want).and_then(|it| it.get("properties"));
                    let inner = Place {
                        style: Style::Raw,
                        ..place
                    };
                    let before = before.and_then(|it| it.get("children"));
                    self.components(Some(entry), children, inner, before)
                }
                Some(value) => self.value(entry, value, About::of(key)),
                None => continue,
            };
            entries.push((key.to_owned(), goal));
        }
        for (key, value) in properties.into_iter().flatten() {
            if passage.under(key).is_none() {
                entries.push((key.clone(), self.new_property(key, value, place)));
            }
        }
        Goal::map(Some(passage), entries)
    }

    fn new_member(&self, key: &str, value: &Value, place: Place) -> Goal<'a> {
        match value {
            Value::Object(properties) if key == "properties" => {
                let entry = |(key, value): (&String, &Value)| {
                    (key.clone(), self.new_property(key, value, place))
                };
                Goal::map(None, properties.iter().map(entry).collect())
            }
            value => self.anew(None, value),
        }
    }

    fn new_property(&self, key: &str, value: &Value, place: Place) -> Goal<'a> {
        match value {
            Value::Array(children) if key == "children" && !children.is_empty() => {
                self.components(None, children, place, None)
            }
            value => self.anew(None, value),
        }
    }

    /// A component in its API shape, written anew; components in it may stand somewhere.
    pub fn new_raw(&self, of: Option<&'a Passage>, want: &Value, place: Place) -> Goal<'a> {
        let Some(object) = want.as_object() else {
            return self.anew(of, want);
        };
        const FIRST: [&str; 2] = ["type", "name"];
        let first = FIRST.iter().filter_map(|key| object.get_key_value(*key));
        let others = object
            .iter()
            .filter(|(key, _)| !FIRST.contains(&key.as_str()));
        let entry =
            |(key, value): (&String, &Value)| (key.clone(), self.new_member(key, value, place));
        let entries = first.chain(others).map(entry).collect();
        Goal::new(of, Want::Map(entries))
    }
}

/// Whether the compact form can say a component.
pub(super) fn is_compact(component: &Value) -> bool {
    write::parts(component).is_some_and(|parts| {
        let events = parts.events.unwrap_or_default();
        write::is_word(parts.kind)
            && write::is_identifier(parts.name)
            && crate::definition::write::event::events(events).is_some()
    })
}

/// The form of the components in a list, where it tells.
fn style_of(list: Option<&Passage>) -> Option<Style> {
    let items = list?.items()?;
    let shapes = || items.iter().map(shape);
    if shapes().any(|it| matches!(it, Shape::Compact(_))) {
        return Some(Style::Compact);
    }
    shapes()
        .any(|it| matches!(it, Shape::Raw))
        .then_some(Style::Raw)
}

/// What a component says beside its name, and the place of its cell.
pub(super) fn essence(component: &Value, cell: Option<&Value>) -> Value {
    let of = |value: &Value, key: &str| value.get(key).cloned().unwrap_or_default();
    let place = cell.map(|cell| {
        let properties = of(cell, "properties");
        json!([of(&properties, "layout"), of(&properties, "isVisible")])
    });
    json!([of(component, "properties"), component.get("events"), place])
}
