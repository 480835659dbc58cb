//! Components: from the API's form to the file's (`FORMAT.md` section 4), the reverse of `definition::component`.

use serde_json::{Map, Value};

use super::event::events;
use super::tree::Tree;
use super::{entry, plain, text};
use crate::model::COMPONENT_WORDS;

/// The words of `at`, and the layout's.
pub(in crate::definition) const FIELDS: [(&str, &str); 4] =
    [("col", "x"), ("row", "y"), ("w", "width"), ("h", "height")];

/// A component in its compact form, or raw where that would lose something.
pub(super) fn component(value: &Value) -> Tree {
    match compact(value) {
        Some(Compact { name, entries, .. }) => Tree::Block(vec![(name, Tree::Block(entries))]),
        None => raw(value),
    }
}

/// A compact component.
struct Compact {
    /// `type name`.
    name: String,
    entries: Vec<(String, Tree)>,
    /// Whether a cell is folded into it.
    has_cell: bool,
}

fn compact(value: &Value) -> Option<Compact> {
    if let Some((cell, child)) = cell(value)
        && let Some(mut compact) = compact(child)
        && !compact.has_cell
    {
        compact
            .entries
            .insert(0, ("at".to_owned(), at(&cell, child)));
        compact.has_cell = true;
        return Some(compact);
    }
    let Parts {
        kind,
        name,
        properties,
        events: own,
    } = parts(value)?;
    if !is_word(kind) || !is_identifier(name) {
        return None;
    }
    let mut entries = Vec::new();
    let mut escaped = Vec::new();
    let (mut grid, mut children) = (None, None);
    for (key, value) in properties {
        match (key.as_str(), value) {
            ("children", Value::Array(items)) if items.iter().all(is_component) => {
                let (folded, items) = match folded_grid(kind, items) {
                    Some((grid, items)) => (Some(grid), items),
                    None => (None, items.as_slice()),
                };
                grid = folded;
                // `grid` without children means none; the list alone must be said.
                if grid.is_none() || !items.is_empty() {
                    children = Some(Tree::List(items.iter().map(component).collect()));
                }
            }
            (key, value) if COMPONENT_WORDS.contains(&key) => escaped.push(entry(key, value)),
            (key, value) => entries.push(entry(key, value)),
        }
    }
    if !escaped.is_empty() {
        entries.push(("properties".to_owned(), Tree::Map(escaped)));
    }
    match own {
        Some([]) => {}
        Some(list) => entries.push(("events".to_owned(), events(list)?)),
        None => entries.push(("events".to_owned(), Tree::Null)),
    }
    entries.extend(grid.map(|name| ("grid".to_owned(), text(name))));
    entries.extend(children.map(|children| ("children".to_owned(), children)));
    Some(Compact {
        name: format!("{kind} {name}"),
        entries,
        has_cell: false,
    })
}

/// The parts of a component that has nothing but what every component has.
pub(in crate::definition) struct Parts<'a> {
    pub kind: &'a str,
    pub name: &'a str,
    pub properties: &'a Map<String, Value>,
    /// `None` where the component has no such member.
    pub events: Option<&'a [Value]>,
}

pub(in crate::definition) fn parts(value: &Value) -> Option<Parts<'_>> {
    let object = value.as_object()?;
    let is_known = |key: &String| matches!(key.as_str(), "type" | "name" | "properties" | "events");
    if !object.keys().all(is_known) {
        return None;
    }
    Some(Parts {
        kind: object.get("type")?.as_str()?,
        name: object.get("name")?.as_str()?,
        properties: object.get("properties")?.as_object()?,
        events: match object.get("events") {
            Some(events) => Some(events.as_array()?),
            None => None,
        },
    })
}

/// A cell that `at` can say.
pub(in crate::definition) struct Cell<'a> {
    pub name: &'a str,
    pub visible: &'a Value,
    pub layout: &'a Map<String, Value>,
}

/// The cell that `value` is, with its only child, if `at` loses nothing of it.
pub(in crate::definition) fn cell(value: &Value) -> Option<(Cell<'_>, &Value)> {
    let Parts {
        kind,
        name,
        properties,
        events,
    } = parts(value)?;
    let layouts = properties.get("layout")?.as_object()?;
    let layout = layouts.get("default")?.as_object()?;
    let [child] = properties.get("children")?.as_array()?.as_slice() else {
        return None;
    };
    let visible = properties.get("isVisible")?;
    let is_plain = kind == "gridCell"
        && events == Some(&[])
        && properties.len() == 3
        && layouts.len() == 1
        && layout.len() == FIELDS.len()
        && FIELDS
            .iter()
            .all(|(_, field)| layout.get(*field).is_some_and(is_integer));
    is_plain.then_some((
        Cell {
            name,
            visible,
            layout,
        },
        child,
    ))
}

fn at(cell: &Cell<'_>, child: &Value) -> Tree {
    let mut entries: Vec<_> = FIELDS
        .iter()
        .map(|(word, field)| entry(word, &cell.layout[*field]))
        .collect();
    let default = child
        .get("name")
        .and_then(Value::as_str)
        .map(|name| format!("{name}Cell"));
    if default.as_deref() != Some(cell.name) {
        entries.push(("cell".to_owned(), text(cell.name)));
    }
    if *cell.visible != "true" {
        entries.push(entry("visible", cell.visible));
    }
    Tree::Map(entries)
}

/// The name and the children of the plain grid that is the only child of a modal or container.
pub(in crate::definition) fn folded_grid<'a>(
    kind: &str,
    items: &'a [Value],
) -> Option<(&'a str, &'a [Value])> {
    let [only] = items else { return None };
    let Parts {
        kind: inner,
        name,
        properties,
        events,
    } = parts(only)?;
    let children = properties.get("children")?.as_array()?;
    let is_plain = matches!(kind, "modal" | "container")
        && inner == "grid"
        && events == Some(&[])
        && properties.len() == 1
        && children.iter().all(is_component);
    is_plain.then_some((name, children))
}

/// A component in its API shape; only its children may stand in another.
fn raw(value: &Value) -> Tree {
    let Some(object) = value.as_object() else {
        return plain(value);
    };
    const FIRST: [&str; 2] = ["type", "name"];
    let first = FIRST.iter().filter_map(|key| object.get_key_value(*key));
    let others = object
        .iter()
        .filter(|(key, _)| !FIRST.contains(&key.as_str()));
    let entries = first.chain(others).map(|(key, value)| match value {
        Value::Object(properties) if key == "properties" => {
            (key.clone(), raw_properties(properties))
        }
        value => entry(key, value),
    });
    Tree::Block(entries.collect())
}

fn raw_properties(properties: &Map<String, Value>) -> Tree {
    let entries = properties.iter().map(|(key, value)| match value {
        Value::Array(items) if key == "children" => {
            let items = items.iter().map(|item| match is_component(item) {
                true => component(item),
                false => plain(item),
            });
            (key.clone(), Tree::List(items.collect()))
        }
        value => entry(key, value),
    });
    Tree::Map(entries.collect())
}

/// Whether the loader takes this for a component.
pub(in crate::definition) fn is_component(value: &Value) -> bool {
    let is_text = |key| value.get(key).is_some_and(Value::is_string);
    is_text("type") && is_text("name")
}

fn is_integer(value: &Value) -> bool {
    matches!(value, Value::Number(number) if !number.to_string().contains(['.', 'e', 'E']))
}

/// Whether a type can stand in `type name`.
pub(in crate::definition) fn is_word(kind: &str) -> bool {
    !kind.is_empty()
        && kind.len() <= 100
        && !kind.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Whether a name is one that JavaScript could use.
pub(in crate::definition) fn is_identifier(name: &str) -> bool {
    let is_start = |c: char| c.is_alphabetic() || matches!(c, '_' | '$');
    name.len() <= 200
        && name.starts_with(is_start)
        && name.chars().all(|c| is_start(c) || c.is_ascii_digit())
}
