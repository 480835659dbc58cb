//! Takes JSON answers apart, and says where one is not as expected.
//!
//! An attribute that is missing and one that is `null` are the same; attributes that nobody takes are left over, for the
//! caller to keep. Numbers stay text (`serde_json`'s arbitrary precision) until somebody asks for a count.

use std::fmt;

use serde_json::{Map, Value};
use uuid::Uuid;

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Not JSON.
    NotJson {
        /// What it is instead.
        what: String,
    },
    /// JSON, but not what stands in the documentation.
    Unexpected {
        /// Where, as a JSON pointer.
        pointer: String,
        /// What should stand there.
        expected: &'static str,
    },
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { what } => write!(f, "is {what}"),
            Self::Unexpected { pointer, expected } => {
                let pointer = if pointer.is_empty() { "/" } else { pointer };
                write!(f, "does not have {expected} at `{pointer}`")
            }
        }
    }
}

/// An object that is taken apart, and where it stood.
#[derive(Debug, Default)]
pub(super) struct Fields {
    map: Map<String, Value>,
    at: String,
}

type Taken<T> = Result<T, Malformed>;

impl Fields {
    /// The object at `at`.
    pub(super) fn new(value: Value, at: String) -> Taken<Self> {
        match value {
            Value::Object(map) => Ok(Self { map, at }),
            _ => Err(unexpected(at, "an object")),
        }
    }

    /// All that is left, as canonical text.
    pub(super) fn to_text(&self) -> String {
        serde_json::to_string(&self.map).expect("JSON values have a JSON form")
    }

    /// What nobody has taken.
    pub(super) fn rest(self) -> Map<String, Value> {
        self.map
    }

    /// Any value but `null`.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name).filter(|value| !value.is_null())
    }

    pub(super) fn object(&mut self, name: &str) -> Taken<Option<Self>> {
        let at = self.pointer(name);
        self.take(name)
            .map(|value| Self::new(value, at))
            .transpose()
    }

    pub(super) fn list(&mut self, name: &str) -> Taken<Option<Vec<Value>>> {
        match self.take(name) {
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(self.wrong(name, "a list")),
            None => Ok(None),
        }
    }

    /// A list of objects.
    pub(super) fn objects(&mut self, name: &str) -> Taken<Option<Vec<Self>>> {
        let Some(items) = self.list(name)? else {
            return Ok(None);
        };
        let at = self.pointer(name);
        let items = items.into_iter().enumerate();
        let objects = items.map(|(index, item)| Self::new(item, format!("{at}/{index}")));
        objects.collect::<Taken<Vec<_>>>().map(Some)
    }

    pub(super) fn text(&mut self, name: &str) -> Taken<Option<String>> {
        match self.take(name) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "a string")),
            None => Ok(None),
        }
    }

    pub(super) fn flag(&mut self, name: &str) -> Taken<Option<bool>> {
        match self.take(name) {
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.wrong(name, "true or false")),
            None => Ok(None),
        }
    }

    pub(super) fn count(&mut self, name: &str) -> Taken<Option<u64>> {
        match self.take(name) {
            Some(Value::Number(number)) => match number.to_string().parse() {
                Ok(count) => Ok(Some(count)),
                Err(_) => Err(self.wrong(name, "a count")),
            },
            Some(_) => Err(self.wrong(name, "a count")),
            None => Ok(None),
        }
    }

    /// A uuid; the nil one, and no text at all, stand for none.
    pub(super) fn uuid(&mut self, name: &str) -> Taken<Option<Uuid>> {
        let Some(text) = self.text(name)?.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        match Uuid::parse_str(&text) {
            Ok(uuid) => Ok(Some(uuid).filter(|uuid| !uuid.is_nil())),
            Err(_) => Err(self.wrong(name, "a uuid")),
        }
    }

    /// A list of strings.
    pub(super) fn texts(&mut self, name: &str) -> Taken<Option<Vec<String>>> {
        let Some(items) = self.list(name)? else {
            return Ok(None);
        };
        let text = |(index, item)| match item {
            Value::String(text) => Ok(text),
            _ => Err(unexpected(
                format!("{}/{index}", self.pointer(name)),
                "a string",
            )),
        };
        items
            .into_iter()
            .enumerate()
            .map(text)
            .collect::<Taken<Vec<_>>>()
            .map(Some)
    }

    /// The complaint that `name` does not hold what it must.
    pub(super) fn wrong(&self, name: &str, expected: &'static str) -> Malformed {
        unexpected(self.pointer(name), expected)
    }

    fn pointer(&self, name: &str) -> String {
        format!("{}/{name}", self.at)
    }
}

fn unexpected(pointer: String, expected: &'static str) -> Malformed {
    Malformed::Unexpected { pointer, expected }
}
