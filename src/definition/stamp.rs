//! What tells cheaply that a file changed: its size, its times, and which file it is.

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How coarse clocks of file systems are.
const COARSE: Duration = Duration::from_millis(20);

/// What tells cheaply that a file or a folder changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    is_folder: bool,
    length: u64,
    modified: Option<SystemTime>,
    /// When anything about it changed, times among it, and which one it is; where the system tells.
    changed: Option<SystemTime>,
    identity: u64,
}

impl Stamp {
    /// The stamp of what a path leads to now; `None` if that is nothing.
    pub fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|found| stamp(&found))
    }

    /// Whether it is a folder.
    pub fn is_folder(&self) -> bool {
        self.is_folder
    }

    /// Whether it may have changed since then, or so shortly before that a coarse clock does not tell. What changed before
    /// and was looked at after shows every later change in its stamp.
    pub fn may_be_of(&self, since: SystemTime) -> bool {
        let newest = self.modified.max(self.changed);
        newest.is_none_or(|newest| newest + COARSE >= since)
    }
}

#[cfg(unix)]
fn stamp(found: &Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = u64::try_from(found.ctime()).unwrap_or_default();
    let nanos = u32::try_from(found.ctime_nsec()).unwrap_or_default();
    Stamp {
        is_folder: found.is_dir(),
        length: found.len(),
        modified: found.modified().ok(),
        changed: Some(SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos)),
        identity: found.ino(),
    }
}

#[cfg(not(unix))]
fn stamp(found: &Metadata) -> Stamp {
    Stamp {
        is_folder: found.is_dir(),
        length: found.len(),
        modified: found.modified().ok(),
        changed: None,
        identity: 0,
    }
}
