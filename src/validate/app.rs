//! One app as the rules look at it: its components, queries, events and expressions, each with its place.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::node::Node;
use crate::expression::{Parsed, Parser, spans};
use crate::model::{Declared, DesiredApp, Remark, Within};

/// One app.
pub(super) struct App<'a> {
    pub desired: &'a DesiredApp,
    pub root: &'a str,
    /// All components, parents before children.
    pub components: Vec<Part<'a>>,
    /// How many of the components stand at the top.
    pub roots: BTreeSet<&'a str>,
    pub queries: Vec<Part<'a>>,
    pub events: Vec<Event<'a>>,
    pub texts: Vec<Text<'a>>,
    /// What each name stands for, in the order of the file.
    pub names: BTreeMap<&'a str, Vec<Named<'a>>>,
}

/// A component or a query.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub kind: &'a str,
    pub name: &'a str,
    pub node: Node<'a>,
    pub is_query: bool,
    /// What every component and query has, as far as it is there.
    pub members: Members<'a>,
}

/// The members of a component or a query that the rules look at.
#[derive(Clone, Copy)]
pub(super) struct Members<'a> {
    pub events: Option<Node<'a>>,
    pub name: Option<Node<'a>>,
    pub properties: Option<Node<'a>>,
    pub kind: Option<Node<'a>>,
}

/// What a name stands for: the type of a component or query.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub kind: &'a str,
    pub is_query: bool,
}

/// A reaction to something that happens.
pub(super) struct Event<'a> {
    pub kind: &'a str,
    pub node: Node<'a>,
}

/// A text with what stands in it.
pub(super) struct Text<'a> {
    pub node: Node<'a>,
    pub text: &'a str,
    pub expressions: Vec<Expression>,
    /// Where a `${` stands that never closes.
    pub unclosed: Option<usize>,
    /// The text once more, for all remarks about it.
    shared: OnceCell<Arc<str>>,
}

/// The code of one `${…}`.
pub(super) struct Expression {
    /// The byte of the text where the code starts.
    pub start: usize,
    pub parsed: Rc<Parsed>,
}

impl<'a> App<'a> {
    pub fn new(declared: &'a Declared<'_>, parser: &mut Parser) -> Self {
        let Declared {
            key: _,
            app: desired,
            body,
            places,
            texts: _,
        } = declared;
        let mut app = Self {
            desired,
            root: &body.root_instance_name,
            components: Vec::new(),
            roots: BTreeSet::new(),
            queries: Vec::new(),
            events: Vec::new(),
            texts: Vec::new(),
            names: BTreeMap::new(),
        };
        for node in Node::all(&body.components, &places.components) {
            app.roots.extend(node.text_of("name"));
            app.component(node);
            app.walk(node, parser);
        }
        for node in Node::all(&body.queries, &places.queries) {
            let query = Part::of(node, true);
            app.queries.push(query);
            app.walk(node, parser);
        }
        for part in app.components.iter().chain(&app.queries) {
            let named = Named {
                kind: part.kind,
                is_query: part.is_query,
            };
            app.names.entry(part.name).or_default().push(named);
        }
        app
    }

    fn component(&mut self, node: Node<'a>) {
        let component = Part::of(node, false);
        self.components.push(component);
        let children = component.property("children");
        for child in children.into_iter().flat_map(Node::items) {
            if child.value.is_object() {
                self.component(child);
            }
        }
    }

    /// Collects the texts and events in a value.
    fn walk(&mut self, node: Node<'a>, parser: &mut Parser) {
        match node.value {
            Value::String(text) => self.texts.extend(Text::of(node, text, parser)),
            Value::Array(_) => node.items().for_each(|item| self.walk(item, parser)),
            Value::Object(_) => {
                for (key, member) in node.members() {
                    if key == "events" {
                        self.events.extend(member.items().filter_map(Event::of));
                    }
                    self.walk(member, parser);
                }
            }
            _ => {}
        }
    }
}

impl<'a> Part<'a> {
    fn of(node: Node<'a>, is_query: bool) -> Self {
        let [events, name, properties, kind] = node.pick(["events", "name", "properties", "type"]);
        let text = |node: Option<Node<'a>>| node.and_then(|node| node.text()).unwrap_or_default();
        Self {
            kind: text(kind),
            name: text(name),
            node,
            is_query,
            members: Members {
                events,
                name,
                properties,
                kind,
            },
        }
    }

    pub fn property(&self, name: &str) -> Option<Node<'a>> {
        self.members.properties?.get(name)
    }

    /// The place of the name, or of the whole if it has none.
    pub fn name_node(&self) -> Node<'a> {
        self.members.name.unwrap_or(self.node)
    }
}

impl<'a> Event<'a> {
    fn of(node: Node<'a>) -> Option<Self> {
        let kind = node.text_of("type")?;
        Some(Self { kind, node })
    }
}

impl<'a> Text<'a> {
    /// The text, if there is anything in it that rules look at.
    fn of(node: Node<'a>, text: &'a str, parser: &mut Parser) -> Option<Self> {
        if !text.contains('{') {
            return None;
        }
        let mut found = Self {
            node,
            text,
            expressions: Vec::new(),
            unclosed: None,
            shared: OnceCell::new(),
        };
        let spans = spans(text);
        // Code in which a bracket is missing or left over ends too early or never; it is plain text to the server, but
        // was meant as an expression, and the parser knows where it breaks.
        let is_whole = text.starts_with("${") && text.ends_with('}');
        let closes_early = spans
            .first()
            .is_some_and(|span| span.start == 0 && rest_is_code(&text[span.end..]));
        let is_open = spans.first().is_none_or(|span| span.start > 0);
        if is_whole && spans.first() != Some(&(0..text.len())) && (is_open || closes_early) {
            let code = &text[2..text.len() - 1];
            let parsed = parser.parse(code);
            if !parsed.errors.is_empty() {
                found.expressions.push(Expression { start: 2, parsed });
                return Some(found);
            }
        }
        let mut from = 0;
        for span in spans {
            found.open_in(from, span.start);
            let start = span.start + 2;
            let parsed = parser.parse(&text[start..span.end - 1]);
            found.expressions.push(Expression { start, parsed });
            from = span.end;
        }
        found.open_in(from, text.len());
        Some(found)
    }

    /// A remark about a byte of it.
    pub fn remark(&self, rule: &'static str, offset: usize, message: impl Into<String>) -> Remark {
        let text = self.shared.get_or_init(|| self.text.into());
        Remark {
            within: Some(Within {
                text: Arc::clone(text),
                offset,
            }),
            ..self.node.remark(rule, message)
        }
    }

    fn open_in(&mut self, from: usize, to: usize) {
        if let Some(at) = self.text[from..to].find("${") {
            self.unclosed.get_or_insert(from + at);
        }
    }
}

/// Whether what follows an expression looks like the rest of it: the call that the editor's wrapper ends with.
fn rest_is_code(rest: &str) -> bool {
    rest.trim_start().starts_with([')', '}', ']'])
}
