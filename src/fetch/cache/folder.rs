//! Entries in a folder that many runs may share. Knows bytes and names only.
//!
//! A file is written beside and renamed, so that another run sees all of it or nothing; nobody waits for anybody, and
//! whoever finds a file gone reads the app instead. What was not used the longest goes first.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::entry::FORMAT;

/// All folders of this cache, of whatever format, are called so.
const PREFIX: &str = "ddapps-cache-";

/// A larger file is none of ours.
const LARGEST: u64 = 64 << 20;

/// A file that is still being written is no older than this.
const BEING_WRITTEN: Duration = Duration::from_secs(60 * 60);

/// Uses that lie closer together than this are one.
const ONE_USE: Duration = Duration::from_secs(60 * 60);

/// How much is kept for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes, of all organisations together.
    pub bytes: u64,
    /// How long after it was last used an entry is kept, and how long after it was read it is believed.
    pub age: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 512 << 20,
            age: Duration::from_secs(7 * 24 * 60 * 60),
        }
    }
}

/// The folder.
#[derive(Debug)]
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    /// The bytes under a name, which are noted to be in use.
    pub(super) fn take(&self, name: &str, now: SystemTime) -> Option<Vec<u8>> {
        read(&self.0.join(name), now).ok()
    }

    /// Keeps bytes under a name.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        write(&self.0.join(name), bytes)
    }

    /// Removes what is under a name.
    pub(super) fn remove(&self, name: &str) {
        // It may be gone already; a file that cannot be removed is found to be bad again.
        drop(fs::remove_file(self.0.join(name)));
    }

    /// Removes what is too old, and then what was not used the longest until the rest has room.
    pub(super) fn tidy(&self, limits: Limits, now: SystemTime) {
        let mut kept = files(&self.0, now);
        kept.sort();
        let mut bytes: u64 = kept.iter().map(|(_, bytes, _)| bytes).sum();
        for (used, size, name) in kept {
            if bytes <= limits.bytes && used + limits.age > now {
                break;
            }
            self.remove(&name);
            bytes -= size;
        }
    }
}

/// The name of the entry `address` of an organisation.
pub(super) fn name(organisation: &[u8], address: &[u8]) -> String {
    format!("{FORMAT}/{}/{}", hex(organisation), hex(address))
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
    digits.collect()
}

fn read(path: &Path, now: SystemTime) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    let mut bytes = Vec::with_capacity(about.len().min(LARGEST) as usize);
    (&file).take(LARGEST).read_to_end(&mut bytes)?;
    if about.modified()? + ONE_USE < now {
        // Where this is not allowed, the entry only goes earlier.
        let _ = file.set_modified(now);
    }
    Ok(bytes)
}

/// Writes a file that only its owner can read.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().expect("the name of an entry has a folder");
    let mut file = match tempfile::NamedTempFile::new_in(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(folder)?;
            tempfile::NamedTempFile::new_in(folder)?
        }
        file => file?,
    };
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Makes a folder that only its owner can look into, and that git leaves out.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let format = folder.parent().unwrap_or(folder);
    fs::write(format.join(".gitignore"), "*\n")
}

/// All files of the cache in a folder: when each was used, how large it is, and its name.
fn files(folder: &Path, now: SystemTime) -> Vec<(SystemTime, u64, String)> {
    let mut found = Vec::new();
    for format in names(folder).filter(|name| name.starts_with(PREFIX)) {
        for organisation in names(&folder.join(&format)) {
            let inside = format!("{format}/{organisation}");
            for file in names(&folder.join(&inside)) {
                let is_temporary = file.starts_with('.');
                let name = format!("{inside}/{file}");
                let Ok(about) = fs::symlink_metadata(folder.join(&name)) else {
                    continue;
                };
                let used = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                if !about.is_file() || (is_temporary && used + BEING_WRITTEN > now) {
                    continue;
                }
                // What a killed run left is never used again.
                let used = if is_temporary {
                    SystemTime::UNIX_EPOCH
                } else {
                    used
                };
                found.push((used, about.len(), name));
            }
        }
    }
    found
}

fn names(folder: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_the_longest_goes_first() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder(temporary.path().to_owned());
        let begin = SystemTime::now() - Duration::from_secs(10 * 60 * 60);
        let hour = |hours: u64| begin + Duration::from_secs(60 * 60 * hours);
        let names: Vec<_> = (0..4_u8).map(|number| name(b"o", &[number])).collect();
        for (name, hours) in names.iter().zip(0..) {
            folder.put(name, &[0; 100]).unwrap();
            let file = File::options().write(true).open(folder.0.join(name));
            file.unwrap().set_modified(hour(hours)).unwrap();
        }
        assert!(folder.take(&names[0], hour(9)).is_some());
        let limits = Limits {
            bytes: 250,
            ..Limits::default()
        };
        folder.tidy(limits, hour(9));
        let left: Vec<_> = (names.iter())
            .map(|name| folder.take(name, hour(9)).is_some())
            .collect();
        assert_eq!(left, [true, false, false, true]);
        folder.tidy(Limits::default(), hour(7 * 24 + 9));
        assert_eq!(folder.take(&names[3], hour(9)), None);
    }

    #[test]
    fn files_of_others_and_files_that_are_being_written_stay() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder(temporary.path().to_owned());
        let now = SystemTime::now();
        folder.put(&name(b"o", b"a"), &[1]).unwrap();
        let inside = folder.0.join(FORMAT).join(hex(b"o"));
        fs::write(inside.join(".tmpabc"), "x").unwrap();
        fs::write(folder.0.join("notes.txt"), "x").unwrap();
        folder.tidy(
            Limits {
                bytes: 0,
                ..Limits::default()
            },
            now,
        );
        assert_eq!(names(&inside).collect::<Vec<_>>(), [".tmpabc"]);
        folder.tidy(Limits::default(), now + 2 * BEING_WRITTEN);
        assert_eq!(names(&inside).count(), 0);
        assert!(folder.0.join("notes.txt").exists());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_what_is_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder(temporary.path().join("cache"));
        let name = name(b"o", b"a");
        folder.put(&name, &[1]).unwrap();
        let file = folder.0.join(name);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(file.parent().unwrap()), 0o700);
    }
}
