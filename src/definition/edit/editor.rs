//! The change of one app after another: files are read ahead, and what comes of them is checked.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
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
use crate::model::{App, Body, Declared, Definition, DesiredApp, Location};

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
    /// What they say.
    body: Body,
    /// Which document of the file the app is.
    index: usize,
    /// Whether there are others.
    several: bool,
}

/// Apps that are opened one after another on a thread of its own, at most one ahead of who takes them.
pub struct Ahead {
    ask: Sender<Asked>,
    opened: Receiver<Result<Opened, EditError>>,
    /// Where those were found that are asked for and not taken.
    asked: VecDeque<Location>,
}

/// Where an app was found, and what it was.
type Asked = (Location, Definition);

impl<'a> Editor<'a> {
    /// `parts` are those of the repository as it was loaded.
    pub fn new(root: &'a Path, target: &'a Target, parts: &'a Parts) -> Self {
        Self {
            root,
            target,
            parts,
        }
    }

    /// Whoever opens apps before they are needed.
    pub fn ahead(&self) -> Ahead {
        let (root, target) = (self.root.to_owned(), self.target.clone());
        let (ask, asked) = channel::<Asked>();
        let (sender, opened) = sync_channel(0);
        let run = move || {
            for (location, definition) in asked {
                let opened = Opened::read(&root, &target, &location, &definition);
                // Perhaps nobody takes them any more.
                if sender.send(opened).is_err() {
                    return;
                }
            }
        };
        // Without the thread its ends of the channels are gone, and nothing comes.
        drop(thread::Builder::new().stack_size(STACK).spawn(run));
        Ahead {
            ask,
            opened,
            asked: VecDeque::new(),
        }
    }

    /// Reads the files of an app. Nested as deep as the limits allow, they need the stack of a parser's thread.
    pub fn open(&self, app: &DesiredApp) -> Result<Opened, EditError> {
        Opened::read(self.root, self.target, &app.location, &app.app.definition)
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
            body: before,
            index,
            several,
        } = opened;
        let overlay = EditedFile::overlay(earlier);
        let open = || open(self.root, &app.location.path);
        let repository = open()?.with(overlay.clone());
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
    fn read(
        root: &Path,
        target: &Target,
        app: &Location,
        definition: &Definition,
    ) -> Result<Self, EditError> {
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
            body: definition.body(),
            index,
            several,
        })
    }
}

impl Ahead {
    /// Asks for apps. Each that is taken lets those go that were asked for before it, so they had better be taken in this order.
    pub fn open<'b>(&mut self, apps: impl IntoIterator<Item = &'b DesiredApp>) {
        for app in apps {
            let asked = (app.location.clone(), app.app.definition.clone());
            if self.ask.send(asked).is_ok() {
                self.asked.push_back(app.location.clone());
            }
        }
    }

    /// The files of an app that is opened ahead; `None` where that did not come to it. Those of apps before it are let go.
    pub fn take(&mut self, app: &DesiredApp) -> Option<Result<Opened, EditError>> {
        let index = (self.asked.iter()).position(|location| *location == app.location)?;
        (self.asked.drain(..=index)).fold(None, |_, _| self.opened.recv().ok())
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
