//! What the reading of one file knows: the environment, the repository, the findings so far, and which files are open.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::build::Built;
use super::files::{Inside, MAX_PART, ReadError, Repository};
use super::notes::Notes;
use super::source::{Entry, Measure, Node, Position, Source, Sources, too_large};
use super::target::Target;
use crate::model::Texts;

/// The greatest number of bytes that one file pulls in by `file:`, counted each time.
const MAX_PARTS_OF_ONE_FILE: u64 = 16 << 20;

/// The reading of one file, and of the parts that it names.
pub(super) struct Reading<'a> {
    pub notes: Notes,
    pub target: &'a Target,
    /// How many components the current one stands in.
    pub depth: usize,
    /// Every part that was named, without symbolic links.
    pub parts: BTreeSet<PathBuf>,
    /// Where the parts were looked for, found or not.
    pub sought: BTreeSet<PathBuf>,
    /// The texts of the files that were read to their end.
    pub texts: Texts,
    repository: &'a Repository,
    /// What was parsed before.
    sources: &'a Sources,
    /// The files that are open around the current place, to see circles.
    open: Vec<PathBuf>,
    part_bytes: u64,
    /// What parts and variables have added to the file.
    added: Measure,
    is_over: bool,
}

impl<'a> Reading<'a> {
    pub fn new(
        repository: &'a Repository,
        target: &'a Target,
        sources: &'a Sources,
        file: &Inside,
    ) -> Self {
        Self {
            notes: Notes::new(file.shown.clone()),
            target,
            depth: 0,
            parts: BTreeSet::new(),
            sought: BTreeSet::new(),
            texts: Texts::new(),
            repository,
            sources,
            open: vec![file.real.clone()],
            part_bytes: 0,
            added: Measure::default(),
            is_over: false,
        }
    }

    /// The path in `{file: path}`, when that is all the mapping says.
    pub fn named_file(entries: &[Entry]) -> Option<(&str, Position)> {
        match entries {
            [entry] if entry.key == "file" => {
                entry.value.as_text().map(|path| (path, entry.value.at))
            }
            _ => None,
        }
    }

    /// The text of a part that the current file names, with its path; reports what is in the way.
    pub fn part(&mut self, path: &str, at: Position) -> Option<(Inside, String)> {
        if let Ok(written) = Repository::written(&self.notes.file, path) {
            self.sought.insert(self.repository.root().join(written));
        }
        let file = match self.repository.resolve(&self.notes.file, path) {
            Ok(file) => file,
            Err(error) => return self.unreadable(path, at, &error),
        };
        if self.open.contains(&file.real) {
            let message = format!("`{path}` names itself, directly or through other files");
            self.notes.error("circular-file", at, message);
            return None;
        }
        self.parts.insert(file.real.clone());
        if self.is_over {
            return None;
        }
        let text = match self.repository.read(&file, MAX_PART) {
            Ok(text) => text,
            Err(error) => return self.unreadable(path, at, &error),
        };
        // A part costs something even when it is empty.
        self.part_bytes += text.len() as u64 + 1024;
        if self.part_bytes > MAX_PARTS_OF_ONE_FILE {
            self.is_over = true;
            let limit = MAX_PARTS_OF_ONE_FILE >> 20;
            let message = format!("the file pulls in more than {limit} MiB by `file:`");
            self.notes.error("file-too-large", at, message);
            return None;
        }
        self.texts.insert(file.shown.clone(), text.clone());
        Some((file, text))
    }

    /// What the text of a file says.
    pub fn source(&self, file: &Inside, text: &str) -> Source {
        self.sources.of(&file.real, &file.shown, text)
    }

    /// Whether the file may still grow by so much; says once when it may not.
    pub fn may_add(&mut self, nodes: usize, text: usize, at: Position) -> bool {
        if self.is_over {
            return false;
        }
        self.is_over = !self.added.add(nodes, text);
        if self.is_over {
            self.notes.error("too-many-values", at, too_large());
        }
        !self.is_over
    }

    /// Lets `read` look at another file, and comes back.
    pub fn inside<T>(&mut self, file: &Inside, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer: Arc<str> = std::mem::replace(&mut self.notes.file, file.shown.clone());
        self.open.push(file.real.clone());
        let result = read(self);
        self.open.pop();
        self.notes.file = outer;
        result
    }

    /// `node` as it is, with its places in the current file.
    pub fn built(&self, node: Node) -> Built {
        Built::plain(node, &self.notes.file)
    }

    fn unreadable<T>(&mut self, path: &str, at: Position, error: &ReadError) -> Option<T> {
        let message = format!("cannot read `{path}`: {error}");
        self.notes.error(error.rule(), at, message);
        None
    }
}
