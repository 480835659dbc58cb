//! In which of its shapes a component stands.

use super::page::{Form, Passage};
use crate::definition::source::Kind;

/// The shape of an item in a list of components.
pub(super) enum Shape<'a> {
    Raw,
    /// A part, with its path as it is written.
    File(&'a str),
    /// Its one entry, whose key is `type name`.
    Compact(&'a Passage),
    /// What only the API knows, or an alias.
    Other,
}

pub(super) fn shape(item: &Passage) -> Shape<'_> {
    let Form::Map(entries, _) = &item.form else {
        return Shape::Other;
    };
    if item.under("type").is_some() {
        return Shape::Raw;
    }
    match entries.as_slice() {
        [entry] if entry.key() == "file" => match &entry.form {
            Form::Scalar(Kind::Text(path)) => Shape::File(path),
            _ => Shape::Other,
        },
        [entry] if entry.key().contains(char::is_whitespace) => Shape::Compact(entry),
        _ => Shape::Other,
    }
}
