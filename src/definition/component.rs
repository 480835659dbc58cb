//! Components: from the file's form to the API's (`FORMAT.md` section 4).

use serde_json::Value;

use super::build::{Built, Object};
use super::files::Inside;
use super::reading::Reading;
use super::source::{Entry, Kind, Node, Position};

/// The deepest nesting of components, over all files that they come from.
const MAX_DEPTH: usize = 128;

/// What to do with an item that is no component.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Strange {
    /// It is a mistake.
    Refuse,
    /// It is the API's own: a raw component may hold anything.
    Keep,
}

impl Reading<'_> {
    /// The components of a list.
    pub fn components(&mut self, items: Vec<Node>, strange: Strange) -> Vec<Built> {
        let mut components = Vec::with_capacity(items.len());
        if self.depth == MAX_DEPTH {
            if let Some(first) = items.first() {
                let message = format!("components are nested deeper than {MAX_DEPTH} levels");
                self.notes.error("nesting-too-deep", first.at, message);
            }
            return components;
        }
        self.depth += 1;
        for item in items {
            self.component(item, strange, &mut components);
        }
        self.depth -= 1;
        components
    }

    fn component(&mut self, node: Node, strange: Strange, into: &mut Vec<Built>) {
        match shape(&node) {
            Shape::Raw => into.extend(self.raw_component(node)),
            Shape::File => self.component_file(node, into),
            Shape::Compact => into.extend(self.compact_component(node)),
            Shape::Other if strange == Strange::Keep => {
                let value = self.built(node);
                into.push(value);
            }
            Shape::Other => self.no_component(&node),
        }
    }

    fn no_component(&mut self, node: &Node) {
        let first = match &node.kind {
            Kind::Map(entries) => entries.iter().find(|entry| entry.key.contains(' ')),
            _ => None,
        };
        match first {
            Some(first) => {
                let message = format!(
                    "a component is one key, but more stand beside `{}`",
                    first.key
                );
                self.notes.error("component-shape", node.at, message);
                self.notes.help("indent its properties below its key");
            }
            None => {
                let message = format!(
                    "a component must be one key `type name`, found {}",
                    node.describe()
                );
                self.notes.error("component-shape", node.at, message);
                self.notes
                    .help("`{file: path}` and the raw `{type, name, properties, events}` are components too");
            }
        }
    }

    fn component_file(&mut self, node: Node, into: &mut Vec<Built>) {
        let Kind::Map(entries) = &node.kind else {
            return;
        };
        let Some((path, at)) = Self::named_file(entries) else {
            let found = entries.first().map_or(&node, |entry| &entry.value);
            self.notes.wrong_type("`file`", "a path", found);
            return;
        };
        if let Some((file, text)) = self.part(path, at) {
            self.inside(&file, |reading| reading.components_of(&file, &text, into));
        }
    }

    fn components_of(&mut self, file: &Inside, text: &str, into: &mut Vec<Built>) {
        let source = self.source(file, text);
        let is_readable = source.problems.is_empty();
        self.notes.problems(source.problems);
        let mut documents = source.documents.into_iter();
        match (documents.next(), source.several) {
            (Some(mut node), false) => {
                let size = node.measure();
                if !self.may_add(size.nodes, size.text, node.at) {
                    return;
                }
                self.substitute(&mut node);
                match node.kind {
                    Kind::List(items) => {
                        for item in items {
                            self.component(item, Strange::Refuse, into);
                        }
                    }
                    _ => self.component(node, Strange::Refuse, into),
                }
            }
            (_, true) => {
                let message = "a component's file holds one document, not several";
                self.notes
                    .error("component-shape", Position::START, message);
            }
            (None, false) if is_readable => {
                let message = "the file holds no component";
                self.notes
                    .error("component-shape", Position::START, message);
            }
            (None, false) => {}
        }
    }

    /// A component in its API shape; only its children may stand in another.
    fn raw_component(&mut self, node: Node) -> Option<Built> {
        let at = node.at;
        let entries = self.notes.map("a component", node)?;
        let (mut is_named, mut is_right) = (false, true);
        let component = Built::of_entries(entries, self.notes.place(at), |entry| {
            let Entry { key, at: _, value } = entry;
            is_named |= key == "name";
            if matches!(key.as_str(), "type" | "name") && value.as_text().is_none() {
                let what = format!("a component's `{key}`");
                self.notes.wrong_type(&what, "a string", &value);
                is_right = false;
            }
            let member = match value.kind {
                Kind::Map(properties) if key == "properties" => {
                    self.raw_properties(properties, value.at)
                }
                kind => self.built(Node { kind, ..value }),
            };
            (key, member)
        });
        if !is_named {
            self.notes
                .error("missing-key", at, "a component needs a `name`");
        }
        (is_named && is_right).then_some(component)
    }

    fn raw_properties(&mut self, entries: Vec<Entry>, at: Position) -> Built {
        let place = self.notes.place(at);
        Built::of_entries(entries, place, |Entry { key, at: _, value }| {
            let member = match value.kind {
                Kind::List(items) if key == "children" => {
                    let place = self.notes.place(value.at);
                    Built::list(self.components(items, Strange::Keep), place)
                }
                kind => self.built(Node { kind, ..value }),
            };
            (key, member)
        })
    }

    fn compact_component(&mut self, node: Node) -> Option<Built> {
        let Kind::Map(mut entries) = node.kind else {
            return None;
        };
        let Entry { key, at, value } = entries.pop()?;
        let mut words = key.split_whitespace();
        let (Some(kind), Some(name), None) = (words.next(), words.next(), words.next()) else {
            let message = format!("`{key}` is not a component's `type name`");
            self.notes.error("component-shape", at, message);
            self.notes
                .help("another name needs the raw shape `{type, name, properties, events}`");
            return None;
        };
        let entries = match value.kind {
            Kind::Null => Vec::new(),
            _ => self.notes.map(&format!("component `{name}`"), value)?,
        };
        let parts = self.parts_of_component(kind, entries);
        let place = self.notes.place(at);
        let mut component = Object::default();
        component.insert("type", Built::leaf(kind, place.clone()));
        component.insert("name", Built::leaf(name, place.clone()));
        component.insert("properties", parts.properties.finish(place.clone()));
        match parts.events {
            Events::Implied => component.insert("events", Built::list(Vec::new(), place.clone())),
            Events::Said(events) => component.insert("events", events),
            Events::Absent => {}
        }
        let component = component.finish(place);
        match parts.at {
            Some(node) => self.cell(name, component, node),
            None => Some(component),
        }
    }

    fn parts_of_component(&mut self, kind: &str, entries: Vec<Entry>) -> Parts {
        let mut parts = Parts {
            at: None,
            events: Events::Implied,
            properties: Object::default(),
        };
        let (mut grid, mut children, mut escaped) = (None, None, None);
        for Entry { key, at, value } in entries {
            match key.as_str() {
                "at" => parts.at = Some(value),
                "events" if matches!(value.kind, Kind::Null) => parts.events = Events::Absent,
                "events" => {
                    if let Some(events) = self.events(value) {
                        parts.events = Events::Said(events);
                    }
                }
                "children" => children = self.children(value),
                "grid" if matches!(kind, "modal" | "container") => {
                    let at = value.at;
                    grid = self.notes.text("`grid`", value).map(|name| (name, at));
                }
                "grid" | "file" => {
                    let message = format!("a component of type `{kind}` has no `{key}`");
                    self.notes.error("unknown-key", at, message);
                    self.notes.help(format!(
                        "a property of that name stands as `properties: {{{key}: …}}`"
                    ));
                }
                "properties" => escaped = self.notes.map("`properties`", value),
                _ => {
                    let value = self.built(value);
                    parts.properties.insert(key, value);
                }
            }
        }
        if let Some((name, at)) = grid {
            children = Some((self.grid(name, at, children), at));
        }
        if let Some((children, at)) = children {
            self.add(&mut parts.properties, "children", children, at);
        }
        for entry in escaped.into_iter().flatten() {
            let value = self.built(entry.value);
            self.add(&mut parts.properties, &entry.key, value, entry.at);
        }
        parts
    }

    fn children(&mut self, node: Node) -> Option<(Built, Position)> {
        let at = node.at;
        let place = self.notes.place(at);
        let Kind::List(items) = node.kind else {
            self.notes
                .wrong_type("`children`", "a list of components", &node);
            self.notes.help(
                "a property of that name that is no list stands as `properties: {children: …}`",
            );
            return None;
        };
        Some((
            Built::list(self.components(items, Strange::Refuse), place),
            at,
        ))
    }
}

/// What a compact component says.
struct Parts {
    at: Option<Node>,
    events: Events,
    properties: Object,
}

enum Events {
    /// Not written: none.
    Implied,
    Said(Built),
    /// Written as `null`: the API's value has no such member.
    Absent,
}

enum Shape {
    Raw,
    File,
    Compact,
    Other,
}

fn shape(node: &Node) -> Shape {
    match &node.kind {
        Kind::Map(_) if node.value("type").is_some() => Shape::Raw,
        Kind::Map(entries) => match entries.as_slice() {
            [entry] if entry.key == "file" => Shape::File,
            [entry] if entry.key.contains(char::is_whitespace) => Shape::Compact,
            _ => Shape::Other,
        },
        _ => Shape::Other,
    }
}

/// How deep lists and objects stand in each other.
pub(super) fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
