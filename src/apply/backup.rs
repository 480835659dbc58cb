//! Copies of live apps, made before anything is overwritten or deleted: documents that an import reads back.
//!
//! They hold whatever the apps hold, credentials among it, so that only their owner may read them. A copy is whole or
//! not there, and never replaces another.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::api::export;
use crate::model::{AppKey, LiveApp};
use crate::plan::AppPlan;

use super::Run;
use super::report::Failure;

impl Run<'_> {
    /// Keeps a copy of an app whose definition the plan replaces or deletes.
    pub(super) async fn back_up(&self, app: &AppPlan, live: &LiveApp) -> Result<(), Failure> {
        let Some(folder) = self.options.backup.clone() else {
            return Ok(());
        };
        if !app.steps.iter().any(|step| step.call.overwrites()) {
            return Ok(());
        }
        let (key, text) = (app.key.clone(), format!("{:#}\n", export(live)));
        let (shown, id) = (folder.clone(), live.id);
        let written =
            tokio::task::spawn_blocking(move || write(&folder, &key, &id.to_string(), &text));
        let why = match written.await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(Failure::Backup {
            folder: shown,
            error: why,
        })
    }
}

/// Writes beside, then renames. Where two keys differ only in what the file system does not tell apart, the second file
/// bears the app's id, too.
fn write(folder: &Path, key: &AppKey, id: &str, text: &str) -> io::Result<PathBuf> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    // Only its owner may read a temporary file.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let first = folder.join(format!("{key}.json"));
    let file = match file.persist_noclobber(&first) {
        Ok(_) => return Ok(first),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => error.file,
        Err(error) => return Err(error.error),
    };
    let second = folder.join(format!("{key}.{id}.json"));
    match file.persist_noclobber(&second) {
        Ok(_) => Ok(second),
        Err(error) => Err(error.error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_never_replaces_another_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("backup/run");
        let key = AppKey::new("..").unwrap();
        let first = write(&run, &key, "1", "one").unwrap();
        let second = write(&run, &key, "2", "two").unwrap();
        assert_eq!(fs::read_to_string(&first).unwrap(), "one");
        assert_eq!(fs::read_to_string(&second).unwrap(), "two");
        assert!(write(&run, &key, "2", "three").is_err());
        assert_eq!(
            fs::read_dir(&run).unwrap().count(),
            2,
            "nothing is left over"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&first), mode(&run)), (0o600, 0o700));
        }
    }
}
