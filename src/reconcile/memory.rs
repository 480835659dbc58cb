//! What one run leaves to the next one of the same process.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Checked, Look, Sharing, check_again};
use crate::definition::{self, Settings, Target};
use crate::model::Selection;

/// What one run leaves to the next one, which asks for the same apps: what was made of files, and what the rules said of
/// them. Clones are the same memory.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Remembered>>);

#[derive(Debug, Default)]
struct Remembered {
    sources: BTreeSet<PathBuf>,
    definitions: definition::Memory<Look>,
}

impl Memory {
    /// Every file and folder that the newest run looked at or looked for, also where it could not read all of them.
    pub fn sources(&self) -> BTreeSet<PathBuf> {
        self.remembered().sources.clone()
    }

    /// Loads and checks what changed.
    pub(super) fn check(
        &self,
        root: &Path,
        settings: &Settings,
        target: &Target,
        selection: &Selection,
        sharing: &Sharing,
    ) -> Checked {
        // Of two runs at once, where the first was given up, the second waits: it would read the same.
        let mut remembered = self.remembered();
        let checked = check_again(
            root,
            settings,
            target,
            selection,
            Some(&mut remembered.definitions),
            sharing,
        );
        remembered.sources.clone_from(&checked.loaded.sources);
        checked
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        // A load that panicked left what an earlier one remembered, or nothing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
