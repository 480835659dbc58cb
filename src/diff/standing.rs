//! What a component that differs is, and where it stands, in the terms of the person who looks at the app: not in cell
//! seven of grid three, but on a tab, in a modal, under a title.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::Body;

use super::FieldChange;
use super::align::name_of;
use super::normalize::{Node, children, flatten};

/// What a component is, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its type.
    pub kind: String,
    /// The text by which people know it, if it has one.
    pub title: Option<String>,
    /// Of a cell of the grid: the only component in it.
    pub holds: Option<String>,
    /// What is around it, outermost first, without the grids and cells that only lay things out.
    pub within: Vec<Surrounding>,
}

/// Something around a component that people see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surrounding {
    /// Its type; `tab` for a page of a `tabs` component.
    pub kind: String,
    /// Its name; of a tab, the name of the component that it shows.
    pub name: String,
    /// The text by which people know it, if it has one.
    pub title: Option<String>,
}

/// The standings of all components that `fields` are about, by the names in their paths: in the desired tree, or in the
/// live one where only that has them.
pub(super) fn standings(
    fields: &[FieldChange],
    before: &Body,
    after: &Body,
) -> BTreeMap<String, Standing> {
    let inner = |field: &FieldChange| field.path.starts_with("components[");
    if !fields.iter().any(inner) {
        return BTreeMap::new();
    }
    let mut found = BTreeMap::new();
    let paths: BTreeSet<&str> = fields.iter().map(|it| it.path.as_str()).collect();
    for body in [after, before] {
        let nodes = flatten(&body.components);
        for node in &nodes {
            let label = node.label.to_string();
            let path = format!("components[{label}]");
            let first = paths.range(path.as_str()..).next();
            let is_meant = first.is_some_and(|first| is_below(first, &path));
            if is_meant && !found.contains_key(&label) {
                found.insert(label, standing(&nodes, node));
            }
        }
    }
    found
}

/// Whether a path leads into another, or is it.
fn is_below(path: &str, root: &str) -> bool {
    let rest = path.strip_prefix(root);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn standing(nodes: &[Node<'_>], node: &Node<'_>) -> Standing {
    let mut within = Vec::new();
    let (mut child, mut parent) = (node, node.parent);
    while let Some(around) = parent.map(|at| &nodes[at]) {
        within.extend(surrounding(around.component, child.component));
        (child, parent) = (around, around.parent);
    }
    within.reverse();
    Standing {
        kind: kind(node.component).to_owned(),
        title: title(node.component),
        holds: match (kind(node.component), children(node.component)) {
            ("gridCell", [only]) => Some(name_of(only).to_owned()),
            _ => None,
        },
        within,
    }
}

/// What people see of a component around another; `None` for one that only lays things out.
fn surrounding(component: &Value, child: &Value) -> Option<Surrounding> {
    match kind(component) {
        "grid" | "gridCell" => None,
        "tabs" => Some(tab(component, child)),
        kind => Some(Surrounding {
            kind: kind.to_owned(),
            name: name_of(component).to_owned(),
            title: title(component),
        }),
    }
}

/// The page of a `tabs` component that shows a child; the component itself where it does not say.
fn tab(tabs: &Value, child: &Value) -> Surrounding {
    let name = name_of(child);
    let pages = property(tabs, "tabs").and_then(Value::as_array);
    let shows = |page: &&Value| page.get("value").and_then(Value::as_str) == Some(name);
    match pages.into_iter().flatten().find(shows) {
        Some(page) => Surrounding {
            kind: "tab".into(),
            name: name.to_owned(),
            title: page.get("label").and_then(readable),
        },
        None => Surrounding {
            kind: "tabs".into(),
            name: name_of(tabs).to_owned(),
            title: None,
        },
    }
}

fn kind(component: &Value) -> &str {
    let kind = component.get("type").and_then(Value::as_str);
    kind.unwrap_or_default()
}

fn property<'a>(component: &'a Value, name: &str) -> Option<&'a Value> {
    component.get("properties")?.get(name)
}

fn title(component: &Value) -> Option<String> {
    let titles = ["label", "title"].into_iter();
    titles
        .filter_map(|name| property(component, name))
        .find_map(readable)
}

/// A longer text is no title.
const LONGEST_TITLE: usize = 40;

/// A text that people see as it stands: short, in one line, and without code.
fn readable(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let plain = !text.is_empty() && !text.contains(['\n', '\r']) && !text.contains("${");
    (plain && text.chars().count() <= LONGEST_TITLE).then(|| text.to_owned())
}
