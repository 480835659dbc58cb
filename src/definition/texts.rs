//! The texts of files once more, for those who show places in them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::files::{MAX_FILE, Repository};
use crate::model::{Desired, Located, Texts};

/// The texts of the files `wanted`, and of those that the apps were read from and that `is_wanted` asks for. A file that
/// cannot be read any more is left out.
pub fn texts(
    root: &Path,
    desired: &Desired,
    wanted: &BTreeSet<Arc<str>>,
    is_wanted: impl Fn(&str) -> bool,
) -> Texts {
    let Ok(repository) = Repository::open(root) else {
        return Texts::new();
    };
    let mut paths = wanted.clone();
    for app in desired.apps.values() {
        let mut last = app.location.path.clone();
        paths.insert(last.clone());
        for part in app.places.components.iter().chain(&app.places.queries) {
            files_of(part, &mut last, &mut paths);
        }
    }
    let read = |path: Arc<str>| {
        let file = repository.resolve("", &path).ok()?;
        let text = repository.read(&file, MAX_FILE).ok()?;
        (wanted.contains(&path) || is_wanted(&text)).then_some((path, text))
    };
    paths.into_iter().filter_map(read).collect()
}

/// Collects the files of a tree of places; neighbours are nearly always in the same one.
fn files_of(places: &Located, last: &mut Arc<str>, paths: &mut BTreeSet<Arc<str>>) {
    if !Arc::ptr_eq(&places.at.path, last) {
        *last = places.at.path.clone();
        paths.insert(last.clone());
    }
    for item in &places.items {
        files_of(item, last, paths);
    }
}
