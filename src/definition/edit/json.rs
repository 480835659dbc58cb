//! JSON as it is written: where each value starts and ends. The text has been read before, so it is JSON.

use serde_json::Number;

use crate::definition::source::sketch::{Form, Key, Layout, Piece, Sketch, Spot};
use crate::definition::source::{Kind, Source, parse};

/// Sketches and parses the text of a file that is JSON; `None` if there are problems.
pub(super) fn read(shown: &str, text: &str) -> Option<(Sketch, Source)> {
    let source = parse(shown, text);
    if !source.problems.is_empty() {
        return None;
    }
    Some((sketch(text)?, source))
}

/// Sketches a text that is JSON; `None` if it is not after all.
fn sketch(text: &str) -> Option<Sketch> {
    let mut reader = Reader { text, at: 0 };
    reader.blanks();
    let documents = vec![reader.value()?];
    Some(Sketch {
        documents,
        ..Sketch::default()
    })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Lines and columns of JSON are asked for by nobody here.
    fn spot(&self) -> Spot {
        Spot {
            byte: self.at,
            line: 0,
            column: 0,
        }
    }

    fn value(&mut self) -> Option<Piece> {
        let start = self.spot();
        let form = match self.peek()? {
            b'{' => self.map()?,
            b'[' => self.list()?,
            b'"' => Form::Scalar(Kind::Text(self.string()?)),
            _ => Form::Scalar(self.word()?),
        };
        Some(Piece {
            start,
            end: self.spot(),
            anchor: None,
            form,
        })
    }

    /// Passes a comma, or the end of a list or mapping: whether it was the end.
    fn is_end(&mut self, end: u8) -> Option<bool> {
        self.blanks();
        let found = self.peek()?;
        self.at += 1;
        self.blanks();
        match found {
            b',' => Some(false),
            byte => (byte == end).then_some(true),
        }
    }

    fn list(&mut self) -> Option<Form> {
        let mut items = Vec::new();
        self.at += 1;
        self.blanks();
        if self.peek()? == b']' {
            self.at += 1;
            return Some(Form::List(items, Layout::Flow));
        }
        loop {
            items.push(self.value()?);
            let before = self.at;
            if self.is_end(b']')? {
                self.end_at(before, b']');
                return Some(Form::List(items, Layout::Flow));
            }
        }
    }

    /// Goes back to right behind the end of a list or mapping, whose blanks were passed too.
    fn end_at(&mut self, from: usize, end: u8) {
        let found = self.text.as_bytes()[from..]
            .iter()
            .position(|it| *it == end);
        self.at = found.map_or(self.at, |at| from + at + 1);
    }

    fn map(&mut self) -> Option<Form> {
        let mut entries = Vec::new();
        self.at += 1;
        self.blanks();
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(Form::Map(entries, Layout::Flow));
        }
        loop {
            let start = self.spot();
            let text = self.string()?;
            let key = Key {
                start,
                end: self.spot(),
                text,
                anchor: None,
                is_alias: false,
            };
            self.blanks();
            (self.peek()? == b':').then_some(())?;
            self.at += 1;
            self.blanks();
            entries.push((key, self.value()?));
            let before = self.at;
            if self.is_end(b'}')? {
                self.end_at(before, b'}');
                return Some(Form::Map(entries, Layout::Flow));
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        (self.peek()? == b'"').then_some(())?;
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        serde_json::from_str(self.text.get(start..self.at)?).ok()
    }

    fn word(&mut self) -> Option<Kind> {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| c.is_whitespace() || ",]}".contains(c));
        let word = &rest[..length.unwrap_or(rest.len())];
        self.at += word.len();
        Some(match word {
            "null" => Kind::Null,
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            number => Kind::Number(serde_json::from_str::<Number>(number).ok()?),
        })
    }
}
