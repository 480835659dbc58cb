//! From goals to text: what stays is copied byte for byte, what moves is copied and indented anew, and what is new is laid
//! out by the writer of definitions.
//!
//! A block is put together from chunks: the comments and empty lines above an entry or item, and its own lines. Each
//! chunk is made where it stands, and then moved to where it is to stand.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::Range;

use super::goal::{Goal, Want, scalar_tree};
use super::lines::{
    below, blank, keeps_empty_lines, line_start, shifted, text_starts_line, trim_blanks,
    without_blank,
};
use super::page::{Form, Layout, Page, Passage, Stands};
use super::pages::Meaning;
use super::style::scalar_text;
use crate::definition::source::Kind;
use crate::definition::variables::escaped;
use crate::definition::write::scalar::{Context, inline};
use crate::definition::write::tree::{Notes, Tree};

/// The printing of all pages.
pub(super) struct Printer<'p, 'a> {
    pub pages: &'a [Page],
    pub meaning: &'p Meaning<'a>,
    /// The passages that something is made from.
    pub claimed: HashSet<usize>,
    /// Comments that are still to be put somewhere.
    pub hoisted: RefCell<Vec<String>>,
    /// What goes, with its comments.
    pub gone: RefCell<Vec<(usize, Range<usize>)>>,
}

/// An entry or item in blocks.
pub(super) struct Chunk {
    /// The lines above it.
    pub lead: String,
    /// Its lines, the first without its indentation.
    pub body: String,
}

/// Where a chunk is to stand.
#[derive(Clone, Copy)]
pub(super) struct At<'k> {
    pub page: usize,
    pub column: usize,
    /// The key, of an entry.
    pub key: Option<&'k str>,
}

impl<'p, 'a> Printer<'p, 'a> {
    /// The text of a page with a document changed.
    pub fn page(&self, number: usize, goal: &Goal<'a>) -> Option<String> {
        let page = &self.pages[number];
        let root = goal.of?;
        let text = match (&goal.want, root.layout()) {
            (Want::Keep, _) => return Some(page.text.clone()),
            (Want::List(_) | Want::Map(_), Some(Layout::Block)) if !goal.inner().is_empty() => {
                let kids = root.kids();
                let range = kids.first()?.lead..kids.last()?.end;
                let mut text = page.slice(0..range.start).to_owned();
                self.assemble(root, goal, &mut text);
                let (above, column) = (&text[range.start..], kids.first()?.column);
                let rest = below(above, page.slice(range.end..page.text.len()), column);
                text.push_str(&rest);
                text
            }
            (Want::List(_) | Want::Map(_), Some(Layout::Flow)) if !goal.inner().is_empty() => {
                let mut text = page.slice(0..root.value.start).to_owned();
                let flow = self.flow(root, goal);
                for comment in self.hoisted.take() {
                    text.push_str(&format!("{comment}{}", page.line_end));
                }
                text.push_str(&flow);
                text.push_str(page.slice(root.value.end..page.text.len()));
                text
            }
            _ => return None,
        };
        // The last line stays without an end if it had none.
        Some(
            match page.text.ends_with('\n') || keeps_empty_lines(&text) {
                true => text,
                false => text.trim_end_matches(['\r', '\n']).to_owned(),
            },
        )
    }

    /// The chunks of a list or mapping in blocks, each goal in its place.
    fn assemble(&self, of: &'a Passage, goal: &Goal<'a>, text: &mut String) {
        let page = &self.pages[of.page];
        let kids = of.kids();
        let (Some(first), Some(column)) = (kids.first(), kids.first().map(|kid| kid.column)) else {
            return;
        };
        self.leave(kids);
        let starts_line = |kid: &Passage| kid.lead < kid.start || text_starts_line(page, kid.start);
        let is_apart = kids.len() > 1 && kids[1..].iter().all(|kid| blank(page, kid));
        let begins_line = starts_line(first);
        // Where the chunk before starts, and what stood below it, if it is as it was.
        let (mut above, mut next) = (text.len(), Some(first.id));
        for (index, (key, goal)) in keyed(goal).into_iter().enumerate() {
            let at = At {
                page: of.page,
                column,
                key,
            };
            let mut chunk = self.chunk(goal, at);
            let is_first = goal.of.is_some_and(|it| it.id == first.id);
            let is_here = goal
                .of
                .is_some_and(|it| kids.iter().any(|kid| kid.id == it.id));
            if index == 0 && !is_first {
                chunk.lead = chunk.lead.trim_start_matches(['\r', '\n']).to_owned();
            } else if index > 0 && (is_first || !is_here) {
                let bare = without_blank(&chunk.lead);
                chunk.lead = match is_apart {
                    true => format!("{}{bare}", page.line_end),
                    false => bare.to_owned(),
                };
            }
            if index > 0 || begins_line || !chunk.lead.is_empty() {
                if index == 0 && !begins_line {
                    trim_blanks(text);
                    text.push_str(page.line_end);
                }
                match next.is_some() && next == goal.of.map(|it| it.id) {
                    true => text.push_str(&chunk.lead),
                    false => text.push_str(&below(&text[above..], &chunk.lead, column)),
                }
                text.extend(std::iter::repeat_n(' ', column));
            }
            above = text.len();
            text.push_str(&chunk.body);
            let own = goal.of.filter(|_| goal.is_kept());
            let own = own.and_then(|own| kids.iter().position(|kid| kid.id == own.id));
            next = own.and_then(|own| kids.get(own + 1)).map(|kid| kid.id);
        }
    }

    /// Remembers what goes from a list or mapping.
    pub fn leave(&self, kids: &[Passage]) {
        for kid in kids {
            if !self.claimed.contains(&kid.id) {
                let end = kid.end.max(kid.value.end);
                self.gone.borrow_mut().push((kid.page, kid.lead..end));
            }
        }
    }

    /// An entry or item for its place. Comments that have none any more in what stands between braces are put above it.
    fn chunk(&self, goal: &Goal<'a>, at: At<'_>) -> Chunk {
        let mut chunk = self.bare_chunk(goal, at);
        for comment in self.hoisted.take() {
            let line_end = self.pages[at.page].line_end;
            chunk.lead.push_str(&" ".repeat(at.column));
            chunk.lead.push_str(&comment);
            chunk.lead.push_str(line_end);
        }
        chunk
    }

    fn bare_chunk(&self, goal: &Goal<'a>, at: At<'_>) -> Chunk {
        let Some(of) = goal.of else {
            return Chunk {
                lead: String::new(),
                body: self.new_body(goal, at, &Notes::default()),
            };
        };
        let (from, to) = (&self.pages[of.page], &self.pages[at.page]);
        let is_of_kind = of.stands == Stands::Block && of.name.is_some() == at.key.is_some();
        if !is_of_kind || from.is_json {
            return self.brought(of, goal, at);
        }
        let start = line_start(&from.text, of.start).max(of.lead);
        let mut chunk = Chunk {
            lead: from.slice(of.lead..start).to_owned(),
            body: String::new(),
        };
        chunk.body = self.body(of, goal, at.key, &mut chunk.lead);
        if !chunk.body.ends_with('\n') {
            chunk.body.push_str(to.line_end);
        }
        if of.column != at.column {
            chunk.lead = shifted(&chunk.lead, of.column, at.column, true);
            chunk.body = shifted(&chunk.body, of.column, at.column, false);
        }
        if from.line_end != to.line_end {
            for part in [&mut chunk.lead, &mut chunk.body] {
                *part = part.replace("\r\n", "\n").replace('\n', to.line_end);
            }
        }
        chunk
    }

    /// What stands in another way than it is to stand, such as between braces: it is written anew.
    fn brought(&self, of: &'a Passage, goal: &Goal<'a>, at: At<'_>) -> Chunk {
        let mut lead = String::new();
        self.hoist(of, of.lead..of.end.max(of.value.end), at, &mut lead);
        let from = &self.pages[of.page];
        let whole = from.slice(of.value.clone());
        let is_copied = goal.is_kept()
            && !whole.contains('\n')
            && !from.is_json
            && of.stands == Stands::Flow
            && matches!(of.layout(), None | Some(Layout::Flow));
        let body = match is_copied {
            true => {
                let key = at
                    .key
                    .map(|key| format!("{}:", inline(key, Context::Block)));
                let line_end = self.pages[at.page].line_end;
                format!("{} {whole}{line_end}", key.as_deref().unwrap_or("-"))
            }
            false => self.new_body(goal, at, &Notes::default()),
        };
        Chunk { lead, body }
    }

    /// The lines of something that is written anew, without the indentation of the first.
    fn new_body(&self, goal: &Goal<'a>, at: At<'_>, notes: &Notes) -> String {
        let page = &self.pages[at.page];
        let tree = match (&goal.want, goal.of) {
            (Want::Keep, Some(of)) => Some(self.as_it_is(of)),
            _ => goal.tree(),
        };
        if let Some(tree) = tree {
            let tree = Tree::Noted(Box::new(notes.clone()), Box::new(tree));
            let text = match at.key {
                Some(key) => tree.entry_at(key, at.column),
                None => tree.item_at(at.column),
            };
            return text.replace('\n', page.line_end);
        }
        let column = at.column + 2;
        let inner = self.new_lines(goal, at.page, column);
        let anchor = notes.anchor.iter().map(|name| format!(" &{name}"));
        let behind = notes.behind.iter().map(|comment| format!("  {comment}"));
        let head: String = anchor.chain(behind).collect();
        match at.key {
            Some(key) => {
                let key = inline(key, Context::Block);
                format!("{key}:{head}{}{inner}", page.line_end)
            }
            // The first line stands behind the dash.
            None => match inner.strip_prefix(&" ".repeat(column)) {
                Some(rest) if head.is_empty() && !rest.starts_with(['#', ' ']) => {
                    format!("- {rest}")
                }
                _ => format!("-{head}{}{inner}", page.line_end),
            },
        }
    }

    /// The lines of a list or mapping that is new, but has something in it that is not.
    fn new_lines(&self, goal: &Goal<'a>, page: usize, column: usize) -> String {
        let mut text = String::new();
        for (index, (key, goal)) in keyed(goal).into_iter().enumerate() {
            let chunk = self.chunk(goal, At { page, column, key });
            let lead = match index {
                0 => chunk.lead.trim_start_matches(['\r', '\n']),
                _ => &chunk.lead,
            };
            text.push_str(lead);
            text.extend(std::iter::repeat_n(' ', column));
            text.push_str(&chunk.body);
        }
        text
    }

    /// A passage as something to write.
    pub fn as_it_is(&self, of: &'a Passage) -> Tree {
        match &of.form {
            Form::List(items, _) => Tree::List(items.iter().map(|it| self.as_it_is(it)).collect()),
            Form::Map(entries, _) => {
                let entry = |it: &'a Passage| (it.key().to_owned(), self.as_it_is(it));
                Tree::Map(entries.iter().map(entry).collect())
            }
            Form::Alias(_) => Tree::of(&self.meaning.of(of, false), escaped),
            _ => of.scalar().map_or(Tree::Null, |kind| scalar_tree(&kind)),
        }
    }

    /// The lines of an entry or item where it stands.
    fn body(
        &self,
        of: &'a Passage,
        goal: &Goal<'a>,
        key: Option<&str>,
        lead: &mut String,
    ) -> String {
        let page = &self.pages[of.page];
        let head = |to: usize| self.head(of, key, to);
        match (&goal.want, of.layout()) {
            (Want::Keep, _) => head(of.end),
            (Want::List(_), Some(Layout::Block)) | (Want::Map(_), Some(Layout::Block))
                if !goal.inner().is_empty() && self.is_of_form(of, goal) =>
            {
                let kids = of.kids();
                let (Some(first), Some(last)) = (kids.first(), kids.last()) else {
                    return head(of.end);
                };
                let mut text = head(first.lead);
                self.assemble(of, goal, &mut text);
                if !text.ends_with('\n') {
                    text.push_str(page.line_end);
                }
                let rest = below(&text, page.slice(last.end..of.end), last.column);
                text + &rest
            }
            (Want::List(_) | Want::Map(_), Some(Layout::Flow))
                if !goal.inner().is_empty() && self.is_of_form(of, goal) && fits_flow(goal) =>
            {
                let text = head(of.value.start) + &self.flow(of, goal);
                text + page.slice(of.value.end..of.end)
            }
            (Want::Scalar(kind), _) => match scalar_text(page, of, kind, Context::Block) {
                Some(text) => {
                    let blank = if of.value.is_empty() { " " } else { "" };
                    let text = head(of.value.start) + blank + &text;
                    match page.slice(of.value.end..of.end) {
                        "" => text + page.line_end,
                        rest => text + rest,
                    }
                }
                None => self.rewritten(of, goal, key, lead),
            },
            _ => self.rewritten(of, goal, key, lead),
        }
    }

    fn is_of_form(&self, of: &Passage, goal: &Goal<'a>) -> bool {
        matches!(
            (&of.form, &goal.want),
            (Form::List(..), Want::List(_)) | (Form::Map(..), Want::Map(_))
        )
    }

    /// What stands from the start of an entry or item up to a byte of it, with its key.
    fn head(&self, of: &Passage, key: Option<&str>, to: usize) -> String {
        let page = &self.pages[of.page];
        match (&of.name, key) {
            (Some(name), Some(key)) if name.text != key => {
                let key = scalar_text_of_key(page, name.range.clone(), key);
                format!(
                    "{}{key}{}",
                    page.slice(of.start..name.range.start),
                    page.slice(name.range.end..to)
                )
            }
            _ => page.slice(of.start..to).to_owned(),
        }
    }

    /// An entry or item with its value written anew; its comments stay, above it if there is no other place.
    fn rewritten(
        &self,
        of: &'a Passage,
        goal: &Goal<'a>,
        key: Option<&str>,
        lead: &mut String,
    ) -> String {
        let page = &self.pages[of.page];
        let behind = self.comment_behind(of);
        let at = At {
            page: of.page,
            column: of.column,
            key,
        };
        let from = of.name.as_ref().map_or(of.start, |name| name.range.end);
        for (byte, comment) in page.comments_in(from..of.end) {
            if behind.as_ref().is_none_or(|(other, _)| other != byte) && !self.is_claimed(of, *byte)
            {
                lead.push_str(&format!(
                    "{}{comment}{}",
                    " ".repeat(of.column),
                    page.line_end
                ));
            }
        }
        let notes = Notes {
            anchor: of.anchor.clone(),
            behind: behind.as_ref().map(|(_, comment)| comment.clone()),
            ..Notes::default()
        };
        let mut body = self.new_body(goal, at, &notes);
        if let Some((byte, comment)) = &behind {
            // The blanks before the comment are its author's.
            let before = page.slice(of.start..*byte);
            let blanks = &before[before.trim_end_matches([' ', '\t']).len()..];
            let own = format!("{blanks}{comment}");
            body = body.replacen(&format!("  {comment}"), &own, 1);
        }
        match (&of.name, key) {
            // The key stays as it is written.
            (Some(name), Some(key)) => {
                let own = format!("{}:", inline(key, Context::Block));
                match (body.strip_prefix(&own), name.colon) {
                    (Some(rest), Some(colon)) => self.head(of, Some(key), colon + 1) + rest,
                    _ => body,
                }
            }
            _ => body,
        }
    }
}

/// The goals in a list or mapping, with their keys.
pub(super) fn keyed<'g, 'a>(goal: &'g Goal<'a>) -> Vec<(Option<&'g str>, &'g Goal<'a>)> {
    match &goal.want {
        Want::List(goals) => goals.iter().map(|goal| (None, goal)).collect(),
        Want::Map(entries) => (entries.iter())
            .map(|(key, goal)| (Some(key.as_str()), goal))
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a list or mapping can stay between its braces: what is in blocks elsewhere cannot come in.
fn fits_flow(goal: &Goal<'_>) -> bool {
    let fits = |goal: &&Goal<'_>| goal.of.is_none_or(|of| of.stands == Stands::Flow);
    let is_long = |goal: &&Goal<'_>| match &goal.want {
        Want::Scalar(Kind::Text(text)) | Want::New(Tree::Text(text)) => {
            text.trim_end().contains('\n')
        }
        _ => false,
    };
    let inner = goal.inner();
    inner.iter().all(fits) && !inner.iter().any(is_long)
}

/// A key for another one in the same quotes.
pub(super) fn scalar_text_of_key(page: &Page, range: Range<usize>, key: &str) -> String {
    match (page.is_json, page.slice(range).chars().next()) {
        (true, _) => serde_json::Value::from(key).to_string(),
        (false, Some('"')) => crate::definition::write::scalar::double_quoted(key),
        (false, _) => inline(key, Context::Block),
    }
}
