//! The file language: from the files of a repository to [`Desired`].
//!
//! [`read_settings`] reads `ddapps.yaml`, [`Settings::target`] chooses an environment, and [`load`] reads the definitions
//! for it. Every problem becomes a finding with its file, line and column; a broken file never hides another.
//!
//! Reading order: `settings`, `target`; `discover` (which files), `files` (never outside of the repository), `source`
//! (text to values with places), `reading` (what the reading of one file knows), `memory` and `stamp` (which files need not be read again); `document`, `query`, `component`, `cell`,
//! `event` (the file's form to the API's); `connection`, `variables`, `javascript` (values with a meaning of their own);
//! `schema` (the same for editors); [`write`](mod@write) (the way back), [`edit`](mod@edit) (files changed in place), [`mod@format`] (how
//! files are laid out), [`import`](mod@import) (apps into a repository). What the API answers, and whether a definition makes
//! sense as a whole, is not known here.

mod bindings;
mod build;
mod cell;
mod component;
mod connection;
mod discover;
mod document;
pub mod edit;
mod event;
mod files;
pub mod format;
pub mod import;
mod javascript;
mod memory;
mod notes;
mod parallel;
mod parts;
mod query;
mod reading;
mod replace;
mod rules;
mod schema;
mod settings;
mod source;
mod stamp;
mod target;
mod texts;
mod variables;
pub mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::expression::Parser;
use crate::model::{AppKey, Declared, Desired, DesiredApp, Finding, Location, Texts};

use discover::{Candidate, Discovered, discover, likely_parts};
use document::{DefaultKey, Document, Whole};
use files::{MAX_FILE, Repository};
use parallel::side_by_side;
use reading::Reading;
use source::{Position, Source, Sources};

pub use memory::Memory;
pub use parallel::Gate;
pub use parts::Parts;
pub use schema::{app_schema, settings_schema};
pub use settings::{Environment, SETTINGS, Settings, find_root, read_settings};
pub use stamp::Stamp;
pub use target::{Target, TargetError};
pub use texts::texts;

/// What the definitions of a repository say.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The apps. Those with errors are missing, so with an error among the findings this is no basis for a plan.
    pub desired: Desired,
    /// What is wrong, sorted by file, line, column and rule. Errors: something could not be read.
    pub findings: Vec<Finding>,
    /// Every file and folder that this was made of, and where one was looked for and not found: absolute paths. While
    /// nothing changes at any of them, another load says the same.
    pub sources: BTreeSet<PathBuf>,
    /// Which files name which parts.
    pub parts: Parts,
}

/// Reads the definitions of the repository at `root` for one target.
pub fn load(root: &Path, settings: &Settings, target: &Target) -> Loaded {
    load_and(root, settings, target, &|_, _| ()).0
}

/// The same, with a look at every app while its file is read and all is known of it; gives what the look gave for the apps
/// that there are in the end. Files are read side by side, each thread with a parser of its own.
pub fn load_and<T: Clone + Send + Sync>(
    root: &Path,
    settings: &Settings,
    target: &Target,
    look: &(dyn Fn(Declared<'_>, &mut Parser) -> T + Sync),
) -> (Loaded, Vec<T>) {
    load_again(root, settings, target, None, &Gate::opened(), look)
}

/// The same, reading only the files that changed since the load that the memory is of, and leaving a core to others until the
/// gate opens.
pub fn load_again<T: Clone + Send + Sync>(
    root: &Path,
    settings: &Settings,
    target: &Target,
    mut memory: Option<&mut Memory<T>>,
    gate: &Gate,
    look: &(dyn Fn(Declared<'_>, &mut Parser) -> T + Sync),
) -> (Loaded, Vec<T>) {
    let began = SystemTime::now();
    if let Some(memory) = &mut memory {
        memory.turn_to(target);
    }
    let mut loaded = Loaded {
        desired: Desired {
            owner: target.owner.clone(),
            apps: BTreeMap::new(),
            bindings: target.environment.apps.clone(),
            connections: target.environment.connections.clone(),
        },
        findings: Vec::new(),
        sources: BTreeSet::from([root.join(SETTINGS)]),
        parts: Parts::default(),
    };
    let repository = match Repository::open(root) {
        Ok(repository) => repository,
        Err(error) => {
            loaded.findings.push(Finding {
                location: None,
                ..Finding::error(
                    "unreadable-file",
                    Location::start(""),
                    format!("cannot read `{}`: {error}", root.display()),
                )
            });
            return (loaded, Vec::new());
        }
    };
    let Discovered {
        candidates,
        findings,
        sought,
    } = discover(&repository, &settings.definitions);
    loaded.findings = findings;
    loaded.sources.extend(sought);
    let read = |candidate: &&Candidate, parser: &mut Parser| {
        if let Some(known) = memory.as_ref().and_then(|it| it.recall(candidate)) {
            return known;
        }
        let mut look = |declared: Declared<'_>| look(declared, parser);
        read_file(
            &repository,
            target,
            &Sources::default(),
            candidate,
            &mut look,
        )
    };
    let files = read_apps(&candidates, &|some| side_by_side(some, gate, read));
    if let Some(memory) = memory {
        memory.keep(&files, began);
    }
    for (_, file) in &files {
        let looked_at = file.parts.iter().chain(&file.sought).chain([&file.real]);
        loaded.sources.extend(looked_at.cloned());
    }
    let files = without_parts(files.into_iter().map(|(_, file)| file).collect());
    loaded.parts = Parts::of(&files);
    let looks = assemble(files, &mut loaded);
    bindings::unused(&repository, target, &mut loaded);
    loaded
        .findings
        .sort_by(|a, b| (&a.location, a.rule, &a.message).cmp(&(&b.location, b.rule, &b.message)));
    // A part that two apps pull in is read twice.
    loaded.findings.dedup();
    (loaded, looks)
}

/// What one file says.
#[derive(Clone, Debug)]
struct FileOutcome<T> {
    shown: Arc<str>,
    real: PathBuf,
    documents: Vec<Seen<T>>,
    findings: Vec<Finding>,
    /// The files that it names by `file:`, directly or through others.
    parts: BTreeSet<PathBuf>,
    /// Where those were looked for, found or not.
    sought: BTreeSet<PathBuf>,
    /// Whether it comes from memory.
    is_recalled: bool,
}

/// What one document says, and what the look at it gave.
#[derive(Clone, Debug)]
struct Seen<T> {
    key: AppKey,
    at: Location,
    app: Option<(DesiredApp, T)>,
}

impl<T> Seen<T> {
    fn of(document: Document, texts: &Texts, look: &mut dyn FnMut(Declared<'_>) -> T) -> Self {
        let Document { key, at, app } = document;
        let app = app.map(
            |Whole {
                 mut app,
                 body,
                 places,
             }| {
                let given = look(Declared {
                    key: &key,
                    app: &mut app,
                    body: &body,
                    places: &places,
                    texts,
                });
                (app, given)
            },
        );
        Self { key, at, app }
    }
}

/// `sources` are what was parsed before.
fn read_file<T>(
    repository: &Repository,
    target: &Target,
    sources: &Sources,
    candidate: &Candidate,
    look: &mut dyn FnMut(Declared<'_>) -> T,
) -> FileOutcome<T> {
    let file = &candidate.file;
    let mut reading = Reading::new(repository, target, sources, file);
    let mut documents = Vec::new();
    match repository.read(file, MAX_FILE) {
        Ok(text) => {
            let source = reading.source(file, &text);
            documents = read_documents(&mut reading, source, &candidate.default_key);
            reading.texts.insert(file.shown.clone(), text);
        }
        Err(error) => {
            let at = match error {
                files::ReadError::NotText(at) => at,
                _ => Position::START,
            };
            let message = format!("cannot read `{}`: {error}", file.shown);
            reading.notes.error(error.rule(), at, message);
        }
    }
    FileOutcome {
        shown: file.shown.clone(),
        real: file.real.clone(),
        documents: (documents.into_iter())
            .map(|document| Seen::of(document, &reading.texts, look))
            .collect(),
        findings: reading.notes.findings,
        parts: reading.parts,
        sought: reading.sought,
        is_recalled: false,
    }
}

fn read_documents(reading: &mut Reading, source: Source, default_key: &str) -> Vec<Document> {
    if source.documents.is_empty() && source.problems.is_empty() {
        let message = "the file holds no definition";
        reading.notes.error("empty-file", Position::START, message);
    }
    let is_broken = !source.problems.is_empty();
    reading.notes.problems(source.problems);
    let default_key = if source.several {
        DefaultKey::None
    } else {
        DefaultKey::Of(default_key)
    };
    let documents = source.documents.into_iter();
    let mut documents: Vec<_> = documents
        .filter_map(|node| reading.document(node, default_key))
        .collect();
    if is_broken {
        documents
            .iter_mut()
            .for_each(|document| document.app = None);
    }
    documents
}

/// Reads all candidates but those that turn out to be parts of others before it is their turn; in the order of the
/// candidates.
fn read_apps<'c, T>(
    candidates: &'c [Candidate],
    read: &dyn Fn(&[&Candidate]) -> Vec<FileOutcome<T>>,
) -> Vec<(&'c Candidate, FileOutcome<T>)> {
    let (mut rest, mut next) = likely_parts(candidates);
    let mut files: Vec<(&Candidate, FileOutcome<T>)> = Vec::new();
    while !next.is_empty() {
        let outcomes = read(&next);
        files.extend(next.into_iter().zip(outcomes));
        let parts = parts_of_apps(files.iter().map(|(_, file)| file));
        (rest, next) = (rest.into_iter()).partition(|it| parts.contains(&it.file.real));
    }
    files.sort_by(|(a, _), (b, _)| a.file.shown.cmp(&b.file.shown));
    files
}

/// Leaves out the files that another one names: those are parts of it, not apps.
fn without_parts<T>(files: Vec<FileOutcome<T>>) -> Vec<FileOutcome<T>> {
    let parts = parts_of_apps(files.iter());
    let is_app = |file: &FileOutcome<T>| !parts.contains(&file.real);
    files.into_iter().filter(is_app).collect()
}

/// What is named by files that no other one names.
fn parts_of_apps<'f, T: 'f>(
    files: impl Iterator<Item = &'f FileOutcome<T>> + Clone,
) -> BTreeSet<PathBuf> {
    let named = files.clone().flat_map(|file| &file.parts);
    let named: BTreeSet<&PathBuf> = named.collect();
    // Files that name each other in a circle belong to nobody; left out, their mistake would be too.
    let apps = files.filter(|file| !named.contains(&file.real));
    apps.flat_map(|file| file.parts.iter().cloned()).collect()
}

fn assemble<T>(files: Vec<FileOutcome<T>>, loaded: &mut Loaded) -> Vec<T> {
    let mut looks = Vec::new();
    let mut first: BTreeMap<AppKey, Location> = BTreeMap::new();
    for file in files {
        loaded.findings.extend(file.findings);
        for Seen { key, at, app } in file.documents {
            if let Some(first) = first.get(&key) {
                let message = format!("key `{key}` is taken; first at {first}");
                let finding = Finding::error("duplicate-app", at, message);
                let help = "keys are unique in the repository; say another one with `key:`";
                loaded.findings.push(finding.help(help));
                continue;
            }
            first.insert(key.clone(), at);
            if let Some((app, given)) = app {
                loaded.desired.apps.insert(key, app);
                looks.push(given);
            }
        }
    }
    looks
}
