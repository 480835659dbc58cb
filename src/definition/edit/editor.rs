//! The change of one app after another: its files are read ahead, and what comes of them is checked.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::aliases::Aliases;
use super::carried;
use super::check::{self, Check};
use super::pages::Pages;
use super::{Drawn, EditError, Edited, EditedFile, Job, Note};
use crate::definition::files::{Inside, Repository};
use crate::definition::parallel::ahead;
use crate::definition::parts::Parts;
use crate::definition::source::Node;
use crate::definition::target::Target;
use crate::model::{App, Body, Declared, DesiredApp, Location};

/// Who changes apps of a repository.
#[derive(Clone, Copy, Debug)]
pub struct Editor<'a> {
    root: &'a Path,
    target: &'a Target,
    parts: &'a Parts,
}

/// The files of an app as they are on the disk.
pub struct Opened {
    file: Inside,
    pages: Pages,
    /// Which document of the file the app is.
    index: usize,
    /// Whether there are others.
    several: bool,
}

impl<'a> Editor<'a> {
    /// `parts` are those of the repository as it was loaded.
    pub fn new(root: &'a Path, target: &'a Target, parts: &'a Parts) -> Self {
        Self {
            root,
            target,
            parts,
        }
    }

    /// Opens one app after another on a thread of its own, not far ahead of whoever takes them by the function that `take` is
    /// given; `None` where no thread is to be had.
    pub fn ahead<T>(
        &self,
        apps: &[&DesiredApp],
        take: impl FnOnce(&mut dyn FnMut(&DesiredApp) -> Option<Result<Opened, EditError>>) -> T,
    ) -> T {
        let open = |app: &&DesiredApp| (app.location.clone(), self.open(app));
        ahead(apps, open, |next| {
            take(&mut |wanted| {
                let mut opened = std::iter::from_fn(&mut *next);
                let wanted = opened.find(|(location, _)| *location == wanted.location);
                wanted.map(|(_, opened)| opened)
            })
        })
    }

    /// Reads the files of an app. Nested as deep as the limits allow, they need the stack of a parser's thread.
    pub fn open(&self, app: &DesiredApp) -> Result<Opened, EditError> {
        let repository = self.repository(app)?;
        let file = file(&repository, app)?;
        let pages = Pages::read(&repository, self.target, file.clone(), Aliases::Kept)?;
        let Location { line, column, .. } = app.location;
        let is_here = |node: &Node| (node.at.line, node.at.column) == (line, column);
        let found = pages.sources.get(&file.real).and_then(|source| {
            let index = source.documents.iter().position(is_here)?;
            Some((index, source.several))
        });
        let (index, several) = found.ok_or_else(|| EditError::Changed {
            file: file.shown.to_string(),
        })?;
        Ok(Opened {
            file,
            pages,
            index,
            several,
        })
    }

    /// The files of `app`, changed so that they say `wanted`, with everything else as its author wrote it.
    ///
    /// `earlier` are changes that are not written yet, to files of the same repository. `look` sees every app of the changed
    /// file as it will be read; what it gives for this one is given back.
    pub fn edit<T>(
        &self,
        opened: Opened,
        earlier: &[EditedFile],
        app: &DesiredApp,
        wanted: &App,
        look: &mut dyn FnMut(Declared<'_>) -> T,
    ) -> Result<(Edited, T), EditError> {
        let Opened {
            file,
            pages,
            index,
            several,
        } = opened;
        let overlay = EditedFile::overlay(earlier);
        let repository = self.repository(app)?.with(overlay.clone());
        let before = app.app.definition.body();
        let asked = wanted;
        let (wanted, body) = carried::said(asked, &before);
        if !check::is_said(&wanted, asked) {
            let why = "it holds ids that are lost on the way to a file".to_owned();
            return Err(EditError::Unsayable { why });
        }
        let shared = (self.parts).shared(&file, &repository, self.target, !earlier.is_empty());
        let job = Job {
            repository: &repository,
            target: self.target,
            file: &file,
            shared: &shared,
            index,
            before: &before,
            wanted: &wanted,
            body: &body,
        };
        let check = Check {
            repository: &repository,
            target: self.target,
            file: &file,
            index,
            several,
        };
        let mut attempt = |mut pages: Pages| {
            pages.share(&shared);
            let drawn = job.run(&pages)?;
            let after = self.repository(app)?.with(drawn.over(&overlay));
            let seen = check.is_right(&after, &pages, &drawn, &wanted, look)?;
            let Drawn {
                files, mut notes, ..
            } = drawn;
            notes.extend(unknown_elsewhere(self.target, &before, &body));
            Ok((Edited { files, notes }, seen))
        };
        let read = |aliases| Pages::read(&repository, self.target, file.clone(), aliases);
        let is_changed = pages
            .all
            .iter()
            .any(|it| overlay.contains_key(&it.file.real));
        let mut result = match is_changed {
            true => read(Aliases::Kept).and_then(&mut attempt),
            false => attempt(pages),
        };
        for aliases in [Aliases::Short, Aliases::WrittenOut] {
            // Perhaps what an alias stands for is gone.
            if let Err(EditError::Meaning { .. }) = result {
                result = read(aliases).and_then(&mut attempt);
            }
        }
        result
    }

    /// The repository as it is on the disk.
    fn repository(&self, app: &DesiredApp) -> Result<Repository, EditError> {
        let path = &app.location.path;
        Repository::open(self.root).map_err(|error| EditError::unreadable(path, &error))
    }
}

fn file(repository: &Repository, app: &DesiredApp) -> Result<Inside, EditError> {
    let path = &app.location.path;
    (repository.resolve("", path)).map_err(|error| EditError::unreadable(path, &error))
}

/// The connections that came into the app, as far as another environment does not know them by the same name.
fn unknown_elsewhere(target: &Target, before: &Body, wanted: &Body) -> Vec<Note> {
    let ids = |queries: &[Value]| -> BTreeSet<String> {
        let ids = (queries.iter()).filter_map(|it| it.pointer("/properties/spec/connectionId"));
        ids.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut notes = Vec::new();
    for id in ids(&wanted.queries).difference(&ids(&before.queries)) {
        let mut connections = target.environment.connections.iter();
        let Some((alias, _)) = connections.find(|(_, other)| *other == id) else {
            continue;
        };
        let others = target.elsewhere.iter();
        let environments: Vec<_> = others
            .filter(|(_, known)| !known.contains_key(alias))
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        if !environments.is_empty() {
            notes.push(Note::Elsewhere {
                alias: alias.clone(),
                environments,
            });
        }
    }
    notes
}
