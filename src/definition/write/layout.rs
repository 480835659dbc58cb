//! Laying a tree out: which lines it takes, and what stands before, behind and between them.

use super::scalar::{Context, inline, literal_header};
use super::tree::{CommentLine, LONGEST_KEY, Notes, Tree};

/// The longest line on which a list or mapping stands as a whole.
const WIDTH: usize = 100;

/// The text so far.
#[derive(Default)]
pub(super) struct Writer {
    pub out: String,
    /// Whether the last line belongs to a block that keeps the empty lines below it, so that none may be added.
    keeps: bool,
}

impl Writer {
    /// A writer that stands at a column.
    pub fn at(column: usize) -> Self {
        Self {
            out: " ".repeat(column),
            keeps: false,
        }
    }

    /// The entries of a mapping; the first stands where the writer is, which is at `indent`.
    pub fn entries(&mut self, entries: &[(String, Tree)], indent: usize) {
        for (index, (key, value)) in entries.iter().enumerate() {
            let (notes, value) = value.noted();
            self.lead(notes, indent, index == 0);
            let key = inline(key, Context::Block);
            if key.len() > LONGEST_KEY {
                self.out.push_str("? ");
                self.out.push_str(&key);
                self.out.push('\n');
                self.indent(indent);
            } else {
                self.out.push_str(&key);
            }
            self.out.push_str(": ");
            if self.short(value, notes, indent) {
                continue;
            }
            self.anchor(notes);
            self.out.pop();
            self.behind(notes);
            self.indent(indent + 2);
            self.inside(value, indent + 2);
            self.remarks(&notes.below, indent + 2, false);
        }
    }

    /// The items of a list; the first stands where the writer is, which is at `indent`.
    pub fn items(&mut self, items: &[Tree], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            let (notes, item) = item.noted();
            self.lead(notes, indent, index == 0);
            let start = self.out.len();
            self.out.push_str("- ");
            if self.short(item, notes, indent) {
                continue;
            }
            if let Some(comment) = &notes.behind {
                // There is no room behind the dash: what stands there would be taken for a comment above.
                self.out.truncate(start);
                self.out.push_str(comment);
                self.line_break();
                self.indent(indent);
                self.out.push_str("- ");
            }
            if notes.anchor.is_some() {
                self.anchor(notes);
                self.out.pop();
                self.line_break();
                self.indent(indent + 2);
            }
            self.inside(item, indent + 2);
            self.remarks(&notes.below, indent + 2, false);
        }
    }

    /// What comes before a value: an empty line, the comments above. The `first` one stands where the writer is.
    fn lead(&mut self, notes: &Notes, indent: usize, first: bool) {
        self.remarks(&notes.above, indent, first);
        if !first || !notes.above.is_empty() {
            self.start(indent, notes.is_apart);
        }
    }

    /// Comments on lines of their own; the `first` one stands where the writer is.
    pub fn remarks(&mut self, remarks: &[CommentLine], indent: usize, first: bool) {
        for (index, remark) in remarks.iter().enumerate() {
            if index > 0 || !first {
                self.start(indent, remark.is_apart);
            }
            self.out.push_str(&remark.text);
            self.line_break();
        }
    }

    /// Begins a line, after an empty one where it stands apart.
    fn start(&mut self, indent: usize, is_apart: bool) {
        if is_apart && !self.keeps {
            self.out.push('\n');
        }
        self.keeps = false;
        self.indent(indent);
    }

    fn inside(&mut self, value: &Tree, indent: usize) {
        match value {
            Tree::List(items) => self.items(items, indent),
            Tree::Map(entries) | Tree::Block(entries) => self.entries(entries, indent),
            _ => {}
        }
    }

    /// Writes a scalar, or what fits on the line, with what stands before and behind it; tells whether it did.
    pub fn short(&mut self, value: &Tree, notes: &Notes, indent: usize) -> bool {
        let literal = match value {
            Tree::Text(text) => literal_header(text).map(|header| (header, literal_lines(text))),
            Tree::Lines(header, lines) => {
                Some((header.clone(), lines.iter().map(String::as_str).collect()))
            }
            _ => None,
        };
        if let Some((header, lines)) = literal {
            self.anchor(notes);
            self.out.push_str(&header);
            self.behind(notes);
            self.block(&lines, indent + 2);
            self.keeps = header.ends_with('+');
            return true;
        }
        if !notes.below.is_empty() {
            return false;
        }
        let Some(text) = value.one_line(notes.is_one_line) else {
            return false;
        };
        let anchor = notes
            .anchor
            .as_ref()
            .map_or(0, |name| name.chars().count() + 2);
        let fits = || self.column() + anchor + text.chars().count() <= WIDTH;
        if value.is_filled() && !notes.is_one_line && !fits() {
            return false;
        }
        self.anchor(notes);
        self.out.push_str(&text);
        self.behind(notes);
        true
    }

    fn anchor(&mut self, notes: &Notes) {
        if let Some(name) = &notes.anchor {
            self.out.push('&');
            self.out.push_str(name);
            self.out.push(' ');
        }
    }

    /// The comment behind, and the end of the line.
    fn behind(&mut self, notes: &Notes) {
        if let Some(comment) = &notes.behind {
            self.out.push_str("  ");
            self.out.push_str(comment);
        }
        self.line_break();
    }

    fn line_break(&mut self) {
        self.out.push('\n');
        self.keeps = false;
    }

    fn block(&mut self, lines: &[&str], indent: usize) {
        for line in lines {
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

/// The lines of a text in a literal block.
fn literal_lines(text: &str) -> Vec<&str> {
    text.strip_suffix('\n')
        .unwrap_or(text)
        .split('\n')
        .collect()
}
