//! Putting imported files into a repository: whole or not at all, over nothing, and never outside.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::definition::write::WrittenFile;

/// Writes a file below `root` beside its place, then renames it; an existing one only gives way to `force`.
pub(super) fn place(root: &Path, file: &WrittenFile, force: bool) -> io::Result<()> {
    let path = root.join(&file.path);
    let folder = path.parent().unwrap_or(root);
    stays_inside(root, folder)?;
    fs::create_dir_all(folder)?;
    let mut written = NamedTempFile::new_in(folder)?;
    written.write_all(file.text.as_bytes())?;
    readable(written.as_file())?;
    written.as_file().sync_all()?;
    match force {
        true => written.persist(&path),
        false => written.persist_noclobber(&path),
    }
    .map_err(|error| error.error)?;
    Ok(())
}

/// A temporary file is its owner's alone; a file of a repository is not.
#[cfg(unix)]
fn readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &fs::File) -> io::Result<()> {
    Ok(())
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
