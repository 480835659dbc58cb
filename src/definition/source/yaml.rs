//! YAML 1.2 to [`Node`](super::Node)s.
//!
//! The parser's events come one by one; [`tree`](super::tree) puts them together.

use granit_parser::{ErrorKind, Event, Parser, ScanError, Span, options};

use super::tree::{Builder, position};
use super::{Kind, MAX_DEPTH, Problem, Source};

/// Reads all documents of a text. After a syntax error it goes on with the next document.
pub(super) fn parse(text: &str) -> Source {
    let options = options! {
        emit_comments: false,
        // One more than we allow, so that the limit is ours and its message too.
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut documents = Documents::default();
    loop {
        let taken = match parser.next_event() {
            None | Some(Ok((Event::StreamEnd, _))) => break,
            Some(Ok((event, span))) => documents.add(&event, &span),
            Some(Err(error)) => Err(syntax(&error)),
        };
        if let Err(problem) = taken {
            documents.give_up(problem);
            // A limit is a limit on the file.
            if documents.builder.is_over || !matches!(parser.proceed_next_document(), Ok(true)) {
                break;
            }
        }
    }
    documents.end()
}

/// The documents of a text, event by event.
#[derive(Default)]
pub(super) struct Documents {
    builder: Builder,
    source: Source,
    count: usize,
}

impl Documents {
    /// Takes the next event; an error ends the document.
    pub fn add(&mut self, event: &Event<'_>, span: &Span) -> Result<(), Problem> {
        match event {
            Event::DocumentStart(..) => self.builder.reset(),
            Event::DocumentEnd => {
                // An empty document is what a stray `---` makes.
                let root = self.builder.root.take();
                if let Some(root) = root.filter(|it| !matches!(it.kind, Kind::Null)) {
                    self.source.documents.push(root);
                    self.count += 1;
                }
            }
            event => self.builder.add(event, span)?,
        }
        Ok(())
    }

    fn give_up(&mut self, problem: Problem) {
        self.builder.problems.push(problem);
        self.builder.reset();
        self.count += 1;
    }

    /// What they say, after their last event.
    pub fn end(self) -> Source {
        Source {
            several: self.count > 1,
            problems: self.builder.problems,
            ..self.source
        }
    }
}

fn syntax(error: &ScanError) -> Problem {
    let marker = error.marker();
    let at = position(marker.line(), marker.col());
    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
        return Problem::too_deep(at);
    }
    Problem {
        help: way_out(error.kind()),
        ..Problem::new("yaml-syntax", at, format!("not YAML: {}", error.info()))
    }
}

/// What to do about the mistakes that people make most: they forget the quotes around an expression or a variable.
fn way_out(kind: &ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::UnexpectedCharacter {
            character: '@' | '`' | '%',
        }
        | ErrorKind::UnknownAnchor => Some(
            "a value that begins with `@`, `%`, `*` or a backtick stands in quotes: `'@{region}'`",
        ),
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => Some(
            "inside of `{…}` and `[…]`, a value with braces, brackets, commas or `: ` in it stands in quotes: `'${a.b}'`",
        ),
        ErrorKind::MappingValueNotAllowed => Some(
            "a value with `: ` in it stands in quotes: `'${a ? b : c}'`; the keys of a mapping begin in one column",
        ),
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation => {
            Some("the keys of a mapping begin in one column")
        }
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => Some("indent with blanks"),
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            Some("a quote in single quotes is doubled: `'it''s'`")
        }
        ErrorKind::UnknownQuotedScalarEscape => {
            Some("a backslash stands for itself in single quotes only: `'\\d+'`")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Node, Position};
    use super::*;
    use std::time::{Duration, Instant};

    fn document(text: &str) -> Node {
        let mut source = parse(text);
        assert_eq!(source.problems, [], "{text}");
        source.documents.remove(0)
    }

    /// The rules and places of the problems.
    fn problems(text: &str) -> Vec<(&'static str, u32, u32)> {
        let found = parse(text).problems;
        found
            .iter()
            .map(|p| (p.rule, p.at.line, p.at.column))
            .collect()
    }

    #[test]
    fn every_value_knows_its_place() {
        let root = document("# comment\na:\n  - é: [1, x]\n  - |\n    text\n");
        let Kind::List(items) = &root.value("a").unwrap().kind else {
            panic!("a list")
        };
        assert_eq!(items[0].at, Position { line: 3, column: 5 });
        let inner = items[0].value("é").unwrap();
        assert_eq!(inner.at, Position { line: 3, column: 8 });
        assert_eq!(items[1].as_text(), Some("text\n"));
        // A block scalar starts with its first line, not with its `|`.
        assert_eq!(items[1].at, Position { line: 5, column: 5 });
    }

    #[test]
    fn an_alias_stands_for_its_value_in_its_own_place() {
        let root = document("a: &x {b: 1}\nc: *x\n");
        let copy = root.value("c").unwrap();
        assert_eq!(copy.at, Position { line: 2, column: 4 });
        assert_eq!(
            copy.value("b").unwrap().at,
            Position {
                line: 1,
                column: 11
            }
        );
        assert!(document("a: &x k\n*x : 1").value("k").is_some());
    }

    #[test]
    fn keys_are_the_text_as_written() {
        let root = document("1: a\ntrue: b\n0x1F: c\n\"<<\": d\n");
        for key in ["1", "true", "0x1F", "<<"] {
            assert!(root.value(key).is_some(), "{key}");
        }
    }

    #[test]
    fn quotes_and_tags_make_strings() {
        let root = document("a: '1'\nb: !!str 1\nc: ! true\nd: !!int '7'\n");
        assert_eq!(root.value("a").unwrap().as_text(), Some("1"));
        assert_eq!(root.value("b").unwrap().as_text(), Some("1"));
        assert_eq!(root.value("c").unwrap().as_text(), Some("true"));
        assert_eq!(root.value("d").unwrap().describe(), "a number");
    }

    #[test]
    fn problems_have_places() {
        for (text, expected) in [
            ("a: 1\nb: 2\na: 3\n", vec![("duplicate-key", 3, 1)]),
            (
                "a: .inf\nb: !x 1\n",
                vec![("yaml-value", 1, 4), ("yaml-value", 2, 7)],
            ),
            ("a: &x {b: 1}\nc:\n  <<: *x\n", vec![("merge-key", 3, 3)]),
            ("? [a]\n: 1\n", vec![("yaml-value", 1, 3)]),
            ("a: *x\n", vec![("yaml-syntax", 1, 4)]),
            ("a: &x [*x]\n", vec![("yaml-syntax", 1, 8)]),
            ("a:\n\t- b\n", vec![("yaml-syntax", 2, 2)]),
        ] {
            assert_eq!(problems(text), expected, "{text}");
        }
    }

    #[test]
    fn forgotten_quotes_and_tabs_have_a_way_out() {
        for (text, help) in [
            ("a: @{region}\n", "'@{region}'"),
            ("a: `x`\n", "'@{region}'"),
            ("a: *bold*\n", "`*`"),
            ("a: {b: ${c.d}}\n", "'${a.b}'"),
            ("a: [${c}, d]\n", "'${a.b}'"),
            ("a: ${b ? c : d}\n", "'${a ? b : c}'"),
            ("a: b\n  c: d\n", "one column"),
            ("a:\n    b: c\n   d: e\n", "one column"),
            ("a:\n\t- b\n", "blanks"),
            ("a: 'it's'\n", "doubled"),
            ("a: \"\\d\"\n", "single quotes"),
        ] {
            let problem = &parse(text).problems[0];
            assert!(
                problem.help.unwrap_or_default().contains(help),
                "{text}{problem:?}"
            );
        }
    }

    #[test]
    fn a_broken_document_does_not_hide_the_next() {
        let source = parse("a: [1\n---\nb: 2\n---\nc: c: c\n---\nd: 4\n");
        assert_eq!(source.problems.len(), 2);
        assert_eq!(source.documents.len(), 2);
        assert!(source.several);
    }

    #[test]
    fn empty_documents_do_not_count() {
        let source = parse("---\na: 1\n---\n");
        assert_eq!((source.documents.len(), source.several), (1, false));
        assert_eq!(parse("# nothing\n").documents, []);
        assert_eq!(parse("").documents, []);
    }

    #[test]
    fn nesting_is_limited() {
        let flow = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(problems(&flow(MAX_DEPTH)), []);
        for text in [
            flow(MAX_DEPTH + 1),
            flow(100_000),
            "{a: ".repeat(5_000),
            "- ".repeat(5_000),
        ] {
            assert_eq!(problems(&text)[0].0, "nesting-too-deep");
        }
        let chain: String = (1..200)
            .map(|n| format!("a{n}: &a{n} [[[*a{}]]]\n", n - 1))
            .collect();
        let rules = problems(&format!("a0: &a0 []\n{chain}"));
        assert_eq!(rules[0].0, "nesting-too-deep");
    }

    #[test]
    fn bombs_are_refused_before_they_expand() {
        let started = Instant::now();
        let level = |n: usize| {
            format!(
                "a{n}: &a{n} [{}]\n",
                vec![format!("*a{}", n - 1); 10].join(",")
            )
        };
        let wide = format!("a0: &a0 [x]\n{}", (1..30).map(level).collect::<String>());
        assert_eq!(problems(&wide)[0].0, "too-many-values");
        let long = format!(
            "a: &a {}\nb: [{}]",
            "x".repeat(1 << 20),
            "*a,".repeat(10_000)
        );
        assert_eq!(problems(&long)[0].0, "too-many-values");
        assert!(started.elapsed() < Duration::from_secs(30));
    }
}
