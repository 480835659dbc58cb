//! What makes a version of an app: components, queries and whatever else there is.

use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::canonical::{self, NotCanonical};
use super::packed::Packed;

/// The open part of an app: raw JSON in API form, so that unknown component types, attributes and fields survive.
///
/// It is kept as canonical JSON text (object keys sorted, no blanks), packed, and parsed when it is looked into: a thousand
/// parsed apps take about five times the memory of their text, and that three times of what it takes packed, and most are
/// only compared once. The components, which are most of it, can be [shared](Self::share) by both sides of a comparison.
#[derive(Clone, PartialEq, Eq)]
pub struct Definition {
    components: Packed,
    /// The other parts, as a list: the name of the root, the queries, the unknown attributes.
    rest: Packed,
}

/// A [`Definition`], parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The name of the root component.
    pub root_instance_name: String,
    /// The component tree, each item `{type, name, properties, events}`.
    pub components: Vec<Value>,
    /// The queries, each item `{id?, type, name, properties, events?}`.
    pub queries: Vec<Value>,
    /// Attributes that we do not know, by name; sent as they are.
    pub extra: Map<String, Value>,
}

/// A definition as the server sends it: what is long stays text. No list is an empty one.
#[derive(Clone, Debug)]
pub struct Answered<'a> {
    /// The name of the root component.
    pub root_instance_name: String,
    /// The list of components.
    pub components: Option<&'a RawValue>,
    /// The list of queries.
    pub queries: Option<&'a RawValue>,
    /// Attributes that we do not know, by name.
    pub extra: Map<String, Value>,
}

impl Definition {
    /// The canonical text of `body`.
    pub fn new(body: Body) -> Self {
        Self::of(&body)
    }

    /// The same of a body that is still needed.
    pub fn of(body: &Body) -> Self {
        let Body {
            root_instance_name,
            components,
            queries,
            extra,
        } = body;
        let rest = (root_instance_name, queries, extra);
        Self {
            components: Packed::of(components),
            rest: Packed::of(&rest),
        }
    }

    /// The same of the texts of an answer.
    pub fn read(answer: &Answered<'_>) -> Result<Self, NotCanonical> {
        let Answered {
            root_instance_name,
            components,
            queries,
            extra,
        } = answer;
        let list = |list: &Option<&RawValue>, text: &mut Vec<u8>| match list {
            Some(list) => canonical::write(list, text),
            None => {
                text.extend_from_slice(b"[]");
                Ok(())
            }
        };
        let plain = "texts and JSON values have a JSON form";
        Ok(Self {
            components: Packed::written(|text| list(components, text))?,
            rest: Packed::written(|text| {
                text.push(b'[');
                serde_json::to_writer(&mut *text, root_instance_name).expect(plain);
                text.push(b',');
                list(queries, text)?;
                text.push(b',');
                serde_json::to_writer(&mut *text, extra).expect(plain);
                text.push(b']');
                Ok(())
            })?,
        })
    }

    /// Keeps the components in common with another definition, where they are the same, and where the whole is, of the rest
    /// what it has more: who compares the two again and again does not look into them again.
    pub fn share(&mut self, other: &Self) {
        if self.components != other.components {
            return;
        }
        self.components = other.components.clone();
        if !self.is_known_as(other) && self.is_plainly(other) {
            self.rest = self.rest.upon(&other.rest);
        }
    }

    /// Whether the two were found to be [plainly](Self::is_plainly) the same.
    pub fn is_known_as(&self, other: &Self) -> bool {
        self.has_components_of(other) && Packed::are_bound(&self.rest, &other.rest)
    }

    /// Whether the components are written alike.
    pub(super) fn has_components_of(&self, other: &Self) -> bool {
        self.components == other.components
    }

    /// The parsed form.
    pub fn body(&self) -> Body {
        let components = list(&self.components.text());
        let Ok::<[Value; 3], _>([root, queries, extra]) = list(&self.rest()).try_into() else {
            unreachable!("a definition has three parts beside its components")
        };
        Body {
            root_instance_name: match root {
                Value::String(text) => text,
                _ => unreachable!("the first part is the root's name"),
            },
            components,
            queries: match queries {
                Value::Array(queries) => queries,
                _ => unreachable!("the second part is the list of queries"),
            },
            extra: match extra {
                Value::Object(map) => map,
                _ => unreachable!("the last part is the map of other attributes"),
            },
        }
    }

    /// The bytes to keep it in where nothing else is at hand; the same definition always gives the same.
    pub fn packed(&self) -> Vec<u8> {
        let (components, rest) = (self.components.alone(), self.rest.alone());
        let length = u64::try_from(components.len()).expect("no memory is larger");
        [&length.to_le_bytes(), &components[..], &rest[..]].concat()
    }

    /// Takes back what [`packed`](Self::packed) gave, whose bytes are to be trusted: `None` for what is not even packed.
    pub fn from_packed(bytes: &[u8]) -> Option<Self> {
        let (length, parts) = bytes.split_first_chunk()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (components, rest) = parts.split_at_checked(length)?;
        Some(Self {
            components: Packed::from_alone(components)?,
            rest: Packed::from_alone(rest)?,
        })
    }

    /// The canonical text: equal text means an equal definition (not the other way round: see `diff::normalize`).
    pub fn text(&self) -> String {
        let (components, rest) = (self.components.text(), self.rest());
        let parts: [&RawValue; 3] =
            serde_json::from_str(&rest).expect("three parts were put together");
        let [root_instance_name, queries, extra] = parts;
        format!("[{root_instance_name},{components},{queries},{extra}]")
    }

    /// The text of everything but the components: a list of the name of the root, the queries, and the unknown attributes.
    pub(super) fn rest(&self) -> String {
        self.rest.text()
    }
}

/// A canonical text that is a list, parsed.
fn list(text: &str) -> Vec<Value> {
    let mut reader = serde_json::Deserializer::from_str(text);
    // The depth was bounded where the body came from, by another limit than serde_json's own.
    reader.disable_recursion_limit();
    Vec::deserialize(&mut reader).expect("a definition is made from a body only")
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_definition_keeps_every_value() {
        let text =
            r#"{"big":123456789012345678901234567890,"f":0.1,"e":1e400,"n":null,"s":"a\u2028b"}"#;
        let body = Body {
            root_instance_name: "grid0".into(),
            components: vec![serde_json::from_str(text).unwrap()],
            queries: vec![json!({"name": "q"})],
            extra: Map::from_iter([("inputSchema".to_owned(), json!([]))]),
        };
        assert_eq!(Definition::new(body.clone()).body(), body);
        assert!(
            Definition::new(body)
                .text()
                .contains("123456789012345678901234567890")
        );
    }

    #[test]
    fn a_definition_comes_back_from_its_bytes_also_where_it_keeps_parts_in_common() {
        let of = |queries| {
            Definition::new(Body {
                root_instance_name: "grid0".into(),
                components: vec![json!({"a": 1})],
                queries,
                extra: Map::from_iter([("x".to_owned(), json!(null))]),
            })
        };
        let alone = of(vec![json!({"name": "q", "id": "1"})]);
        let mut shared = alone.clone();
        shared.share(&of(vec![json!({"name": "q"})]));
        let bytes = alone.packed();
        assert_eq!(shared.packed(), bytes);
        let back = Definition::from_packed(&bytes).unwrap();
        assert_eq!(back.text(), alone.text());
        for cut in 0..bytes.len() {
            assert_eq!(Definition::from_packed(&bytes[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn a_deep_definition_reads_back() {
        let deep = (0..250).fold(json!("leaf"), |inner, _| json!([inner]));
        let body = Body {
            root_instance_name: "grid0".into(),
            components: vec![deep],
            queries: Vec::new(),
            extra: Map::new(),
        };
        assert_eq!(Definition::new(body.clone()).body(), body);
    }
}
