//! Which files name which parts: a part that others name too is not changed for one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::discover::Candidate;
use super::files::{Inside, Repository};
use super::source::Sources;
use super::target::Target;
use super::{FileOutcome, read_file};

/// The files that name each part, directly or through others.
#[derive(Clone, Debug, Default)]
pub struct Parts(BTreeMap<PathBuf, BTreeSet<Arc<str>>>);

impl Parts {
    pub(super) fn of<T>(files: &[FileOutcome<T>]) -> Self {
        let mut parts = Self::default();
        for file in files {
            for part in &file.parts {
                let named_by = parts.0.entry(part.clone()).or_default();
                named_by.insert(file.shown.clone());
            }
        }
        parts
    }

    /// The parts that a file names, and no other one does.
    pub(super) fn of_only(&self, file: &str) -> impl Iterator<Item = &PathBuf> {
        let is_own = move |named_by: &BTreeSet<Arc<str>>| named_by.iter().all(|it| **it == *file);
        let own = self.0.iter().filter(move |(_, named_by)| is_own(named_by));
        own.map(|(part, _)| part)
    }

    /// The parts of a file that others name, too. Where the repository is not the one that this was found in, those are
    /// read again.
    pub(super) fn shared(
        &self,
        file: &Inside,
        repository: &Repository,
        target: &Target,
        is_changed: bool,
    ) -> BTreeSet<PathBuf> {
        let still_names = |other: &str, part: &PathBuf| {
            let Ok(file) = repository.resolve("", other) else {
                return false;
            };
            let candidate = Candidate::unnamed(file);
            read_file(
                repository,
                target,
                &Sources::default(),
                &candidate,
                &mut |_| (),
            )
            .parts
            .contains(part)
        };
        let is_shared = |part: &PathBuf, named_by: &BTreeSet<Arc<str>>| {
            let mut others = named_by.iter().filter(|other| **other != file.shown);
            others.any(|other| !is_changed || still_names(other, part))
        };
        let own = self.0.iter();
        let own = own.filter(|(_, named_by)| named_by.contains(&file.shown));
        let shared = own.filter(|(part, named_by)| is_shared(part, named_by));
        shared.map(|(part, _)| part.clone()).collect()
    }
}
