//! The canonical form of files that people write: the layout of [`write`](mod@crate::definition::write), with the comments,
//! the empty lines and the choices that carry meaning kept.
//!
//! One writer, two sources: [`gather`] makes the tree that the writer takes from a file as it is written
//! ([`sketch`](crate::definition::source::sketch)), in the order of the format's own words ([`order`]). What comes out is read again and must say the same and hold every
//! comment; else the file is left as it is. [`files`] finds the files and writes them. Whether a definition makes sense is not asked here.

mod files;
mod folding;
mod gather;
mod lines;
pub(super) mod order;
mod parts;
mod same;

use super::source::sketch::{Form, Key, Piece, Sketch, read};
use super::source::{Problem, parse};
use super::write::tree::Tree;

pub use files::{Formatted, FormattedFile, format, format_text};
use folding::folded;
use order::Place;
use parts::parts;
use same::says_the_same;

/// Why a text was not formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Unformatted {
    /// It cannot be read.
    Broken(Vec<Problem>),
    /// It says something in a way that the canonical form has no place for.
    Strange(&'static str),
}

/// A text in its canonical form.
struct Canonical {
    text: String,
    /// The files that it names as parts, as it names them.
    parts: Vec<String>,
}

/// The canonical form of a file's text, which is YAML.
fn canonical(text: &str) -> Result<Canonical, Unformatted> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some((sketch, before)) = read(text) else {
        let problems = parse("", text).problems;
        return Err(match problems.is_empty() {
            true => CHANGED,
            false => Unformatted::Broken(problems),
        });
    };
    if sketch.documents.is_empty() {
        return Ok(Canonical {
            text: text.to_owned(),
            parts: Vec::new(),
        });
    }
    strangeness(&sketch)?;
    let documents = gather::gather(text, &sketch);
    let documents: Vec<_> = documents.iter().map(Tree::document).collect();
    let formatted = documents.join("---\n");
    let parts = parts(&before.documents);
    if formatted == text {
        return Ok(Canonical {
            text: formatted,
            parts,
        });
    }
    let (again, after) = read(&formatted).ok_or(CHANGED)?;
    let comments = |sketch: &Sketch| -> Vec<String> {
        sketch
            .comments
            .iter()
            .map(|comment| comment.text.clone())
            .collect()
    };
    let is_same = before.several == after.several
        && says_the_same(&before.documents, &after.documents)
        && comments(&sketch) == comments(&again);
    match is_same {
        true => Ok(Canonical {
            text: formatted,
            parts,
        }),
        false => Err(CHANGED),
    }
}

const CHANGED: Unformatted = Unformatted::Strange(
    "it is written in a way that cannot be laid out anew without changing what it says",
);

/// What keeps a file from being laid out anew.
fn strangeness(sketch: &Sketch) -> Result<(), Unformatted> {
    let strange = |why| Err(Unformatted::Strange(why));
    if sketch.has_version {
        return strange("it says `%YAML`, which the canonical form does not");
    }
    for document in &sketch.documents {
        if !matches!(document.form, Form::List(..) | Form::Map(..)) {
            return strange("it is neither a mapping nor a list");
        }
        if document.anchor.is_some() || has_named_key(document) {
            return strange("an anchor or alias stands at a key, or at a whole document");
        }
    }
    Ok(())
}

fn has_named_key(piece: &Piece) -> bool {
    match &piece.form {
        Form::List(items, _) => items.iter().any(has_named_key),
        Form::Map(entries, _) => {
            let is_named = |key: &Key| key.is_alias || key.anchor.is_some();
            (entries.iter()).any(|(key, value)| is_named(key) || has_named_key(value))
        }
        _ => false,
    }
}

/// The entries of a mapping in the order of the format, or, where a comment would pass another one, in their author's:
/// what is written between two entries may be about both.
fn sorted(entries: Vec<(String, Tree)>, place: Place) -> Vec<(String, Tree)> {
    let mut order: Vec<_> = (0..entries.len()).collect();
    order.sort_by_key(|index| place.rank(&entries[*index].0));
    if order.is_sorted() {
        return entries;
    }
    let commented = |index: &&usize| entries[**index].1.has_comments();
    let stays_first = || match entries.first() {
        Some((_, Tree::Noted(notes, _))) if place == Place::Definition => {
            notes.above.is_empty() || order[0] == 0
        }
        _ => true,
    };
    if !order.iter().filter(commented).is_sorted() || !stays_first() {
        return entries;
    }
    let mut entries: Vec<_> = entries.into_iter().map(Some).collect();
    order
        .iter()
        .filter_map(|index| entries[*index].take())
        .collect()
}
