//! The texts of files once more, for those who show places in them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::files::{MAX_FILE, Repository};
use crate::model::Texts;

/// The texts of files of the repository at `root`. A file that cannot be read any more is left out.
pub fn texts(root: &Path, paths: BTreeSet<Arc<str>>) -> Texts {
    let Ok(repository) = Repository::open(root) else {
        return Texts::new();
    };
    let read = |path: Arc<str>| {
        let file = repository.resolve("", &path).ok()?;
        let text = repository.read(&file, MAX_FILE).ok()?;
        Some((path, text))
    };
    paths.into_iter().filter_map(read).collect()
}
