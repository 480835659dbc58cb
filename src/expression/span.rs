//! Where the `${…}` of a string start and where they end.
//!
//! Only enough of JavaScript's lexical grammar lives here to find the brace that closes an expression: strings,
//! template literals, comments, regular expressions and nested braces. Whether the code is valid is not decided here.

use std::collections::BTreeMap;
use std::ops::Range;

/// The byte ranges of the `${…}` in `text`, braces included, in order and without overlap.
///
/// A `${` that never closes is plain text, and what follows it is searched on its own. The work is bounded by a multiple
/// of the text's length: in a text made to exceed it (thousands of openings inside strings that never close), the rest
/// counts as plain.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut steps = STEPS_PER_BYTE * bytes.len() + 64;
    let mut spans = Vec::new();
    // What an earlier, failed scan learned about openings further on: their end, or `None` for never.
    let mut known: BTreeMap<usize, Option<usize>> = BTreeMap::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("${").map(|offset| from + offset) {
        let end = match known.get(&start) {
            Some(end) => *end,
            None => match Scan::new(bytes, start, &mut steps).run(&mut known) {
                Outcome::Closed(end) => Some(end),
                Outcome::Open => None,
                Outcome::OutOfSteps => return spans,
            },
        };
        match end {
            Some(end) => {
                spans.push(start..end);
                from = end;
            }
            None => from = start + 2,
        }
    }
    spans
}

/// How many bytes a search may look at, per byte of text; an honest text needs one or two.
const STEPS_PER_BYTE: usize = 16;

/// How a scan from one `${` ended.
enum Outcome {
    /// Just behind the closing brace.
    Closed(usize),
    /// The text ended first.
    Open,
    /// The text was made to be expensive.
    OutOfSteps,
}

/// What is open around the scanner.
enum Open {
    /// `{`; with the place of the `$` before it, if it could be an expression of its own, and whether a template literal
    /// goes on behind it.
    Brace {
        dollar: Option<usize>,
        in_template: bool,
    },
    /// `(`; after `if`, `while` and the like a regular expression may follow its `)`.
    Paren { of_statement: bool },
}

/// One pass from a `${` to its closing brace.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    open: Vec<Open>,
    /// Whether a `/` here starts a regular expression rather than divides.
    regex_allowed: bool,
    /// Whether the last word was one of `if`, `while`, `for`, `with`.
    after_statement_word: bool,
    steps: &'a mut usize,
}

impl<'a> Scan<'a> {
    fn new(bytes: &'a [u8], start: usize, steps: &'a mut usize) -> Self {
        Self {
            bytes,
            at: start + 2,
            open: vec![Open::Brace {
                dollar: Some(start),
                in_template: false,
            }],
            regex_allowed: true,
            after_statement_word: false,
            steps,
        }
    }

    /// Scans until the first brace is closed. Inner `${` are noted in `known` when the outer one stays open, since a scan
    /// from one of them would see the same code again.
    fn run(mut self, known: &mut BTreeMap<usize, Option<usize>>) -> Outcome {
        let mut inner = Vec::new();
        while let Some(&byte) = self.bytes.get(self.at) {
            if !self.spend(1) {
                return Outcome::OutOfSteps;
            }
            match byte {
                b'}' => {
                    if let Some((dollar, in_template)) = self.close_brace() {
                        self.at += 1;
                        if self.open.is_empty() {
                            return Outcome::Closed(self.at);
                        }
                        inner.extend(dollar.map(|start| (start, self.at)));
                        self.after_token(true);
                        if in_template {
                            self.template();
                        }
                    }
                }
                b'{' => self.open_brace(false),
                b'`' => {
                    self.at += 1;
                    self.template();
                }
                b'"' | b'\'' => self.string(byte),
                b'/' => self.slash(),
                b'(' => {
                    let of_statement = self.after_statement_word;
                    self.open.push(Open::Paren { of_statement });
                    self.at += 1;
                    self.after_token(true);
                }
                b')' => {
                    let of_statement = matches!(
                        self.open.pop_if(|open| matches!(open, Open::Paren { .. })),
                        Some(Open::Paren { of_statement: true })
                    );
                    self.at += 1;
                    self.after_token(of_statement);
                }
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                _ if is_word(byte) => self.word(),
                _ => {
                    self.at += 1;
                    self.after_token(byte != b']');
                }
            }
        }
        if *self.steps == 0 {
            return Outcome::OutOfSteps;
        }
        for open in &self.open {
            if let Open::Brace {
                dollar: Some(start),
                ..
            } = open
            {
                known.insert(*start, None);
            }
        }
        known.extend(inner.into_iter().map(|(start, end)| (start, Some(end))));
        Outcome::Open
    }

    /// Takes steps from the budget; false when it is used up, and then the scan is at its end.
    fn spend(&mut self, count: usize) -> bool {
        *self.steps = self.steps.saturating_sub(count);
        *self.steps > 0
    }

    fn after_token(&mut self, regex_allowed: bool) {
        self.regex_allowed = regex_allowed;
        self.after_statement_word = false;
    }

    fn open_brace(&mut self, in_template: bool) {
        let dollar = (self.at > 0 && self.bytes[self.at - 1] == b'$').then(|| self.at - 1);
        self.open.push(Open::Brace {
            dollar,
            in_template,
        });
        self.at += 1;
        self.after_token(true);
    }

    /// Closes the innermost brace, and parentheses in it that were left open: that is for the parser to complain about.
    fn close_brace(&mut self) -> Option<(Option<usize>, bool)> {
        loop {
            match self.open.pop()? {
                Open::Brace {
                    dollar,
                    in_template,
                } => return Some((dollar, in_template)),
                Open::Paren { .. } => {}
            }
        }
    }

    /// From behind a backtick, or behind a `}` inside a template, to the closing backtick or the next `${`.
    fn template(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            if !self.spend(1) {
                break;
            }
            match byte {
                b'\\' => self.at += 2,
                b'`' => {
                    self.at += 1;
                    self.after_token(false);
                    return;
                }
                b'$' if self.bytes.get(self.at + 1) == Some(&b'{') => {
                    self.at += 1;
                    self.open_brace(true);
                    return;
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
    }

    /// A string; one that is still open at the end of its line is broken code, and ends there.
    fn string(&mut self, quote: u8) {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            if !self.spend(1) {
                self.at = self.bytes.len();
                break;
            }
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == quote || byte == b'\n' {
                break;
            }
        }
        self.after_token(false);
    }

    /// A comment, a regular expression or a division.
    fn slash(&mut self) {
        match self.bytes.get(self.at + 1) {
            Some(b'/') => self.skip_past(b"\n"),
            Some(b'*') => {
                self.at += 2;
                self.skip_past(b"*/");
            }
            _ => match self.regex_allowed.then(|| self.regex_end()).flatten() {
                Some(end) => {
                    self.at = end;
                    self.after_token(false);
                }
                None => {
                    self.at += 1;
                    self.after_token(true);
                }
            },
        }
    }

    fn skip_past(&mut self, end: &[u8]) {
        let rest = &self.bytes[self.at..];
        let length = rest
            .windows(end.len())
            .position(|window| window == end)
            .map_or(rest.len(), |offset| offset + end.len());
        self.at = if self.spend(length) {
            self.at + length
        } else {
            self.bytes.len()
        };
    }

    /// Behind the `/` that closes the regular expression at this place, if it closes on its line.
    fn regex_end(&mut self) -> Option<usize> {
        let mut at = self.at + 1;
        let mut in_class = false;
        let end = loop {
            match self.bytes.get(at) {
                None | Some(b'\n') => break None,
                Some(b'\\') => at += 1,
                Some(b'[') => in_class = true,
                Some(b']') => in_class = false,
                Some(b'/') if !in_class => break Some(at + 1),
                Some(_) => {}
            }
            at += 1;
        };
        self.spend(at - self.at);
        end
    }

    fn word(&mut self) {
        let start = self.at;
        while let Some(&byte) = self.bytes.get(self.at).filter(|&&byte| is_word(byte)) {
            // `$` is a letter of names, but `${` opens.
            let opens = byte == b'$' && self.bytes.get(self.at + 1) == Some(&b'{');
            if opens && self.at > start {
                break;
            }
            self.at += 1;
        }
        self.spend(self.at - start);
        let word = &self.bytes[start..self.at];
        // A property may bear a keyword's name.
        let is_property = start > 0 && self.bytes[start - 1] == b'.';
        self.regex_allowed = !is_property && BEFORE_A_VALUE.contains(&word);
        self.after_statement_word = !is_property && STATEMENT_WORDS.contains(&word);
    }
}

/// Words after which a value follows, and so a `/` starts a regular expression.
const BEFORE_A_VALUE: [&[u8]; 14] = [
    b"return",
    b"typeof",
    b"case",
    b"in",
    b"of",
    b"delete",
    b"void",
    b"instanceof",
    b"new",
    b"do",
    b"else",
    b"throw",
    b"yield",
    b"await",
];

/// Words whose parenthesis is followed by a statement.
const STATEMENT_WORDS: [&[u8]; 4] = [b"if", b"while", b"for", b"with"];

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn found(text: &str) -> Vec<&str> {
        spans(text).into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn an_expression_ends_at_the_brace_that_closes_it() {
        let nested = "`a ${b + `c ${d} }`} }`";
        for (text, expected) in [
            ("plain", vec![]),
            ("${a}", vec!["${a}"]),
            ("x ${a} y ${b} z", vec!["${a}", "${b}"]),
            ("${{a: {b: 1}}.a} }", vec!["${{a: {b: 1}}.a}"]),
            (r#"${"}" + '}' + "\"}"}"#, vec![r#"${"}" + '}' + "\"}"}"#]),
            ("${a /* } */ + 1} b", vec!["${a /* } */ + 1}"]),
            ("${a // }\n} b", vec!["${a // }\n}"]),
            ("${/}/.test(a)} }", vec!["${/}/.test(a)}"]),
            ("${/[/}]/.test(a)} }", vec!["${/[/}]/.test(a)}"]),
            ("${a / b} / }", vec!["${a / b}"]),
            ("${(a) / 2} /}", vec!["${(a) / 2}"]),
            (
                "${() => {if (a) /}/.test(b)}} x",
                vec!["${() => {if (a) /}/.test(b)}}"],
            ),
            ("${() => {return /}/}} x", vec!["${() => {return /}/}}"]),
            ("${a.return / b} /}", vec!["${a.return / b}"]),
            ("${f(} x", vec!["${f(}"]),
            ("$${a}", vec!["${a}"]),
            ("${ä}ö${'€}'}", vec!["${ä}", "${'€}'}"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
        let text = format!("x ${{{nested}}} y");
        assert_eq!(found(&text), [format!("${{{nested}}}")]);
    }

    #[test]
    fn an_opening_that_never_closes_is_plain_text() {
        assert_eq!(found("${a"), Vec::<&str>::new());
        assert_eq!(found("${a ${b} ${c"), ["${b}"]);
        assert_eq!(found("${ it's ${b}"), ["${b}"]);
        assert_eq!(found("${`a ${b} ${`c"), ["${b}"]);
        assert_eq!(found("${"), Vec::<&str>::new());
        assert_eq!(found("$"), Vec::<&str>::new());
    }

    #[test]
    fn hostile_texts_take_time_in_proportion_to_their_length() {
        let started = Instant::now();
        for part in [
            "${", "${'", "${`", "${/[(", "(/[", "${/*", "${\"${`", "{", "${'\n", "${a//",
        ] {
            let text = format!("${{{}", part.repeat(200_000 / part.len()));
            spans(&text);
        }
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn spans_are_ordered_and_delimited(text in "[${}`'\"/*\\\\a \n()\\[\\]é]{0,60}") {
            let mut end = 0;
            for span in spans(&text) {
                prop_assert!(span.start >= end);
                let part = &text[span.clone()];
                prop_assert!(part.starts_with("${") && part.ends_with('}'), "{part}");
                end = span.end;
            }
        }

        #[test]
        fn any_text_is_searched_without_panic(text in any::<String>()) {
            spans(&text);
        }
    }
}
