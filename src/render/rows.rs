//! The changes of one app as rows, grouped by component and query: the short ones as values, the long ones as line
//! diffs, whole components and queries as a summary.

use std::collections::BTreeMap;

use serde_json::Value;

use super::folds::{connection, fold};
use super::hunk::{self, Line, Side};
use super::json::{App, Around, Change, Component, Op};
use super::path::owner;
use super::phrases::{deleted_column, moved, summary};

/// Where an app differs, and what is needed to call things by their names.
#[derive(Clone, Copy)]
pub(super) struct Differences<'a> {
    pub changes: &'a [Change],
    pub components: &'a BTreeMap<String, Component>,
    pub connections: &'a BTreeMap<String, String>,
}

/// The changes of one component, one query, or the app itself.
pub(super) struct Part<'a> {
    /// `button button2`, `query listServices`, `layout`; `None` for the app itself.
    pub title: Option<Title<'a>>,
    /// The text by which people know a component, if it has one.
    pub caption: Option<&'a str>,
    /// What is around a component, outermost first.
    pub within: &'a [Around],
    /// What differs in it.
    pub rows: Vec<Row>,
}

/// What a part of an app is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Title<'a> {
    /// The type of a component, `query`, or `layout` for the places of components.
    pub noun: &'a str,
    /// Its name; empty for `layout`.
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

/// The rows of an app in the order of its changes, each part at the place of its first change; what concerns the app as a
/// whole comes first, places on the grid and what the editor keeps for itself last. `full` shows whole components, queries
/// and request bodies instead of their summaries, line diffs of any length, and folds nothing.
pub(super) fn parts(app: &App, full: bool) -> Vec<Part<'_>> {
    let differences = Differences {
        changes: &app.changes,
        components: &app.components,
        connections: &app.connections,
    };
    let mut parts = differing(differences, full);
    if full && app.changes.is_empty() {
        parts.extend(bodies(differences, app));
    }
    parts
}

/// The same of differences that are not those of a plan.
pub(super) fn differing(app: Differences<'_>, full: bool) -> Vec<Part<'_>> {
    let folded = fold(app, full);
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut places: BTreeMap<Option<Title<'_>>, usize> = BTreeMap::new();
    for change in folded.rest {
        let (title, label) = place(app, &change.path);
        let at = *places.entry(title).or_insert_with(|| {
            parts.push(Part::new(app, title));
            parts.len() - 1
        });
        let held = owner(&change.path, "components").map(|(name, _)| name);
        let with_cell = held.is_some_and(|name| folded.with_cell.contains(name));
        let rows = rows(app, change, label, Shown { full, with_cell });
        parts[at].rows.extend(rows);
    }
    for part in &mut parts {
        // A text that is shown as a change need not be shown above it.
        let says = |row: &Row| row.label == "label" || row.label == "title";
        part.caption = part.caption.filter(|_| !part.rows.iter().any(says));
    }
    let layout = Title {
        noun: "layout",
        name: "",
    };
    let of = |title, rows| Part {
        rows,
        ..Part::new(app, title)
    };
    // After the app's own attributes, which come first.
    match parts.first_mut().filter(|it| it.title.is_none()) {
        Some(own) => own.rows.extend(folded.above),
        None => parts.insert(0, of(None, folded.above)),
    }
    parts.push(of(Some(layout), folded.layout));
    parts.push(of(None, folded.editor));
    parts.retain(|part| !part.rows.is_empty());
    parts
}

impl<'a> Part<'a> {
    fn new(app: Differences<'a>, title: Option<Title<'a>>) -> Self {
        let known = title.filter(|it| it.noun != "query");
        let component = known.and_then(|it| app.components.get(it.name));
        Self {
            title,
            caption: component.and_then(|it| it.title.as_deref()),
            within: component.map_or(&[], |it| &it.within),
            rows: Vec::new(),
        }
    }
}

/// How much of a change is shown.
#[derive(Clone, Copy)]
struct Shown {
    /// Everything.
    full: bool,
    /// The cell around the component changes in the same way, and is not shown by itself.
    with_cell: bool,
}

fn place<'a>(app: Differences<'a>, path: &'a str) -> (Option<Title<'a>>, &'a str) {
    if let Some((name, rest)) = owner(path, "components") {
        let known = app.components.get(name).map(|it| it.kind.as_str());
        let noun = known.filter(|it| !it.is_empty()).unwrap_or("component");
        return (Some(Title { noun, name }), rest);
    }
    match owner(path, "queries") {
        Some((name, rest)) => {
            let noun = "query";
            (Some(Title { noun, name }), rest)
        }
        None => (None, path),
    }
}

/// What a new app is made of; plans that are not full do not hold it.
fn bodies<'a>(differences: Differences<'a>, app: &App) -> Option<Part<'a>> {
    let bodies = app.steps.iter().filter_map(|step| step.body.as_ref());
    let rows: Vec<_> = bodies
        .map(|body| Row {
            sign: Sign::Added,
            label: "definition".into(),
            content: Content::Lines(hunk::whole(&pretty(body), Side::After)),
        })
        .collect();
    (!rows.is_empty()).then_some(Part {
        rows,
        ..Part::new(differences, None)
    })
}

fn rows(app: Differences<'_>, change: &Change, label: &str, shown: Shown) -> Vec<Row> {
    let Change {
        op, before, after, ..
    } = change;
    if let (Op::Change, "tags", Value::Array(before), Value::Array(after)) =
        (op, change.path.as_str(), before, after)
    {
        return tags(before, after);
    }
    if let Some(row) = deleted_column(change, label) {
        return vec![row];
    }
    let Shown { full, with_cell } = shown;
    let place = (label, change.path.starts_with("queries["));
    let (sign, content) = match op {
        Op::Add => (Sign::Added, one_sided(after, Side::After, place, full)),
        Op::Remove => (Sign::Removed, one_sided(before, Side::Before, place, full)),
        Op::Change => match (label, before, after) {
            ("connection", Value::String(before), Value::String(after)) => {
                let (before, after) = (connection(app, before), connection(app, after));
                let (before, after) = (Some(before), Some(after));
                (Sign::Changed, Content::Short { before, after })
            }
            _ => (Sign::Changed, both_sided(before, after, full)),
        },
        Op::Move => (Sign::Moved, moved(change, with_cell, full)),
    };
    let content = match content {
        Content::Summary { words, lines }
            if with_cell && label.is_empty() && sign != Sign::Moved =>
        {
            Content::Summary {
                words: format!("{words}, with its cell"),
                lines,
            }
        }
        content => content,
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

fn one_sided(value: &Value, side: Side, (label, is_query): (&str, bool), full: bool) -> Content {
    let lines = || hunk::whole(&long_text(value), side);
    match (label, value) {
        ("", Value::Object(whole)) => Content::Summary {
            words: summary(whole, is_query),
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
    if let Some((old, new)) = json_texts(before, after) {
        if old == new && !full {
            return Content::Summary {
                words: "the same JSON, written in another way".into(),
                lines: Vec::new(),
            };
        }
        if old != new {
            let lines = hunk::diff(&pretty(&old), &pretty(&new), full);
            return Content::Lines(limited(lines, full));
        }
    }
    let far_apart = match (before, after) {
        (Value::String(before), Value::String(after)) => {
            !full && hunk::changes_far_apart(before, after)
        }
        _ => false,
    };
    match is_short(before, EASY) && is_short(after, EASY) && !far_apart {
        true => Content::Short {
            before: Some(compact(before)),
            after: Some(compact(after)),
        },
        false => {
            let lines = hunk::diff(&long_text(before), &long_text(after), full);
            Content::Lines(limited(lines, full))
        }
    }
}

/// Two texts that are JSON inside, and too long to be read in one line each.
fn json_texts(before: &Value, after: &Value) -> Option<(Value, Value)> {
    let (before, after) = (before.as_str()?, after.as_str()?);
    let is_long = before.len().max(after.len()) > EASY;
    let parsed = |text: &str| -> Option<Value> {
        let is_container = text.trim_start().starts_with(['{', '[']);
        is_container
            .then(|| serde_json::from_str(text).ok())
            .flatten()
    };
    is_long.then_some(())?;
    Some((parsed(before)?, parsed(after)?))
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
        Line::Chars(_) => 0,
    });
    lines.push(Line::More(count.sum()));
    lines
}
