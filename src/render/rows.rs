//! The changes of one app as rows, grouped by component and query: the short ones as values, the long ones as line
//! diffs, whole components and queries as a summary.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::hunk::{self, Line, Side};
use super::json::{App, Change, Op};
use super::path::owner;
use super::words::counted;

/// The changes of one component, one query, or the app itself.
pub(super) struct Part<'a> {
    /// `component button2`, `query listServices`; `None` for the app itself.
    pub title: Option<Title<'a>>,
    /// What differs in it.
    pub rows: Vec<Row>,
}

/// What a part of an app is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Title<'a> {
    /// `component` or `query`.
    pub noun: &'static str,
    /// Its name.
    pub name: &'a str,
}

/// One difference.
pub(super) struct Row {
    /// What differs.
    pub sign: Sign,
    /// The place inside the part; empty for the part as a whole.
    pub label: String,
    /// How it is shown.
    pub content: Content,
}

/// What differs at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// Only git has it.
    Added,
    /// Only the server has it.
    Removed,
    /// Both have it, with different values.
    Changed,
    /// Both have it, at different places.
    Moved,
}

/// How a difference is shown.
pub(super) enum Content {
    /// Values that are short enough for a line each, as JSON text; `None` on the side that has none.
    Short {
        before: Option<String>,
        after: Option<String>,
    },
    /// A line diff.
    Lines(Vec<Line>),
    /// A phrase, and the value itself where all is shown.
    Summary { words: String, lines: Vec<Line> },
}

/// The rows of an app in the order of its changes, each part at the place of its first change. `full` shows whole
/// components, queries and request bodies instead of their summaries, and line diffs of any length.
pub(super) fn parts(app: &App, full: bool) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut places: BTreeMap<Option<Title<'_>>, usize> = BTreeMap::new();
    for change in &app.changes {
        let (title, label) = place(&change.path);
        let at = *places.entry(title).or_insert_with(|| {
            parts.push(Part {
                title,
                rows: Vec::new(),
            });
            parts.len() - 1
        });
        parts[at].rows.extend(rows(change, label, full));
    }
    if app.changes.is_empty() {
        parts.extend(bodies(app));
    }
    parts
}

fn place(path: &str) -> (Option<Title<'_>>, &str) {
    for (list, noun) in [("components", "component"), ("queries", "query")] {
        if let Some((name, rest)) = owner(path, list) {
            return (Some(Title { noun, name }), rest);
        }
    }
    (None, path)
}

/// What a new app is made of; plans that are not full do not hold it.
fn bodies(app: &App) -> Option<Part<'_>> {
    let bodies = app.steps.iter().filter_map(|step| step.body.as_ref());
    let rows: Vec<_> = bodies
        .map(|body| Row {
            sign: Sign::Added,
            label: "definition".into(),
            content: Content::Lines(hunk::whole(&pretty(body), Side::After)),
        })
        .collect();
    (!rows.is_empty()).then_some(Part { title: None, rows })
}

fn rows(change: &Change, label: &str, full: bool) -> Vec<Row> {
    let Change {
        op, before, after, ..
    } = change;
    if let (Op::Change, "tags", Value::Array(before), Value::Array(after)) =
        (op, label, before, after)
    {
        return tags(before, after);
    }
    let (sign, content) = match op {
        Op::Add => (Sign::Added, one_sided(after, Side::After, label, full)),
        Op::Remove => (Sign::Removed, one_sided(before, Side::Before, label, full)),
        Op::Change => (Sign::Changed, both_sided(before, after, full)),
        Op::Move => (
            Sign::Moved,
            Content::Summary {
                words: movement(before, after),
                lines: Vec::new(),
            },
        ),
    };
    vec![Row {
        sign,
        label: label.to_owned(),
        content,
    }]
}

/// Tags are a set, so each that comes or goes is a row.
fn tags(before: &[Value], after: &[Value]) -> Vec<Row> {
    let short = |value: &Value| Some(compact(value));
    let gone = before.iter().filter(|it| !after.contains(it)).map(|it| {
        let content = Content::Short {
            before: short(it),
            after: None,
        };
        (Sign::Removed, content)
    });
    let new = after.iter().filter(|it| !before.contains(it)).map(|it| {
        let content = Content::Short {
            before: None,
            after: short(it),
        };
        (Sign::Added, content)
    });
    gone.chain(new)
        .map(|(sign, content)| Row {
            sign,
            label: "tags".into(),
            content,
        })
        .collect()
}

fn one_sided(value: &Value, side: Side, label: &str, full: bool) -> Content {
    let lines = || hunk::whole(&long_text(value), side);
    match (label, value) {
        ("", Value::Object(whole)) => Content::Summary {
            words: summary(whole),
            lines: if full { lines() } else { Vec::new() },
        },
        _ if is_short(value, 2 * EASY) => {
            let text = Some(compact(value));
            let (before, after) = match side {
                Side::Before => (text, None),
                Side::After | Side::Both => (None, text),
            };
            Content::Short { before, after }
        }
        _ => Content::Lines(limited(lines(), full)),
    }
}

fn both_sided(before: &Value, after: &Value, full: bool) -> Content {
    match is_short(before, EASY) && is_short(after, EASY) {
        true => Content::Short {
            before: Some(compact(before)),
            after: Some(compact(after)),
        },
        false => {
            let lines = hunk::diff(&long_text(before), &long_text(after));
            Content::Lines(limited(lines, full))
        }
    }
}

/// A component or query in a phrase: `modal "Sure?" with 5 properties and 2 events`.
fn summary(whole: &Map<String, Value>) -> String {
    let text = |map: &Map<String, Value>, name: &str| map.get(name)?.as_str().map(str::to_owned);
    let properties = whole.get("properties").and_then(Value::as_object);
    let mut words = text(whole, "type").unwrap_or_else(|| "of no type".into());
    let Some(properties) = properties else {
        return words;
    };
    let spec = properties.get("spec").and_then(Value::as_object);
    if let Some(action) = spec.and_then(|it| text(it, "fqn")) {
        words = format!("{words} {action}");
    }
    let title = ["label", "title", "content", "text"];
    let title = title.iter().find_map(|name| text(properties, name));
    if let Some(title) = title.filter(|it| !it.is_empty() && it.len() <= 60 && !it.contains('\n')) {
        words = format!("{words} \"{title}\"");
    }
    let properties = properties.len() - usize::from(properties.contains_key("children"));
    let mut parts = vec![counted(properties, "property", "properties")];
    let inputs = spec
        .and_then(|it| it.get("inputs"))
        .and_then(Value::as_object);
    if let Some(inputs) = inputs.filter(|it| !it.is_empty()) {
        parts.push(counted(inputs.len(), "input", "inputs"));
    }
    let events = whole.get("events").and_then(Value::as_array);
    if let Some(events) = events.filter(|it| !it.is_empty()) {
        parts.push(counted(events.len(), "event", "events"));
    }
    format!("{words} with {}", parts.join(", "))
}

/// Where something went. Positions count from 1 here, as people do.
fn movement(before: &Value, after: &Value) -> String {
    let position = |place: &Value| match place["index"].as_u64() {
        Some(index) => index.saturating_add(1).to_string(),
        None => "?".into(),
    };
    let (from, to) = (position(before), position(after));
    let parent = |place: &Value| match place["parent"].as_str() {
        Some(parent) => format!("`{parent}`"),
        None => "the top".into(),
    };
    match (parent(before), parent(after)) {
        (old, new) if old != new => {
            format!("moved from {old} (place {from}) to {new} (place {to})")
        }
        (_, home) if after["parent"].is_string() => {
            format!("moved in {home} from place {from} to {to}")
        }
        _ => format!("moved from place {from} to {to}"),
    }
}

/// Longer lists and objects are easier to read one part a line; one alone may be twice as long as one of two.
const EASY: usize = 80;

/// Whether a value is one line that is easily read. Formats that know a width may still have to shorten it.
fn is_short(value: &Value, easy: usize) -> bool {
    match value {
        Value::String(text) => !text.contains('\n'),
        Value::Array(items) if items.is_empty() => true,
        Value::Object(fields) if fields.is_empty() => true,
        Value::Array(_) | Value::Object(_) => compact(value).len() <= easy,
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// A value in one line. Strings stand in quotes, but as they are: JSON's escapes would hide code behind backslashes.
fn compact(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\"{text}\""),
        value => value.to_string(),
    }
}

fn long_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => pretty(value),
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}")
}

/// Lines beyond this many of one difference are summarised, unless all is asked for.
const MOST_LINES: usize = 60;

fn limited(mut lines: Vec<Line>, full: bool) -> Vec<Line> {
    if full || lines.len() <= MOST_LINES {
        return lines;
    }
    let rest = lines.split_off(MOST_LINES);
    let count = rest.iter().map(|line| match line {
        Line::Text { .. } => 1,
        Line::Equal(count) | Line::More(count) => *count,
    });
    lines.push(Line::More(count.sum()));
    lines
}
