//! What one run leaves to the next one of the same process.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What one run leaves to the next one. Clones are the same memory.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Remembered>>);

#[derive(Debug, Default)]
struct Remembered {
    sources: BTreeSet<PathBuf>,
}

impl Memory {
    /// Every file and folder that the newest run looked at or looked for, also where it could not read all of them.
    pub fn sources(&self) -> BTreeSet<PathBuf> {
        self.remembered().sources.clone()
    }

    pub(super) fn rests_on(&self, sources: BTreeSet<PathBuf>) {
        self.remembered().sources = sources;
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        // What a thread left that panicked is as whole as any: every change is one assignment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
