//! What a text's lines tell about the places in it.

use crate::definition::source::sketch::{Form, Layout, Piece, Spot};

/// The lines of a text.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// Where each starts and, without its line break, ends.
    lines: Vec<(usize, usize)>,
    /// The last line of the blocks of text so far: what is empty there is a part of the text.
    content: usize,
}

impl<'a> Lines<'a> {
    pub fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let (mut lines, mut start) = (Vec::new(), 0);
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                // The end of a line that has ended already.
                b'\n' if at > 0 && bytes[at - 1] == b'\r' => start = at + 1,
                b'\n' | b'\r' => {
                    lines.push((start, at));
                    start = at + 1;
                }
                _ => {}
            }
        }
        lines.push((start, text.len()));
        Self {
            text,
            lines,
            content: 0,
        }
    }

    /// The lines from one number, counted from 1, up to another.
    pub fn between(&self, from: usize, to: usize) -> impl Iterator<Item = &'a str> {
        let lines = self.lines.get(from.saturating_sub(1)..to.saturating_sub(1));
        lines
            .unwrap_or_default()
            .iter()
            .map(|(start, end)| &self.text[*start..*end])
    }

    /// Whether an empty line comes right before what stands first on its line.
    pub fn is_apart(&self, at: Spot) -> bool {
        if at.line <= self.content + 1 {
            return false;
        }
        let above = self.between(at.line.saturating_sub(1), at.line).next();
        self.before(at).trim().is_empty() && above.is_some_and(|line| line.trim().is_empty())
    }

    /// Passes a block of text. Below its last filled line, what is longer than its indentation is still a part of it.
    pub fn pass(&mut self, block: &Piece) {
        let is_content =
            |line: &&str| !line.trim().is_empty() || line.chars().count() > block.start.column;
        let lines: Vec<_> = self.between(block.start.line, block.end.line).collect();
        let count = lines.iter().rposition(is_content);
        self.content = count.map_or(self.content, |last| block.start.line + last);
    }

    /// Where a value begins, the dash of its first item included.
    pub fn begin(&self, piece: &Piece) -> Spot {
        match &piece.form {
            Form::List(items, Layout::Block) => {
                items.first().map_or(piece.start, |item| self.dash(item))
            }
            _ => piece.start,
        }
    }

    /// The dash before an item of a list in blocks. Between the two there are at most anchors, tags and comments.
    pub fn dash(&self, item: &Piece) -> Spot {
        let begin = self.begin(item);
        let mut line = begin.line;
        let mut text = self.before(begin);
        loop {
            let end = text.find(|c| !matches!(c, ' ' | '\t' | '-' | '?'));
            if let Some(at) = text[..end.unwrap_or(text.len())].rfind('-') {
                return Spot {
                    byte: self.start(line) + at,
                    line,
                    column: text[..at].chars().count(),
                };
            }
            if line <= 1 {
                return begin;
            }
            line -= 1;
            text = self.between(line, line + 1).next().unwrap_or_default();
        }
    }

    /// What stands before a place on its line.
    fn before(&self, at: Spot) -> &'a str {
        self.text
            .get(self.start(at.line)..at.byte)
            .unwrap_or_default()
    }

    fn start(&self, line: usize) -> usize {
        self.lines
            .get(line.saturating_sub(1))
            .map_or(0, |(start, _)| *start)
    }
}
