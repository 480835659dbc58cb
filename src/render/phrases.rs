//! Changes in a phrase: what comes or goes as a whole, what went elsewhere, what bears another name.

use serde_json::{Map, Value};

use super::hunk::{self, Side};
use super::json::Change;
use super::path::owner;
use super::rows::{Content, Row, Sign};
use super::words::{counted, listed};

/// A column that the editor only marks as deleted goes by that mark, and comes back when it loses it.
pub(super) fn deleted_column(change: &Change, label: &str) -> Option<Row> {
    let label = label.strip_suffix(".isDeleted")?;
    let item = label.rsplit_once('.').map_or(label, |(_, item)| item);
    let was = change.before == Value::Bool(true);
    let is = change.after == Value::Bool(true);
    let (sign, words) = match (was, is) {
        (true, false) => (Sign::Added, "comes back"),
        (false, true) => (Sign::Removed, "is deleted"),
        _ => return None,
    };
    item.starts_with("columns[").then(|| Row {
        sign,
        label: label.to_owned(),
        content: Content::Summary {
            words: words.into(),
            lines: Vec::new(),
        },
    })
}

/// Something at another place, or under another name.
pub(super) fn moved(change: &Change, with_cell: bool, full: bool) -> Content {
    let Change {
        before,
        after,
        followed,
        ..
    } = change;
    let Some(name) = before["name"].as_str() else {
        return Content::Summary {
            words: movement(before, after),
            lines: Vec::new(),
        };
    };
    let mut words = format!("renamed from `{name}`");
    if with_cell {
        words = format!("{words}, with its cell");
    }
    if !followed.is_empty() {
        let lists = ["components", "queries"];
        let user = |path| lists.iter().find_map(|list| owner(path, list));
        let mut users: Vec<_> = followed.iter().filter_map(|path| user(path)).collect();
        users.dedup_by_key(|(name, _)| *name);
        let users: Vec<_> = users.into_iter().map(|(name, _)| name).collect();
        let (count, follow) = match followed.len() {
            1 => ("1 reference".to_owned(), "follows"),
            many => (format!("{many} references"), "follow"),
        };
        words = format!("{words}; {count} {follow}");
        if !users.is_empty() {
            words = format!("{words}, in {}", listed(&users, MOST_USERS));
        }
    }
    let lines = match full && !followed.is_empty() {
        true => hunk::whole(&followed.join("\n"), Side::Both),
        false => Vec::new(),
    };
    Content::Summary { words, lines }
}

/// How many of those that follow a rename are listed before the rest is counted.
const MOST_USERS: usize = 5;

/// A component or query in a phrase: `"Sure?" with 5 properties, 2 events`.
pub(super) fn summary(whole: &Map<String, Value>, is_query: bool) -> String {
    let text = |map: &Map<String, Value>, name: &str| map.get(name)?.as_str().map(str::to_owned);
    let properties = whole.get("properties").and_then(Value::as_object);
    let mut words = text(whole, "type").unwrap_or_else(|| "of no type".into());
    let Some(properties) = properties else {
        return words;
    };
    if !is_query {
        // The part is titled by the type already.
        words.clear();
    }
    let spec = properties.get("spec").and_then(Value::as_object);
    if let Some(action) = spec.and_then(|it| text(it, "fqn")) {
        words = format!("{words} {action}");
    }
    let title = ["label", "title", "content", "text"];
    let title = title.iter().find_map(|name| text(properties, name));
    if let Some(title) = title.filter(|it| !it.is_empty() && it.len() <= 60 && !it.contains('\n')) {
        words = format!("{words} \"{title}\"").trim_start().to_owned();
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
        .trim_start()
        .to_owned()
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
