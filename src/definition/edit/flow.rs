//! Lists and mappings between brackets and braces, in YAML and in JSON: what stands between the entries stays with them.

use super::goal::{Goal, Want};
use super::page::{Layout, Page, Passage, Stands};
use super::print::{Printer, keyed, scalar_text_of_key};
use super::style::{json, scalar_text};
use crate::definition::source::Kind;
use crate::definition::write::scalar::{Context, inline};
use crate::definition::write::tree::Tree;

use serde_json::Value;

/// An entry between braces.
struct Entry {
    lead: String,
    body: String,
    /// What stands before the comma, and behind it on its line.
    tail: String,
    behind: String,
}

/// How new entries are laid out.
struct Layer {
    /// What stands before the first entry.
    first: String,
    /// What stands before the others.
    next: String,
    /// What one level of indentation is, where each entry has its line.
    unit: Option<String>,
}

impl<'a> Printer<'_, 'a> {
    /// The text of a list or mapping between brackets or braces, its anchor and tag included.
    pub fn flow(&self, of: &'a Passage, goal: &Goal<'a>) -> String {
        let page = &self.pages[of.page];
        let kids = of.kids();
        let (Some(first), Some(last)) = (kids.first(), kids.last()) else {
            self.hoist_all(goal, true);
            let indent = page.indent_at(of.start);
            return self.flow_value(goal, page, indent, &unit_of(page, of));
        };
        self.leave(kids);
        let goals = keyed(goal);
        let same = goals.len() == kids.len()
            && goals
                .iter()
                .zip(kids)
                .all(|((_, goal), kid)| goal.of.is_some_and(|it| it.id == kid.id));
        if same {
            let mut text = String::new();
            let mut from = of.value.start;
            for ((key, goal), kid) in goals.iter().zip(kids) {
                text.push_str(page.slice(from..kid.start));
                text.push_str(&self.flow_body(kid, goal, *key));
                from = kid.value.end.max(kid.start);
                if let Some(name) = &kid.name {
                    from = from.max(name.range.end);
                }
            }
            return text + page.slice(from..of.value.end);
        }
        let layer = layer(page, of, kids);
        let open = of.layout() == Some(Layout::Flow);
        let start = if open { of.body + 1 } else { of.body };
        let mut text = page.slice(of.value.start..start).to_owned();
        let count = goals.len();
        for (index, (key, goal)) in goals.into_iter().enumerate() {
            let entry = self.flow_entry(of, goal, key, &layer);
            let is_first = goal.of.is_some_and(|it| it.id == first.id);
            let is_plain = entry.lead.trim().is_empty();
            let lead = match (index, is_first) {
                (0, false) if is_plain => &layer.first,
                (0, _) => &entry.lead,
                (_, true) if is_plain => &layer.next,
                _ => &entry.lead,
            };
            // Behind a comment nothing else can stand.
            let beside = lead.split('\n').next().unwrap_or_default();
            let is_beside = beside.len() == lead.len() || !beside.trim().is_empty();
            if is_beside && text.rsplit('\n').next().is_some_and(has_comment) {
                text.push_str(page.line_end);
            }
            text.push_str(lead);
            text.push_str(&entry.body);
            text.push_str(&entry.tail);
            if index + 1 < count || last.comma.is_some() {
                text.push(',');
            }
            text.push_str(&entry.behind);
        }
        let rest = page.slice(last.end..of.value.end);
        let closing = rest.split('\n').next().unwrap_or_default();
        let is_behind = text.rsplit('\n').next().is_some_and(has_comment);
        if is_behind && (closing.len() == rest.len() || !closing.trim().is_empty()) {
            text.push_str(page.line_end);
            text.push_str(page.indent_at(first.start));
        }
        text + rest
    }

    fn flow_entry(&self, of: &Passage, goal: &Goal<'a>, key: Option<&str>, layer: &Layer) -> Entry {
        let page = &self.pages[of.page];
        let indent = layer.next.rsplit('\n').next().unwrap_or_default();
        let Some(source) = goal.of.filter(|it| it.stands == Stands::Flow) else {
            self.hoist_all(goal, false);
            let value = self.flow_value(goal, page, indent, &layer.unit);
            let body = match key {
                Some(key) => format!("{}: {value}", flow_key(page, key)),
                None => value,
            };
            return Entry {
                lead: layer.next.clone(),
                body,
                tail: String::new(),
                behind: String::new(),
            };
        };
        let from = &self.pages[source.page];
        let is_here = of.kids().iter().any(|kid| kid.id == source.id);
        let mut body = self.flow_body(source, goal, key);
        let lead = match is_here {
            true => from.slice(source.lead..source.start).to_owned(),
            false => {
                let old = from.indent_at(source.start).len();
                body = super::lines::shifted(&body, old, indent.len(), false);
                if from.is_json != page.is_json {
                    body = self.flow_value(goal, page, indent, &layer.unit);
                }
                let lead = from.comments_in(source.lead..source.start);
                let lead = lead.iter().map(|(_, comment)| comment.clone());
                self.hoisted.borrow_mut().extend(lead);
                layer.next.clone()
            }
        };
        let comma = source.comma.unwrap_or(source.value.end);
        let closed = comma + usize::from(source.comma.is_some());
        Entry {
            lead,
            body,
            tail: from.slice(source.value.end..comma).to_owned(),
            behind: from.slice(closed..source.end).to_owned(),
        }
    }

    /// An entry or item without what stands around it.
    fn flow_body(&self, of: &'a Passage, goal: &Goal<'a>, key: Option<&str>) -> String {
        let page = &self.pages[of.page];
        let head = match (&of.name, key) {
            (Some(name), Some(key)) if name.text != key => {
                let key = scalar_text_of_key(page, name.range.clone(), key);
                let key = if page.is_json { key } else { flow_quoted(&key) };
                format!(
                    "{}{key}{}",
                    page.slice(of.start..name.range.start),
                    page.slice(name.range.end..of.value.start.max(name.range.end))
                )
            }
            _ => page
                .slice(of.start..of.value.start.max(of.start))
                .to_owned(),
        };
        let has_colon = of.name.as_ref().is_none_or(|name| name.colon.is_some());
        let gap = match (has_colon, of.value.is_empty()) {
            (false, _) => ": ",
            (true, true) => " ",
            (true, false) => "",
        };
        match (&goal.want, of.layout()) {
            (Want::Keep, _) => head + page.slice(of.value.clone()),
            (Want::List(_) | Want::Map(_), Some(Layout::Flow | Layout::Bare))
                if !goal.inner().is_empty() =>
            {
                head + &self.flow(of, goal)
            }
            (Want::Scalar(kind), _) => {
                let text =
                    scalar_text(page, of, kind, Context::Flow).unwrap_or_else(|| match kind {
                        Kind::Text(text) => inline(text, Context::Flow),
                        other => json(other),
                    });
                head + gap + &text
            }
            _ => {
                self.hoist_all(goal, true);
                let anchor = of.anchor.iter().map(|name| format!("&{name} "));
                let anchor: String = anchor.collect();
                let unit = unit_of(page, of);
                let indent = page.indent_at(of.start).to_owned();
                head + gap + &anchor + &self.flow_value(goal, page, &indent, &unit)
            }
        }
    }

    /// A value between braces, written anew.
    fn flow_value(
        &self,
        goal: &Goal<'a>,
        page: &Page,
        indent: &str,
        unit: &Option<String>,
    ) -> String {
        let tree = self.flow_tree(goal);
        match page.is_json {
            true => {
                let mut text = String::new();
                pretty(&tree, indent, unit.as_deref(), page.line_end, &mut text);
                text
            }
            false => match &tree {
                Tree::Text(text) => inline(text, Context::Flow),
                tree => tree
                    .one_line(true)
                    .unwrap_or_else(|| tree.value().to_string()),
            },
        }
    }

    /// What is wanted, wherever it stands now.
    fn flow_tree(&self, goal: &Goal<'a>) -> Tree {
        match (&goal.want, goal.of) {
            (Want::Keep, Some(of)) => self.as_it_is(of),
            (Want::List(goals), _) => {
                Tree::List(goals.iter().map(|goal| self.flow_tree(goal)).collect())
            }
            (Want::Map(entries), _) => {
                let entry = |(key, goal): &(String, Goal<'a>)| (key.clone(), self.flow_tree(goal));
                Tree::Map(entries.iter().map(entry).collect())
            }
            _ => goal.tree().unwrap_or(Tree::Null),
        }
    }
}

/// How the entries of a list or mapping are laid out.
fn layer(page: &Page, of: &Passage, kids: &[Passage]) -> Layer {
    let blanks = |kid: &Passage| {
        let lead = page.slice(kid.lead..kid.start);
        match lead.rfind('\n') {
            Some(at) => format!("{}{}", page.line_end, &lead[at + 1..]),
            None => lead.to_owned(),
        }
    };
    let first = kids.first().map(blanks).unwrap_or_default();
    let next = match kids.get(1) {
        Some(kid) => blanks(kid),
        None if first.contains('\n') => first.clone(),
        None => " ".to_owned(),
    };
    let unit = unit_of(page, of).filter(|_| next.contains('\n'));
    Layer { first, next, unit }
}

/// What one level of indentation is around a passage, where each entry has its own line.
fn unit_of(page: &Page, of: &Passage) -> Option<String> {
    let inner = of
        .kids()
        .first()
        .map(|kid| (kid, page.slice(kid.lead..kid.start)));
    let outer = page.indent_at(of.start);
    match inner {
        Some((kid, lead)) if lead.contains('\n') => {
            let inner = page.indent_at(kid.start);
            inner.strip_prefix(outer).map(str::to_owned)
        }
        Some(_) => None,
        // As the whole file has it.
        None => {
            let root = page.documents.first()?;
            if root.kids().is_empty() || root.id == of.id {
                return None;
            }
            unit_of(page, root)
        }
    }
}

/// Whether a line ends in a comment, as far as that can be told from it alone: what is between quotes is none.
fn has_comment(line: &str) -> bool {
    let mut before = ' ';
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let is_first = matches!(before, ' ' | '\t' | '[' | '{' | ',' | ':');
        if c == '#' && matches!(before, ' ' | '\t') {
            return true;
        }
        let length = match c {
            '"' | '\'' if is_first || before == c => quoted(rest).unwrap_or(1),
            c => c.len_utf8(),
        };
        before = c;
        rest = &rest[length..];
    }
    false
}

/// The length of the scalar in quotes that a text starts with, if it ends in it.
fn quoted(text: &str) -> Option<usize> {
    let quote = *text.as_bytes().first()?;
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\\' && quote == b'"' {
            bytes.next();
        } else if byte == quote {
            // Two of them in a row are one that does not end it, or the next scalar: either way another one follows.
            return Some(at + 1);
        }
    }
    None
}

fn flow_key(page: &Page, key: &str) -> String {
    match page.is_json {
        true => Value::from(key).to_string(),
        false => inline(key, Context::Flow),
    }
}

/// A key that may need quotes between braces.
fn flow_quoted(key: &str) -> String {
    match key.starts_with(['"', '\'']) {
        true => key.to_owned(),
        false => inline(key, Context::Flow),
    }
}

/// JSON with one entry a line, or all on one.
fn pretty(tree: &Tree, indent: &str, unit: Option<&str>, line_end: &str, out: &mut String) {
    let inner = format!("{indent}{}", unit.unwrap_or_default());
    let parts: Vec<(Option<&str>, &Tree)> = match tree.noted().1 {
        Tree::List(items) => items.iter().map(|item| (None, item)).collect(),
        Tree::Map(entries) | Tree::Block(entries) => (entries.iter())
            .map(|(key, value)| (Some(key.as_str()), value))
            .collect(),
        scalar => return out.push_str(&scalar.value().to_string()),
    };
    let [open, close] = match tree.noted().1 {
        Tree::List(_) => ['[', ']'],
        _ => ['{', '}'],
    };
    out.push(open);
    let is_empty = parts.is_empty();
    for (index, (key, value)) in parts.into_iter().enumerate() {
        match (unit, index) {
            (Some(_), _) => {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(line_end);
                out.push_str(&inner);
            }
            (None, 0) => {}
            (None, _) => out.push_str(", "),
        }
        if let Some(key) = key {
            out.push_str(&Value::from(key).to_string());
            out.push_str(": ");
        }
        pretty(value, &inner, unit, line_end, out);
    }
    if unit.is_some() && !is_empty {
        out.push_str(line_end);
        out.push_str(indent);
    }
    out.push(close);
}
