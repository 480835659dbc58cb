//! The file that a result goes to.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

use super::args::Global;

/// That the result can be written where it is to go. Once something was done, it is too late to find out.
pub fn check(global: &Global) -> Result<()> {
    let Some(path) = &global.output else {
        return Ok(());
    };
    let tried = match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => Ok(()),
        _ => beside_file(path).map(drop),
    };
    tried.with_context(|| unwritten(path))
}

/// Writes a file so that it is there as a whole or not at all. A pipe or a device, such as `/dev/null`, stays what it is.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let written = || {
        if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            return fs::write(path, text);
        }
        let mut file = beside_file(path)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    written().with_context(|| unwritten(path))
}

/// A new file in the same folder, which goes if it is not kept.
fn beside_file(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
}

fn unwritten(path: &Path) -> String {
    format!("`{}` cannot be written", path.display())
}
