//! Changing files in place: only the lines that must change do, so that comments and layout survive.
//!
//! [`settings`] adds to `ddapps.yaml`. All else is about definitions: an [`Editor`] takes an app as its files say it and as
//! it should be, and gives the files that say the second; [`Ahead`] reads such files before they are needed. Three things are walked side by side: the text
//! ([`page`], put together by [`scan`] and [`json`]), what each stretch of it means for the API ([`pages`], [`homes`]),
//! and what is wanted ([`pairing`] finds again what was moved or renamed, [`carried`] leaves out what files need not say). What means
//! the same stays byte for byte. What comes of it are goals ([`goal`]) – from [`document`] over [`components`], [`parted`],
//! [`compact`], [`queries`], [`query`](mod@query) and [`code`] to [`values`] and their variables ([`texts`]) – and goals become text: [`mod@print`] for blocks,
//! [`flow`] for what stands between braces, and JSON, [`style`] for scalars, [`comments`] and [`lines`] for what stands around. [`aliases`] are
//! written out where what they stand for goes.
//!
//! None of this is believed: [`check`] reads the new files as the loader does, and they must say exactly what was wanted
//! and still hold every comment but those on what is gone. Else nothing is changed. Nothing here writes to a disk, but
//! [`EditedFile::write`].

mod aliases;
mod align;
mod carried;
mod check;
mod code;
mod comments;
mod compact;
mod components;
mod document;
mod editor;
mod elsewhere;
mod file;
mod flow;
mod folded;
mod goal;
mod homes;
mod json;
mod lines;
mod page;
mod pages;
mod pairing;
mod parted;
mod print;
mod queries;
mod query;
mod scan;
mod settings;
mod shape;
mod style;
mod texts;
mod values;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;
use std::path::PathBuf;

use serde_json::Value;

use super::files::{Inside, Overlay, Repository};
use super::target::Target;
use super::write::query::Queries;
use crate::model::{App, Body, Location};

use code::{CodeFile, code_files};
use document::{Attributes, attribute};
use goal::Goal;
use homes::{Homes, address};
use page::Passage;
use pages::{Meaning, Pages};
use pairing::{flatten, pair};
use print::Printer;

pub use editor::{Ahead, Editor, Opened};
pub use file::EditedFile;
pub use settings::{Additions, EditError as SettingsError, add_to_settings};

/// The files of an app that change, and what is to be told about it.
#[derive(Clone, Debug, Default)]
pub struct Edited {
    /// The files, by their paths; only those that change.
    pub files: Vec<EditedFile>,
    /// What a person should know.
    pub notes: Vec<Note>,
}

/// Something that changed besides what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A value is written out, because its variable has another one.
    Variable {
        /// The variable's name.
        variable: String,
        /// What it stood in.
        of: String,
        /// Where that stands.
        at: Location,
    },
    /// A connection that no alias names.
    Connection {
        /// Its id.
        id: String,
        /// Where it stands.
        at: Location,
    },
    /// Something that the files would say in another environment, and that is wrong there.
    Elsewhere {
        /// The environment.
        environment: String,
        /// Where it stands.
        at: Option<Location>,
        /// What is wrong.
        why: String,
    },
    /// Other environments read the same files, and get another app than before.
    Also {
        /// The environments.
        environments: Vec<String>,
    },
    /// A part that nothing names any more, and that goes.
    Part {
        /// Its path.
        path: String,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable { variable, of, at } => write!(
                f,
                "{at}: the variable `{variable}` no longer explains `{of}`, which is written out"
            ),
            Self::Connection { id, at } => write!(
                f,
                "{at}: no alias of this environment names the connection `{id}`"
            ),
            Self::Elsewhere {
                environment,
                at,
                why,
            } => {
                if let Some(at) = at {
                    write!(f, "{at}: ")?;
                }
                write!(f, "wrong in `{environment}`: {why}")
            }
            Self::Also { environments } => {
                let names: Vec<_> = environments.iter().map(|it| format!("`{it}`")).collect();
                write!(f, "changes what {} gets, too", names.join(", "))
            }
            Self::Part { path } => write!(f, "{path}: nothing names this part any more"),
        }
    }
}

/// Why files were left as they are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A file cannot be read any more.
    #[error("cannot read `{file}`: {why}")]
    Unreadable {
        /// Its path.
        file: String,
        /// Why.
        why: String,
    },
    /// A file is written in a way that is not changed in place.
    #[error("`{file}` is written in a way that cannot be changed in place")]
    Layout {
        /// Its path.
        file: String,
    },
    /// A file does not say any more what it said when it was loaded.
    #[error("`{file}` has changed since it was read")]
    Changed {
        /// Its path.
        file: String,
    },
    /// No definition can say this app.
    #[error("no definition says this app: {why}")]
    Unsayable {
        /// Why.
        why: String,
    },
    /// The changed files would say something else.
    #[error("the changed `{file}` would not say what it must: {why}")]
    Meaning {
        /// The app's file.
        file: String,
        /// What differs, or what the loader found.
        why: String,
    },
    /// A comment would be lost.
    #[error("a comment in `{file}` would be lost: `{comment}`")]
    Comment {
        /// Its file.
        file: String,
        /// What it says.
        comment: String,
    },
}

impl EditError {
    fn unreadable(file: &str, why: &impl fmt::Display) -> Self {
        Self::Unreadable {
            file: file.to_owned(),
            why: why.to_string(),
        }
    }
}

/// The change of one app.
struct Job<'a> {
    repository: &'a Repository,
    target: &'a Target,
    file: &'a Inside,
    /// Files that others need as they are.
    shared: &'a BTreeSet<PathBuf>,
    /// Which document of the file it is.
    index: usize,
    before: &'a Body,
    wanted: &'a App,
    /// The definition of `wanted`, parsed.
    body: &'a Body,
}

/// What came of it, not checked yet.
#[derive(Default)]
struct Drawn {
    files: Vec<EditedFile>,
    notes: Vec<Note>,
    /// The comments that have to be there still, by file.
    comments: Vec<(String, String)>,
}

impl Drawn {
    /// The changes, laid over earlier ones.
    fn over(&self, earlier: &Overlay) -> Overlay {
        let mut overlay = earlier.clone();
        overlay.extend(EditedFile::overlay(&self.files));
        overlay
    }
}

impl Job<'_> {
    fn run(&self, pages: &Pages) -> Result<Drawn, EditError> {
        let body = self.body;
        let changed = || EditError::Changed {
            file: self.file.shown.to_string(),
        };
        let root = pages.all[0].documents.get(self.index).ok_or_else(changed)?;
        let list = attribute(root, "components");
        let (old, new) = (flatten(&self.before.components), flatten(&body.components));
        let partners: HashMap<_, _> = (new.iter().zip(pair(&old, &new)))
            .filter_map(|(node, partner)| Some((address(node.value), old[partner?].value)))
            .collect();
        let default_root = match body.components.as_slice() {
            [only] => only.get("name").and_then(Value::as_str),
            _ => None,
        };
        let attributes = Attributes {
            app: self.wanted,
            body,
            before: self.before,
            says_root: default_root != Some(&body.root_instance_name),
        };
        let mut renewed = None;
        loop {
            let homes = Homes::of(pages, list, &self.before.components).ok_or_else(changed)?;
            let draft = Draft {
                pages,
                meaning: Meaning::new(&pages.all, self.target, renewed.clone()),
                homes,
                repository: self.repository,
                shared: self.shared,
                partners: partners.clone(),
                queries_before: &self.before.queries,
                claimed: RefCell::default(),
                page_goals: RefCell::default(),
                codes: RefCell::default(),
                writer: RefCell::new(Queries {
                    connections: &self.target.environment.connections,
                    code: code_files(self.repository, &self.file.shown, root),
                }),
                notes: RefCell::default(),
            };
            let goal = draft.document(root, &attributes);
            // Aliases are looked at again when it is known what they will stand for.
            if draft.meaning.has_anchors() && renewed.is_none() {
                renewed = Some(draft.meaning.will_mean.take());
                continue;
            }
            return draft.drawn(goal);
        }
    }
}

/// The change of one app in the making.
struct Draft<'a> {
    pages: &'a Pages,
    meaning: Meaning<'a>,
    homes: Homes<'a>,
    repository: &'a Repository,
    /// Files that others need as they are.
    shared: &'a BTreeSet<PathBuf>,
    /// What the wanted components were, by their addresses.
    partners: HashMap<usize, &'a Value>,
    queries_before: &'a [Value],
    /// The passages that something is made from already.
    claimed: RefCell<HashSet<usize>>,
    /// What becomes of the parts.
    page_goals: RefCell<BTreeMap<usize, Goal<'a>>>,
    codes: RefCell<Vec<CodeFile>>,
    /// What writes new queries, and puts their long code into files where others of the app have theirs.
    writer: RefCell<Queries<'a>>,
    notes: RefCell<Vec<Note>>,
}

impl<'a> Draft<'a> {
    fn note(&self, note: Note) {
        let mut notes = self.notes.borrow_mut();
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    fn location(&self, passage: &Passage) -> Location {
        let page = &self.pages.all[passage.page];
        let (line, column) = page.place(passage.start);
        Location {
            path: page.file.shown.clone(),
            line,
            column,
        }
    }

    /// The texts that the goals come to.
    fn drawn(self, goal: Goal<'a>) -> Result<Drawn, EditError> {
        let mut goals = self.page_goals.into_inner();
        goals.insert(0, goal);
        let mut claimed = HashSet::new();
        for goal in goals.values() {
            goal.sources(&mut |passage| {
                claimed.insert(passage.id);
            });
        }
        let printer = Printer {
            pages: &self.pages.all,
            meaning: &self.meaning,
            claimed,
            hoisted: RefCell::default(),
            gone: RefCell::default(),
        };
        let mut drawn = Drawn {
            notes: self.notes.into_inner(),
            ..Drawn::default()
        };
        let mut touched = Vec::new();
        for (number, page) in self.pages.all.iter().enumerate() {
            let after = match goals.get(&number) {
                Some(goal) if goal.is_kept() => continue,
                Some(goal) => Some(printer.page(number, goal).ok_or(EditError::Layout {
                    file: page.file.shown.to_string(),
                })?),
                None if self.pages.shared.contains(&number) => continue,
                None => {
                    let path = page.file.shown.to_string();
                    drawn.notes.push(Note::Part { path });
                    None
                }
            };
            if after.is_some() {
                touched.push(number);
            }
            drawn.files.push(EditedFile::of_page(page, after));
        }
        let gone = printer.gone.into_inner();
        for number in touched {
            let page = &self.pages.all[number];
            let is_gone = |at: usize| {
                gone.iter()
                    .any(|(it, range)| *it == number && range.contains(&at))
            };
            let stay = page.comments.iter().filter(|(at, _)| !is_gone(*at));
            let path = page.file.shown.to_string();
            drawn
                .comments
                .extend(stay.map(|(_, comment)| (path.clone(), comment.clone())));
        }
        let codes = self.codes.into_inner().into_iter();
        drawn.files.extend(
            codes
                .filter(|code| code.before != code.after)
                .map(|code| EditedFile::new(code.file, Some(code.before), Some(code.after))),
        );
        let new = self.writer.into_inner().code.files.into_iter();
        for file in new {
            let place = self.repository.place(&file.path);
            let place = place.map_err(|error| EditError::unreadable(&file.path, &error))?;
            drawn
                .files
                .push(EditedFile::new(place, None, Some(file.text)));
        }
        Ok(drawn)
    }
}
