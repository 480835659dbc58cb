//! JSON to [`Node`]s.
//!
//! JSON is nearly YAML, but not quite: tabs, `\u007f`, keys of more than 1,024 characters. So `.json` files have a reader
//! of their own, which gives exactly the value that `serde_json` gives, with positions.

use serde_json::Number;

use super::{
    Entry, Kind, MAX_DEPTH, MAX_NODES, Node, Position, Problem, Source, without_duplicates,
};

/// Reads the one document of a text.
pub(super) fn parse(text: &str) -> Source {
    let mut source = Source::default();
    let mut reader = Reader {
        text,
        at: 0,
        line: 1,
        line_start: 0,
        counted: (0, 1),
        ascii_until: ascii_from(text, 0),
        nodes: 0,
        problems: &mut source.problems,
    };
    reader.skip_blanks();
    if reader.at == text.len() {
        return source;
    }
    match reader.value(0).and_then(|node| reader.end().map(|()| node)) {
        Ok(node) => source.documents.push(node),
        Err(problem) => source.problems.push(problem),
    }
    source
}

/// Where the ASCII that starts at a byte ends.
fn ascii_from(text: &str, from: usize) -> usize {
    let rest = &text.as_bytes()[from..];
    let wide = rest.iter().position(|byte| !byte.is_ascii());
    wide.map_or(text.len(), |wide| from + wide)
}

struct Reader<'a, 'p> {
    text: &'a str,
    /// The next byte.
    at: usize,
    line: u32,
    /// Where the current line starts.
    line_start: usize,
    /// A byte of the current line and its column, so that a column costs only the way from the last one asked for.
    counted: (usize, u32),
    /// Up to here, each byte from the counted one on is a column of its own.
    ascii_until: usize,
    nodes: usize,
    problems: &'p mut Vec<Problem>,
}

type Read<T> = Result<T, Problem>;

impl Reader<'_, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => {}
                b'\n' => {
                    self.line = self.line.saturating_add(1);
                    self.line_start = self.at + 1;
                    self.counted = (self.line_start, 1);
                }
                _ => return,
            }
            self.at += 1;
        }
    }

    fn position(&mut self) -> Position {
        let (from, column) = self.counted;
        let more = match self.at <= self.ascii_until {
            true => self.at - from,
            false => {
                self.ascii_until = ascii_from(self.text, self.at);
                self.text[from..self.at].chars().count()
            }
        };
        let column = column.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
        self.counted = (self.at, column);
        Position {
            line: self.line,
            column,
        }
    }

    fn wrong(&mut self, expected: &str) -> Problem {
        let found = match self.text[self.at..].chars().next() {
            Some(found) => format!("`{}`", found.escape_debug()),
            None => "the end of the file".to_owned(),
        };
        let message = format!("not JSON: expected {expected}, found {found}");
        Problem::new("json-syntax", self.position(), message)
    }

    fn end(&mut self) -> Read<()> {
        self.skip_blanks();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.wrong("the end of the file")),
        }
    }

    /// The value at this place, blanks before it skipped.
    fn value(&mut self, depth: usize) -> Read<Node> {
        self.skip_blanks();
        let at = self.position();
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Problem::too_large(at));
        }
        let kind = match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => return Err(Problem::too_deep(at)),
            Some(b'{') => self.map(depth + 1)?,
            Some(b'[') => self.list(depth + 1)?,
            Some(b'"') => Kind::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Node { at, kind })
    }

    fn list(&mut self, depth: usize) -> Read<Kind> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Kind::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            if !self.another(b']', "`,` or `]`")? {
                return Ok(Kind::List(items));
            }
        }
    }

    fn map(&mut self, depth: usize) -> Read<Kind> {
        let mut entries = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Kind::Map(entries));
        }
        loop {
            self.skip_blanks();
            let at = self.position();
            if self.peek() != Some(b'"') {
                return Err(self.wrong("a key in double quotes"));
            }
            let key = self.string()?;
            self.skip_blanks();
            if self.peek() != Some(b':') {
                return Err(self.wrong("`:`"));
            }
            self.at += 1;
            let value = self.value(depth)?;
            entries.push(Entry { key, at, value });
            if !self.another(b'}', "`,` or `}`")? {
                return Ok(Kind::Map(without_duplicates(entries, self.problems)));
            }
        }
    }

    /// Whether another part follows, or the collection ends here.
    fn another(&mut self, end: u8, expected: &str) -> Read<bool> {
        self.skip_blanks();
        let more = match self.peek() {
            Some(b',') => true,
            Some(byte) if byte == end => false,
            _ => return Err(self.wrong(expected)),
        };
        self.at += 1;
        Ok(more)
    }

    fn string(&mut self) -> Read<String> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut escaped = false;
        self.at += 1;
        loop {
            let rest = bytes.get(self.at..).unwrap_or_default();
            let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
            let Some(plain) = rest.iter().position(special) else {
                self.at = self.text.len();
                return Err(self.wrong("`\"`"));
            };
            self.at += plain;
            match rest[plain] {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.at += 2;
                }
                _ => return Err(self.wrong("an escaped control character")),
            }
        }
        self.at += 1;
        let literal = &self.text[start..self.at];
        if !escaped {
            return Ok(literal[1..literal.len() - 1].to_owned());
        }
        serde_json::from_str(literal).map_err(|_| {
            self.at = start;
            let at = self.position_of(start);
            Problem::new(
                "json-syntax",
                at,
                "not JSON: a string holds an escape that is no character",
            )
        })
    }

    fn number(&mut self) -> Read<Kind> {
        let start = self.at;
        while matches!(
            self.peek(),
            Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
        ) {
            self.at += 1;
        }
        match serde_json::from_str::<Number>(&self.text[start..self.at]) {
            Ok(number) => Ok(Kind::Number(number)),
            Err(_) => {
                let text = &self.text[start..self.at];
                let message = format!("not JSON: `{text}` is no number");
                Err(Problem::new(
                    "json-syntax",
                    self.position_of(start),
                    message,
                ))
            }
        }
    }

    fn word(&mut self) -> Read<Kind> {
        for (word, kind) in [
            ("null", Kind::Null),
            ("true", Kind::Bool(true)),
            ("false", Kind::Bool(false)),
        ] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(kind);
            }
        }
        Err(self.wrong("a value"))
    }

    /// The position of an earlier byte of the current line.
    fn position_of(&self, byte: usize) -> Position {
        let column = self.text[self.line_start..byte].chars().count() + 1;
        Position {
            line: self.line,
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> (u32, u32, String) {
        let mut source = parse(text);
        let problem = source.problems.remove(0);
        (problem.at.line, problem.at.column, problem.message)
    }

    #[test]
    fn every_value_knows_its_place() {
        let source = parse("{\n\t\"é\": [1, \"a\\/\\ud83d\\ude00\"]\n}\n");
        assert_eq!(source.problems, []);
        let list = source.documents[0].value("é").unwrap();
        assert_eq!(list.at, Position { line: 2, column: 7 });
        let Kind::List(items) = &list.kind else {
            panic!("a list")
        };
        assert_eq!(
            items[1].at,
            Position {
                line: 2,
                column: 11
            }
        );
        assert_eq!(items[1].as_text(), Some("a/😀"));
    }

    #[test]
    fn broken_json_is_reported_with_its_place() {
        for (text, line, column) in [
            ("{\"a\": 1,\n \"b\" 2}", 2, 6),
            ("{\"a\": tru}", 1, 7),
            ("[1, 2", 1, 6),
            ("[01]", 1, 2),
            ("[1] x", 1, 5),
            ("[\"\\ud800\"]", 1, 2),
            ("[\"a\tb\"]", 1, 4),
            ("{a: 1}", 1, 2),
            ("[1,]", 1, 4),
            ("[\"\\", 1, 4),
            ("{\"a\": 1, \"a\": 2}", 1, 10),
        ] {
            let (found_line, found_column, message) = problem(text);
            assert_eq!(
                (found_line, found_column),
                (line, column),
                "{text}: {message}"
            );
        }
    }

    #[test]
    fn nesting_is_limited() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(parse(&nested(MAX_DEPTH)).problems, []);
        assert_eq!(problem(&nested(MAX_DEPTH + 1)).1, 257);
        assert_eq!(problem(&"[".repeat(1_000_000)).1, 257);
    }
}
