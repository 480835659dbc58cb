//! Putting imported files into a repository: whole or not at all, over nothing, and never outside.

use std::fs;
use std::io;
use std::path::Path;

use crate::definition::replace::create;
use crate::definition::write::WrittenFile;

/// Writes a file below `root` beside its place, then renames it; an existing one only gives way to `force`.
pub(super) fn place(root: &Path, file: &WrittenFile, force: bool) -> io::Result<()> {
    let path = root.join(&file.path);
    let folder = path.parent().unwrap_or(root);
    stays_inside(root, folder)?;
    fs::create_dir_all(folder)?;
    create(&path, &file.text, force)
}

/// Refuses folders that a symbolic link leads out of the repository.
fn stays_inside(root: &Path, folder: &Path) -> io::Result<()> {
    let existing = folder
        .ancestors()
        .find(|folder| folder.exists())
        .unwrap_or(root);
    match existing.canonicalize()?.starts_with(root.canonicalize()?) {
        true => Ok(()),
        false => Err(io::Error::other("the folder leads out of the repository")),
    }
}
