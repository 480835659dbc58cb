//! Which files below the definitions folder are definitions (`FORMAT.md` section 1).
//!
//! Whether a file is only a part of another is not known before the files are read; that is decided in `load`.

use std::collections::BTreeSet;
use std::fs::{self, DirEntry};
use std::io;
use std::path::PathBuf;

use super::files::{Inside, ReadError, Repository};
use super::settings::SETTINGS;
use crate::model::{Finding, Location};

/// A file that may be a definition.
pub(super) struct Candidate {
    pub file: Inside,
    /// The key of an app that names none.
    pub default_key: String,
}

impl Candidate {
    /// A file whose apps are told by their places rather than their keys.
    pub fn unnamed(file: Inside) -> Self {
        Self {
            file,
            default_key: "app".to_owned(),
        }
    }
}

/// The candidates in the order of their paths, and what could not be looked at.
pub(super) struct Discovered {
    pub candidates: Vec<Candidate>,
    pub findings: Vec<Finding>,
    /// Every folder that was entered, or would have been if it were there, and every link that was followed.
    pub sought: BTreeSet<PathBuf>,
}

/// Looks for definitions below `folder`.
pub(super) fn discover(repository: &Repository, folder: &str) -> Discovered {
    let mut walk = Walk {
        repository,
        visited: BTreeSet::new(),
        sought: (Repository::written(SETTINGS, folder).into_iter())
            .map(|folder| repository.root().join(folder))
            .collect(),
        links: Vec::new(),
        candidates: Vec::new(),
        findings: Vec::new(),
    };
    match repository.resolve(SETTINGS, folder) {
        Ok(top) => walk.folder(&top),
        Err(error) => {
            let message = format!("cannot read the definitions folder `{folder}`: {error}");
            let finding = Finding::error(error.rule(), Location::start(SETTINGS), message);
            walk.findings.push(finding.help(
                "make the folder, or say with `definitions:` where the definitions are; `ddapps import` writes them for apps that are live",
            ));
        }
    }
    // Linked folders come last: where a folder can be reached directly too, its direct path is the one that counts.
    while let Some(link) = walk.links.pop() {
        walk.folder(&link);
    }
    let Walk {
        mut candidates,
        findings,
        visited,
        mut sought,
        ..
    } = walk;
    sought.extend(visited);
    candidates.sort_by(|a, b| a.file.shown.cmp(&b.file.shown));
    Discovered {
        candidates,
        findings,
        sought,
    }
}

/// The candidates in a folder that is called like another one beside it, where people keep the parts of that one; and all
/// others.
pub(super) fn likely_parts(candidates: &[Candidate]) -> (Vec<&Candidate>, Vec<&Candidate>) {
    let paths = candidates.iter().map(|it| &*it.file.shown);
    let stems = paths.filter_map(|path| Some(path.rsplit_once('.')?.0));
    let stems: BTreeSet<&str> = stems.collect();
    let is_likely = |candidate: &&Candidate| {
        let path = &candidate.file.shown;
        let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        folders.any(|folder| stems.contains(folder))
    };
    candidates.iter().partition(is_likely)
}

struct Walk<'a> {
    repository: &'a Repository,
    /// Folders without symbolic links; none is entered twice, so that links cannot lead in circles.
    visited: BTreeSet<PathBuf>,
    sought: BTreeSet<PathBuf>,
    links: Vec<Inside>,
    candidates: Vec<Candidate>,
    findings: Vec<Finding>,
}

impl Walk<'_> {
    fn folder(&mut self, top: &Inside) {
        let mut folders = vec![top.clone()];
        while let Some(folder) = folders.pop() {
            if !self.visited.insert(folder.real.clone()) {
                continue;
            }
            let children = match read_folder(&folder) {
                Ok(names) => self.children(&folder, names),
                Err(error) => {
                    self.unreadable(&folder.shown, &error.into());
                    continue;
                }
            };
            let (apps, others): (Vec<_>, Vec<_>) = children
                .into_iter()
                .partition(|child| child.is_file && is_app_file(child.name()));
            match apps.as_slice() {
                [] => {}
                [app] => {
                    self.candidate(&app.file, folder_name(&folder));
                    continue;
                }
                [first, second, ..] => {
                    let message = format!(
                        "one folder holds two app files, `{}` and `{}`",
                        first.name(),
                        second.name()
                    );
                    let at = Location::start(second.file.shown.clone());
                    self.findings
                        .push(Finding::error("duplicate-app", at, message));
                    self.candidate(&first.file, folder_name(&folder));
                    continue;
                }
            }
            for child in others {
                if child.is_file {
                    self.file(&child);
                } else if child.is_link {
                    self.links.push(child.file);
                } else {
                    folders.push(child.file);
                }
            }
        }
    }

    /// The visible children of a folder that stay in the repository.
    fn children(&mut self, folder: &Inside, entries: Vec<DirEntry>) -> Vec<Child> {
        let mut children = Vec::new();
        for entry in entries {
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let path = format!("{}/{}", folder.shown, name.to_string_lossy());
                let at = Location::start(path);
                let message = "the file's name is not UTF-8";
                self.findings
                    .push(Finding::error("unreadable-file", at, message));
                continue;
            };
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if name.starts_with('.') || (!is_link && !is_folder(&entry) && !is_definition(name)) {
                continue;
            }
            let shown = match &*folder.shown {
                "" => name.to_owned(),
                folder => format!("{folder}/{name}"),
            };
            let found = match is_link {
                true => {
                    self.sought.insert(self.repository.root().join(&shown));
                    self.repository.resolve("", &shown)
                }
                // The way to its folder is known, and goes on without a link.
                false => Ok(Inside {
                    real: folder.real.join(name),
                    shown: shown.as_str().into(),
                }),
            };
            match found {
                Ok(file) if self.repository.is_gone(&file) => {}
                Ok(file) => children.push(Child {
                    is_file: match is_link {
                        true => !file.real.is_dir(),
                        false => !is_folder(&entry),
                    },
                    is_link,
                    file,
                }),
                Err(error) => self.unreadable(&shown, &error),
            }
        }
        children
    }

    fn file(&mut self, child: &Child) {
        let name = child.name();
        if is_definition(name) && &*child.file.shown != SETTINGS {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            self.candidate(&child.file, stem.to_owned());
        }
    }

    fn candidate(&mut self, file: &Inside, default_key: String) {
        self.candidates.push(Candidate {
            file: file.clone(),
            default_key,
        });
    }

    fn unreadable(&mut self, path: &str, error: &ReadError) {
        let message = format!("cannot read `{path}`: {error}");
        self.findings
            .push(Finding::error(error.rule(), Location::start(path), message));
    }
}

struct Child {
    file: Inside,
    is_file: bool,
    is_link: bool,
}

impl Child {
    fn name(&self) -> &str {
        let shown = &self.file.shown;
        shown.rsplit_once('/').map_or(shown, |(_, name)| name)
    }
}

fn read_folder(folder: &Inside) -> io::Result<Vec<DirEntry>> {
    let mut entries = fs::read_dir(&folder.real)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_ok_and(|kind| kind.is_dir())
}

fn is_definition(name: &str) -> bool {
    matches!(
        name.rsplit_once('.'),
        Some((stem, "yaml" | "yml" | "json")) if !stem.is_empty()
    )
}

fn is_app_file(name: &str) -> bool {
    matches!(name, "app.yaml" | "app.yml" | "app.json")
}

fn folder_name(folder: &Inside) -> String {
    let name = folder.real.file_name().unwrap_or_default();
    let shown = folder
        .shown
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty());
    shown.map_or_else(|| name.to_string_lossy().into_owned(), str::to_owned)
}
