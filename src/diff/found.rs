//! What a comparison has found so far.

use std::collections::BTreeMap;

use serde_json::Value;

use super::moves::displaced;
use super::renames::Renames;
use super::{Difference, FieldChange, Place};

/// The differences in reading order, and what is explained by renames instead of being listed.
pub(super) struct Found<'a> {
    pub fields: Vec<FieldChange>,
    renames: Renames<'a>,
    /// The paths of what follows each rename, by the live name.
    followed: BTreeMap<String, Vec<String>>,
}

impl<'a> Found<'a> {
    pub fn new(renames: Renames<'a>) -> Self {
        Self {
            fields: Vec::new(),
            renames,
            followed: BTreeMap::new(),
        }
    }

    pub fn push(&mut self, path: impl Into<String>, difference: Difference) {
        let path = path.into();
        self.fields.push(FieldChange { path, difference });
    }

    /// Two values that differ as wholes, or one that has no counterpart.
    pub fn change(&mut self, path: &str, before: Option<&Value>, after: Option<&Value>) {
        let difference = match (before.cloned(), after.cloned()) {
            (Some(before), Some(after)) => Difference::Changed { before, after },
            (Some(before), None) => Difference::Removed {
                before,
                place: None,
            },
            (None, Some(after)) => Difference::Added { after, place: None },
            (None, None) => return,
        };
        self.push(path, difference);
    }

    /// Whether renames explain the whole difference of two texts of code; if so, it is noted with them.
    pub fn follows(&mut self, path: &str, before: &str, after: &str) -> bool {
        let explained = self.renames.text(before, after);
        self.note(path, explained)
    }

    /// The same of two plain names.
    pub fn follows_name(&mut self, path: &str, before: &str, after: &str) -> bool {
        let explained = self.renames.name(before, after);
        self.note(path, explained)
    }

    fn note(&mut self, path: &str, explained: Vec<String>) -> bool {
        let any = !explained.is_empty();
        for name in explained {
            let paths = self.followed.entry(name).or_default();
            paths.push(path.to_owned());
        }
        any
    }

    /// Lists which of the items, given as (old index, new index, path) in new order, changed their place.
    pub fn moved_in_list(&mut self, order: Vec<(usize, usize, String)>) {
        let old: Vec<_> = order.iter().map(|(old, ..)| *old).collect();
        let place = |index| Place {
            parent: None,
            index,
        };
        for position in displaced(&old) {
            let (before, after, path) = &order[position];
            let (before, after) = (place(*before), place(*after));
            self.push(path.as_str(), Difference::Moved { before, after });
        }
    }

    /// All differences, each rename with what follows it.
    pub fn finish(mut self) -> Vec<FieldChange> {
        for field in &mut self.fields {
            if let Difference::Renamed {
                before, followed, ..
            } = &mut field.difference
            {
                *followed = self.followed.remove(&before.name).unwrap_or_default();
            }
        }
        self.fields
    }
}
