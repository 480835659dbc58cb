//! Strict reading of a state document: what is wrong is said with its place.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::emulator::clock::Instant;

/// A state document that cannot be read; the place is a JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at `{pointer}`: {problem}")]
pub struct StateError {
    pointer: String,
    problem: String,
}

impl StateError {
    /// A problem at a place.
    pub fn new(pointer: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            problem: problem.into(),
        }
    }
}

/// An object whose members are taken one by one, so that what nobody took can be told. A null counts as left out.
pub struct Reader {
    members: Map<String, Value>,
    pointer: String,
}

impl Reader {
    /// Reads the object at a place.
    pub fn new(value: &Value, pointer: String) -> Result<Self, StateError> {
        match value {
            Value::Object(members) => Ok(Self {
                members: members.clone(),
                pointer,
            }),
            _ => Err(StateError::new(pointer, "not an object")),
        }
    }

    /// Where this object stands.
    pub fn here(&self) -> &str {
        &self.pointer
    }

    /// Whether a member is there, null or not.
    pub fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Where a member stands.
    pub fn place(&self, name: &str) -> String {
        format!("{}/{name}", self.pointer)
    }

    /// An error at a member.
    pub fn error(&self, name: &str, problem: impl Into<String>) -> StateError {
        StateError::new(self.place(name), problem)
    }

    /// Takes a member.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name)
    }

    fn read<T>(
        &mut self,
        name: &str,
        what: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, StateError> {
        match self.take(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(&value)
                .map(Some)
                .ok_or_else(|| self.error(name, format!("not {what}"))),
        }
    }

    /// A text, if given.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, StateError> {
        self.read(name, "a text", |value| value.as_str().map(str::to_owned))
    }

    /// True or false, if given.
    pub fn boolean(&mut self, name: &str) -> Result<Option<bool>, StateError> {
        self.read(name, "true or false", Value::as_bool)
    }

    /// A whole number, if given.
    pub fn number(&mut self, name: &str) -> Result<Option<u64>, StateError> {
        self.read(name, "a whole number", Value::as_u64)
    }

    /// An id, if given.
    pub fn uuid(&mut self, name: &str) -> Result<Option<Uuid>, StateError> {
        self.read(name, "a uuid", |value| {
            Uuid::try_parse(value.as_str()?).ok()
        })
    }

    /// A time, if given.
    pub fn instant(&mut self, name: &str) -> Result<Option<Instant>, StateError> {
        self.read(name, "a time like 2026-01-31T12:00:00Z", |value| {
            Instant::parse(value.as_str()?)
        })
    }

    /// A list; empty if not given.
    pub fn list(&mut self, name: &str) -> Result<Vec<Value>, StateError> {
        let list = self.read(name, "a list", |value| value.as_array().cloned())?;
        Ok(list.unwrap_or_default())
    }

    /// Takes all that is left.
    pub fn rest(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.members)
    }

    /// Refuses what nobody took.
    pub fn finish(self) -> Result<(), StateError> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(name) => Err(self.error(name, "unknown member")),
        }
    }
}
