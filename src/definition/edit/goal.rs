//! What is to stand where: the answer to a wanted value, made of passages that stay, change, move or go, and of new text.

use crate::definition::source::Kind;
use crate::definition::write::tree::Tree;

use super::page::{Form, Passage};

/// What is to stand in a place.
pub(super) struct Goal<'a> {
    /// The passage that it is made from; none for what is new.
    pub of: Option<&'a Passage>,
    pub want: Want<'a>,
}

/// What becomes of a passage, or what is new.
pub(super) enum Want<'a> {
    /// It stays as it is.
    Keep,
    /// It says another scalar, as a file writes it.
    Scalar(Kind),
    /// It is a list of these.
    List(Vec<Goal<'a>>),
    /// It is a mapping of these.
    Map(Vec<(String, Goal<'a>)>),
    /// It is written anew.
    New(Tree),
}

impl<'a> Goal<'a> {
    pub fn keep(of: &'a Passage) -> Self {
        Self {
            of: Some(of),
            want: Want::Keep,
        }
    }

    /// What is made of a passage, if one is given.
    pub fn new(of: Option<&'a Passage>, want: Want<'a>) -> Self {
        Self { of, want }
    }

    /// A list; kept if nothing in it changes.
    pub fn list(of: Option<&'a Passage>, goals: Vec<Self>) -> Self {
        let is_same =
            of.is_some_and(|of| matches!(of.form, Form::List(..)) && stay(of, goals.iter()));
        match is_same {
            true => Self::new(of, Want::Keep),
            false => Self::new(of, Want::List(goals)),
        }
    }

    /// A mapping; kept if nothing in it changes.
    pub fn map(of: Option<&'a Passage>, entries: Vec<(String, Self)>) -> Self {
        let is_same = of.is_some_and(|of| {
            let keys = of.entries().iter().map(Passage::key);
            matches!(of.form, Form::Map(..))
                && stay(of, entries.iter().map(|(_, goal)| goal))
                && keys.eq(entries.iter().map(|(key, _)| key.as_str()))
        });
        match is_same {
            true => Self::new(of, Want::Keep),
            false => Self::new(of, Want::Map(entries)),
        }
    }

    pub fn is_kept(&self) -> bool {
        matches!(self.want, Want::Keep)
    }

    /// The goals directly in it.
    pub fn inner(&self) -> Vec<&Self> {
        match &self.want {
            Want::List(goals) => goals.iter().collect(),
            Want::Map(entries) => entries.iter().map(|(_, goal)| goal).collect(),
            _ => Vec::new(),
        }
    }

    /// Shows each passage that something is made from.
    pub fn sources(&self, see: &mut impl FnMut(&'a Passage)) {
        if let Some(of) = self.of {
            see(of);
        }
        for goal in self.inner() {
            goal.sources(see);
        }
    }

    /// The whole as something to write, if nothing in it stands anywhere yet.
    pub fn tree(&self) -> Option<Tree> {
        match &self.want {
            Want::New(tree) => Some(tree.clone()),
            Want::Keep => None,
            Want::Scalar(kind) => Some(scalar_tree(kind)),
            Want::List(goals) => {
                let items: Option<_> = goals.iter().map(Self::new_tree).collect();
                Some(Tree::List(items?))
            }
            Want::Map(entries) => {
                let entries: Option<Vec<_>> = entries
                    .iter()
                    .map(|(key, goal)| Some((key.clone(), goal.new_tree()?)))
                    .collect();
                Some(Tree::Block(entries?))
            }
        }
    }

    fn new_tree(&self) -> Option<Tree> {
        match self.of {
            None => self.tree(),
            Some(_) => None,
        }
    }
}

/// Whether the goals are all that stands in a passage, in its order and as it is.
fn stay<'g, 'a: 'g>(of: &Passage, goals: impl Iterator<Item = &'g Goal<'a>>) -> bool {
    let stays = |goal: &'g Goal<'a>| goal.of.filter(|_| goal.is_kept()).map(|of| Some(of.id));
    let kids = of.kids().iter().map(|kid| Some(Some(kid.id)));
    kids.eq(goals.map(stays))
}

/// A scalar to be written.
pub(super) fn scalar_tree(kind: &Kind) -> Tree {
    match kind {
        Kind::Bool(value) => Tree::Bool(*value),
        Kind::Number(number) => Tree::Number(number.clone()),
        Kind::Text(text) => Tree::Text(text.clone()),
        Kind::Null | Kind::List(_) | Kind::Map(_) => Tree::Null,
    }
}
