//! How files and folders are: of a file, what it holds; of a folder, what there is in it.
//!
//! A file is read again only where its size, its times or its identity differ; a `touch` changes those, but not what the
//! file holds, and so is no change. Clocks of file systems are coarse: what was written a moment before it was read could
//! be written once more without a trace, so that such a file is read again the next time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::definition::Stamp;

/// A greater file is compared by its size and times alone: no definition is read that is so large.
const MAX_READ: u64 = 16 << 20;

/// How the files and folders were that a run looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    prints: BTreeMap<PathBuf, Print>,
}

/// How the files and folders are, beside how they were.
pub(super) struct Compared {
    pub(super) now: Snapshot,
    /// Those that differ.
    pub(super) changed: BTreeSet<PathBuf>,
    /// Whether any was written, if only to say the same again.
    pub(super) is_touched: bool,
}

#[derive(Clone, Debug)]
struct Print {
    stamp: Option<Stamp>,
    /// A hash of what the file holds, or of the names in the folder.
    content: u64,
    /// Whether the stamp would tell of every later change.
    is_settled: bool,
    /// Whether it may have changed after the run read it.
    is_stale: bool,
}

impl Snapshot {
    /// These files and folders as they are, where they are new; as they were, where they are known already. Whether a new one
    /// that changed since `began` was read before or after that is not known.
    pub(super) fn followed_by(&self, sources: BTreeSet<PathBuf>, began: SystemTime) -> Self {
        let print = |path: PathBuf| {
            let print = match self.prints.get(&path) {
                Some(known) => known.clone(),
                None => {
                    let print = Print::of(&path, None);
                    Print {
                        is_stale: print.stamp.is_some_and(|stamp| stamp.may_be_of(began)),
                        ..print
                    }
                }
            };
            (path, print)
        };
        Self {
            prints: sources.into_iter().map(print).collect(),
        }
    }

    /// Whether it is of these files and folders.
    pub(super) fn is_of(&self, sources: &BTreeSet<PathBuf>) -> bool {
        self.prints.keys().eq(sources)
    }

    /// The files and folders, and whether each is a folder.
    pub(super) fn paths(&self) -> impl Iterator<Item = (&Path, bool)> {
        let is_folder = |print: &Print| print.stamp.is_some_and(|stamp| stamp.is_folder());
        let prints = self.prints.iter();
        prints.map(move |(path, print)| (path.as_path(), is_folder(print)))
    }

    /// Whether something may have changed after it was read, unseen.
    pub(super) fn has_stale(&self) -> bool {
        self.prints.values().any(|print| print.is_stale)
    }

    /// The same files and folders as they are now.
    pub(super) fn now(&self) -> Compared {
        let (mut changed, mut is_touched) = (BTreeSet::new(), false);
        let look = |(path, before): (&PathBuf, &Print)| {
            let now = Print::of(path, Some(before));
            if !now.is_like(before) {
                changed.insert(path.clone());
            }
            is_touched |= now.stamp != before.stamp;
            (path.clone(), now)
        };
        let prints = self.prints.iter().map(look).collect();
        Compared {
            now: Self { prints },
            changed,
            is_touched,
        }
    }
}

impl Print {
    fn of(path: &Path, before: Option<&Self>) -> Self {
        let read = SystemTime::now();
        let stamp = Stamp::of(path);
        if let Some(before) = before
            && before.is_settled
            && before.stamp == stamp
        {
            return Self {
                is_stale: false,
                ..before.clone()
            };
        }
        Self {
            stamp,
            // What cannot be read is as what is not there: it is the finding that tells the difference.
            content: stamp.map_or(0, |_| content(path).unwrap_or(1)),
            is_settled: stamp.is_none_or(|stamp| !stamp.may_be_of(read)),
            is_stale: false,
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        let kind = |print: &Self| print.stamp.map(|stamp| stamp.is_folder());
        kind(self) == kind(other) && self.content == other.content
    }
}

fn content(path: &Path) -> io::Result<u64> {
    let found = fs::metadata(path)?;
    let mut hasher = DefaultHasher::new();
    if found.is_dir() {
        names(path)?.hash(&mut hasher);
    } else if found.is_file() && found.len() <= MAX_READ {
        fs::read(path)?.hash(&mut hasher);
    } else {
        found.len().hash(&mut hasher);
        found.modified().ok().hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// The names in a folder, but for hidden ones: those are no definitions, and editors keep their copies so.
fn names(folder: &Path) -> io::Result<BTreeSet<std::ffi::OsString>> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name()));
    names
        .filter(|name| (name.as_ref()).map_or(true, |it| !it.as_encoded_bytes().starts_with(b".")))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn later(path: &Path) {
        // As if it had been written long ago, so that no coarse clock is in the way.
        let file = fs::File::open(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(60))
            .unwrap();
    }

    /// What differs after `change` in a folder with `a.yaml` and `b.yaml`.
    fn changed(change: impl FnOnce(&Path)) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let sources: BTreeSet<_> = ["", "a.yaml", "b.yaml", "none.js"]
            .map(|name| root.join(name))
            .into();
        for name in ["a.yaml", "b.yaml"] {
            fs::write(root.join(name), "x").unwrap();
            later(&root.join(name));
        }
        later(root);
        // A run that began long after the files were written, whatever the clock of the disk says.
        let began = SystemTime::now() + Duration::from_secs(60);
        let snapshot = Snapshot::default().followed_by(sources, began);
        assert!(!snapshot.has_stale());
        assert!(!snapshot.now().is_touched);
        change(root);
        let Compared { now, changed, .. } = snapshot.now();
        assert!(!now.now().is_touched, "what was seen is seen once");
        let inside = |path: PathBuf| path.strip_prefix(root).unwrap().display().to_string();
        changed.into_iter().map(inside).collect()
    }

    #[test]
    fn a_change_is_what_a_file_holds_and_which_names_a_folder_has() {
        let write = |name: &'static str, text: &'static str| {
            move |root: &Path| fs::write(root.join(name), text).unwrap()
        };
        assert_eq!(changed(write("a.yaml", "y")), ["a.yaml"]);
        assert_eq!(changed(write("a.yaml", "x")), Vec::<String>::new());
        assert_eq!(changed(write("none.js", "x")), ["", "none.js"]);
        assert_eq!(changed(write(".a.yaml.swp", "x")), Vec::<String>::new());
        assert_eq!(
            changed(|root| fs::remove_file(root.join("b.yaml")).unwrap()),
            ["", "b.yaml"]
        );
        assert_eq!(
            changed(|root| fs::rename(root.join("b.yaml"), root.join("a.yaml")).unwrap()),
            ["", "b.yaml"]
        );
        assert_eq!(
            changed(|root| {
                fs::write(root.join("a.yaml"), "y").unwrap();
                later(&root.join("a.yaml"));
            }),
            ["a.yaml"],
            "of the same size and with the old time"
        );
        assert_eq!(
            changed(|root| fs::remove_dir_all(root).unwrap()),
            ["", "a.yaml", "b.yaml"]
        );
    }

    #[test]
    fn what_changed_while_the_run_read_is_stale() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.yaml");
        fs::write(&file, "x").unwrap();
        let sources = BTreeSet::from([file.clone()]);
        let began = SystemTime::now() - Duration::from_secs(1);
        let snapshot = Snapshot::default().followed_by(sources, began);
        assert!(snapshot.has_stale());
        assert!(!snapshot.now().now.has_stale(), "one more run makes sure");
    }
}
