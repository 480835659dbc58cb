//! From a sketch to passages: the text is read along once more, for the dashes, colons and commas that a sketch does not
//! keep. Whatever is not where it should be ends the scan: a text that is not understood to the byte is not edited.

use std::ops::Range;

use crate::definition::source::Kind;
use crate::definition::source::sketch::{self, Key, Piece, Sketch};

use super::page::{Form, Layout, Name, Passage, Stands};

/// The reading of one text.
pub(super) struct Scan<'a> {
    text: &'a str,
    page: usize,
    /// The number of the next passage.
    pub next: usize,
}

/// A value that was found.
struct Found {
    value: Range<usize>,
    body: usize,
    /// The end of its last line, of a list or mapping in blocks.
    end: usize,
    form: Form,
}

/// Where it was found.
struct At {
    stands: Stands,
    name: Option<Name>,
    column: usize,
    lead: usize,
    start: usize,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a str, page: usize, first: usize) -> Self {
        Self {
            text,
            page,
            next: first,
        }
    }

    /// All documents of the text.
    pub fn documents(&mut self, sketch: &Sketch) -> Option<Vec<Passage>> {
        let markers = sketch.markers.iter().map(|marker| Some(marker.byte));
        let froms = [None].into_iter().chain(markers);
        let pairs: Vec<_> = sketch.documents.iter().zip(froms).collect();
        pairs
            .into_iter()
            .map(|(piece, from)| self.document(piece, from))
            .collect()
    }

    fn document(&mut self, piece: &Piece, from: Option<usize>) -> Option<Passage> {
        let mut from = self.trivia(from.unwrap_or(0));
        while self.text[from..].starts_with('%') {
            from = self.trivia(self.line_end(from));
        }
        if self.text[from..].starts_with("---") {
            from += 3;
        }
        let found = self.value(piece, from, 0)?;
        let at = At {
            stands: Stands::Alone,
            name: None,
            column: 0,
            lead: from,
            start: from,
        };
        Some(self.passage(piece, found, at))
    }

    /// The next byte that is neither blank nor in a comment.
    fn trivia(&self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
                Some(b'#') if at == 0 || bytes[at - 1].is_ascii_whitespace() => {
                    at = self.line_end(at);
                }
                _ => return at,
            }
        }
    }

    /// Where the next line starts.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        rest.find('\n').map_or(self.text.len(), |it| at + it + 1)
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |it| it + 1)
    }

    fn column(&self, at: usize) -> usize {
        self.text[self.line_start(at)..at].chars().count()
    }

    fn is(&self, at: usize, byte: u8) -> Option<()> {
        (self.text.as_bytes().get(at) == Some(&byte)).then_some(())
    }

    fn passage(&mut self, piece: &Piece, found: Found, at: At) -> Passage {
        let At {
            stands,
            name,
            column,
            lead,
            start,
        } = at;
        let id = self.next;
        self.next += 1;
        Passage {
            id,
            page: self.page,
            stands,
            name,
            column,
            lead,
            start,
            value: found.value,
            body: found.body,
            end: found.end,
            comma: None,
            anchor: piece.anchor.clone(),
            form: found.form,
        }
    }

    /// The value behind `from`, whose key or dash is at `outer`.
    fn value(&mut self, piece: &Piece, from: usize, outer: usize) -> Option<Found> {
        let is_empty = matches!(piece.form, sketch::Form::Scalar(Kind::Null))
            && piece.start.byte >= piece.end.byte;
        if is_empty && piece.anchor.is_none() {
            return Some(self.found(from..from, from, Form::Scalar(Kind::Null)));
        }
        let start = self.trivia(from);
        let (mut body, mut head) = (start, from);
        while matches!(self.text.as_bytes().get(body), Some(b'&' | b'!')) {
            let rest = &self.text[body..];
            let length = rest.find(|c: char| c.is_whitespace() || ",[]{}".contains(c));
            let end = body + length.unwrap_or(rest.len());
            let next = self.trivia(end);
            // What stands on the line of the first key is about the key.
            if is_block(piece) && !self.text[end..next].contains('\n') {
                break;
            }
            (head, body) = (end, next);
        }
        if is_empty {
            return Some(self.found(start..head, head, Form::Scalar(Kind::Null)));
        }
        match &piece.form {
            sketch::Form::List(items, sketch::Layout::Block) => {
                let items = self.block_items(items, head, body, outer)?;
                self.block(start, body, items.0, Form::List(items.1, Layout::Block))
            }
            sketch::Form::Map(entries, sketch::Layout::Block) => {
                let entries = self.block_entries(entries, head, body)?;
                self.block(start, body, entries.0, Form::Map(entries.1, Layout::Block))
            }
            sketch::Form::List(items, sketch::Layout::Flow) => {
                self.is(body, b'[')?;
                let items = self.flow_items(items, body + 1, piece.end.byte)?;
                Some(self.found(start..piece.end.byte, body, Form::List(items, Layout::Flow)))
            }
            sketch::Form::Map(entries, sketch::Layout::Flow) => {
                let is_bare = self.is(body, b'{').is_none();
                let inside = if is_bare { body } else { body + 1 };
                let entries = self.flow_entries(entries, inside, piece.end.byte, is_bare)?;
                let (end, layout) = match (is_bare, entries.last()) {
                    (true, last) => (last?.value.end, Layout::Bare),
                    (false, _) => (piece.end.byte, Layout::Flow),
                };
                Some(self.found(start..end, body, Form::Map(entries, layout)))
            }
            sketch::Form::Literal(text) => {
                let end = self.literal_end(piece, body)?;
                let form = Form::Literal(text.clone(), piece.start.column);
                Some(self.found(start..end, body, form))
            }
            sketch::Form::Folded(text) => {
                let end = self.literal_end(piece, body)?;
                let form = Form::Folded(text.clone(), piece.start.column);
                Some(self.found(start..end, body, form))
            }
            sketch::Form::Alias(name) => {
                self.is(body, b'*')?;
                let end = body + 1 + name.len();
                Some(self.found(start..end, body, Form::Alias(name.clone())))
            }
            sketch::Form::Scalar(kind) => {
                let text = self.text.get(body..piece.end.byte)?.trim_end();
                let end = body + text.len();
                Some(self.found(start..end, body, Form::Scalar(kind.clone())))
            }
        }
    }

    fn found(&self, value: Range<usize>, body: usize, form: Form) -> Found {
        Found {
            end: self.line_end(value.end),
            value,
            body,
            form,
        }
    }

    fn block(&self, start: usize, body: usize, end: usize, form: Form) -> Option<Found> {
        Some(Found {
            value: start..end,
            body,
            end,
            form,
        })
    }

    /// The end of the last line of a block of text, without its line break.
    fn literal_end(&self, piece: &Piece, body: usize) -> Option<usize> {
        let indicator = self.text.get(body..)?.chars().next()?;
        matches!(indicator, '|' | '>').then_some(())?;
        let header = self.text[body..].lines().next()?;
        let header = header.split([' ', '\t']).next()?;
        let mut end = piece.end.byte;
        let last = self.line_start(end);
        if last > body && self.text[last..end].trim().is_empty() {
            end = last;
        }
        let block = self.text.get(body..end)?;
        if header.contains('+') {
            let block = block.strip_suffix('\n').unwrap_or(block);
            return Some(body + block.strip_suffix('\r').unwrap_or(block).len());
        }
        let (mut end, mut at) = (body + header.len(), body);
        for line in block.split_inclusive('\n') {
            let filled = line.trim_end_matches(['\n', '\r']);
            let is_content =
                !filled.trim().is_empty() || filled.chars().count() > piece.start.column;
            if is_content {
                end = at + filled.len();
            }
            at += line.len();
        }
        Some(end)
    }

    /// Where the lines begin that go with the first entry or item, which is at `start`; `head` is behind the key or dash
    /// of what it stands in.
    fn first_lead(&self, head: usize, start: usize) -> usize {
        match self
            .text
            .get(head..start)
            .is_some_and(|it| it.contains('\n'))
        {
            true => self.line_end(head),
            false => start,
        }
    }

    /// The end of the comments below something that are not indented less than `column`.
    fn below(&self, from: usize, column: usize) -> usize {
        let (mut end, mut at) = (from, from);
        for line in self.text[from..].split_inclusive('\n') {
            at += line.len();
            let filled = line.trim_start_matches([' ', '\t']);
            if filled.starts_with('#') {
                if line.len() - filled.len() < column {
                    break;
                }
                end = at;
            } else if !filled.trim().is_empty() {
                break;
            }
        }
        end
    }

    fn block_items(
        &mut self,
        items: &[Piece],
        head: usize,
        first: usize,
        outer: usize,
    ) -> Option<(usize, Vec<Passage>)> {
        let column = self.column(first);
        let mut lead = self.first_lead(head, first);
        let mut passages = Vec::with_capacity(items.len());
        for piece in items {
            let start = self.trivia(lead);
            self.is(start, b'-')?;
            let found = self.value(piece, start + 1, start)?;
            let at = At {
                stands: Stands::Block,
                name: None,
                column,
                lead,
                start,
            };
            lead = found.end;
            passages.push(self.passage(piece, found, at));
        }
        // A list may stand as far left as its key; a comment there is about what comes after both.
        let is_key = self.text.as_bytes().get(outer) != Some(&b'-') && self.column(outer) == column;
        let end = self.below(lead, column + usize::from(is_key));
        Some((end, passages))
    }

    fn block_entries(
        &mut self,
        entries: &[(Key, Piece)],
        head: usize,
        first: usize,
    ) -> Option<(usize, Vec<Passage>)> {
        let column = self.column(first);
        let mut lead = self.first_lead(head, first);
        let mut passages = Vec::with_capacity(entries.len());
        for (key, piece) in entries {
            let start = self.trivia(lead);
            let name = self.name(key)?;
            let found = self.value(piece, name.colon? + 1, start)?;
            let at = At {
                stands: Stands::Block,
                name: Some(name),
                column,
                lead,
                start,
            };
            lead = found.end;
            passages.push(self.passage(piece, found, at));
        }
        Some((self.below(lead, column), passages))
    }

    /// A key with its `:`, if it has one.
    fn name(&self, key: &Key) -> Option<Name> {
        let colon = self.trivia(key.end.byte);
        Some(Name {
            text: key.text.clone(),
            range: key.start.byte..key.end.byte,
            colon: self.is(colon, b':').map(|()| colon),
            anchor: key.anchor.clone(),
        })
    }

    fn flow_items(&mut self, items: &[Piece], inside: usize, end: usize) -> Option<Vec<Passage>> {
        let mut passages = Vec::with_capacity(items.len());
        let mut lead = inside;
        for piece in items {
            let start = self.trivia(lead);
            let found = self.value(piece, start, start)?;
            let at = At {
                stands: Stands::Flow,
                name: None,
                column: 0,
                lead,
                start,
            };
            let passage = self.passage(piece, found, at);
            let passage = self.closed(passage);
            lead = passage.end;
            passages.push(passage);
        }
        (self.trivia(lead) + 1 == end).then_some(passages)
    }

    fn flow_entries(
        &mut self,
        entries: &[(Key, Piece)],
        inside: usize,
        end: usize,
        is_bare: bool,
    ) -> Option<Vec<Passage>> {
        let mut passages = Vec::with_capacity(entries.len());
        let mut lead = inside;
        for (key, piece) in entries {
            let start = self.trivia(lead);
            let name = self.name(key)?;
            let from = name.colon.map_or(name.range.end, |colon| colon + 1);
            let found = self.value(piece, from, start)?;
            let at = At {
                stands: Stands::Flow,
                name: Some(name),
                column: 0,
                lead,
                start,
            };
            let passage = self.passage(piece, found, at);
            let passage = if is_bare {
                passage
            } else {
                self.closed(passage)
            };
            lead = passage.end;
            passages.push(passage);
        }
        (is_bare || self.trivia(lead) + 1 == end).then_some(passages)
    }

    /// With its comma, and the comment behind it on the line.
    fn closed(&self, mut passage: Passage) -> Passage {
        let next = self.trivia(passage.value.end);
        passage.comma = self.is(next, b',').map(|()| next);
        let end = passage.comma.map_or(passage.value.end, |comma| comma + 1);
        let rest = &self.text[end..];
        let behind = rest.trim_start_matches([' ', '\t']);
        passage.end = match behind.len() < rest.len() && behind.starts_with('#') {
            true => {
                let line = behind.split('\n').next().unwrap_or_default();
                end + (rest.len() - behind.len()) + line.trim_end().len()
            }
            false => end,
        };
        passage
    }
}

/// Whether it is a list or mapping in blocks.
fn is_block(piece: &Piece) -> bool {
    matches!(
        piece.form,
        sketch::Form::List(_, sketch::Layout::Block) | sketch::Form::Map(_, sketch::Layout::Block)
    )
}
