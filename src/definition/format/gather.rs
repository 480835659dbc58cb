//! From a sketch to a tree: each comment goes to the thing that it belongs to.
//!
//! A comment on a line of its own belongs to what comes below it, or, at the end of a block, to the innermost block
//! that is not indented deeper. A comment behind something belongs to that. The walk goes through the file once, in its
//! order, and takes the comments in theirs, so that none is lost or repeated.

use super::lines::Lines;
use super::order::Place;
use super::{folded, sorted};
use crate::definition::source::Kind;
use crate::definition::source::sketch::{Comment, Form, Key, Layout, Piece, Sketch, Spot};
use crate::definition::write::scalar::block_header;
use crate::definition::write::tree::{CommentLine, Notes, Tree};
use crate::model::SILENCE;

/// The documents of a sketch, in the order of the format.
pub(super) fn gather(text: &str, sketch: &Sketch) -> Vec<Tree> {
    let mut walk = Walk {
        lines: Lines::of(text),
        comments: &sketch.comments,
        until: None,
        keeps_order: false,
    };
    let ends = sketch.markers.iter().copied().map(Some).chain([None]);
    (sketch.documents.iter().zip(ends))
        .map(|(piece, until)| {
            walk.until = until;
            walk.keeps_order = has_anchor(piece);
            walk.document(piece)
        })
        .collect()
}

struct Walk<'a> {
    lines: Lines<'a>,
    /// Those that are still to be taken.
    comments: &'a [Comment],
    /// Where the next document starts.
    until: Option<Spot>,
    /// An alias has to stay behind its anchor.
    keeps_order: bool,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Around<'a> {
    place: Place,
    /// The key that it stands behind; none of an item, or a document.
    key: Option<&'a Key>,
    is_document: bool,
    /// The end of the braces or brackets around it.
    limit: Option<Spot>,
}

impl Walk<'_> {
    fn document(&mut self, piece: &Piece) -> Tree {
        let mut notes = Notes::default();
        let start = self.first(piece);
        let head = self.head(start);
        notes.above = self.remarks(head);
        let next = self
            .comments
            .first()
            .map_or(start, |comment| comment.at.min(start));
        notes.is_apart = !notes.above.is_empty() && self.lines.is_apart(next);
        let around = Around {
            place: Place::of_document(keys(piece).as_deref()),
            key: None,
            is_document: true,
            limit: None,
        };
        let value = self.value(piece, around, &mut notes);
        // A document has no line that something could stand behind.
        let behind = notes.behind.take().map(|text| CommentLine {
            is_apart: false,
            text,
        });
        notes.below.extend(behind);
        let rest = self.take_while(|_| true);
        notes.below.extend(self.remarks(rest));
        Tree::Noted(Box::new(notes), Box::new(value))
    }

    /// Where the first thing of a value that bears comments of its own begins.
    fn first(&self, piece: &Piece) -> Spot {
        match &piece.form {
            Form::Map(entries, Layout::Block) => {
                entries.first().map_or(piece.start, |(key, _)| key.start)
            }
            _ => self.lines.begin(piece),
        }
    }

    fn value(&mut self, piece: &Piece, around: Around<'_>, notes: &mut Notes) -> Tree {
        notes.anchor.clone_from(&piece.anchor);
        let is_properties = around.place == Place::Properties;
        match &piece.form {
            Form::List(items, layout) if !items.is_empty() => {
                self.open(piece, around, notes);
                let inner = around.limit_of(piece, *layout);
                let items = items.iter().enumerate();
                let items = items.map(|(index, item)| self.item(item, index, around.place, inner));
                let tree = Tree::List(items.collect());
                self.close(piece, around, *layout, &tree, notes);
                tree
            }
            Form::Map(entries, layout) if !entries.is_empty() => {
                self.open(piece, around, notes);
                let inner = around.limit_of(piece, *layout);
                let entries = entries.iter().enumerate();
                let entries = entries
                    .map(|(index, (key, value))| self.entry(key, value, index, around.place, inner))
                    .collect();
                let entries = match self.keeps_order {
                    true => entries,
                    false => sorted(entries, around.place),
                };
                let in_blocks = around.place == Place::Settings && *layout == Layout::Block;
                let tree = match in_blocks || around.place.is_block() {
                    true => Tree::Block(entries),
                    false => Tree::Map(entries),
                };
                self.close(piece, around, *layout, &tree, notes);
                tree
            }
            form => {
                self.around_scalar(piece, around, notes);
                match form {
                    Form::Scalar(Kind::Null) if is_properties => Tree::Block(Vec::new()),
                    Form::Scalar(kind) => scalar(kind),
                    Form::Literal(text) => literal(text),
                    Form::Folded(text) => {
                        folded(text, self.lines.between(piece.start.line, piece.end.line))
                    }
                    Form::Alias(name) => Tree::Alias(name.clone()),
                    Form::List(..) => Tree::List(Vec::new()),
                    Form::Map(..) => Tree::Map(Vec::new()),
                }
            }
        }
    }

    fn entry(
        &mut self,
        key: &Key,
        piece: &Piece,
        index: usize,
        place: Place,
        limit: Option<Spot>,
    ) -> (String, Tree) {
        let mut notes = self.lead(key.start, index);
        let place = place.value(&key.text, keys(piece).as_deref());
        let around = Around {
            place,
            key: Some(key),
            is_document: false,
            limit,
        };
        let value = self.value(piece, around, &mut notes);
        (key.text.clone(), noted(notes, value))
    }

    fn item(&mut self, piece: &Piece, index: usize, place: Place, limit: Option<Spot>) -> Tree {
        let begin = match limit {
            None => self.lines.dash(piece),
            Some(_) => piece.start,
        };
        let mut notes = self.lead(begin, index);
        let around = Around {
            place: place.item(keys(piece).as_deref()),
            key: None,
            is_document: false,
            limit,
        };
        let mut value = self.value(piece, around, &mut notes);
        // Behind a dash there is no room for comments above the first thing in the item.
        if let Some(first) = value.first_notes() {
            notes.above.append(&mut first.above);
        }
        noted(notes, value)
    }

    /// What comes before an entry or item.
    fn lead(&mut self, begin: Spot, index: usize) -> Notes {
        let above = self.take_while(|comment| comment.at < begin);
        let above = self.remarks(above);
        Notes {
            is_apart: (index > 0 || !above.is_empty()) && self.lines.is_apart(begin),
            above,
            ..Notes::default()
        }
    }

    /// The comments between the key or dash of a list or mapping and the first thing in it.
    fn open(&mut self, piece: &Piece, around: Around<'_>, notes: &mut Notes) {
        let first = match &piece.form {
            Form::Map(entries, _) => entries.first().map(|(key, _)| key.start),
            Form::List(items, Layout::Block) => items.first().map(|item| self.lines.dash(item)),
            Form::List(items, Layout::Flow) => items.first().map(|item| self.first(item)),
            _ => None,
        };
        let first = first.unwrap_or(piece.start);
        match around.key {
            Some(_) => {
                let behind = self.comments.first();
                if behind.is_some_and(|it| it.at < first && !it.is_alone) {
                    notes.behind = self.take_one();
                }
            }
            // What stands between the head of a document and its first entry is about that entry.
            None if around.is_document && is_block(piece) => {}
            // An item has its comments above its dash, a document in braces above its first entry.
            None => {
                let inside = self.take_while(|comment| comment.at < first);
                notes.above.extend(self.remarks(inside));
            }
        }
    }

    /// The comments at the end of a list or mapping, and the one behind it.
    fn close(
        &mut self,
        piece: &Piece,
        around: Around<'_>,
        layout: Layout,
        tree: &Tree,
        notes: &mut Notes,
    ) {
        if layout == Layout::Block {
            let (column, is_key) = match &piece.form {
                Form::List(..) => {
                    let dash = self.lines.begin(piece).column;
                    (dash, around.key.is_some_and(|key| key.start.column >= dash))
                }
                _ => (piece.start.column, false),
            };
            // A list may stand as far left as its key; a comment there is about what comes after both.
            let column = column + usize::from(is_key);
            let below =
                self.take_while(|it| it.is_alone && it.at < piece.end && it.at.column >= column);
            notes.below = self.remarks(below);
            return;
        }
        let below = self.take_while(|comment| comment.at < piece.end);
        notes.below = self.remarks(below);
        let is_one_line = piece.start.line == piece.end.line;
        let is_silenced = notes
            .above
            .last()
            .is_some_and(|it| it.text.contains(SILENCE));
        notes.is_one_line = is_one_line && is_silenced;
        let Some(behind) = self.take_behind(piece.end, around.limit) else {
            return;
        };
        if notes.behind.is_some() || !notes.below.is_empty() || tree.has_comments() {
            notes.below.push(CommentLine {
                is_apart: false,
                text: behind,
            });
        } else {
            notes.behind = Some(behind);
            notes.is_one_line = is_one_line;
        }
    }

    /// The comments between the key or dash of a scalar and itself, and the one behind it.
    fn around_scalar(&mut self, piece: &Piece, around: Around<'_>, notes: &mut Notes) {
        let is_block = matches!(piece.form, Form::Literal(_) | Form::Folded(_));
        let until = match piece.form {
            // What stands in empty braces.
            Form::List(..) | Form::Map(..) => piece.end,
            _ => piece.start,
        };
        let mut between = self.take_while(|comment| comment.at < until);
        if is_block {
            self.lines.pass(piece);
        } else {
            notes.behind = self.take_behind(piece.end, around.limit);
        }
        if let ([rest @ .., last], None) = (between, &notes.behind)
            && !last.is_alone
        {
            notes.behind = Some(last.text.clone());
            between = rest;
        }
        notes.above.extend(self.remarks(between));
    }

    /// The comment on the line where something ends, behind it.
    fn take_behind(&mut self, end: Spot, limit: Option<Spot>) -> Option<String> {
        let comment = self.comments.first()?;
        let is_behind = !comment.is_alone
            && comment.at.line == end.line
            && limit.is_none_or(|limit| comment.at < limit);
        is_behind.then(|| self.take_one())?
    }

    fn take_one(&mut self) -> Option<String> {
        let (first, rest) = self.comments.split_first()?;
        self.comments = rest;
        Some(first.text.clone())
    }
}

impl<'a> Walk<'a> {
    /// The comments that are about the document rather than its first entry: those above an empty line, and what tells
    /// editors the schema.
    fn head(&mut self, start: Spot) -> &'a [Comment] {
        let all = self
            .comments
            .iter()
            .take_while(|comment| comment.at < start);
        let next = all.clone().skip(1).map(|comment| comment.at).chain([start]);
        let apart: Vec<_> = next.map(|at| self.lines.is_apart(at)).collect();
        let apart = match all.clone().count() {
            0 => 0,
            _ => apart
                .iter()
                .rposition(|apart| *apart)
                .map_or(0, |last| last + 1),
        };
        let modelines = all.skip(apart);
        let modelines = modelines.take_while(|it| it.text.contains("yaml-language-server:"));
        let count = apart + modelines.count();
        let (head, rest) = self.comments.split_at(count);
        self.comments = rest;
        head
    }

    /// Takes the next comments of this document.
    fn take_while(&mut self, is_wanted: impl Fn(&Comment) -> bool) -> &'a [Comment] {
        let is_here = |comment: &&Comment| self.until.is_none_or(|until| comment.at < until);
        let wanted = self.comments.iter().take_while(is_here);
        let count = wanted.take_while(|comment| is_wanted(comment)).count();
        let (taken, rest) = self.comments.split_at(count);
        self.comments = rest;
        taken
    }

    fn remarks(&self, comments: &[Comment]) -> Vec<CommentLine> {
        let remark = |comment: &Comment| CommentLine {
            is_apart: self.lines.is_apart(comment.at),
            text: comment.text.clone(),
        };
        comments.iter().map(remark).collect()
    }
}

impl Around<'_> {
    /// The limit of what stands in a list or mapping here.
    fn limit_of(&self, piece: &Piece, layout: Layout) -> Option<Spot> {
        match layout {
            Layout::Flow => Some(piece.end),
            Layout::Block => None,
        }
    }
}

fn noted(notes: Notes, value: Tree) -> Tree {
    match notes == Notes::default() {
        true => value,
        false => Tree::Noted(Box::new(notes), Box::new(value)),
    }
}

fn scalar(kind: &Kind) -> Tree {
    match kind {
        Kind::Bool(value) => Tree::Bool(*value),
        Kind::Number(number) => Tree::Number(number.clone()),
        Kind::Text(text) => Tree::Text(text.clone()),
        Kind::Null | Kind::List(_) | Kind::Map(_) => Tree::Null,
    }
}

/// A text that its author put into a block stays in one, if one can hold it.
fn literal(text: &str) -> Tree {
    match block_header(text) {
        Some(header) => {
            let lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
            Tree::Lines(format!("|{header}"), lines.map(str::to_owned).collect())
        }
        None => Tree::Text(text.to_owned()),
    }
}

/// The keys of a mapping.
fn keys(piece: &Piece) -> Option<Vec<&str>> {
    match &piece.form {
        Form::Map(entries, _) => Some(entries.iter().map(|(key, _)| key.text.as_str()).collect()),
        _ => None,
    }
}

fn is_block(piece: &Piece) -> bool {
    matches!(
        piece.form,
        Form::List(_, Layout::Block) | Form::Map(_, Layout::Block)
    )
}

fn has_anchor(piece: &Piece) -> bool {
    let inside = match &piece.form {
        Form::List(items, _) => items.iter().any(has_anchor),
        Form::Map(entries, _) => entries.iter().any(|(_, value)| has_anchor(value)),
        _ => false,
    };
    inside || piece.anchor.is_some()
}
