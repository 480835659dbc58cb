//! What is to be written, and its one canonical layout as YAML.
//!
//! Trees stand in blocks, one entry a line; a list or mapping of nothing but scalars stands on one line where it fits.
//! What people put around values, comments above all, stands where [`Notes`] say. What the entries mean is not known here.

use serde_json::{Number, Value};

use super::layout::Writer;
use super::scalar::{Context, inline, literal_header};

/// Readers of YAML look only so far for the `:` behind a key; a longer one is announced by `?`.
pub(super) const LONGEST_KEY: usize = 500;

/// A value in the order in which it is to be written.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::definition) enum Tree {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    /// The lines of a block, behind its header (`|`, `>-` …).
    Lines(String, Vec<String>),
    /// The name of an anchor.
    Alias(String),
    List(Vec<Tree>),
    /// On one line where it fits.
    Map(Vec<(String, Tree)>),
    /// One entry a line, however short.
    Block(Vec<(String, Tree)>),
    /// A value that somebody put something around.
    Noted(Box<Notes>, Box<Tree>),
}

/// What people put around a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::definition) struct Notes {
    /// Comments on lines of their own above it.
    pub above: Vec<CommentLine>,
    /// Whether an empty line comes right before it.
    pub is_apart: bool,
    /// The name under which it is used again.
    pub anchor: Option<String>,
    /// The comment behind it, or behind its key where it takes several lines.
    pub behind: Option<String>,
    /// Comments on lines of their own below the last of its entries.
    pub below: Vec<CommentLine>,
    /// Whether it stands on one line even where it does not fit: a comment speaks about the line.
    pub is_one_line: bool,
}

/// A comment on a line of its own.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::definition) struct CommentLine {
    /// Whether an empty line comes before it.
    pub is_apart: bool,
    pub text: String,
}

impl Notes {
    /// Whether a comment is among them.
    pub fn has_comments(&self) -> bool {
        !self.above.is_empty() || self.behind.is_some() || !self.below.is_empty()
    }

    const NONE: &'static Self = &Self {
        above: Vec::new(),
        is_apart: false,
        anchor: None,
        behind: None,
        below: Vec::new(),
        is_one_line: false,
    };
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
        let (notes, value) = self.noted();
        writer.remarks(&notes.above, 0, true);
        if notes.is_apart {
            writer.out.push('\n');
        }
        match value {
            Self::Map(entries) | Self::Block(entries) if !entries.is_empty() => {
                writer.entries(entries, 0);
            }
            Self::List(items) if !items.is_empty() => writer.items(items, 0),
            _ => {
                writer.short(value, Notes::NONE, 0);
            }
        }
        writer.remarks(&notes.below, 0, false);
        writer.out
    }

    /// The lines of it as the value of `key` in a mapping at `indent`, the first without its indentation.
    pub(in crate::definition) fn entry_at(self, key: &str, indent: usize) -> String {
        let mut writer = Writer::at(indent);
        writer.entries(&[(key.to_owned(), self)], indent);
        writer.out.split_off(indent)
    }

    /// The lines of it as an item of a list at `indent`, the first without its indentation.
    pub(in crate::definition) fn item_at(self, indent: usize) -> String {
        let mut writer = Writer::at(indent);
        writer.items(&[self], indent);
        writer.out.split_off(indent)
    }

    /// What it says, as JSON has it.
    pub(in crate::definition) fn value(&self) -> Value {
        match self {
            Self::Null | Self::Lines(..) | Self::Alias(_) => Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => text.as_str().into(),
            Self::List(items) => items.iter().map(Self::value).collect(),
            Self::Map(entries) | Self::Block(entries) => {
                let entries = entries.iter();
                Value::Object(entries.map(|(key, it)| (key.clone(), it.value())).collect())
            }
            Self::Noted(_, value) => value.value(),
        }
    }

    /// How many lines it takes.
    pub fn lines(&self) -> usize {
        self.document().matches('\n').count()
    }

    /// Whether a comment stands anywhere in it or around it.
    pub fn has_comments(&self) -> bool {
        match self {
            Self::Noted(notes, value) => notes.has_comments() || value.has_comments(),
            Self::List(items) => items.iter().any(Self::has_comments),
            Self::Map(entries) | Self::Block(entries) => {
                entries.iter().any(|(_, value)| value.has_comments())
            }
            _ => false,
        }
    }

    /// What stands around the first thing in it, if something does.
    pub fn first_notes(&mut self) -> Option<&mut Notes> {
        let first = match self {
            Self::List(items) => items.first_mut(),
            Self::Map(entries) | Self::Block(entries) => {
                entries.first_mut().map(|(_, value)| value)
            }
            _ => None,
        };
        match first? {
            Self::Noted(notes, _) => Some(notes),
            _ => None,
        }
    }

    /// The value, and what stands around it.
    pub fn noted(&self) -> (&Notes, &Self) {
        match self {
            Self::Noted(notes, value) => (notes, value),
            value => (Notes::NONE, value),
        }
    }

    /// On one line, if it may stand so: a scalar, or a list or mapping of nothing but scalars on one line. `deep` are
    /// those that people want on one line, whatever is in them.
    pub(in crate::definition) fn one_line(&self, deep: bool) -> Option<String> {
        let inner = |value: &Self| match deep {
            true => value.flow(),
            false => value.leaf(),
        };
        Some(match self {
            Self::List(items) => {
                let items: Option<Vec<_>> = items.iter().map(inner).collect();
                format!("[{}]", items?.join(", "))
            }
            Self::Map(entries) => braces(entries, inner)?,
            Self::Block(entries) if entries.is_empty() => "{}".to_owned(),
            Self::Block(entries) if deep => braces(entries, inner)?,
            Self::Block(_) | Self::Lines(..) => return None,
            scalar => scalar.scalar(Context::Block),
        })
    }

    /// What may stand inside of a list or mapping on one line.
    fn leaf(&self) -> Option<String> {
        match self {
            Self::Text(text) if literal_header(text).is_some() => None,
            Self::Lines(..) => None,
            Self::List(items) => items.is_empty().then(|| "[]".to_owned()),
            Self::Map(entries) | Self::Block(entries) => {
                entries.is_empty().then(|| "{}".to_owned())
            }
            Self::Noted(notes, _) if notes.has_comments() => None,
            Self::Noted(notes, value) => {
                let anchor = notes.anchor.iter().map(|name| format!("&{name} "));
                Some(anchor.chain([value.leaf()?]).collect())
            }
            scalar => Some(scalar.scalar(Context::Flow)),
        }
    }

    /// The same, where lists and mappings may stand in each other.
    fn flow(&self) -> Option<String> {
        match self {
            Self::List(_) | Self::Map(_) | Self::Block(_) => self.one_line(true),
            Self::Text(text) => Some(inline(text, Context::Flow)),
            Self::Noted(notes, _) if notes.has_comments() => None,
            Self::Noted(notes, value) => {
                let anchor = notes.anchor.iter().map(|name| format!("&{name} "));
                Some(anchor.chain([value.flow()?]).collect())
            }
            value => value.leaf(),
        }
    }

    fn scalar(&self, context: Context) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => inline(text, context),
            Self::Alias(name) => format!("*{name}"),
            Self::Null
            | Self::Lines(..)
            | Self::List(_)
            | Self::Map(_)
            | Self::Block(_)
            | Self::Noted(..) => "null".to_owned(),
        }
    }

    pub(super) fn is_filled(&self) -> bool {
        match self {
            Self::List(items) => !items.is_empty(),
            Self::Map(entries) | Self::Block(entries) => !entries.is_empty(),
            _ => false,
        }
    }
}

/// The entries between braces, if each may stand so.
fn braces(entries: &[(String, Tree)], inner: impl Fn(&Tree) -> Option<String>) -> Option<String> {
    let entries: Option<Vec<_>> = entries
        .iter()
        .map(|(key, value)| {
            let key = inline(key, Context::Flow);
            (key.len() <= LONGEST_KEY).then_some(())?;
            Some(format!("{key}: {}", inner(value)?))
        })
        .collect();
    Some(format!("{{{}}}", entries?.join(", ")))
}
