//! Texts with variables: what becomes of `@{name}` when the value is another.

use serde_json::Value;

use super::page::Passage;
use super::values::About;
use super::{Draft, Note};
use crate::definition::source::Kind;
use crate::definition::variables::{Stretch, escaped, meant, stretches, whole};
use crate::model::same;

impl Draft<'_> {
    /// The variable that explains another value than that of the one that stood there, if there was one. What no
    /// variable explains any more is told.
    pub fn explained(&self, passage: &Passage, want: &Value, about: About<'_>) -> Option<Kind> {
        let Some(Kind::Text(written)) = passage.scalar() else {
            return None;
        };
        let name = whole(&written).filter(|_| about.replaces)?;
        let other = self.other(want);
        if other.is_none() {
            self.lost(passage, name, about);
        }
        other.map(Kind::Text)
    }

    /// How the only variable of this value is written.
    fn other(&self, want: &Value) -> Option<String> {
        Some(format!("@{{{}}}", self.variable(want)?))
    }

    /// The only variable of this value.
    fn variable(&self, want: &Value) -> Option<&str> {
        let variables = &self.meaning.target.environment.variables;
        let mut found = variables.iter().filter(|(_, value)| same(value, want));
        let (name, _) = found.next()?;
        found.next().is_none().then_some(name)
    }

    fn lost(&self, passage: &Passage, variable: &str, about: About<'_>) {
        let note = Note::Variable {
            variable: variable.to_owned(),
            of: about.name.to_owned(),
            at: self.location(passage),
        };
        self.note(note);
    }

    /// How a text is written that was `written` before: what has not changed stays, its variables included.
    pub fn rewritten(
        &self,
        passage: &Passage,
        written: &str,
        want: &str,
        about: About<'_>,
    ) -> String {
        if !written.contains("@{") {
            return escaped(want);
        }
        if let Some(text) = whole(written).and_then(|_| self.other(&want.into())) {
            return text;
        }
        let variables = &self.meaning.target.environment.variables;
        let stretches = stretches(written, variables);
        let (text, lost) = self.patched(&stretches, want);
        let is_right = meant(&text, variables).is_some_and(|it| same(&it, &want.into()));
        let all = stretches.iter().filter_map(|it| it.variable);
        let lost: Vec<_> = match is_right {
            true => lost,
            false => all.collect(),
        };
        lost.iter().for_each(|name| self.lost(passage, name, about));
        if is_right { text } else { escaped(want) }
    }

    /// The text with what differs between the first and the last difference written out, and the variables that this cost.
    fn patched<'s>(&self, stretches: &[Stretch<'s>], want: &str) -> (String, Vec<&'s str>) {
        let old: String = stretches.iter().map(|it| it.means.as_str()).collect();
        let (first, last) = unchanged(&old, want);
        let mut cut = first..old.len() - last;
        let mut lost = Vec::new();
        for (stretch, start) in placed(stretches) {
            let end = start + stretch.means.len();
            // A variable stays whole or goes, also where it would be a part of a word that it was the whole of.
            let goes = (start < cut.end && cut.start < end)
                || (end == cut.start && goes_on(&old, want, end))
                || (start == cut.end && came_before(&old, want, start));
            if stretch.written != stretch.means && goes {
                cut = cut.start.min(start)..cut.end.max(end);
                lost.extend(stretch.variable);
            }
        }
        let middle = &want[cut.start..want.len() - (old.len() - cut.end)];
        let middle = match (lost.as_slice(), self.variable(&middle.into())) {
            ([_], Some(other)) => {
                lost.clear();
                format!("@{{{other}}}")
            }
            _ => escaped(middle),
        };
        let (mut head, mut tail) = (String::new(), String::new());
        for (stretch, start) in placed(stretches) {
            let end = start + stretch.means.len();
            match stretch.written == stretch.means {
                true => {
                    head.push_str(&stretch.written[..cut.start.clamp(start, end) - start]);
                    tail.push_str(&stretch.written[cut.end.clamp(start, end) - start..]);
                }
                false if end <= cut.start => head.push_str(stretch.written),
                false if start >= cut.end => tail.push_str(stretch.written),
                false => {}
            }
        }
        (format!("{head}{middle}{tail}"), lost)
    }
}

/// The stretches, and where in the text's meaning each starts.
fn placed<'t, 's>(stretches: &'t [Stretch<'s>]) -> impl Iterator<Item = (&'t Stretch<'s>, usize)> {
    let mut next = 0;
    stretches.iter().map(move |stretch| {
        let start = next;
        next += stretch.means.len();
        (stretch, start)
    })
}

/// Whether a word that ends at this byte of the old text goes on in the new one, which is the same up to there.
fn goes_on(old: &str, new: &str, at: usize) -> bool {
    let next = |text: &str| text[at..].chars().next();
    !is_word(next(old)) && is_word(next(new)) && is_word(old[..at].chars().next_back())
}

/// Whether a word that starts at this byte of the old text starts earlier in the new one, which is the same from there on.
fn came_before(old: &str, new: &str, at: usize) -> bool {
    let before = |text: &str, at: usize| text[..at].chars().next_back();
    let place = new.len() - (old.len() - at);
    !is_word(before(old, at)) && is_word(before(new, place)) && is_word(old[at..].chars().next())
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

/// How many bytes two texts have in common at their starts, and then at their ends.
fn unchanged(old: &str, new: &str) -> (usize, usize) {
    let same = |(a, b): &(char, char)| a == b;
    let length = |(a, _): (char, char)| a.len_utf8();
    let first: usize = old
        .chars()
        .zip(new.chars())
        .take_while(same)
        .map(length)
        .sum();
    let (old, new) = (&old[first..], &new[first..]);
    let ends = old.chars().rev().zip(new.chars().rev());
    (first, ends.take_while(same).map(length).sum())
}
