//! The answer about one app: the lists that are nearly all of it stay text.
//!
//! A plan on a thousand apps reads a thousand of these, and nearly all are what git says already: to see that, no value of
//! theirs is needed.

use std::fmt;

use serde::Deserialize;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// An answer about one app.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    /// All of it but the lists.
    pub(super) value: Value,
    /// The lists in `/data/attributes`.
    pub(super) lists: Lists<'a>,
}

/// The lists of an app, if they are there; anything may stand in the place of one.
#[derive(Debug, Default)]
pub(super) struct Lists<'a> {
    pub(super) components: Option<&'a RawValue>,
    pub(super) queries: Option<&'a RawValue>,
    pub(super) embedded_queries: Option<&'a RawValue>,
}

impl<'a> Lists<'a> {
    fn slot(&mut self, name: &str) -> Option<&mut Option<&'a RawValue>> {
        match name {
            "components" => Some(&mut self.components),
            "queries" => Some(&mut self.queries),
            "embeddedQueries" => Some(&mut self.embedded_queries),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Answer<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut lists = Lists::default();
        let top = Level {
            way: &["data", "attributes"],
            lists: &mut lists,
        };
        let value = top.deserialize(deserializer)?;
        Ok(Self { value, lists })
    }
}

/// An object on the way to the attributes, or the attributes themselves.
struct Level<'l, 'de> {
    way: &'static [&'static str],
    lists: &'l mut Lists<'de>,
}

impl<'de> DeserializeSeed<'de> for Level<'_, 'de> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Anything but an object is a value as always; it is for others to say what should stand there.
impl<'de> Visitor<'de> for Level<'_, 'de> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = match self.way {
                [next, rest @ ..] if name == *next => members.next_value_seed(Level {
                    way: rest,
                    lists: self.lists,
                })?,
                [] => match self.lists.slot(&name) {
                    Some(slot) => {
                        let list: &RawValue = members.next_value()?;
                        *slot = Some(list).filter(|list| list.get() != "null");
                        continue;
                    }
                    None => members.next_value()?,
                },
                _ => members.next_value()?,
            };
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Value, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(items))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_stay_text_and_all_else_is_a_value() {
        let text = r#"{"data": {"id": "1", "attributes": {"components": [ {} ], "queries": null,
            "embeddedQueries": 7, "n": 1.50, "data": {"components": []}}, "components": []}, "meta": {"attributes": 1}}"#;
        let Answer { value, lists } = serde_json::from_str(text).unwrap();
        let rest: Value =
            serde_json::from_str(r#"{"n": 1.50, "data": {"components": []}}"#).unwrap();
        let data = json!({"id": "1", "attributes": rest, "components": []});
        assert_eq!(value, json!({"data": data, "meta": {"attributes": 1}}));
        assert_eq!(lists.components.unwrap().get(), "[ {} ]");
        assert!(lists.queries.is_none());
        assert_eq!(lists.embedded_queries.unwrap().get(), "7");
    }

    #[test]
    fn what_is_no_app_is_a_value_too() {
        for text in [
            "null",
            "true",
            r#""text""#,
            "[1]",
            r#"{"data":[1,{"attributes":null}]}"#,
            r#"{"data":"x"}"#,
        ] {
            let Answer { value, .. } = serde_json::from_str(text).unwrap();
            assert_eq!(value.to_string(), text);
        }
    }
}
