//! YAML with what a value does not say: comments, styles, anchors, blank lines, places.
//!
//! [`Node`](super::Node)s are what a text means; a [`Sketch`] is how it is written, for those who write it anew. Limits and
//! mistakes are the matter of [`parse`](super::parse): only a text without problems is sketched. What the entries mean,
//! and to which of them a comment belongs, is decided elsewhere.

use std::collections::HashMap;

use granit_parser::{
    Event, Parser, ScalarStyle, ScanError, Span, StrInput, StructureStyle, options,
};

use super::yaml::Documents;
use super::{Kind, MAX_DEPTH, Source, scalar};

/// A file as it is written.
#[derive(Debug, Default)]
pub(in crate::definition) struct Sketch {
    /// The documents that hold something.
    pub documents: Vec<Piece>,
    /// All comments, in their order.
    pub comments: Vec<Comment>,
    /// For each document but the first, where its `---` is: comments before that belong to the document above.
    pub markers: Vec<Spot>,
    /// Whether a line says which version of YAML follows.
    pub has_version: bool,
}

/// A place in a text: the line from 1, the column in characters from 0, and the byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::definition) struct Spot {
    pub byte: usize,
    pub line: usize,
    pub column: usize,
}

/// A comment from its `#` to the end of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::definition) struct Comment {
    pub at: Spot,
    pub text: String,
    /// Whether nothing stands before it on its line.
    pub is_alone: bool,
}

/// A value as it is written.
#[derive(Clone, Debug)]
pub(in crate::definition) struct Piece {
    /// Where it starts, after its anchor and tag; a list or mapping in blocks starts with its first key or item.
    pub start: Spot,
    /// Where it ends; a list or mapping in blocks ends where the next thing starts, comments aside.
    pub end: Spot,
    pub anchor: Option<String>,
    pub form: Form,
}

/// How a value is written.
#[derive(Clone, Debug)]
pub(in crate::definition) enum Form {
    /// A scalar without line breaks of its own: what it says.
    Scalar(Kind),
    /// Behind `|`: the text.
    Literal(String),
    /// Behind `>`: the text.
    Folded(String),
    /// The name of an anchor.
    Alias(String),
    List(Vec<Piece>, Layout),
    Map(Vec<(Key, Piece)>, Layout),
}

/// A key as it is written.
#[derive(Clone, Debug)]
pub(in crate::definition) struct Key {
    pub start: Spot,
    pub end: Spot,
    pub text: String,
    pub anchor: Option<String>,
    /// Whether it is an alias, of a value that says the text.
    pub is_alias: bool,
}

/// How a list or mapping is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::definition) enum Layout {
    Block,
    Flow,
}

/// Sketches a text that [`parse`](super::parse) has no problems with; `None` if it has after all.
pub(in crate::definition) fn sketch(text: &str) -> Option<Sketch> {
    draw(text, None)
}

/// Sketches and parses a text in one go; `None` if there are problems, for which it is to be [parsed](super::parse).
pub(in crate::definition) fn read(text: &str) -> Option<(Sketch, Source)> {
    let mut documents = Documents::default();
    let sketch = draw(text, Some(&mut documents))?;
    let source = documents.end();
    source.problems.is_empty().then_some((sketch, source))
}

fn draw(text: &str, documents: Option<&mut Documents>) -> Option<Sketch> {
    let options = options! {
        emit_comments: true,
        emit_anchor_events: true,
        // All of them are kept anyway.
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    let mut drawing = Drawing {
        text,
        parser: Parser::new_from_str_with_options(text, options),
        documents,
        next: None,
        comments: Vec::new(),
        names: HashMap::new(),
        texts: HashMap::new(),
    };
    drawing.file()
}

struct Drawing<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    /// Who else wants to know what the text says.
    documents: Option<&'a mut Documents>,
    /// An event that was looked at, but not taken.
    next: Option<(Event<'a>, Span)>,
    comments: Vec<Comment>,
    /// Names of anchors by their numbers.
    names: HashMap<usize, String>,
    /// What the scalars with an anchor say, by its name.
    texts: HashMap<String, String>,
}

impl<'a> Drawing<'a> {
    fn file(&mut self) -> Option<Sketch> {
        let mut sketch = Sketch::default();
        let mut count = 0;
        let mut marker = None;
        loop {
            let (event, span) = self.event()?;
            match event {
                Event::StreamStart | Event::DocumentEnd => {}
                Event::StreamEnd => break,
                Event::DocumentStart(is_explicit, version) => {
                    sketch.has_version |= version.is_some();
                    marker = is_explicit.then(|| spot(&span).0);
                }
                event => {
                    let piece = self.piece(event, &span)?;
                    if matches!(piece.form, Form::Scalar(Kind::Null)) {
                        continue;
                    }
                    if count > 0 {
                        sketch.markers.push(marker.unwrap_or(piece.start));
                    }
                    count += 1;
                    sketch.documents.push(piece);
                }
            }
        }
        sketch.comments = std::mem::take(&mut self.comments);
        sketch.comments.sort_by_key(|comment| comment.at);
        Some(sketch)
    }

    /// The next event that is no comment.
    fn event(&mut self) -> Option<(Event<'a>, Span)> {
        if let Some(next) = self.next.take() {
            return Some(next);
        }
        loop {
            let next: Result<_, ScanError> = self.parser.next_event()?;
            let (event, span) = next.ok()?;
            if matches!(event, Event::Comment(..)) {
                self.comment(&span);
                continue;
            }
            if let Some(documents) = &mut self.documents {
                documents.add(&event, &span).ok()?;
            }
            return Some((event, span));
        }
    }

    fn comment(&mut self, span: &Span) {
        let (at, end) = spot(span);
        let line = self.text[..at.byte]
            .rfind(['\n', '\r'])
            .map_or(0, |it| it + 1);
        self.comments.push(Comment {
            at,
            text: self.text[at.byte..end.byte].trim_end().to_owned(),
            is_alone: self.text[line..at.byte].trim().is_empty(),
        });
    }

    /// The name of the anchor on the node whose event came last.
    fn anchor(&mut self) -> Option<Option<String>> {
        Some(match self.event()? {
            (Event::Anchor(number, name), _) => {
                self.names.insert(number, name.to_string());
                Some(name.into_owned())
            }
            other => {
                self.next = Some(other);
                None
            }
        })
    }

    fn piece(&mut self, event: Event<'a>, span: &Span) -> Option<Piece> {
        let (start, mut end) = spot(span);
        let anchor = match event {
            Event::Alias(_) => None,
            _ => self.anchor()?,
        };
        let form = match event {
            Event::Scalar(text, style, _, tag) => {
                self.remember(&anchor, &text);
                let tag = tag.as_deref().map(|tag| tag.core_suffix());
                match (tag, style) {
                    (Some(Some(tag)), _) => Form::Scalar(scalar::tagged(&text, tag).ok()?),
                    (_, ScalarStyle::Literal) => Form::Literal(text.into_owned()),
                    (_, ScalarStyle::Folded) => Form::Folded(text.into_owned()),
                    (None, ScalarStyle::Plain) => Form::Scalar(scalar::plain(&text).ok()?),
                    _ => Form::Scalar(Kind::Text(text.into_owned())),
                }
            }
            Event::Alias(number) => Form::Alias(self.names.get(&number)?.clone()),
            Event::SequenceStart(style, ..) => {
                let mut items = Vec::new();
                loop {
                    match self.event()? {
                        (Event::SequenceEnd, span) => {
                            end = spot(&span).1;
                            break Form::List(items, style.into());
                        }
                        (event, span) => items.push(self.piece(event, &span)?),
                    }
                }
            }
            Event::MappingStart(style, ..) => {
                let mut entries = Vec::new();
                loop {
                    let (event, span) = match self.event()? {
                        (Event::MappingEnd, span) => {
                            end = spot(&span).1;
                            break Form::Map(entries, style.into());
                        }
                        next => next,
                    };
                    let key = self.key(event, &span)?;
                    let (event, span) = self.event()?;
                    entries.push((key, self.piece(event, &span)?));
                }
            }
            _ => return None,
        };
        Some(Piece {
            start,
            end,
            anchor,
            form,
        })
    }

    fn key(&mut self, event: Event<'a>, span: &Span) -> Option<Key> {
        let (start, end) = spot(span);
        let (text, anchor) = match event {
            Event::Scalar(text, ..) => (text.into_owned(), self.anchor()?),
            Event::Alias(number) => {
                let name = self.names.get(&number)?;
                return Some(Key {
                    start,
                    end,
                    text: self.texts.get(name)?.clone(),
                    anchor: None,
                    is_alias: true,
                });
            }
            _ => return None,
        };
        self.remember(&anchor, &text);
        Some(Key {
            start,
            end,
            text,
            anchor,
            is_alias: false,
        })
    }

    fn remember(&mut self, anchor: &Option<String>, text: &str) {
        if let Some(name) = anchor {
            self.texts.insert(name.clone(), text.to_owned());
        }
    }
}

impl From<StructureStyle> for Layout {
    fn from(style: StructureStyle) -> Self {
        match style {
            StructureStyle::Block => Self::Block,
            StructureStyle::Flow => Self::Flow,
        }
    }
}

/// Where a span starts and ends.
fn spot(span: &Span) -> (Spot, Spot) {
    let spot = |marker: granit_parser::Marker| Spot {
        byte: marker.byte_offset().unwrap_or_default(),
        line: marker.line(),
        column: marker.col(),
    };
    (spot(span.start), spot(span.end))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::yaml;
    use super::*;

    /// Every text in a folder that could be YAML.
    fn texts(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let ending = path.extension().and_then(|it| it.to_str());
            match path.is_dir() {
                true => texts(&path, found),
                false if matches!(ending, Some("yaml" | "yml" | "json")) => {
                    found.extend(fs::read_to_string(path));
                }
                false => {}
            }
        }
    }

    #[test]
    fn a_text_that_is_read_says_what_it_says_to_the_parser() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = Vec::new();
        for folder in ["examples", "tests"] {
            texts(&root.join(folder), &mut found);
        }
        let odd = [
            "# a\n---\n# b\n---\na: &x [1] # c\nb: *x\n--- # d\nc: |\n  # e\n...\n# f\n",
            "a: {b: [c, # d\n  &e f], *e : g}\n",
            "a: 1\na: 2\n",
            "a: &x [*x]\n",
            "a: [1\n---\nb: 2\n",
            "",
        ];
        found.extend(odd.map(str::to_owned));
        let mut whole = 0;
        for text in &found {
            let text = text.trim_start_matches('\u{feff}');
            let parsed = yaml::parse(text);
            let Some((_, source)) = read(text) else {
                assert!(!parsed.problems.is_empty(), "{text}");
                continue;
            };
            assert_eq!(parsed.problems, [], "{text}");
            assert_eq!(source.documents, parsed.documents, "{text}");
            assert_eq!(source.several, parsed.several, "{text}");
            whole += 1;
        }
        assert!(whole > 100, "{whole} of {} texts", found.len());
    }
}
