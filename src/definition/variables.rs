//! `@{name}` in string values, outside of `${…}` (`FORMAT.md` section 5).

use std::collections::BTreeMap;

use serde_json::Value;

use super::notes::listed;
use super::reading::Reading;
use super::source::{Kind, MAX_TEXT, Node, Position};
use crate::expression;

impl Reading<'_> {
    /// Replaces the variables in a value and everything in it; keys stay as they are.
    pub fn substitute(&mut self, node: &mut Node) {
        let at = node.at;
        match &mut node.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
            Kind::Text(text) => {
                if let Some(kind) = self.substituted(text, at) {
                    node.kind = kind;
                }
            }
            Kind::List(items) => items.iter_mut().for_each(|item| self.substitute(item)),
            Kind::Map(entries) => {
                for entry in entries {
                    self.substitute(&mut entry.value);
                }
            }
        }
    }

    /// The value of a text that holds variables; `None` if it stays as it is.
    fn substituted(&mut self, text: &str, at: Position) -> Option<Kind> {
        let variables = &self.target.environment.variables;
        match replace(text, variables) {
            Ok(replaced) => {
                let kind = match replaced? {
                    Replaced::Text(text) => Kind::Text(text),
                    Replaced::Whole(value) => Node::new(value, at).kind,
                };
                let node = Node { at, kind };
                let size = node.measure();
                self.may_add(size.nodes, size.text, at).then_some(node.kind)
            }
            Err(wrong) => {
                for wrong in wrong {
                    self.report(&wrong, at);
                }
                None
            }
        }
    }

    fn report(&mut self, wrong: &Wrong, at: Position) {
        let scope = match &self.target.owner.environment {
            Some(environment) => format!("in environment `{environment}`"),
            None => "in the settings".to_owned(),
        };
        match wrong {
            Wrong::Unset(name) => {
                let message = format!("variable `{name}` is not set {scope}");
                self.notes.error("unset-variable", at, message);
                let variables = &self.target.environment.variables;
                let known = variables.keys().map(String::as_str);
                match super::notes::nearest(name, known.clone()) {
                    Some(near) => self.notes.help(format!("did you mean `{near}`?")),
                    None => self.notes.help(format!(
                        "variables that are set: {}; a literal `@{{` is written `@@{{`",
                        listed(known)
                    )),
                }
            }
            Wrong::TooLong => {
                self.may_add(0, usize::MAX, at);
            }
            Wrong::NoText { name, what } => {
                let message = format!(
                    "variable `{name}` is {what} {scope}, which cannot stand inside other text"
                );
                self.notes.error("wrong-type", at, message);
            }
        }
    }
}

/// The text that means `text`: each `@{` outside of expressions is written `@@{`.
pub(super) fn escaped(text: &str) -> String {
    if !text.contains("@{") {
        return text.to_owned();
    }
    let mut result = String::with_capacity(text.len() + 8);
    let mut from = 0;
    for span in expression::spans(text) {
        result.push_str(&text[from..span.start].replace("@{", "@@{"));
        result.push_str(&text[span.clone()]);
        from = span.end;
    }
    result.push_str(&text[from..].replace("@{", "@@{"));
    result
}

/// What a text means where variables are replaced; `None` if one of them is not known, or cannot stand there.
pub(super) fn meant(text: &str, variables: &BTreeMap<String, Value>) -> Option<Value> {
    Some(match replace(text, variables).ok()? {
        None => text.into(),
        Some(Replaced::Text(text)) => text.into(),
        Some(Replaced::Whole(value)) => value.clone(),
    })
}

/// A stretch of a text in a file.
#[derive(Debug, PartialEq)]
pub(super) struct Stretch<'a> {
    /// As it is written.
    pub written: &'a str,
    /// What it means.
    pub means: String,
    /// The variable that it is.
    pub variable: Option<&'a str>,
}

/// A text in stretches: variables, escapes, and what stands between them.
pub(super) fn stretches<'a>(
    text: &'a str,
    variables: &BTreeMap<String, Value>,
) -> Vec<Stretch<'a>> {
    let mut stretches = Vec::new();
    let plain = |written: &'a str| Stretch {
        written,
        means: written.to_owned(),
        variable: None,
    };
    let mut from = 0;
    let spans = expression::spans(text).into_iter();
    for span in spans.chain(std::iter::once(text.len()..text.len())) {
        let mut rest = &text[from..span.start];
        while let Some(at) = rest.find("@{") {
            let length = rest[at + 2..].find('}');
            let (start, end) = match (rest[..at].ends_with('@'), length) {
                (true, _) => (at - 1, at + 2),
                (false, Some(length)) => (at, at + 3 + length),
                (false, None) => break,
            };
            let written = &rest[start..end];
            stretches.push(plain(&rest[..start]));
            let value = whole(written).and_then(|name| Some((name, variables.get(name)?)));
            stretches.push(Stretch {
                written,
                means: match value {
                    Some((_, Value::String(value))) => value.clone(),
                    Some((_, value)) => value.to_string(),
                    None => "@{".to_owned(),
                },
                variable: value.map(|(name, _)| name),
            });
            rest = &rest[end..];
        }
        stretches.push(plain(rest));
        stretches.push(plain(&text[span.clone()]));
        from = span.end;
    }
    stretches.retain(|stretch| !stretch.written.is_empty());
    stretches
}

enum Replaced<'a> {
    Text(String),
    /// The text was nothing but one variable, and takes its type.
    Whole(&'a Value),
}

#[derive(Debug, PartialEq)]
enum Wrong {
    Unset(String),
    /// The text would become larger than a file may be.
    TooLong,
    NoText {
        name: String,
        what: &'static str,
    },
}

/// Replaces what stands outside of `${…}`; `None` if nothing is to be replaced.
fn replace<'a>(
    text: &str,
    variables: &'a BTreeMap<String, Value>,
) -> Result<Option<Replaced<'a>>, Vec<Wrong>> {
    // Nearly no text has one, and one letter is found faster than two.
    if !text.contains('@') || !text.contains("@{") {
        return Ok(None);
    }
    let mut wrong = Vec::new();
    if let Some(name) = whole(text) {
        return match variables.get(name) {
            Some(value) => Ok(Some(Replaced::Whole(value))),
            None => Err(vec![Wrong::Unset(name.to_owned())]),
        };
    }
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for span in expression::spans(text) {
        replace_plain(&text[from..span.start], variables, &mut result, &mut wrong);
        result.push_str(&text[span.clone()]);
        from = span.end;
        if wrong.last() == Some(&Wrong::TooLong) {
            return Err(wrong);
        }
    }
    replace_plain(&text[from..], variables, &mut result, &mut wrong);
    if wrong.is_empty() {
        Ok((result != text).then_some(Replaced::Text(result)))
    } else {
        Err(wrong)
    }
}

/// The variable's name, if the text is nothing but `@{name}`.
pub(super) fn whole(text: &str) -> Option<&str> {
    let name = text.strip_prefix("@{")?.strip_suffix('}')?;
    // `@{a ${b}` is an opening that never closes before an expression, not a variable.
    (!name.contains(['{', '}'])).then_some(name)
}

/// Replaces in a text without expressions, from left to right. A `@{` that never closes is plain text.
fn replace_plain(
    text: &str,
    variables: &BTreeMap<String, Value>,
    result: &mut String,
    wrong: &mut Vec<Wrong>,
) {
    let mut rest = text;
    while let Some(at) = rest.find("@{") {
        // `@@{` starts one character earlier.
        if let Some(before) = rest[..at].strip_suffix('@') {
            result.push_str(before);
            result.push_str("@{");
            rest = &rest[at + 2..];
            continue;
        }
        let Some(length) = rest[at + 2..].find('}') else {
            break;
        };
        result.push_str(&rest[..at]);
        let name = &rest[at + 2..at + 2 + length];
        match variables.get(name) {
            Some(Value::String(value)) => result.push_str(value),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => {
                result.push_str(&value.to_string());
            }
            Some(value) => wrong.push(Wrong::NoText {
                name: name.to_owned(),
                what: Node::new(value, Position::START).describe(),
            }),
            None => wrong.push(Wrong::Unset(name.to_owned())),
        }
        rest = &rest[at + 3 + length..];
        if result.len() > MAX_TEXT {
            wrong.push(Wrong::TooLong);
            return;
        }
    }
    result.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn replaced(text: &str) -> Value {
        let Value::Object(variables) = json!({
            "region": "us-east-1", "count": 3, "on": true, "list": [1], "nothing": null, "odd name": "x",
            "inner": "@{region} ${count}"
        }) else {
            unreachable!("an object")
        };
        match replace(text, &variables.into_iter().collect()) {
            Ok(None) => json!(text),
            Ok(Some(Replaced::Text(text))) => json!(text),
            Ok(Some(Replaced::Whole(value))) => value.clone(),
            Err(wrong) => json!({ "wrong": format!("{wrong:?}") }),
        }
    }

    #[test]
    fn variables_are_replaced_outside_of_expressions() {
        for (text, expected) in [
            ("@{region}", json!("us-east-1")),
            (
                "in @{region}, @{count} of @{on}",
                json!("in us-east-1, 3 of true"),
            ),
            ("@{count}", json!(3)),
            ("@{list}", json!([1])),
            ("@{nothing}", json!(null)),
            ("@{odd name}", json!("x")),
            (
                "${'@{region}'} @{region}",
                json!("${'@{region}'} us-east-1"),
            ),
            ("${ @{region}", json!("${ us-east-1")),
            ("@@{region}", json!("@{region}")),
            ("@@@{region}", json!("@@{region}")),
            ("@@{@{count}}", json!("@{3}")),
            ("a@example.com @ {x}", json!("a@example.com @ {x}")),
            ("@{region", json!("@{region")),
            ("@{a ${b}", json!("@{a ${b}")),
            ("@{a ${b} }", json!("@{a ${b} }")),
            ("@{inner}!", json!("@{region} ${count}!")),
            ("$@{count}", json!("$3")),
            ("@{count}@{count}", json!("33")),
        ] {
            assert_eq!(replaced(text), expected, "{text}");
        }
    }

    #[test]
    fn an_escaped_text_means_itself() {
        for text in [
            "@{region}",
            "a @{x} ${'@{y}'} @{",
            "@@{x}@{",
            "${ @{x}",
            "@{${a}}",
            "@ {x}",
        ] {
            assert_eq!(replaced(&escaped(text)), json!(text), "{text}");
        }
        assert_eq!(escaped("${'@{y}'}"), "${'@{y}'}");
    }

    #[test]
    fn what_cannot_be_replaced_is_told() {
        for text in ["@{none}", "x @{none} y", "@{}", "x @{list}", "x @{nothing}"] {
            assert!(replaced(text).get("wrong").is_some(), "{text}");
        }
    }
}
