//! A JSON value together with the place of everything in it.

use serde_json::Value;

use crate::model::{Located, Places, Remark};

/// A value, and where it and its parts stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    pub value: &'a Value,
    places: Located<'a>,
}

impl<'a> Node<'a> {
    /// Each value of a list with its place.
    pub fn all(values: &'a [Value], places: &'a Places) -> impl Iterator<Item = Self> {
        let nodes = values.iter().zip(places.items());
        nodes.map(|(value, places)| Self { value, places })
    }

    /// The places of the parts. Parts without a place of their own stand where the whole does.
    fn parts(self) -> impl Iterator<Item = Located<'a>> {
        (self.places.items()).chain(std::iter::repeat(self.places))
    }

    /// The member `key`.
    pub fn get(&self, key: &str) -> Option<Self> {
        let map = self.value.as_object()?;
        let mut members = map.iter().zip(self.parts());
        let ((_, value), places) = members.find(|((other, _), _)| *other == key)?;
        Some(Self { value, places })
    }

    /// The members of these keys, which are sorted, in one go.
    pub fn pick<const N: usize>(&self, keys: [&str; N]) -> [Option<Self>; N] {
        let mut picked = [None; N];
        let mut wanted = keys.iter().zip(&mut picked).peekable();
        for (key, member) in self.members() {
            while wanted.next_if(|(next, _)| **next < key).is_some() {}
            match wanted.peek_mut() {
                Some((next, place)) if **next == key => **place = Some(member),
                Some(_) => {}
                None => break,
            }
        }
        picked
    }

    /// The member at the end of a path.
    pub fn path(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(*self, |node, key| node.get(key))
    }

    /// The members of an object, by name; none for anything else.
    pub fn members(self) -> impl Iterator<Item = (&'a str, Self)> {
        let members = self.value.as_object().into_iter().flatten();
        (members.zip(self.parts()))
            .map(|((key, value), places)| (key.as_str(), Self { value, places }))
    }

    /// The items of a list; none for anything else.
    pub fn items(self) -> impl Iterator<Item = Self> {
        let items = self.value.as_array().into_iter().flatten();
        (items.zip(self.parts())).map(|(value, places)| Self { value, places })
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
            at: self.places.at(),
            within: None,
            message: message.into(),
            help: None,
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
