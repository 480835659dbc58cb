//! From a YAML parser's events to [`Node`]s, without recursion.
//!
//! Two things that YAML leaves to others are decided here: a plain `<<` is an error (merge keys are not part of YAML 1.2,
//! and a silent plain key would drop what its author meant), and tags other than the core schema's are errors.

use std::collections::HashMap;

use granit_parser::{Event, ScalarStyle, Span, Tag};

use super::{Entry, Kind, MAX_DEPTH, Measure, Node, Position, Problem, scalar, without_duplicates};

/// Puts the events of one document together.
#[derive(Default)]
pub(super) struct Builder {
    open: Vec<Open>,
    /// The document's value, once it is whole.
    pub root: Option<Node>,
    anchors: HashMap<usize, (Node, Measure)>,
    /// What is wrong with the file so far.
    pub problems: Vec<Problem>,
    /// What all documents of the file have cost so far.
    spent: Measure,
    /// Whether the file expands to more than a file may hold.
    pub is_over: bool,
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
    pub fn reset(&mut self) {
        self.open.clear();
        self.root = None;
        self.anchors.clear();
    }

    fn spend(&mut self, size: Measure, at: Position) -> Result<(), Problem> {
        if !self.spent.add(size.nodes, size.text) {
            self.is_over = true;
            return Err(Problem::too_large(at));
        }
        if self.open.len() + size.depth > MAX_DEPTH {
            return Err(Problem::too_deep(at));
        }
        Ok(())
    }

    /// Takes the next event of a document; an error ends the document.
    pub fn add(&mut self, event: &Event<'_>, span: &Span) -> Result<(), Problem> {
        let at = place(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(text, *style, *anchor, tag.as_deref(), at)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", at);
                self.open(Parts::List(Vec::new()), *anchor, at)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", at);
                let parts = Parts::Map {
                    entries: Vec::new(),
                    key: None,
                };
                self.open(parts, *anchor, at)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close();
                Ok(())
            }
            Event::Alias(anchor) => self.alias(*anchor, at),
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
        if self.spent.add(size.nodes, size.text) {
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

/// Where a span starts.
pub(super) fn place(span: &Span) -> Position {
    position(span.start.line(), span.start.col())
}

/// A place as the parser counts: lines from 1, columns from 0.
pub(super) fn position(line: usize, column: usize) -> Position {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position {
        line: count(line.max(1)),
        column: count(column + 1),
    }
}
