//! Putting another text into a file: whole or not at all, and not over what somebody else has just saved.

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
