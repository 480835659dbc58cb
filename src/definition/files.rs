//! Reading files without ever leaving the repository.
//!
//! A pull request from a stranger must not be able to read the machine that checks it: every path is resolved and
//! compared with the root before the file is opened, only regular files are read, and sizes are checked first.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::source::Position;

/// The greatest definition or settings file.
pub(super) const MAX_FILE: u64 = 16 << 20;
/// The greatest file that another names by `file:`.
pub(super) const MAX_PART: u64 = 1 << 20;

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error("absolute paths are not allowed")]
    Absolute,
    #[error("the path leads out of the repository")]
    Outside,
    #[error("the file is larger than {} MiB", .limit >> 20)]
    TooLarge { limit: u64 },
    #[error("it is not a regular file")]
    NotAFile,
    #[error("it is not UTF-8 text")]
    NotText(Position),
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl ReadError {
    /// The rule that a finding about it bears.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Absolute | Self::Outside => "path-outside-repository",
            Self::TooLarge { .. } => "file-too-large",
            Self::NotAFile | Self::NotText(_) | Self::Io(_) => "unreadable-file",
        }
    }
}

/// The folder that nothing is read outside of.
pub(super) struct Repository {
    root: PathBuf,
    /// What some files are to say, which is read instead of what they say.
    overlay: Overlay,
}

/// What files are to say, by their paths without symbolic links; nothing of those that are to go.
pub(super) type Overlay = BTreeMap<PathBuf, Option<String>>;

/// A path that was found to be inside the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inside {
    /// As people write it: relative to the root, with `/`.
    pub shown: Arc<str>,
    /// Without symbolic links.
    pub real: PathBuf,
}

impl Repository {
    /// Takes the folder `root`.
    pub fn open(root: &Path) -> io::Result<Self> {
        Ok(Self {
            root: root.canonicalize()?,
            overlay: Overlay::new(),
        })
    }

    /// The folder itself, without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The same folder, as it will be.
    pub fn with(mut self, overlay: Overlay) -> Self {
        self.overlay = overlay;
        self
    }

    /// Whether a file is to go.
    pub fn is_gone(&self, file: &Inside) -> bool {
        self.overlay.get(&file.real) == Some(&None)
    }

    /// Resolves `path` as `from` names it, where `from` is a file of the repository.
    pub fn resolve(&self, from: &str, path: &str) -> Result<Inside, ReadError> {
        self.locate(Self::written(from, path)?)
    }

    /// The same path from the root, as it is written: links in it are not followed, and it need not exist.
    pub fn written(from: &str, path: &str) -> Result<String, ReadError> {
        if Path::new(path).is_absolute() || path.starts_with(['/', '\\']) {
            return Err(ReadError::Absolute);
        }
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut parts: Vec<&str> = Vec::new();
        // The written path is checked first, so that not even the existence of what is outside can be learned.
        for part in folder.split('/').chain(path.split('/')) {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop().ok_or(ReadError::Outside)?;
                }
                part => parts.push(part),
            }
        }
        Ok(parts.join("/"))
    }

    /// Follows symbolic links from a path below the root, and refuses those that leave it.
    fn locate(&self, shown: String) -> Result<Inside, ReadError> {
        let real = self.root.join(&shown).canonicalize();
        let real = real.or_else(|error| self.laid(&shown).ok_or(error))?;
        if !real.starts_with(&self.root) {
            return Err(ReadError::Outside);
        }
        Ok(Inside {
            shown: shown.into(),
            real,
        })
    }

    /// A file that need not be there, in a folder that is.
    pub fn place(&self, shown: &str) -> io::Result<Inside> {
        let path = self.root.join(shown);
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let folder = folder.canonicalize()?;
        if !folder.starts_with(&self.root) {
            return Err(io::Error::other("the folder leads out of the repository"));
        }
        Ok(Inside {
            shown: shown.into(),
            real: folder.join(name),
        })
    }

    /// The real path of a file that is not there yet, but is to be.
    fn laid(&self, shown: &str) -> Option<PathBuf> {
        let real = self.place(shown).ok()?.real;
        let is_new = matches!(self.overlay.get(&real), Some(Some(_)));
        is_new.then_some(real)
    }

    /// The names of the files in the folder of a file, those that are to be among them.
    pub fn beside(&self, file: &Inside) -> io::Result<BTreeSet<String>> {
        let folder = file.real.parent().unwrap_or(&self.root);
        let laid = self.overlay.keys().filter(|it| it.parent() == Some(folder));
        let laid = laid.filter_map(|it| it.file_name());
        let mut names: BTreeSet<_> = laid.map(|it| it.to_string_lossy().into_owned()).collect();
        for entry in folder.read_dir()? {
            names.insert(entry?.file_name().to_string_lossy().into_owned());
        }
        Ok(names)
    }

    /// The text of a file of at most `limit` bytes.
    pub fn read(&self, file: &Inside, limit: u64) -> Result<String, ReadError> {
        if let Some(laid) = self.overlay.get(&file.real) {
            return match laid {
                Some(text) if text.len() as u64 > limit => Err(ReadError::TooLarge { limit }),
                Some(text) => Ok(text.clone()),
                None => Err(io::Error::from(io::ErrorKind::NotFound).into()),
            };
        }
        // Asked before opening: opening a pipe would wait for its other end.
        let metadata = file.real.metadata()?;
        if !metadata.is_file() {
            return Err(ReadError::NotAFile);
        }
        if metadata.len() > limit {
            return Err(ReadError::TooLarge { limit });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
        // It may have grown since.
        File::open(&file.real)?
            .take(limit + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { limit });
        }
        String::from_utf8(bytes).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            ReadError::NotText(end_of(&String::from_utf8_lossy(valid)))
        })
    }
}

fn end_of(text: &str) -> Position {
    let line_start = text.rfind('\n').map_or(0, |at| at + 1);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position {
        line: count(text.matches('\n').count() + 1),
        column: count(text[line_start..].chars().count() + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_repository_are_refused() {
        let outer = tempfile::tempdir().unwrap();
        std::fs::write(outer.path().join("secret"), "x").unwrap();
        let root = outer.path().join("root");
        std::fs::create_dir_all(root.join("apps/js")).unwrap();
        std::fs::write(root.join("apps/js/a.js"), "x").unwrap();
        std::os::unix::fs::symlink("../../secret", root.join("apps/link")).unwrap();
        std::os::unix::fs::symlink("js", root.join("apps/inner")).unwrap();
        let repository = Repository::open(&root).unwrap();
        let shown = |path| {
            repository
                .resolve("apps/a.yaml", path)
                .map(|file| file.shown.to_string())
        };
        assert_eq!(shown("js/a.js").unwrap(), "apps/js/a.js");
        assert_eq!(shown("./../apps//js/a.js").unwrap(), "apps/js/a.js");
        assert_eq!(shown("inner/a.js").unwrap(), "apps/inner/a.js");
        assert!(matches!(shown("/etc/passwd"), Err(ReadError::Absolute)));
        assert!(matches!(shown("../../secret"), Err(ReadError::Outside)));
        assert!(matches!(shown("../../none"), Err(ReadError::Outside)));
        assert!(matches!(shown("link"), Err(ReadError::Outside)));
        assert!(matches!(shown("none"), Err(ReadError::Io(_))));
    }

    #[test]
    fn only_text_files_within_the_limit_are_read() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("a"), b"ab\nc\xff").unwrap();
        std::fs::create_dir(root.path().join("d")).unwrap();
        let repository = Repository::open(root.path()).unwrap();
        let read = |path, limit| repository.read(&repository.resolve("x", path).unwrap(), limit);
        let place = Position { line: 2, column: 2 };
        assert!(matches!(read("a", 9), Err(ReadError::NotText(at)) if at == place));
        assert!(matches!(
            read("a", 4),
            Err(ReadError::TooLarge { limit: 4 })
        ));
        assert!(matches!(read("d", 9), Err(ReadError::NotAFile)));
    }
}
