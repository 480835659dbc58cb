//! JSON values that are built together with their places, so that the two can never differ in shape.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::source::{Entry, Kind, Node, Position};
use crate::model::{Location, Places};

/// A value and where it and its parts stand.
pub(super) struct Built {
    pub value: Value,
    pub places: Placed,
}

/// Where a value starts, and its parts: of a list by index, of an object by sorted key.
pub(super) struct Placed {
    pub at: Location,
    pub parts: Vec<Placed>,
}

impl Placed {
    /// The same for a whole list, as the model keeps it.
    pub fn all(list: &[Self]) -> Places {
        let mut places = Places::with_capacity(list.iter().map(Self::count).sum());
        list.iter().for_each(|it| it.add_to(&mut places));
        places
    }

    fn count(&self) -> usize {
        1 + self.parts.iter().map(Self::count).sum::<usize>()
    }

    fn add_to(&self, places: &mut Places) {
        places.add(&self.at, &mut |places| {
            self.parts.iter().for_each(|it| it.add_to(places));
        });
    }
}

impl Built {
    /// A value without parts.
    pub fn leaf(value: impl Into<Value>, at: Location) -> Self {
        Self {
            value: value.into(),
            places: Placed {
                at,
                parts: Vec::new(),
            },
        }
    }

    pub fn list(items: Vec<Self>, at: Location) -> Self {
        list(items.into_iter(), at)
    }

    /// A node as it is.
    pub fn plain(node: Node, file: &Arc<str>) -> Self {
        let at = place(file, node.at);
        match node.kind {
            Kind::Null => Self::leaf(Value::Null, at),
            Kind::Bool(value) => Self::leaf(value, at),
            Kind::Number(number) => Self::leaf(Value::Number(number), at),
            Kind::Text(text) => Self::leaf(text, at),
            Kind::List(items) => {
                let items = items.into_iter().map(|item| Self::plain(item, file));
                list(items, at)
            }
            Kind::Map(entries) => Self::of_entries(entries, at, |entry| {
                (entry.key, Self::plain(entry.value, file))
            }),
        }
    }

    /// An object with a member for each entry of a mapping, whose keys differ, under the same key.
    pub fn of_entries(
        mut entries: Vec<Entry>,
        at: Location,
        member: impl FnMut(Entry) -> (String, Self),
    ) -> Self {
        entries.sort_by(|one, other| one.key.cmp(&other.key));
        object(entries.into_iter().map(member), at)
    }
}

fn place(file: &Arc<str>, at: Position) -> Location {
    Location {
        path: file.clone(),
        line: at.line,
        column: at.column,
    }
}

/// An object that is being built.
#[derive(Default)]
pub(super) struct Object(BTreeMap<String, Built>);

impl Object {
    /// Adds a member; gives it back if its name is taken.
    #[must_use = "a taken name must be reported"]
    pub fn add(&mut self, name: &str, member: Built) -> Option<Built> {
        if self.0.contains_key(name) {
            return Some(member);
        }
        self.0.insert(name.to_owned(), member);
        None
    }

    /// Adds a member whose name is known to be free.
    pub fn insert(&mut self, name: impl Into<String>, member: Built) {
        self.0.insert(name.into(), member);
    }

    pub fn member(&self, name: &str) -> Option<&Built> {
        self.0.get(name)
    }

    pub fn finish(self, at: Location) -> Built {
        object(self.0.into_iter(), at)
    }
}

fn list(items: impl ExactSizeIterator<Item = Built>, at: Location) -> Built {
    let mut parts = Vec::with_capacity(items.len());
    let values = items.map(|Built { value, places }| {
        parts.push(places);
        value
    });
    Built {
        value: Value::Array(values.collect()),
        places: Placed { at, parts },
    }
}

/// An object of members whose names differ, sorted by name.
fn object(members: impl ExactSizeIterator<Item = (String, Built)>, at: Location) -> Built {
    let mut parts = Vec::with_capacity(members.len());
    let members = members.map(|(name, Built { value, places })| {
        parts.push(places);
        (name, value)
    });
    Built {
        value: Value::Object(members.collect()),
        places: Placed { at, parts },
    }
}
