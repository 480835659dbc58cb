//! Components that stand in parts: they stay there, and where one goes to another file, its part goes with it.

use serde_json::Value;

use super::Draft;
use super::components::Place;
use super::goal::{Goal, Want};
use super::homes::Role;
use super::page::Passage;
use super::shape::{Shape, shape};
use crate::definition::source::Kind;
use crate::model::same;

impl<'a> Draft<'a> {
    /// The items that a part holds from here on, and how many they are, if the next one stands in a part.
    pub fn part(&self, wants: &[Value], place: Place) -> Option<(Goal<'a>, usize)> {
        if let Some(shared) = self.shared_part(wants) {
            return Some(shared);
        }
        let Some(named) = self.named_in(wants.first()?, place.page) else {
            return self.brought_part(wants.first()?, place);
        };
        let part = *self.pages.named.get(&named.id)?;
        let root = self.pages.all[part].documents.first()?;
        if !self.claimed.borrow_mut().insert(named.id) {
            return None;
        }
        let belongs = |want: &Value| {
            self.named_in(want, place.page)
                .is_some_and(|it| it.id == named.id)
        };
        let (goal, count) = match root.items() {
            Some(_) => {
                // What is new between two that stand there stands there too.
                let is_new = |want: &Value| self.source(want).is_none();
                let run = wants.iter().take_while(|it| belongs(it) || is_new(it));
                let run = run.count();
                let last = wants[..run].iter().rposition(belongs)?;
                let inner = Place {
                    page: part,
                    ..place
                };
                let run = &wants[..=last];
                (self.components(Some(root), run, inner, None), last + 1)
            }
            None => {
                let inner = Place {
                    page: part,
                    ..place
                };
                (self.one(&wants[0], inner), 1)
            }
        };
        self.page_goals.borrow_mut().insert(part, goal);
        Some((Goal::keep(named), count))
    }

    /// A component that has a part of its own, which another page names from here on.
    fn brought_part(&self, want: &Value, place: Place) -> Option<(Goal<'a>, usize)> {
        let item = self.source(want)?.item;
        let named = *self.homes.named_by.get(&item.id)?;
        let part = *self.pages.named.get(&named.id)?;
        let pages = &self.pages.all;
        let (Shape::File(_), [entry]) = (shape(named), named.entries()) else {
            return None;
        };
        let is_alone = pages[part].documents.first()?.items().is_none();
        let is_yaml = [named.page, place.page, part]
            .iter()
            .all(|it| !pages[*it].is_json);
        if !is_alone || !is_yaml || !self.claimed.borrow_mut().insert(named.id) {
            return None;
        }
        let inner = Place {
            page: part,
            ..place
        };
        let goal = self.one(want, inner);
        self.page_goals.borrow_mut().insert(part, goal);
        let path = relative(&pages[place.page].file.shown, &pages[part].file.shown);
        let path = Goal::new(Some(entry), Want::Scalar(Kind::Text(path)));
        Some((Goal::map(Some(named), vec![("file".to_owned(), path)]), 1))
    }

    /// The item of this page that names the part in which a component stands, directly or through other parts.
    fn named_in(&self, want: &Value, page: usize) -> Option<&'a Passage> {
        let mut at = self.source(want)?.item;
        if at.page == page {
            return None;
        }
        while at.page != page {
            at = self.homes.named_by.get(&at.id)?;
        }
        Some(at)
    }

    /// A part that several name, if it still holds what is wanted here.
    fn shared_part(&self, wants: &[Value]) -> Option<(Goal<'a>, usize)> {
        let home = self.home(wants.first()?)?;
        let Role::Shared(count) = home.role else {
            return None;
        };
        let wants = wants.get(..count)?;
        let is_same = |want: &Value| self.before(want).is_some_and(|it| same(it, want));
        let is_free = wants.iter().all(is_same) && self.claimed.borrow_mut().insert(home.item.id);
        is_free.then(|| (Goal::keep(home.item), count))
    }
}

/// What a file calls another one.
fn relative(from: &str, to: &str) -> String {
    let folders: Vec<_> = from.split('/').collect();
    let folders = &folders[..folders.len() - 1];
    let to: Vec<_> = to.split('/').collect();
    let common = folders.iter().zip(&to[..to.len() - 1]);
    let common = common.take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", folders.len() - common);
    up.chain(to[common..].iter().copied())
        .collect::<Vec<_>>()
        .join("/")
}
