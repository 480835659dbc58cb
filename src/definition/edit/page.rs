//! A file as it stands: which bytes say which value, and which lines go with it.
//!
//! A [`Passage`] is a value with its place in the text. In blocks, an entry or item reaches from the comments and empty
//! lines above it to the end of its last line, deeper comments below included, so that entries lie side by side without
//! a gap: what is moved or taken out goes with what was written about it. What the values mean is not known here.

use std::ops::Range;

use crate::definition::files::{Inside, ReadError, Repository};
use crate::definition::source::sketch::{self, Sketch, read};
use crate::definition::source::{Kind, Source};

use super::aliases::{Aliases, written_out};
use super::{json, scan::Scan};

/// A file whose text is known.
pub(super) struct Page {
    pub file: Inside,
    /// What the file says.
    pub whole: String,
    /// The text that is changed: without a byte order mark, and perhaps with aliases written out.
    pub text: String,
    pub has_mark: bool,
    pub is_json: bool,
    /// How its lines end.
    pub line_end: &'static str,
    /// Where each comment starts, and what it says.
    pub comments: Vec<(usize, String)>,
    pub documents: Vec<Passage>,
}

/// A value and where it stands.
pub(super) struct Passage {
    /// Its number among all passages, and that of its page.
    pub id: usize,
    pub page: usize,
    pub stands: Stands,
    /// The key before it; none of an item, or a document.
    pub name: Option<Name>,
    /// In blocks: the column of its key or dash.
    pub column: usize,
    /// Where the lines begin that go with it.
    pub lead: usize,
    /// Where its key or dash is, or in braces the value itself.
    pub start: usize,
    /// The value, its anchor and tag included.
    pub value: Range<usize>,
    /// Where the value starts behind its anchor and tag.
    pub body: usize,
    /// Where the lines end that go with it; in braces, where the comment behind it does.
    pub end: usize,
    /// In braces: where its comma is.
    pub comma: Option<usize>,
    pub anchor: Option<String>,
    pub form: Form,
}

/// What a passage is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// Of nothing: it is a document.
    Alone,
    /// A list or mapping in blocks.
    Block,
    /// A list or mapping between braces or brackets.
    Flow,
}

/// How a value is written.
pub(super) enum Form {
    Scalar(Kind),
    /// Behind `|`: the text, and the column of its lines.
    Literal(String, usize),
    /// The same behind `>`.
    Folded(String, usize),
    /// The name of an anchor.
    Alias(String),
    List(Vec<Passage>, Layout),
    Map(Vec<Passage>, Layout),
}

/// How a list or mapping is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Block,
    Flow,
    /// The one entry of a mapping without braces in a list between brackets.
    Bare,
}

/// A key as it is written.
pub(super) struct Name {
    pub text: String,
    pub range: Range<usize>,
    /// Where its `:` is; between braces it may be missing.
    pub colon: Option<usize>,
    pub anchor: Option<String>,
}

/// Why a file is no page.
pub(super) enum Unread {
    Read(ReadError),
    /// It is not YAML, or YAML of a kind that is not changed in place.
    Layout,
}

impl Page {
    /// Reads the page with the given `number`; passages are numbered from `first` on. With it come what it says, parsed, and
    /// the next number.
    pub fn read(
        repository: &Repository,
        file: Inside,
        limit: u64,
        aliases: Aliases,
        (number, first): (usize, usize),
    ) -> Result<(Self, Source, usize), Unread> {
        let whole = repository.read(&file, limit).map_err(Unread::Read)?;
        let has_mark = whole.starts_with('\u{feff}');
        let mut text = whole.trim_start_matches('\u{feff}').to_owned();
        if whole.len() - text.len() > '\u{feff}'.len_utf8() {
            return Err(Unread::Layout);
        }
        let is_json = file.shown.ends_with(".json");
        let read = match is_json {
            true => json::read(&file.shown, &text),
            false => read(&text),
        };
        let (mut sketch, source) = read.ok_or(Unread::Layout)?;
        if aliases != Aliases::Kept
            && let Some(plain) = written_out(&text, &sketch, aliases)
        {
            sketch = sketch::sketch(&plain).ok_or(Unread::Layout)?;
            text = plain;
        }
        let mut scan = Scan::new(&text, number, first);
        let documents = scan.documents(&sketch).ok_or(Unread::Layout)?;
        let next = scan.next;
        let page = Self {
            file,
            whole,
            has_mark,
            is_json,
            line_end: match text.split_once('\n') {
                Some((line, _)) if line.ends_with('\r') => "\r\n",
                _ => "\n",
            },
            comments: comments(&sketch),
            documents,
            text,
        };
        Ok((page, source, next))
    }

    /// What stands somewhere.
    pub fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// The blanks at the start of the line that holds a byte.
    pub fn indent_at(&self, byte: usize) -> &str {
        let before = self.slice(0..byte);
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = &self.text[line..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        &rest[..blanks]
    }

    /// The line and column of a byte, both from 1.
    pub fn place(&self, byte: usize) -> (u32, u32) {
        let before = self.slice(0..byte);
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let count = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
        let lines = before.matches('\n').count();
        (count(lines), count(before[line..].chars().count()))
    }

    /// The comments that start in a range.
    pub fn comments_in(&self, range: Range<usize>) -> &[(usize, String)] {
        let from = self.comments.partition_point(|(at, _)| *at < range.start);
        let to = self.comments.partition_point(|(at, _)| *at < range.end);
        self.comments.get(from..to).unwrap_or_default()
    }
}

impl Passage {
    /// The items of a list or the values of a mapping.
    pub fn kids(&self) -> &[Passage] {
        match &self.form {
            Form::List(kids, _) | Form::Map(kids, _) => kids,
            _ => &[],
        }
    }

    /// The entries of a mapping; none of anything else.
    pub fn entries(&self) -> &[Passage] {
        match &self.form {
            Form::Map(entries, _) => entries,
            _ => &[],
        }
    }

    /// The items of a list, if it is one.
    pub fn items(&self) -> Option<&[Passage]> {
        match &self.form {
            Form::List(items, _) => Some(items),
            _ => None,
        }
    }

    /// The text of its key; empty if it has none.
    pub fn key(&self) -> &str {
        self.name.as_ref().map_or("", |name| &name.text)
    }

    /// The value under a key.
    pub fn under(&self, key: &str) -> Option<&Passage> {
        self.entries().iter().find(|entry| entry.key() == key)
    }

    /// How it is laid out, if it is a list or mapping.
    pub fn layout(&self) -> Option<Layout> {
        match &self.form {
            Form::List(_, layout) | Form::Map(_, layout) => Some(*layout),
            _ => None,
        }
    }

    /// What it says where it stands, if it is a scalar.
    pub fn scalar(&self) -> Option<Kind> {
        match &self.form {
            Form::Scalar(kind) => Some(kind.clone()),
            Form::Literal(text, _) | Form::Folded(text, _) => Some(Kind::Text(text.clone())),
            _ => None,
        }
    }
}

pub(super) fn comments(sketch: &Sketch) -> Vec<(usize, String)> {
    let comments = sketch.comments.iter();
    comments
        .map(|comment| (comment.at.byte, comment.text.clone()))
        .collect()
}
