//! What was made of each file before, so that only those that changed are read again.
//!
//! A file is taken from memory while it and its parts have the stamps that they had. What changed so shortly before it was
//! read that its stamp might not tell of one more change is not remembered, and neither is what has errors: a part that
//! was looked for in vain may be there the next time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use super::FileOutcome;
use super::discover::Candidate;
use super::stamp::Stamp;
use super::target::Target;
use crate::model::Severity;

/// What an earlier load made of each file, and what a look gave for each app in it. Loads that share a memory look alike.
#[derive(Debug)]
pub struct Memory<T> {
    target: Option<Target>,
    files: BTreeMap<Arc<str>, Remembered<T>>,
}

#[derive(Debug)]
struct Remembered<T> {
    default_key: String,
    stamps: Vec<(PathBuf, Stamp)>,
    outcome: FileOutcome<T>,
}

impl<T> Default for Memory<T> {
    /// Nothing.
    fn default() -> Self {
        Self {
            target: None,
            files: BTreeMap::new(),
        }
    }
}

impl<T: Clone> Memory<T> {
    /// Prepares for a load for this target: what was made for another one says nothing.
    pub(super) fn turn_to(&mut self, target: &Target) {
        if self.target.as_ref() != Some(target) {
            self.files.clear();
            self.target = Some(target.clone());
        }
    }

    /// What this file says, if nothing about it changed.
    pub(super) fn recall(&self, candidate: &Candidate) -> Option<FileOutcome<T>> {
        let known = self.files.get(&candidate.file.shown)?;
        let is_same = known.outcome.real == candidate.file.real
            && known.default_key == candidate.default_key
            && (known.stamps.iter()).all(|(path, stamp)| Stamp::of(path) == Some(*stamp));
        is_same.then(|| FileOutcome {
            is_recalled: true,
            ..known.outcome.clone()
        })
    }

    /// Keeps what a load that began then made of its files, and forgets all others.
    pub(super) fn keep(&mut self, files: &[(&Candidate, FileOutcome<T>)], began: SystemTime) {
        let mut kept = BTreeMap::new();
        for (candidate, outcome) in files {
            let shown = &candidate.file.shown;
            let known = self.files.remove(shown).filter(|_| outcome.is_recalled);
            if let Some(remembered) = known.or_else(|| remembered(candidate, outcome, began)) {
                kept.insert(shown.clone(), remembered);
            }
        }
        self.files = kept;
    }
}

fn remembered<T: Clone>(
    candidate: &Candidate,
    outcome: &FileOutcome<T>,
    began: SystemTime,
) -> Option<Remembered<T>> {
    let is_error = |severity| severity == Severity::Error;
    if (outcome.findings.iter()).any(|it| is_error(it.severity)) {
        return None;
    }
    let paths: BTreeSet<&PathBuf> = (outcome.parts.iter())
        .chain(&outcome.sought)
        .chain([&outcome.real])
        .collect();
    let stamps = paths.into_iter().map(|path| {
        let stamp = Stamp::of(path).filter(|stamp| !stamp.may_be_of(began))?;
        Some((path.clone(), stamp))
    });
    Some(Remembered {
        default_key: candidate.default_key.clone(),
        stamps: stamps.collect::<Option<_>>()?,
        outcome: outcome.clone(),
    })
}
