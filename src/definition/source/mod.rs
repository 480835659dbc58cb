//! A file's text as a tree of values that know where they stand.
//!
//! [`yaml`] and [`json`] both build [`Node`]s; [`tree`] puts YAML's events together, [`scalar`] says which scalar is which value,
//! [`sketch`] keeps what values do not say, [`sources`] what was parsed. Limits hold here, before
//! memory is spent: nesting, and how much aliases may expand to. What the values mean is decided elsewhere; nothing here
//! opens a file.

mod json;
mod scalar;
pub(super) mod sketch;
mod sources;
mod tree;
mod yaml;

use std::collections::{HashMap, HashSet};

use serde_json::{Number, Value};

pub(super) use sources::Sources;

/// The deepest nesting of lists and mappings in a file.
pub(super) const MAX_DEPTH: usize = 256;
/// The greatest number of values in one file, aliases expanded.
pub(super) const MAX_NODES: usize = 2_000_000;
/// The greatest number of bytes in the strings of one file, aliases expanded.
pub(super) const MAX_TEXT: usize = 64 << 20;

/// A place in a file, counted from 1; columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub line: u32,
    pub column: u32,
}

impl Position {
    /// The start of a file.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// A value and where it starts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub at: Position,
    pub kind: Kind,
}

/// What a value is: JSON's kinds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    /// In the file's order; no key stands twice.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    pub at: Position,
    pub value: Node,
}

impl Node {
    /// A JSON value all of whose parts stand at one place.
    pub fn new(value: &Value, at: Position) -> Self {
        let kind = match value {
            Value::Null => Kind::Null,
            Value::Bool(value) => Kind::Bool(*value),
            Value::Number(number) => Kind::Number(number.clone()),
            Value::String(text) => Kind::Text(text.clone()),
            Value::Array(items) => {
                Kind::List(items.iter().map(|item| Self::new(item, at)).collect())
            }
            Value::Object(map) => Kind::Map(
                map.iter()
                    .map(|(key, value)| Entry {
                        key: key.clone(),
                        at,
                        value: Self::new(value, at),
                    })
                    .collect(),
            ),
        };
        Self { at, kind }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value under `key`, if this is a mapping that has it.
    pub fn value(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Map(entries) => entries
                .iter()
                .find(|entry| entry.key == key)
                .map(|entry| &entry.value),
            _ => None,
        }
    }

    /// What it is, in the words of a message.
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "a string",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }

    /// The size of the value with everything in it.
    pub fn measure(&self) -> Measure {
        let mut whole = Measure {
            depth: 0,
            nodes: 1,
            text: 0,
        };
        let mut inner = |node: &Node, key: usize| {
            let part = node.measure();
            whole.depth = whole.depth.max(part.depth);
            whole.nodes += part.nodes;
            whole.text += part.text + key;
        };
        match &self.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => return whole,
            Kind::Text(text) => {
                whole.text = text.len();
                return whole;
            }
            Kind::List(items) => items.iter().for_each(|item| inner(item, 0)),
            Kind::Map(entries) => entries
                .iter()
                .for_each(|entry| inner(&entry.value, entry.key.len())),
        }
        whole.depth += 1;
        whole
    }
}

/// The size of a value.
#[derive(Clone, Copy, Default)]
pub(super) struct Measure {
    /// How many lists and mappings stand in each other at most.
    pub depth: usize,
    /// How many values it is made of.
    pub nodes: usize,
    /// The bytes of its keys and strings.
    pub text: usize,
}

impl Measure {
    /// Adds what stands beside it; tells whether both together are still within the limits of a file.
    pub fn add(&mut self, nodes: usize, text: usize) -> bool {
        self.nodes = self.nodes.saturating_add(nodes);
        self.text = self.text.saturating_add(text);
        self.nodes <= MAX_NODES && self.text <= MAX_TEXT
    }
}

/// Something that is wrong with a file's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub rule: &'static str,
    pub at: Position,
    pub message: String,
    pub help: Option<&'static str>,
}

impl Problem {
    fn new(rule: &'static str, at: Position, message: impl Into<String>) -> Self {
        Self {
            rule,
            at,
            message: message.into(),
            help: None,
        }
    }

    /// More than a file may hold.
    fn too_large(at: Position) -> Self {
        Self::new("too-many-values", at, too_large())
    }

    fn too_deep(at: Position) -> Self {
        Self::new(
            "nesting-too-deep",
            at,
            format!("nested deeper than {MAX_DEPTH} levels"),
        )
    }
}

/// What is wrong with a file that holds too much.
pub(super) fn too_large() -> String {
    let text = MAX_TEXT >> 20;
    format!("the file expands to more than {MAX_NODES} values or {text} MiB of text")
}

/// What a file's text says.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    /// The documents that could be read, without empty ones.
    pub documents: Vec<Node>,
    /// Whether the file has more than one document, readable or not.
    pub several: bool,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Reads a file's text: as JSON where the name ends so, else as YAML.
pub(super) fn parse(path: &str, text: &str) -> Source {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if path.ends_with(".json") {
        json::parse(text)
    } else {
        yaml::parse(text)
    }
}

/// Up to so many keys are compared with each other faster than they are hashed.
const FEW: usize = 12;

/// Whether no two entries have one key, as in nearly every mapping.
fn are_distinct(entries: &[Entry]) -> bool {
    if entries.len() > FEW {
        let mut seen = HashSet::with_capacity(entries.len());
        return entries.iter().all(|entry| seen.insert(entry.key.as_str()));
    }
    let mut rest = entries;
    while let [first, others @ ..] = rest {
        if others.iter().any(|other| other.key == first.key) {
            return false;
        }
        rest = others;
    }
    true
}

/// Keeps the first of several entries with one key, and reports the others with both places.
fn without_duplicates(entries: Vec<Entry>, problems: &mut Vec<Problem>) -> Vec<Entry> {
    if are_distinct(&entries) {
        return entries;
    }
    let mut seen: HashMap<String, Position> = HashMap::with_capacity(entries.len());
    let mut kept = Vec::with_capacity(entries.len());
    for entry in entries {
        match seen.get(&entry.key) {
            Some(first) => problems.push(Problem::new(
                "duplicate-key",
                entry.at,
                format!(
                    "key `{}` stands twice in one mapping; first at line {}, column {}",
                    entry.key, first.line, first.column
                ),
            )),
            None => {
                seen.insert(entry.key.clone(), entry.at);
                kept.push(entry);
            }
        }
    }
    kept
}
