//! Where something stands in a file.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A place in a file of the repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file, relative to the repository's root, with `/` between its parts.
    pub path: Arc<str>,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
}

impl Location {
    /// The start of a file.
    pub fn start(path: impl Into<Arc<str>>) -> Self {
        Self {
            path: path.into(),
            line: 1,
            column: 1,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// The texts of files by path, for showing places in them. A file may be missing; its places are shown without their lines.
pub type Texts = BTreeMap<Arc<str>, String>;
