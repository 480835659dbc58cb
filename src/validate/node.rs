//! A JSON value together with the place of everything in it.

use serde_json::Value;

use crate::model::{Located, Remark, Within};

/// A value, and where it and its parts stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    pub value: &'a Value,
    places: &'a Located,
}

impl<'a> Node<'a> {
    pub fn new(value: &'a Value, places: &'a Located) -> Self {
        Self { value, places }
    }

    /// The part at `index`, in the order of [`Located::items`]. Parts without a place of their own stand where the whole does.
    fn part(&self, index: usize, value: &'a Value) -> Self {
        let places = self.places.items.get(index).unwrap_or(self.places);
        Self { value, places }
    }

    /// The member `key`.
    pub fn get(&self, key: &str) -> Option<Self> {
        let map = self.value.as_object()?;
        let value = map.get(key)?;
        let index = map.keys().position(|other| other == key)?;
        Some(self.part(index, value))
    }

    /// The member at the end of a path.
    pub fn path(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(*self, |node, key| node.get(key))
    }

    /// The members of an object, by name; none for anything else.
    pub fn members(self) -> impl Iterator<Item = (&'a str, Self)> {
        let members = self.value.as_object().into_iter().flatten().enumerate();
        members.map(move |(index, (key, value))| (key.as_str(), self.part(index, value)))
    }

    /// The items of a list; none for anything else.
    pub fn items(self) -> impl Iterator<Item = Self> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(move |(index, value)| self.part(index, value))
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// The text of the member `key`.
    pub fn text_of(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.text()
    }

    /// Whether this is `true`, as a boolean, a text or a constant expression.
    pub fn is_true(&self) -> bool {
        match self.value {
            Value::Bool(value) => *value,
            Value::String(text) => matches!(text.as_str(), "true" | "${true}"),
            _ => false,
        }
    }

    /// A remark about the whole value.
    pub fn remark(&self, rule: &'static str, message: impl Into<String>) -> Remark {
        Remark {
            rule,
            at: self.places.at.clone(),
            within: None,
            message: message.into(),
            help: None,
        }
    }

    /// A remark about a byte of a text.
    pub fn remark_within(
        &self,
        rule: &'static str,
        offset: usize,
        message: impl Into<String>,
    ) -> Remark {
        let within = self.text().map(|text| Within {
            text: text.to_owned(),
            offset,
        });
        Remark {
            within,
            ..self.remark(rule, message)
        }
    }
}

/// What it is, in the words of a message.
pub(super) fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
