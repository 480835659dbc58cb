//! Rules about the shape of a definition.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use super::app::{App, Members, Part};
use super::near::{Known, Words, suggestion};
use super::node::{Node, describe};
use crate::model::vocabulary::{COMMON, COMPONENTS, EVENTS, QUERIES, REACTIONS, Type};
use crate::model::{COMPONENT_WORDS, QUERY_WORDS, Remark};

pub(super) fn check(app: &App, remarks: &mut Vec<Remark>) {
    missing_root(app, remarks);
    for part in app.components.iter().chain(&app.queries) {
        wrong_shape(part, remarks);
        unknown_word(part, remarks);
    }
    for query in &app.queries {
        missing_action(query, remarks);
    }
    unknown_reactions(app, remarks);
    for component in &app.components {
        tab_without_child(component, remarks);
    }
    duplicate_names(app, remarks);
}

/// `missing-root`
fn missing_root(app: &App, remarks: &mut Vec<Remark>) {
    if app.roots.contains(app.root) {
        return;
    }
    let message = format!(
        "the root component `{}` does not stand at the top",
        app.root
    );
    remarks.push(Remark {
        rule: "missing-root",
        at: app.desired.location.clone(),
        within: None,
        message,
        help: suggestion(app.root, app.roots.iter().copied()).or_else(|| {
            Some("name one of the components at the top as `rootInstanceName`".to_owned())
        }),
    });
}

/// `wrong-shape`
fn wrong_shape(part: &Part, remarks: &mut Vec<Remark>) {
    let what = if part.is_query { "query" } else { "component" };
    let mut expect = |node: Node, is_right: bool, name: &str, expected: &str| {
        if !is_right {
            let found = describe(node.value);
            let message = format!(
                "`{name}` of {what} `{}` must be {expected}, found {found}",
                part.name
            );
            remarks.push(node.remark("wrong-shape", message));
        }
    };
    let is_list = |value: &Value| value.is_array() || value.is_null();
    let Members {
        events,
        name,
        properties,
        kind,
    } = part.members;
    for (key, node) in [("name", name), ("type", kind)] {
        if let Some(node) = node {
            expect(node, node.value.is_string(), key, "a string");
        }
    }
    if let Some(node) = events {
        expect(node, is_list(node.value), "events", "a list");
    }
    if let Some(node) = properties {
        expect(node, node.value.is_object(), "properties", "a mapping");
    }
    let children = "a list of components";
    if let (Some(list), false) = (part.property("children"), part.is_query) {
        expect(list, is_list(list.value), "children", children);
        for child in list.items() {
            expect(child, child.value.is_object(), "children", children);
        }
    }
}

/// `missing-action`
fn missing_action(query: &Part, remarks: &mut Vec<Remark>) {
    if query.kind != "action" {
        return;
    }
    let message = format!("query `{}` names no action", query.name);
    let help = "say which action it runs, such as `action: com.datadoghq.http.request`";
    let spec = query.property("spec");
    // The whole may be an expression.
    if spec.is_some_and(|spec| {
        spec.text().is_some() || spec.text_of("fqn").is_some_and(|fqn| !fqn.is_empty())
    }) {
        return;
    }
    remarks.push(Remark {
        help: Some(help.to_owned()),
        ..spec.unwrap_or(query.node).remark("missing-action", message)
    });
}

/// `unknown-word`: types and properties that are one slip away from a known one.
fn unknown_word(part: &Part, remarks: &mut Vec<Remark>) {
    let (types, properties, what) = match part.is_query {
        true => (&QUERY_TYPES, &QUERY_PROPERTIES, "query"),
        false => (&COMPONENT_TYPES, &COMPONENT_PROPERTIES, "component"),
    };
    if let (Some(node), Some(near)) = (part.members.kind, types.meant_by(part.kind)) {
        remarks.push(mistyped(node, &format!("{what} type"), part.kind, near));
    }
    let members = part.members.properties.into_iter().flat_map(Node::members);
    for (key, member) in members {
        if let Some(near) = properties.meant_by(key) {
            remarks.push(mistyped(member, "property", key, near));
        }
    }
}

static COMPONENT_TYPES: LazyLock<Known> = LazyLock::new(|| types(&COMPONENTS));
static QUERY_TYPES: LazyLock<Known> = LazyLock::new(|| types(&QUERIES));
static COMPONENT_PROPERTIES: LazyLock<Known> =
    LazyLock::new(|| properties(&COMPONENTS, &COMPONENT_WORDS));
static QUERY_PROPERTIES: LazyLock<Known> = LazyLock::new(|| properties(&QUERIES, &QUERY_WORDS));
static REACTION_TYPES: LazyLock<Known> =
    LazyLock::new(|| Known::of(REACTIONS.iter().map(|it| it.name)));
static EVENT_NAMES: LazyLock<Known> =
    LazyLock::new(|| Known::of(EVENTS.iter().map(|(name, _)| *name)));

fn types(types: &[Type]) -> Known {
    Known::of(types.iter().map(|it| it.name))
}

/// Those of all types: it takes more than a slip of the finger to write one of another type. A word of the file language
/// that was mistyped is a property, too.
fn properties(types: &[Type], words: &[&'static str]) -> Known {
    let all = types.iter().flat_map(|it| it.properties);
    let words = words.iter().copied();
    Known::of(all.chain(&COMMON).map(|it| it.name).chain(words))
}

fn unknown_reactions(app: &App, remarks: &mut Vec<Remark>) {
    for event in &app.events {
        let [name, kind] = event.node.pick(["name", "type"]);
        let words: [(_, _, &Known); 2] = [
            (kind, "reaction", &REACTION_TYPES),
            (name, "event", &EVENT_NAMES),
        ];
        for (node, what, known) in words {
            let Some((node, word)) = node.and_then(|node| Some((node, node.text()?))) else {
                continue;
            };
            if let Some(near) = known.meant_by(word) {
                remarks.push(mistyped(node, what, word, near));
            }
        }
    }
}

fn mistyped(node: Node, what: &str, word: &str, near: &str) -> Remark {
    Remark {
        help: Some(format!("did you mean `{near}`?")),
        ..node.remark("unknown-word", format!("no {what} is known as `{word}`"))
    }
}

/// `tab-without-child`
fn tab_without_child(component: &Part, remarks: &mut Vec<Remark>) {
    if component.kind != "tabs" {
        return;
    }
    let children = component.property("children");
    let names: BTreeSet<_> = children
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|child| child.text_of("name"))
        .collect();
    let words = LazyCell::new(|| Words::of(names.iter().copied()));
    for tab in component.property("tabs").into_iter().flat_map(Node::items) {
        let Some(value) = tab.get("value") else {
            continue;
        };
        let Some(name) = value.text().filter(|name| !name.contains("${")) else {
            continue;
        };
        if !names.contains(name) {
            let message = format!(
                "tab `{name}` of `{}` shows no child: none has that name",
                component.name
            );
            remarks.push(Remark {
                help: words.suggestion(name),
                ..value.remark("tab-without-child", message)
            });
        }
    }
}

/// `duplicate-name` and `duplicate-cell`
fn duplicate_names(app: &App, remarks: &mut Vec<Remark>) {
    let mut seen: BTreeMap<&str, &Part> = BTreeMap::new();
    for part in app.components.iter().chain(&app.queries) {
        let Some(first) = seen.get(part.name).copied() else {
            seen.insert(part.name, part);
            continue;
        };
        // Nothing refers to a cell, so two of one name do no harm but to those who read them.
        let are_cells = part.kind == "gridCell" && first.kind == "gridCell";
        let rule = if are_cells {
            "duplicate-cell"
        } else {
            "duplicate-name"
        };
        let what = |part: &Part| match part.is_query {
            true => format!("a query of type `{}`", part.kind),
            false => format!("a `{}`", part.kind),
        };
        let message = match first.is_query == part.is_query && first.kind == part.kind {
            true => format!("`{}` is {} for the second time", part.name, what(part)),
            false => format!("`{}` is {} and {}", part.name, what(first), what(part)),
        };
        remarks.push(Remark {
            help: Some(
                "components and queries share one namespace: give one of them another name"
                    .to_owned(),
            ),
            ..part.name_node().remark(rule, message)
        });
    }
}
