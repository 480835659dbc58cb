//! Keys and values by their names: `&k type: …` and, further down, `*k : …`. Where a change takes away what has the name,
//! or moves it down, its aliases have to say it themselves.

use std::collections::HashMap;
use std::ops::Range;

use crate::definition::source::Kind;
use crate::definition::source::sketch::{Form, Piece, Sketch};
use crate::definition::write::scalar::{Context, inline};

/// What becomes of aliases before anything else is changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Aliases {
    /// They stay.
    Kept,
    /// Those of keys and scalars are written out.
    Short,
    /// All are written out, those of lists and mappings between brackets and braces.
    WrittenOut,
}

/// The text with these aliases written out; `None` if there is none.
pub(super) fn written_out(text: &str, sketch: &Sketch, aliases: Aliases) -> Option<String> {
    let mut found = Found {
        names: HashMap::new(),
        aliases: Vec::new(),
        which: aliases,
    };
    for document in &sketch.documents {
        found.names.clear();
        found.collect(document);
    }
    if found.aliases.is_empty() {
        return None;
    }
    let mut out = String::new();
    let mut from = 0;
    for (range, said) in found.aliases {
        out.push_str(text.get(from..range.start)?);
        out.push_str(&said);
        from = range.end;
    }
    out.push_str(text.get(from..)?);
    Some(out)
}

/// What was found so far, in the order of the text.
struct Found<'a> {
    /// How what has a name is written out; nothing of what keeps its aliases.
    names: HashMap<&'a str, Option<String>>,
    /// The aliases, and what they say.
    aliases: Vec<(Range<usize>, String)>,
    which: Aliases,
}

impl<'a> Found<'a> {
    fn collect(&mut self, piece: &'a Piece) {
        match &piece.form {
            Form::List(items, _) => items.iter().for_each(|item| self.collect(item)),
            Form::Map(entries, _) => {
                for (key, value) in entries {
                    let range = key.start.byte..key.end.byte;
                    match &key.anchor {
                        Some(name) => {
                            self.names.insert(name, Some(text(&key.text)));
                        }
                        None if key.is_alias => self.aliases.push((range, text(&key.text))),
                        None => {}
                    }
                    self.collect(value);
                }
            }
            Form::Alias(name) => {
                if let Some(Some(said)) = self.names.get(name.as_str()) {
                    let range = piece.start.byte..piece.end.byte;
                    self.aliases.push((range, said.clone()));
                }
            }
            Form::Scalar(_) | Form::Literal(_) | Form::Folded(_) => {}
        }
        // What is in it has its names by now.
        if let Some(name) = &piece.anchor {
            let said = self.said(&piece.form);
            self.names.insert(name, said);
        }
    }

    /// A value on one line, as it may stand anywhere.
    fn said(&self, form: &Form) -> Option<String> {
        Some(match form {
            Form::Scalar(Kind::Text(said)) | Form::Literal(said) | Form::Folded(said) => text(said),
            Form::Scalar(Kind::Bool(value)) => value.to_string(),
            Form::Scalar(Kind::Number(number)) => number.to_string(),
            Form::Scalar(Kind::Null) => "null".to_owned(),
            Form::List(..) | Form::Map(..) if self.which == Aliases::Short => return None,
            Form::List(items, _) => {
                let items = items.iter().map(|item| self.said(&item.form));
                format!("[{}]", items.collect::<Option<Vec<_>>>()?.join(", "))
            }
            Form::Map(entries, _) => {
                let entries = entries.iter().map(|(key, value)| {
                    let value = self.said(&value.form)?;
                    Some(format!("{}: {value}", text(&key.text)))
                });
                format!("{{{}}}", entries.collect::<Option<Vec<_>>>()?.join(", "))
            }
            Form::Alias(name) => self.names.get(name.as_str())?.clone()?,
            _ => return None,
        })
    }
}

fn text(said: &str) -> String {
    inline(said, Context::Flow)
}
