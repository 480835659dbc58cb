//! The change of one app after another: files are read ahead, and what comes of them is checked.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use serde_json::Value;
use uuid::Uuid;

use super::aliases::Aliases;
use super::carried;
use super::check::{self, Check};
use super::elsewhere::elsewhere;
use super::pages::Pages;
use super::{Drawn, EditError, Edited, EditedFile, Job, Note};
use crate::definition::files::{Inside, Repository};
use crate::definition::parts::Parts;
use crate::definition::source::Node;
use crate::definition::target::Target;
use crate::expression::STACK;
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

/// Apps that are opened one after another, and where they were found.
pub struct Ahead(Receiver<(Location, Result<Opened, EditError>)>);

impl<'a> Editor<'a> {
    /// `parts` are those of the repository as it was loaded.
    pub fn new(root: &'a Path, target: &'a Target, parts: &'a Parts) -> Self {
        Self {
            root,
            target,
            parts,
        }
    }

    /// Opens one app after another on a thread of its own, at most one ahead of who takes them.
    pub fn ahead<'b>(&self, apps: impl IntoIterator<Item = &'b DesiredApp>) -> Ahead {
        let apps: Vec<_> = apps.into_iter().map(|app| app.location.clone()).collect();
        let (root, target) = (self.root.to_owned(), self.target.clone());
        let (sender, receiver) = sync_channel(0);
        let run = move || {
            for app in apps {
                let opened = Opened::read(&root, &target, &app);
                // Perhaps nobody takes them any more.
                if sender.send((app, opened)).is_err() {
                    return;
                }
            }
        };
        // Without the thread its end of the channel is gone, and nothing comes.
        drop(thread::Builder::new().stack_size(STACK).spawn(run));
        Ahead(receiver)
    }

    /// Reads the files of an app. Nested as deep as the limits allow, they need the stack of a parser's thread.
    pub fn open(&self, app: &DesiredApp) -> Result<Opened, EditError> {
        Opened::read(self.root, self.target, &app.location)
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
        let open = || open(self.root, &app.location.path);
        let repository = open()?.with(overlay.clone());
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
            let after = open()?.with(drawn.over(&overlay));
            let seen = check.is_right(&after, &pages, &drawn, &wanted, look)?;
            let Drawn {
                files, mut notes, ..
            } = drawn;
            let unnamed = unnamed(self.target, app, &notes, &before, &body);
            notes.extend(unnamed);
            notes.extend(elsewhere(&check, &after, &pages));
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
}

/// The repository as it is on the disk, for the file of an app.
fn open(root: &Path, path: &str) -> Result<Repository, EditError> {
    Repository::open(root).map_err(|error| EditError::unreadable(path, &error))
}

impl Opened {
    /// Reads the files of the app that was found at a place.
    fn read(root: &Path, target: &Target, app: &Location) -> Result<Self, EditError> {
        let Location { path, line, column } = app;
        let repository = open(root, path)?;
        let file = repository.resolve("", path);
        let file = file.map_err(|error| EditError::unreadable(path, &error))?;
        let pages = Pages::read(&repository, target, file.clone(), Aliases::Kept)?;
        let is_here = |node: &Node| (node.at.line, node.at.column) == (*line, *column);
        let found = pages.sources.get(&file.real).and_then(|source| {
            let index = source.documents.iter().position(is_here)?;
            Some((index, source.several))
        });
        let (index, several) = found.ok_or_else(|| EditError::Changed {
            file: file.shown.to_string(),
        })?;
        Ok(Self {
            file,
            pages,
            index,
            several,
        })
    }
}

impl Ahead {
    /// The files of an app that is opened ahead; `None` where that did not come to it. Those of apps before it are let go.
    pub fn take(&self, app: &DesiredApp) -> Option<Result<Opened, EditError>> {
        let mut opened = self.0.iter();
        let wanted = opened.find(|(location, _)| *location == app.location);
        wanted.map(|(_, opened)| opened)
    }
}

/// The connections that came into the app and that no alias names, but those that are told of where they stand.
fn unnamed(
    target: &Target,
    app: &DesiredApp,
    told: &[Note],
    before: &Body,
    wanted: &Body,
) -> Vec<Note> {
    let ids = |queries: &[Value]| -> BTreeSet<String> {
        let ids = (queries.iter()).filter_map(|it| it.pointer("/properties/spec/connectionId"));
        let ids = ids.filter_map(Value::as_str);
        ids.filter(|id| Uuid::parse_str(id).is_ok())
            .map(str::to_owned)
            .collect()
    };
    let known = |id: &String| target.environment.connections.values().any(|it| it == id);
    let is_told = |id: &String| {
        let mut told = told.iter();
        told.any(|note| matches!(note, Note::Connection { id: other, .. } if other == id))
    };
    let (before, wanted) = (ids(&before.queries), ids(&wanted.queries));
    let new = wanted.difference(&before);
    new.filter(|id| !known(id) && !is_told(id))
        .map(|id| Note::Connection {
            id: id.clone(),
            at: app.location.clone(),
        })
        .collect()
}
