//! Plain values: what becomes of the passage of a value that is to be another one.

use serde_json::{Map, Value};

use super::Draft;
use super::align::align;
use super::goal::{Goal, Want};
use super::page::{Form, Passage};
use crate::definition::source::Kind;
use crate::definition::variables::escaped;
use crate::definition::write::tree::Tree;
use crate::model::same;

/// What a value is about, for what is told about it.
#[derive(Clone, Copy)]
pub(super) struct About<'k> {
    pub name: &'k str,
    /// Whether variables are replaced in it.
    pub replaces: bool,
}

impl<'k> About<'k> {
    pub fn of(name: &'k str) -> Self {
        Self {
            name,
            replaces: true,
        }
    }
}

impl<'a> Draft<'a> {
    /// A value in the place of a passage.
    pub fn value(&self, passage: &'a Passage, want: &Value, about: About<'_>) -> Goal<'a> {
        let goal = match (&passage.form, want) {
            (Form::Alias(_), _) => match self.meaning.will_be(passage, want, about.replaces) {
                true => Goal::keep(passage),
                false => self.anew(Some(passage), want),
            },
            (Form::List(items, _), Value::Array(wants)) if !wants.is_empty() => {
                self.list(passage, items, wants, about)
            }
            (Form::Map(..), Value::Object(wants)) if !wants.is_empty() => {
                self.map(passage, wants, about)
            }
            (Form::List(..) | Form::Map(..), _) | (_, Value::Array(_) | Value::Object(_)) => {
                match same(&self.meaning.of(passage, about.replaces), want) {
                    true => Goal::keep(passage),
                    false => self.anew(Some(passage), want),
                }
            }
            _ => self.scalar(passage, want, about),
        };
        self.meaning.remember(passage, || want.clone());
        goal
    }

    /// A value that stands nowhere yet, or in the place of a passage that cannot be changed to it.
    pub fn anew(&self, of: Option<&'a Passage>, want: &Value) -> Goal<'a> {
        Goal::new(of, Want::New(Tree::of(want, escaped)))
    }

    fn scalar(&self, passage: &'a Passage, want: &Value, about: About<'_>) -> Goal<'a> {
        let means = self.meaning.of(passage, about.replaces);
        if same(&means, want) {
            return Goal::keep(passage);
        }
        let kind = match want {
            Value::Bool(value) => Kind::Bool(*value),
            Value::Number(number) => Kind::Number(number.clone()),
            Value::String(text) => {
                // Line ends are no difference, so the file's own way of writing them goes on.
                let text = match means.as_str() {
                    Some(before) if !before.contains('\r') => text.replace("\r\n", "\n"),
                    _ => text.clone(),
                };
                return Goal::new(Some(passage), self.text(passage, &text, about));
            }
            _ => Kind::Null,
        };
        let kind = self.explained(passage, want, about).unwrap_or(kind);
        Goal::new(Some(passage), Want::Scalar(kind))
    }

    fn text(&self, passage: &Passage, want: &str, about: About<'_>) -> Want<'a> {
        let written = match passage.scalar() {
            Some(Kind::Text(written)) if about.replaces => written,
            _ if about.replaces => escaped(want),
            _ => return Want::Scalar(Kind::Text(want.to_owned())),
        };
        Want::Scalar(Kind::Text(self.rewritten(passage, &written, want, about)))
    }

    fn map(&self, passage: &'a Passage, want: &Map<String, Value>, about: About<'_>) -> Goal<'a> {
        let mut entries = Vec::with_capacity(want.len());
        for entry in passage.entries() {
            if let Some(value) = want.get(entry.key()) {
                let about = About {
                    name: entry.key(),
                    ..about
                };
                entries.push((entry.key().to_owned(), self.value(entry, value, about)));
            }
        }
        for (key, value) in want {
            if passage.under(key).is_none() {
                entries.push((key.clone(), self.anew(None, value)));
            }
        }
        Goal::map(Some(passage), entries)
    }

    fn list(
        &self,
        passage: &'a Passage,
        items: &'a [Passage],
        wants: &[Value],
        about: About<'_>,
    ) -> Goal<'a> {
        let means: Vec<_> = (items.iter())
            .map(|item| self.meaning.of(item, about.replaces))
            .collect();
        let partners = align(&means, wants);
        let goals = wants
            .iter()
            .zip(partners)
            .map(|(want, partner)| match partner {
                Some(index) => self.value(&items[index], want, about),
                None => self.anew(None, want),
            });
        Goal::list(Some(passage), goals.collect())
    }
}
