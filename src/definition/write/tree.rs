//! What is to be written, and its one canonical layout as YAML.
//!
//! Trees stand in blocks, one entry a line; a list or mapping of nothing but scalars stands on one line where it fits.
//! What the entries mean is not known here.

use serde_json::{Number, Value};

use super::scalar::{Context, inline, literal_header};

/// The longest line on which a list or mapping stands as a whole.
const WIDTH: usize = 100;
/// Readers of YAML look only so far for the `:` behind a key; a longer one is announced by `?`.
const LONGEST_KEY: usize = 500;

/// A value in the order in which it is to be written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Tree>),
    /// On one line where it fits.
    Map(Vec<(String, Tree)>),
    /// One entry a line, however short.
    Block(Vec<(String, Tree)>),
}

impl Tree {
    /// A JSON value as it is, with `text` applied to every string but keys.
    pub fn of(value: &Value, text: fn(&str) -> String) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(value) => Self::Text(text(value)),
            Value::Array(items) => {
                Self::List(items.iter().map(|item| Self::of(item, text)).collect())
            }
            Value::Object(map) => Self::Map(
                map.iter()
                    .map(|(key, value)| (key.clone(), Self::of(value, text)))
                    .collect(),
            ),
        }
    }

    /// The text of a document that holds this.
    pub fn document(&self) -> String {
        let mut writer = Writer::default();
        match self {
            Self::Map(entries) | Self::Block(entries) if !entries.is_empty() => {
                writer.entries(entries, 0);
            }
            Self::List(items) if !items.is_empty() => writer.items(items, 0),
            _ => {
                let text = self.one_line().unwrap_or_default();
                writer.out.push_str(&text);
                writer.out.push('\n');
            }
        }
        writer.out
    }

    /// How many lines it takes.
    pub fn lines(&self) -> usize {
        self.document().matches('\n').count()
    }

    /// On one line, if it may stand so: a scalar, or a list or mapping of nothing but scalars on one line.
    fn one_line(&self) -> Option<String> {
        Some(match self {
            Self::List(items) => {
                let items: Option<Vec<_>> = items.iter().map(Self::leaf).collect();
                format!("[{}]", items?.join(", "))
            }
            Self::Map(entries) => {
                let entries: Option<Vec<_>> = entries
                    .iter()
                    .map(|(key, value)| {
                        let key = inline(key, Context::Flow);
                        (key.len() <= LONGEST_KEY).then_some(())?;
                        Some(format!("{key}: {}", value.leaf()?))
                    })
                    .collect();
                format!("{{{}}}", entries?.join(", "))
            }
            Self::Block(entries) if entries.is_empty() => "{}".to_owned(),
            Self::Block(_) => return None,
            scalar => scalar.scalar(Context::Block),
        })
    }

    /// What may stand inside of a list or mapping on one line.
    fn leaf(&self) -> Option<String> {
        match self {
            Self::Text(text) if literal_header(text).is_some() => None,
            Self::List(items) => items.is_empty().then(|| "[]".to_owned()),
            Self::Map(entries) | Self::Block(entries) => {
                entries.is_empty().then(|| "{}".to_owned())
            }
            scalar => Some(scalar.scalar(Context::Flow)),
        }
    }

    fn scalar(&self, context: Context) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => inline(text, context),
            Self::Null | Self::List(_) | Self::Map(_) | Self::Block(_) => "null".to_owned(),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Map(entries) | Self::Block(entries) => entries.is_empty(),
            _ => false,
        }
    }
}

#[derive(Default)]
struct Writer {
    out: String,
}

impl Writer {
    /// The entries of a mapping; the first stands where the writer is, which is at `indent`.
    fn entries(&mut self, entries: &[(String, Tree)], indent: usize) {
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                self.indent(indent);
            }
            let key = inline(key, Context::Block);
            if key.len() > LONGEST_KEY {
                self.out.push_str("? ");
                self.out.push_str(&key);
                self.out.push('\n');
                self.indent(indent);
            } else {
                self.out.push_str(&key);
            }
            self.out.push(':');
            self.behind_key(value, indent);
        }
    }

    /// The items of a list; the first stands where the writer is, which is at `indent`.
    fn items(&mut self, items: &[Tree], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.indent(indent);
            }
            self.out.push_str("- ");
            if self.short(item, indent) {
                continue;
            }
            match item {
                Tree::List(items) => self.items(items, indent + 2),
                Tree::Map(entries) | Tree::Block(entries) => self.entries(entries, indent + 2),
                _ => {}
            }
        }
    }

    fn behind_key(&mut self, value: &Tree, indent: usize) {
        self.out.push(' ');
        if self.short(value, indent) {
            return;
        }
        self.out.pop();
        self.out.push('\n');
        self.indent(indent + 2);
        match value {
            Tree::List(items) => self.items(items, indent + 2),
            Tree::Map(entries) | Tree::Block(entries) => self.entries(entries, indent + 2),
            _ => {}
        }
    }

    /// Writes a scalar, or what fits on the line; tells whether it did.
    fn short(&mut self, value: &Tree, indent: usize) -> bool {
        if let Tree::Text(text) = value
            && let Some(header) = literal_header(text)
        {
            self.literal(header, text, indent + 2);
            return true;
        }
        let Some(text) = value.one_line() else {
            return false;
        };
        let is_collection = matches!(value, Tree::List(_) | Tree::Map(_)) && !value.is_empty();
        if is_collection && self.column() + text.chars().count() > WIDTH {
            return false;
        }
        self.out.push_str(&text);
        self.out.push('\n');
        true
    }

    fn literal(&mut self, header: &str, text: &str, indent: usize) {
        self.out.push_str(header);
        self.out.push('\n');
        let text = text.strip_suffix('\n').unwrap_or(text);
        for line in text.split('\n') {
            if !line.is_empty() {
                self.indent(indent);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    fn column(&self) -> usize {
        let line = self.out.rfind('\n').map_or(0, |at| at + 1);
        self.out[line..].chars().count()
    }
}
