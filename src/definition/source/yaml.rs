//! YAML 1.2 to [`Node`]s.
//!
//! The parser's events come one by one and are put together without recursion. Two things that YAML leaves to others are
//! decided here: a plain `<<` is an error (merge keys are not part of YAML 1.2, and a silent plain key would drop what
//! its author meant), and tags other than the core schema's are errors.

use std::collections::HashMap;

use granit_parser::{
    ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag, options,
};

use super::{
    Entry, Kind, MAX_DEPTH, MAX_NODES, MAX_TEXT, Measure, Node, Position, Problem, Source, scalar,
    without_duplicates,
};

/// Reads all documents of a text. After a syntax error it goes on with the next document.
pub(super) fn parse(text: &str) -> Source {
    let options = options! {
        emit_comments: false,
        // One more than we allow, so that the limit is ours and its message too.
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder::default();
    let mut source = Source::default();
    let mut count = 0;
    loop {
        let document = match next_document(&mut parser, &mut builder) {
            Next::End => break,
            Next::Document(root) => root,
            Next::Broken(problem) => {
                builder.problems.push(problem);
                count += 1;
                // A limit is a limit on the file.
                if builder.is_over() || !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
                builder.reset();
                continue;
            }
        };
        // An empty document is what a stray `---` makes.
        if !matches!(document.kind, Kind::Null) {
            source.documents.push(document);
            count += 1;
        }
    }
    source.several = count > 1;
    source.problems = builder.problems;
    source
}

enum Next {
    Document(Node),
    Broken(Problem),
    End,
}

fn next_document<'a>(parser: &mut Parser<'a, StrInput<'a>>, builder: &mut Builder) -> Next {
    loop {
        let (event, span) = match parser.next_event() {
            None => return Next::End,
            Some(Err(error)) => return Next::Broken(syntax(&error)),
            Some(Ok(next)) => next,
        };
        match event {
            Event::DocumentStart(..) => builder.reset(),
            Event::DocumentEnd => {
                return Next::Document(builder.root.take().unwrap_or(Node {
                    at: place(&span),
                    kind: Kind::Null,
                }));
            }
            Event::StreamEnd => return Next::End,
            event => {
                if let Err(problem) = builder.add(event, &span) {
                    return Next::Broken(problem);
                }
            }
        }
    }
}

fn syntax(error: &ScanError) -> Problem {
    let marker = error.marker();
    let at = position(marker.line(), marker.col());
    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
        return Problem::too_deep(at);
    }
    Problem::new("yaml-syntax", at, format!("not YAML: {}", error.info()))
}

fn place(span: &Span) -> Position {
    position(span.start.line(), span.start.col())
}

fn position(line: usize, column: usize) -> Position {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position {
        line: count(line.max(1)),
        column: count(column + 1),
    }
}

/// Puts the events of one document together.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, (Node, Measure)>,
    problems: Vec<Problem>,
    nodes: usize,
    text: usize,
}

/// A list or mapping whose end has not come yet.
struct Open {
    at: Position,
    anchor: usize,
    parts: Parts,
}

enum Parts {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        key: Option<(String, Position)>,
    },
}

impl Builder {
    /// Forgets a document, but not what all documents of the file have cost so far.
    fn reset(&mut self) {
        self.open.clear();
        self.root = None;
        self.anchors.clear();
    }

    fn is_over(&self) -> bool {
        self.nodes > MAX_NODES || self.text > MAX_TEXT
    }

    fn spend(&mut self, size: Measure, at: Position) -> Result<(), Problem> {
        self.nodes = self.nodes.saturating_add(size.nodes);
        self.text = self.text.saturating_add(size.text);
        if self.is_over() {
            return Err(Problem::new(
                "too-many-values",
                at,
                format!(
                    "the file expands to more than {MAX_NODES} values or {} MiB of text",
                    MAX_TEXT >> 20
                ),
            ));
        }
        if self.open.len() + size.depth > MAX_DEPTH {
            return Err(Problem::too_deep(at));
        }
        Ok(())
    }

    fn add(&mut self, event: Event<'_>, span: &Span) -> Result<(), Problem> {
        let at = place(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tag.as_deref(), at)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", at);
                self.open(Parts::List(Vec::new()), anchor, at)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", at);
                let parts = Parts::Map {
                    entries: Vec::new(),
                    key: None,
                };
                self.open(parts, anchor, at)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close();
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, at),
            _ => Ok(()),
        }
    }

    fn open(&mut self, parts: Parts, anchor: usize, at: Position) -> Result<(), Problem> {
        let size = Measure {
            depth: 1,
            nodes: 1,
            text: 0,
        };
        self.spend(size, at)?;
        self.open.push(Open { at, anchor, parts });
        Ok(())
    }

    fn close(&mut self) {
        let Some(Open { at, anchor, parts }) = self.open.pop() else {
            return;
        };
        let kind = match parts {
            Parts::List(items) => Kind::List(items),
            Parts::Map { entries, .. } => {
                Kind::Map(without_duplicates(entries, &mut self.problems))
            }
        };
        self.finish(Node { at, kind }, anchor);
    }

    fn alias(&mut self, anchor: usize, at: Position) -> Result<(), Problem> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            // An alias inside the very value that it names.
            return Err(Problem::new(
                "yaml-syntax",
                at,
                "an alias stands inside the value that it names",
            ));
        };
        let size = *size;
        if let (Some(key), true) = (node.as_text().map(str::to_owned), self.wants_key()) {
            self.spend(size, at)?;
            self.set_key(key, at);
            return Ok(());
        }
        self.spend(size, at)?;
        // The value stands where the alias does; its parts stand where they are written.
        let kind = self.anchors[&anchor].0.kind.clone();
        self.finish(Node { at, kind }, 0);
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        at: Position,
    ) -> Result<(), Problem> {
        let size = Measure {
            depth: 0,
            nodes: 1,
            text: text.len(),
        };
        self.spend(size, at)?;
        let is_plain = matches!(style, ScalarStyle::Plain);
        if self.wants_key() {
            // Keys are the text as it is written: `1`, `true` and `null` are these words.
            if is_plain && text == "<<" {
                self.problems.push(Problem {
                    help: Some(
                        "write the keys out, or put `<<` in quotes to mean a key of that name",
                    ),
                    ..Problem::new(
                        "merge-key",
                        at,
                        "merge keys (`<<`) are not part of YAML 1.2",
                    )
                });
            } else if is_plain && text.is_empty() {
                self.problems.push(Problem::new(
                    "yaml-syntax",
                    at,
                    "a key is missing before `:`",
                ));
            }
            if anchor > 0 {
                self.keep(
                    anchor,
                    &Node {
                        at,
                        kind: Kind::Text(text.to_owned()),
                    },
                );
            }
            self.set_key(text.to_owned(), at);
            return Ok(());
        }
        let kind = match tag {
            Some(tag) => match tag.core_suffix() {
                Some(suffix) => scalar::tagged(text, suffix),
                None if tag.original() == "!" => Ok(Kind::Text(text.to_owned())),
                None => Err(format!("tag `{}` has no meaning here", tag.original())),
            },
            None if is_plain => scalar::plain(text),
            None => Ok(Kind::Text(text.to_owned())),
        };
        let kind = kind.unwrap_or_else(|message| {
            self.problems.push(Problem::new("yaml-value", at, message));
            Kind::Null
        });
        self.finish(Node { at, kind }, anchor);
        Ok(())
    }

    fn check_tag(&mut self, tag: Option<&Tag>, expected: &str, at: Position) {
        let Some(tag) = tag else { return };
        if tag.core_suffix() != Some(expected) && tag.original() != "!" {
            let message = format!("tag `{}` has no meaning here", tag.original());
            self.problems.push(Problem::new("yaml-value", at, message));
        }
    }

    fn wants_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                parts: Parts::Map { key: None, .. },
                ..
            })
        )
    }

    fn set_key(&mut self, text: String, at: Position) {
        if let Some(Open {
            parts: Parts::Map { key, .. },
            ..
        }) = self.open.last_mut()
        {
            *key = Some((text, at));
        }
    }

    /// Remembers a value for the aliases that name it.
    fn keep(&mut self, anchor: usize, node: &Node) {
        let size = node.measure();
        // Copies count like expansions, or anchors nested in anchors would cost more than the file says.
        self.nodes = self.nodes.saturating_add(size.nodes);
        self.text = self.text.saturating_add(size.text);
        if !self.is_over() {
            self.anchors.insert(anchor, (node.clone(), size));
        }
    }

    /// Hands a finished value to what is open around it.
    fn finish(&mut self, node: Node, anchor: usize) {
        if anchor > 0 {
            self.keep(anchor, &node);
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open {
                parts: Parts::List(items),
                ..
            }) => items.push(node),
            Some(Open {
                parts: Parts::Map { entries, key },
                ..
            }) => match key.take() {
                Some((key, at)) => entries.push(Entry {
                    key,
                    at,
                    value: node,
                }),
                None => {
                    self.problems.push(Problem::new(
                        "yaml-value",
                        node.at,
                        format!("keys are strings, found {}", node.describe()),
                    ));
                    *key = Some((String::new(), node.at));
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
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
