//! From a byte of a string to the line and column of the file that says it.
//!
//! A string stands in a file in many ways: in quotes with escapes, folded over lines, in a block behind an indentation, in
//! a file of its own without the wrapper that the API's value has. All of them keep the characters that are not blank, in
//! order. So value and file are walked side by side, blanks left out, until the character in question; where the two do
//! not agree, another way of writing is tried, and in the end the start of the value has to do.

use crate::model::Location;
use crate::model::Within;
use crate::model::Wrapper;

/// A file's text by lines.
pub(super) struct Page<'a> {
    text: &'a str,
    lines: Vec<Line<'a>>,
}

/// A line, and the byte at which it starts.
struct Line<'a> {
    start: usize,
    text: &'a str,
    /// Whether each byte is a column. JSON that a program wrote is one line, in which there may be thousands of places.
    is_ascii: bool,
}

impl<'a> Page<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let first = usize::from(text.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
        let mut start = first;
        let lines = text[first..].split('\n').map(|text| {
            let line = Line {
                start,
                text: text.strip_suffix('\r').unwrap_or(text),
                is_ascii: text.is_ascii(),
            };
            start += text.len() + 1;
            line
        });
        Self {
            text,
            lines: lines.collect(),
        }
    }

    /// The place of `within`, where the value starts at `at`.
    pub(super) fn pinpoint(&self, at: &Location, within: &Within) -> Location {
        let Some(start) = self.byte_of(at) else {
            return at.clone();
        };
        let source = &self.text[start..];
        match find(within, source) {
            Some(offset) => later(at, &source[..offset]),
            None => at.clone(),
        }
    }

    /// The byte of a place; `None` if the file has changed and has no such place.
    fn byte_of(&self, at: &Location) -> Option<usize> {
        let place = |number: u32| usize::try_from(number).ok()?.checked_sub(1);
        let (line, column) = (place(at.line)?, place(at.column)?);
        let Line {
            start,
            text,
            is_ascii,
        } = self.lines.get(line)?;
        let byte = match is_ascii {
            true => Some(column).filter(|column| *column <= text.len()),
            false => {
                let letters = text.char_indices().map(|(byte, _)| byte);
                letters.chain([text.len()]).nth(column)
            }
        };
        Some(start + byte?)
    }
}

/// The byte of `source` at which the value's byte stands, where the value starts at the start of `source`.
fn find(within: &Within, source: &str) -> Option<usize> {
    let Within { text, offset } = within;
    let offset = text.floor_char_boundary((*offset).min(text.len()));
    whole(text, offset, source)
        .or_else(|| body(text, offset, source))
        .or_else(|| expression(text, offset, source))
}

/// The value as it is.
fn whole(text: &str, offset: usize, source: &str) -> Option<usize> {
    let quoted = match source.as_bytes().first()? {
        b'"' => aligned(text, offset, Letters::new(&source[1..], Quotes::Double)).map(|at| at + 1),
        b'\'' => aligned(text, offset, Letters::new(&source[1..], Quotes::Single)).map(|at| at + 1),
        _ => None,
    };
    quoted.or_else(|| aligned(text, offset, Letters::new(source, Quotes::None)))
}

/// The value without the wrapper that the file does not show.
fn body(text: &str, offset: usize, source: &str) -> Option<usize> {
    Wrapper::TYPES
        .into_iter()
        .filter_map(Wrapper::of)
        .find_map(|wrapper| {
            let body = wrapper.body(text)?;
            let before = text.find(wrapper.head)? + wrapper.head.len();
            let offset = offset.saturating_sub(before).min(body.len());
            whole(body, offset, source)
        })
}

/// A value in which variables were replaced: its expressions never are, so the one in question is looked for alone.
fn expression(text: &str, offset: usize, source: &str) -> Option<usize> {
    let spans = crate::expression::spans(text);
    let span = spans.into_iter().find(|span| span.contains(&offset))?;
    let quotes = match source.as_bytes().first()? {
        b'"' => Quotes::Double,
        b'\'' => Quotes::Single,
        // The value of an alias stands elsewhere.
        b'*' => return None,
        _ => Quotes::None,
    };
    let code = &text[span.clone()];
    // Where the value ends in the file is not known; it is not much longer there than here.
    let end = source.floor_char_boundary(source.len().min(4 * text.len() + 4096));
    source[..end].match_indices("${").find_map(|(at, _)| {
        let rest = Letters::new(&source[at..], quotes);
        aligned(code, offset - span.start, rest).map(|found| at + found)
    })
}

/// Walks both side by side to the end of `text`, and gives the byte of the source for the byte `offset` of it.
fn aligned(text: &str, offset: usize, mut source: Letters) -> Option<usize> {
    let mut found = None;
    let mut last = 0;
    for (at, letter) in text
        .char_indices()
        .filter(|(_, letter)| !letter.is_whitespace())
    {
        let (place, other) = source.find(|(_, other)| !other.is_whitespace())?;
        if letter != other {
            return None;
        }
        if at >= offset && found.is_none() {
            found = Some(place);
        }
        last = place + letter.len_utf8();
    }
    found.or(Some(last))
}

/// How a string is written.
#[derive(Clone, Copy)]
enum Quotes {
    None,
    Single,
    Double,
}

/// The characters that a piece of a file stands for, each with its byte.
struct Letters<'a> {
    source: &'a str,
    at: usize,
    quotes: Quotes,
}

impl<'a> Letters<'a> {
    fn new(source: &'a str, quotes: Quotes) -> Self {
        Self {
            source,
            at: 0,
            quotes,
        }
    }

    /// The character that an escape stands for, and the escape's length.
    fn escape(rest: &str) -> Option<(char, usize)> {
        let kind = rest.chars().nth(1)?;
        let hex = |digits: usize| {
            let code = rest.get(2..2 + digits)?;
            u32::from_str_radix(code, 16).ok()
        };
        let letter = match kind {
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            't' => '\t',
            'n' | '\n' | '\r' => '\n',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'r' => '\r',
            'e' => '\u{1b}',
            'N' => '\u{85}',
            '_' => '\u{a0}',
            'L' => '\u{2028}',
            'P' => '\u{2029}',
            'x' => return Some((char::from_u32(hex(2)?)?, 4)),
            'U' => return Some((char::from_u32(hex(8)?)?, 10)),
            'u' => return Self::utf16(rest, hex(4)?),
            other => other,
        };
        Some((letter, 1 + kind.len_utf8()))
    }

    /// JSON writes characters above U+FFFF as two escapes.
    fn utf16(rest: &str, high: u32) -> Option<(char, usize)> {
        if let Some(letter) = char::from_u32(high) {
            return Some((letter, 6));
        }
        let low = u32::from_str_radix(rest.get(6..12)?.strip_prefix("\\u")?, 16).ok()?;
        let units = [u16::try_from(high).ok()?, u16::try_from(low).ok()?];
        let letter = char::decode_utf16(units).next()?.ok()?;
        Some((letter, 12))
    }
}

impl Iterator for Letters<'_> {
    type Item = (usize, char);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let rest = &self.source[start..];
        let first = rest.chars().next()?;
        let (letter, length) = match (self.quotes, first) {
            (Quotes::Double, '"') => return None,
            (Quotes::Double, '\\') => Self::escape(rest)?,
            (Quotes::Single, '\'') if rest[1..].starts_with('\'') => (first, 2),
            (Quotes::Single, '\'') => return None,
            _ => (first, first.len_utf8()),
        };
        self.at += length;
        Some((start, letter))
    }
}

/// The place behind the text `between` that starts at `at`.
fn later(at: &Location, between: &str) -> Location {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let lines = between.bytes().filter(|byte| *byte == b'\n').count();
    let last = between.rsplit('\n').next().unwrap_or_default();
    let from = if lines == 0 { at.column } else { 1 };
    Location {
        path: at.path.clone(),
        line: at.line.saturating_add(count(lines)),
        column: from.saturating_add(count(last.chars().count())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the `!` of `value` stands in `file`, whose value starts at a line and column.
    fn place(file: &str, line: u32, column: u32, value: &str) -> (u32, u32) {
        let at = Location {
            line,
            column,
            ..Location::start("a.yaml")
        };
        let within = Within {
            offset: value.find('!').unwrap_or(value.len()),
            text: value.into(),
        };
        let found = Page::of(file).pinpoint(&at, &within);
        (found.line, found.column)
    }

    #[test]
    fn every_way_to_write_a_string_keeps_its_places() {
        for (file, line, column, value, expected) in [
            ("a: x !y", 1, 4, "x !y", (1, 6)),
            ("é: é !y", 1, 4, "é !y", (1, 6)),
            ("a: 'it''s !'", 1, 4, "it's !", (1, 11)),
            (r#"a: "\u00e9\n\"!""#, 1, 4, "é\n\"!", (1, 15)),
            (r#"{"a": "\ud83d\ude00\/ !"}"#, 1, 7, "😀/ !", (1, 23)),
            ("a: |\n  x\n\n    y !\n", 2, 3, "x\n\n  y !\n", (4, 7)),
            ("a: >-\n  x\n  y !\n", 2, 3, "x y !", (3, 5)),
            ("a: |\n  \"x\n   !\"\n", 2, 3, "\"x\n !\"\n", (3, 4)),
            ("a: \"x\n  y \\\n  !\"", 1, 4, "x y !", (3, 3)),
            ("a: x\n  y\n  !", 1, 4, "x y !", (3, 3)),
            ("a: |\r\n  x\r\n  !\r\n", 2, 3, "x\n!\n", (3, 3)),
        ] {
            assert_eq!(place(file, line, column, value), expected, "{file:?}");
        }
    }

    #[test]
    fn what_the_file_does_not_show_is_left_out() {
        let wrapped = "${((outputs) => {\n  return !outputs;\n})(self.rawOutputs)}";
        let file = "js: |2\n\n    return !outputs;\n";
        assert_eq!(place(file, 3, 5, wrapped), (3, 12));
        let part = "export default (outputs) => {\n  return !outputs;\n};\n";
        assert_eq!(place(part, 2, 1, wrapped), (2, 10));
        // Behind the end of the code is its end.
        let open = "${(() => {a(\n})()}";
        assert_eq!(place("js: a(\n", 1, 5, open), (1, 7));
    }

    #[test]
    fn replaced_variables_do_not_move_an_expression() {
        let file = "a: 'in @{region}, ${b}: ${!x}'";
        assert_eq!(place(file, 1, 4, "in us-east-1, ${b}: ${!x}"), (1, 27));
    }

    #[test]
    fn a_place_that_cannot_be_found_is_the_start() {
        assert_eq!(place("a: *x\n", 1, 4, "${!}"), (1, 4));
        assert_eq!(place("a: other", 1, 4, "x!"), (1, 4));
        assert_eq!(place("a", 9, 4, "x!"), (9, 4));
        assert_eq!(place("", 1, 1, ""), (1, 1));
    }
}
