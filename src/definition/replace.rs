//! Putting a text into a file: whole or not at all, and not over what somebody else has just saved.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Writes the text beside the file and renames it, with the permissions of the file, if the file still says `before`.
pub(super) fn replace(file: &Path, before: &str, after: &str) -> io::Result<()> {
    let permissions = file.metadata()?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the file is read-only",
        ));
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut written = NamedTempFile::new_in(folder)?;
    written.write_all(after.as_bytes())?;
    written.as_file().set_permissions(permissions)?;
    written.as_file().sync_all()?;
    if fs::read(file)? != before.as_bytes() {
        return Err(io::Error::other("the file has changed in the meantime"));
    }
    written.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a new file in a folder that is there; one that is there only gives way to `force`.
pub(super) fn create(file: &Path, text: &str, force: bool) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut written = NamedTempFile::new_in(folder)?;
    written.write_all(text.as_bytes())?;
    readable(written.as_file())?;
    written.as_file().sync_all()?;
    match force {
        true => written.persist(file),
        false => written.persist_noclobber(file),
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
