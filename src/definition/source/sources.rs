//! What texts say that were read already: whoever meets one again need not parse it again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{Source, parse};

/// Texts that were read, and what they say, by the real paths of their files.
#[derive(Debug, Default)]
pub(in crate::definition) struct Sources(HashMap<PathBuf, (String, Source)>);

impl Sources {
    /// Keeps what a text says.
    pub fn keep(&mut self, real: PathBuf, text: String, source: Source) {
        self.0.insert(real, (text, source));
    }

    /// What the text of a file says that was kept.
    pub fn get(&self, real: &Path) -> Option<&Source> {
        self.0.get(real).map(|(_, source)| source)
    }

    /// What a text says; only that of a file which still says what it said is not parsed.
    pub fn of(&self, real: &Path, shown: &str, text: &str) -> Source {
        match self.0.get(real) {
            Some((known, source)) if known == text => source.clone(),
            _ => parse(shown, text),
        }
    }
}
