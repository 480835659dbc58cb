//! What a person declares about an app.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

/// What a person declares about one app, in the same form for both sides of a comparison.
///
/// On the desired side `None` means *the file does not say*: not managed, never changed. On the live side it means *the
/// server did not show it*: unknown, which is not the same as any value.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// The display name; not unique on the server (`API.md` section 3.3).
    pub name: String,
    /// What the app is for.
    pub description: Option<String>,
    /// The tags, without ownership marks.
    pub tags: Option<BTreeSet<String>>,
    /// Whether a publication goes out at once or needs an approval.
    pub protection_level: Option<ProtectionLevel>,
    /// Whether the app is offered for self-service.
    pub self_service: Option<bool>,
    /// Whether users run the app.
    pub publish: Option<bool>,
    /// Components, queries and whatever else makes a version of the app.
    pub definition: Definition,
}

/// How a publication goes out (`API.md` section 3.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProtectionLevel {
    /// `direct_publish`: publishing takes effect at once.
    DirectPublish,
    /// `approval_required`: publishing files a request that somebody approves.
    ApprovalRequired,
}

impl ProtectionLevel {
    /// The word that files and the API use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DirectPublish => "direct_publish",
            Self::ApprovalRequired => "approval_required",
        }
    }
}

impl fmt::Display for ProtectionLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ProtectionLevel {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "direct_publish" => Ok(Self::DirectPublish),
            "approval_required" => Ok(Self::ApprovalRequired),
            _ => Err(()),
        }
    }
}

/// The open part of an app: raw JSON in API form, so that unknown component types, attributes and fields survive.
///
/// It is kept as canonical JSON text (object keys sorted, no blanks), packed, and parsed when it is looked into: a thousand
/// parsed apps take about five times the memory of their text, and that three times of what it takes packed, and most are
/// only compared once. The components, which are most of it, can be [shared](Self::share) by both sides of a comparison.
#[derive(Clone)]
pub struct Definition {
    components: Packed,
    /// The other parts, as a list: the name of the root, the queries, the unknown attributes.
    rest: Packed,
    /// The same parts of another definition, where the two were found to be [plainly](Self::is_plainly) the same.
    alike: Option<Packed>,
}

/// What is known beside what it says is no part of it.
impl PartialEq for Definition {
    fn eq(&self, other: &Self) -> bool {
        self.components == other.components && self.rest == other.rest
    }
}

impl Eq for Definition {}

/// A text in the form of LZ4, behind its length. The same text is always packed the same way.
#[derive(Clone, PartialEq, Eq)]
struct Packed(Arc<[u8]>);

/// The canonical texts of the parts of a [`Definition`] but the components.
pub(super) struct Rest<'a> {
    pub(super) root_instance_name: &'a str,
    pub(super) queries: &'a str,
    pub(super) extra: &'a str,
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
        let text = "JSON values have a JSON form";
        Self {
            components: Packed::of(&serde_json::to_string(components).expect(text)),
            rest: Packed::of(&serde_json::to_string(&rest).expect(text)),
            alike: None,
        }
    }

    /// Keeps the components in common with another definition, where they are the same, and remembers whether the whole is:
    /// who compares the two again and again does not look into them again.
    pub fn share(&mut self, other: &Self) {
        if self.components == other.components {
            self.components = other.components.clone();
            self.alike = self.is_plainly(other).then(|| other.rest.clone());
        }
    }

    /// Whether the two were found to be plainly the same.
    pub(super) fn is_known_as(&self, other: &Self) -> bool {
        let knows = |one: &Self, other: &Self| {
            let known = one.alike.as_ref();
            known.is_some_and(|rest| Arc::ptr_eq(&rest.0, &other.rest.0))
        };
        self.has_components_of(other) && (knows(self, other) || knows(other, self))
    }

    /// Whether the components are written alike.
    pub(super) fn has_components_of(&self, other: &Self) -> bool {
        self.components == other.components
    }

    /// The parsed form.
    pub fn body(&self) -> Body {
        let text = self.text();
        let mut reader = serde_json::Deserializer::from_str(&text);
        // The depth was bounded where the body came from, by another limit than serde_json's own.
        reader.disable_recursion_limit();
        let whole = Value::deserialize(&mut reader).expect("a definition is made from a body only");
        let Ok::<[Value; 4], _>([root, components, queries, extra]) = array(whole).try_into()
        else {
            unreachable!("a definition has four parts")
        };
        Body {
            root_instance_name: match root {
                Value::String(text) => text,
                _ => unreachable!("the first part is the root's name"),
            },
            components: array(components),
            queries: array(queries),
            extra: match extra {
                Value::Object(map) => map,
                _ => unreachable!("the last part is the map of other attributes"),
            },
        }
    }

    /// Takes back what [`text`](Self::text) gave; `None` if that cannot be where it comes from.
    pub fn from_text(text: &str) -> Option<Self> {
        let parts: [&RawValue; 4] = serde_json::from_str(text).ok()?;
        let [root, components, queries, extra] = parts.map(RawValue::get);
        let is_one = root.starts_with('"')
            && components.starts_with('[')
            && queries.starts_with('[')
            && extra.starts_with('{');
        is_one.then(|| Self {
            components: Packed::of(components),
            rest: Packed::of(&format!("[{root},{queries},{extra}]")),
            alike: None,
        })
    }

    /// The canonical text: equal text means an equal definition (not the other way round: see `diff::normalize`).
    pub fn text(&self) -> String {
        let (components, rest) = (self.components.text(), self.rest());
        let Rest {
            root_instance_name,
            queries,
            extra,
        } = Self::parts(&rest);
        format!("[{root_instance_name},{components},{queries},{extra}]")
    }

    /// The text of everything but the components.
    pub(super) fn rest(&self) -> String {
        self.rest.text()
    }

    /// The parts of such a text.
    pub(super) fn parts(rest: &str) -> Rest<'_> {
        let parts: [&RawValue; 3] =
            serde_json::from_str(rest).expect("three parts were put together");
        let [root_instance_name, queries, extra] = parts.map(RawValue::get);
        Rest {
            root_instance_name,
            queries,
            extra,
        }
    }
}

impl Packed {
    fn of(text: &str) -> Self {
        Self(lz4_flex::compress_prepend_size(text.as_bytes()).into())
    }

    fn text(&self) -> String {
        let text = lz4_flex::decompress_size_prepended(&self.0);
        let text = text.ok().and_then(|text| String::from_utf8(text).ok());
        text.expect("only a text is ever packed")
    }
}

fn array(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        _ => unreachable!("components and queries are lists"),
    }
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Whether two JSON numbers are the same number, however they are written: `1`, `1.0` and `10e-1` are. Exact for any
/// size, since numbers are kept as text.
pub fn number_eq(a: &Number, b: &Number) -> bool {
    a == b || decimal(&a.to_string()) == decimal(&b.to_string())
}

/// A number as (negative, digits without outer zeros, exponent of the last digit).
fn decimal(text: &str) -> (bool, String, i64) {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().unwrap_or(i64::MAX / 4)),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let trimmed = digits.trim_end_matches('0');
    let dropped = (digits.len() - trimmed.len()) as i64;
    let significant = trimmed.trim_start_matches('0');
    if significant.is_empty() {
        return (false, String::new(), 0);
    }
    let exponent = exponent
        .saturating_sub(fraction.len() as i64)
        .saturating_add(dropped);
    (negative, significant.to_owned(), exponent)
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
    fn only_the_text_of_a_definition_becomes_one() {
        let text = r#"["grid0",[{"a":1}],[],{"x":null}]"#;
        let definition = Definition::from_text(text).unwrap();
        assert_eq!(definition.text(), text);
        assert_eq!(Definition::new(definition.body()), definition);
        for other in [
            "",
            "[]",
            r#"["grid0",[],[]]"#,
            r#"["grid0",[],[],[]]"#,
            r#"[1,[],[],{}]"#,
        ] {
            assert_eq!(Definition::from_text(other), None, "{other}");
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

    #[test]
    fn numbers_are_equal_by_value() {
        let number = |text: &str| serde_json::from_str::<Number>(text).unwrap();
        for (a, b) in [
            ("1", "1.0"),
            ("10", "1e1"),
            ("0.10", "1E-1"),
            ("-0", "0"),
            ("100", "1.00e2"),
        ] {
            assert!(number_eq(&number(a), &number(b)), "{a} {b}");
        }
        for (a, b) in [
            ("1", "-1"),
            ("9007199254740993", "9007199254740992"),
            ("1e400", "1e401"),
            ("10", "1"),
        ] {
            assert!(!number_eq(&number(a), &number(b)), "{a} {b}");
        }
    }
}
