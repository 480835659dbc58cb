//! Changes that are said once instead of many times: one connection for another in every query, components that only went to
//! another place on the grid, what the editor keeps for itself, and the cell that comes, goes or is renamed with the
//! component in it.
//!
//! A fold says how much it folds. Where all is to be shown, nothing is folded.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::json::{Change, Op};
use super::path::owner;
use super::rows::{Content, Differences, Row, Sign};
use super::words::{counted, listed};

/// What became of the changes of an app that can be folded.
pub(super) struct Folded<'a> {
    /// About the app as a whole, first of all.
    pub above: Vec<Row>,
    /// Every other change.
    pub rest: Vec<&'a Change>,
    /// Components that only went to another place on the grid or got another size, last of all.
    pub layout: Vec<Row>,
    /// What the editor keeps for itself.
    pub editor: Vec<Row>,
    /// The components that come, go or are renamed together with the cell around them.
    pub with_cell: BTreeSet<&'a str>,
}

/// Folds what can be folded.
pub(super) fn fold<'a>(app: Differences<'a>, full: bool) -> Folded<'a> {
    let mut folded = Folded {
        above: Vec::new(),
        rest: app.changes.iter().collect(),
        layout: Vec::new(),
        editor: Vec::new(),
        with_cell: BTreeSet::new(),
    };
    if !full {
        folded.with_cell = cells(app, &mut folded.rest);
        folded.above = connections(app, &mut folded.rest);
        folded.editor = editor_state(&mut folded.rest);
    }
    folded.layout = layout(app, &mut folded.rest, full);
    folded
}

/// Takes the changes that `pick` makes something of.
fn take<'a, T>(rest: &mut Vec<&'a Change>, pick: impl Fn(&'a Change) -> Option<T>) -> Vec<T> {
    let mut taken = Vec::new();
    rest.retain(|change| match pick(change) {
        Some(it) => {
            taken.push(it);
            false
        }
        None => true,
    });
    taken
}

/// One connection for another, in several queries.
fn connections(app: Differences<'_>, rest: &mut Vec<&Change>) -> Vec<Row> {
    let mut groups: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for change in rest.iter() {
        if let Some((query, before, after)) = reconnected(change) {
            let names = groups.entry((before.into(), after.into())).or_default();
            names.push(query);
        }
    }
    groups.retain(|_, queries| queries.len() > 1);
    rest.retain(|change| {
        let key = reconnected(change).map(|(_, before, after)| (before.into(), after.into()));
        key.is_none_or(|key| !groups.contains_key(&key))
    });
    let rows = groups.into_iter().map(|((before, after), queries)| {
        let (before, after) = (connection(app, &before), connection(app, &after));
        let count = counted(queries.len(), "query", "queries");
        let names = listed(&queries, MOST_NAMES);
        Row {
            sign: Sign::Changed,
            label: "connection".into(),
            content: Content::Summary {
                words: format!("{before} → {after} in {count}: {names}"),
                lines: Vec::new(),
            },
        }
    });
    rows.collect()
}

fn reconnected(change: &Change) -> Option<(&str, &str, &str)> {
    match (owner(&change.path, "queries")?, change.op) {
        ((query, "connection"), Op::Change) => {
            Some((query, change.before.as_str()?, change.after.as_str()?))
        }
        _ => None,
    }
}

/// A connection by its alias, or else by its id.
pub(super) fn connection(app: Differences<'_>, id: &str) -> String {
    match app.connections.get(id) {
        Some(alias) => alias.clone(),
        None => format!("\"{id}\""),
    }
}

/// How many names are listed before the rest is counted.
const MOST_NAMES: usize = 8;
/// So many components that went the same way are said in one row.
const SAME_WAY: usize = 3;
/// More rows about places than these are counted.
const MOST_PLACES: usize = 8;

/// Places and sizes on the grid: one row a component, or one for all that went the same way.
fn layout(app: Differences<'_>, rest: &mut Vec<&Change>, full: bool) -> Vec<Row> {
    let mut steps: BTreeMap<&str, Vec<(&str, i64, i64)>> = BTreeMap::new();
    let mut order = Vec::new();
    for (cell, field, before, after) in take(rest, |change| placed(change)) {
        if !steps.contains_key(cell) {
            order.push(cell);
        }
        steps.entry(cell).or_default().push((field, before, after));
    }
    let name = |cell: &'_ str| -> String {
        let holds = app.components.get(cell).and_then(|it| it.holds.as_deref());
        holds.unwrap_or(cell).to_owned()
    };
    let mut ways: BTreeMap<Vec<(&str, i64)>, Vec<&str>> = BTreeMap::new();
    for cell in &order {
        let way = steps[cell]
            .iter()
            .map(|(field, before, after)| (*field, after - before));
        ways.entry(way.collect()).or_default().push(cell);
    }
    let mut rows = Vec::new();
    for cell in order {
        let way: Vec<_> = (steps[cell].iter())
            .map(|(field, before, after)| (*field, after - before))
            .collect();
        let together = &ways[&way];
        let (label, words) = match together.len() >= SAME_WAY && !full {
            true if together[0] != cell => continue,
            true => {
                let names: Vec<_> = together.iter().map(|cell| name(cell)).collect();
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                let way = way.iter().map(|(field, by)| format!("{field} {by:+}"));
                let way = way.collect::<Vec<_>>().join(", ");
                let names = listed(&names, MOST_NAMES);
                (
                    format!("{} components", together.len()),
                    format!("{way}: {names}"),
                )
            }
            false => {
                let steps = steps[cell].iter();
                let steps =
                    steps.map(|(field, before, after)| format!("{field} {before} → {after}"));
                (name(cell), steps.collect::<Vec<_>>().join(", "))
            }
        };
        rows.push(Row {
            sign: Sign::Moved,
            label,
            content: Content::Summary {
                words,
                lines: Vec::new(),
            },
        });
    }
    if rows.len() > MOST_PLACES + 1 && !full {
        let more = rows.split_off(MOST_PLACES).len();
        rows.push(Row {
            sign: Sign::Moved,
            label: format!("{more} more"),
            content: Content::Summary {
                words: "moved or resized".into(),
                lines: Vec::new(),
            },
        });
    }
    rows
}

/// A change of nothing but a place or a size on the grid: the component, what of it, and from where to where.
fn placed(change: &Change) -> Option<(&str, &str, i64, i64)> {
    let (name, rest) = owner(&change.path, "components")?;
    let (_, field) = rest.strip_prefix("layout.")?.rsplit_once('.')?;
    let is_place = ["x", "y", "width", "height"].contains(&field) && change.op == Op::Change;
    let number = |value: &Value| value.as_i64().filter(|it| it.unsigned_abs() < 1 << 32);
    is_place.then_some(())?;
    Some((name, field, number(&change.before)?, number(&change.after)?))
}

/// What the editor keeps for itself, counted: ids of columns and events, and columns that were deleted there.
fn editor_state(rest: &mut Vec<&Change>) -> Vec<Row> {
    let kinds = take(rest, |change| {
        let is_whole = matches!(change.op, Op::Add | Op::Remove);
        let column = change
            .before
            .get("isDeleted")
            .or(change.after.get("isDeleted"));
        let (head, last) = change.path.rsplit_once('.')?;
        let item = head.rsplit_once('.').map_or(head, |(_, item)| item);
        match last {
            "id" if item.starts_with("columns[") => Some(("column id", "column ids")),
            "uuid" if item.starts_with("events[") => Some(("event id", "event ids")),
            _ if is_whole && last.starts_with("columns[") && column == Some(&Value::Bool(true)) => {
                Some(("deleted column", "deleted columns"))
            }
            _ => None,
        }
    });
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for kind in kinds {
        *counts.entry(kind).or_default() += 1;
    }
    if counts.is_empty() {
        return Vec::new();
    }
    let counts = counts.into_iter();
    let counts = counts.map(|((one, many), count)| counted(count, one, many));
    vec![Row {
        sign: Sign::Changed,
        label: "editor state".into(),
        content: Content::Summary {
            words: counts.collect::<Vec<_>>().join(", "),
            lines: Vec::new(),
        },
    }]
}

/// Takes the changes of cells that come, go or are renamed with the one component in them; gives those components.
fn cells<'a>(app: Differences<'a>, rest: &mut Vec<&'a Change>) -> BTreeSet<&'a str> {
    let mut whole = BTreeMap::new();
    for change in app.changes {
        if let Some((name, "")) = owner(&change.path, "components") {
            whole.entry((name, change.op)).or_insert(change);
        }
    }
    let cells = take(rest, |change| {
        let (name, _) = owner(&change.path, "components").filter(|(_, rest)| rest.is_empty())?;
        let held = app.components.get(name)?.holds.as_deref()?;
        let (held, inner) = whole.get_key_value(&(held, change.op))?;
        let together = match change.op {
            Op::Add => is_plain_cell(&change.after),
            Op::Remove => is_plain_cell(&change.before),
            Op::Move => is_named_after(change, inner),
            Op::Change => false,
        };
        together.then_some(held.0)
    });
    cells.into_iter().collect()
}

/// A cell that does nothing but hold its component at a place.
fn is_plain_cell(cell: &Value) -> bool {
    let properties = cell.get("properties").and_then(Value::as_object);
    let plain = |(name, value): (&String, &Value)| match name.as_str() {
        "children" | "layout" => true,
        "isVisible" => value.as_bool().unwrap_or(value.as_str() == Some("true")),
        _ => false,
    };
    let no_events = cell
        .get("events")
        .is_none_or(|it| it.as_array().is_none_or(Vec::is_empty));
    no_events && properties.is_some_and(|it| it.iter().all(plain))
}

/// Whether a cell and the component in it are renamed as the compact form names cells: after what they hold.
fn is_named_after(cell: &Change, inner: &Change) -> bool {
    let named = |value: &Value| value["name"].as_str().map(str::to_owned);
    let follows = |cell: &Value, inner: &Value| {
        named(inner).is_some_and(|inner| named(cell) == Some(format!("{inner}Cell")))
    };
    cell.followed.is_empty()
        && follows(&cell.before, &inner.before)
        && follows(&cell.after, &inner.after)
}
