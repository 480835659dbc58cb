//! Finding keys, places and aliases for imported apps that nothing else bears.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;

use super::{Found, Import, ImportedApp, Layout, RefusedApp, Why, names};
use crate::definition::write::{Options as WriteOptions, PartsIn, Written, WrittenFile, write};
use crate::definition::{Loaded, Parts};
use crate::model::AppKey;

/// An app with its key and its files to be.
pub(super) struct Prepared {
    pub found: Found,
    pub key: AppKey,
    /// Whether the settings must bind the key to the app.
    pub needs_binding: bool,
    /// The aliases that were made for it.
    pub aliases: BTreeSet<String>,
    pub written: Written,
    /// Parts that only it named, in the folder where its parts go, and that it names no more.
    pub left: Vec<String>,
}

impl Prepared {
    pub fn imported(self, removed: Vec<String>, stuck: Vec<(String, io::Error)>) -> ImportedApp {
        ImportedApp {
            key: self.key,
            id: self.found.id,
            name: self.found.app.name,
            files: self
                .written
                .files
                .into_iter()
                .map(|file| file.path)
                .collect(),
            removed,
            stuck,
            left_out: self.written.left_out,
            attributes: self.written.attributes,
            is_behind: self.found.is_behind,
        }
    }

    pub fn refused(self, why: Why) -> RefusedApp {
        RefusedApp {
            name: self.found.app.name,
            id: self.found.id,
            why,
        }
    }
}

/// Finds keys, places and aliases that are free.
pub(super) struct Naming<'a> {
    to: &'a Import<'a>,
    /// The definitions that exist, by key.
    declared: BTreeMap<AppKey, String>,
    /// Which files name which parts.
    named: &'a Parts,
    taken: BTreeSet<String>,
    /// The keys of this import.
    given: BTreeSet<AppKey>,
    /// The definitions of this import, in small letters: some file systems do not tell them apart.
    placed: BTreeSet<String>,
    pub connections: BTreeMap<String, String>,
}

impl<'a> Naming<'a> {
    pub fn new(to: &'a Import<'a>, loaded: &'a Loaded) -> Self {
        let declared: BTreeMap<_, _> = (loaded.desired.apps.iter())
            .map(|(key, app)| (key.clone(), app.location.path.to_string()))
            .collect();
        let bound = to.target.environment.apps.keys();
        Self {
            to,
            taken: declared
                .keys()
                .chain(bound)
                .map(|key| key.as_str().to_lowercase())
                .collect(),
            declared,
            named: &loaded.parts,
            given: BTreeSet::new(),
            placed: BTreeSet::new(),
            connections: to.target.environment.connections.clone(),
        }
    }

    pub fn prepare(&mut self, found: Found) -> Result<Prepared, Why> {
        let known = self.known_key(&found)?;
        if known.as_ref().is_some_and(|key| self.given.contains(key)) {
            return Err(Why::Ambiguous);
        }
        let needs_binding = known.is_none() && found.id.is_some();
        let key = known.unwrap_or_else(|| self.free_key(&found.app.name));
        let stem = self.stem(&key);
        let path = self.path(&stem);
        let parts = match self.to.layout {
            Layout::File => stem.as_str(),
            Layout::Folder => "",
        };
        // A file may hold several apps: what it declares besides is not ours to write over.
        let is_anothers = |(other, at): (&AppKey, &String)| *other != key && *at == path;
        if self.declared.iter().any(is_anothers) {
            return Err(Why::Exists { path });
        }
        // Over its own file only: another one would declare the app twice.
        if let Some(existing) = self.declared.get(&key)
            && !(self.to.force && *existing == path)
        {
            let path = existing.clone();
            return Err(Why::Declared { path });
        }
        let aliases = names::aliases(&found.app.definition.body(), &mut self.connections);
        let written = write(
            &found.app,
            &WriteOptions {
                file: &path,
                key: (key.as_str() != stem).then_some(&key),
                connections: &self.connections,
                parts: match self.to.inline {
                    true => PartsIn::Components(parts),
                    false => PartsIn::Folder(parts),
                },
            },
        );
        let in_the_way =
            |file: &&WrittenFile| !self.to.force && self.to.root.join(&file.path).exists();
        if let Some(file) = written.files.iter().find(in_the_way) {
            let path = file.path.clone();
            return Err(Why::Exists { path });
        }
        let left = self.left(&path, &stem, &written);
        self.taken.insert(key.as_str().to_lowercase());
        self.given.insert(key.clone());
        self.placed.insert(path.to_lowercase());
        Ok(Prepared {
            found,
            key,
            needs_binding,
            aliases,
            written,
            left,
        })
    }

    /// The parts that the definition at `path` names and will not name any more, if nothing else names them, and if they
    /// stand where an import puts its parts: in the app's own folder. As definitions of their own they would be wrong.
    fn left(&self, path: &str, stem: &str, written: &Written) -> Vec<String> {
        let Ok(root) = self.to.root.canonicalize() else {
            return Vec::new();
        };
        let folder = format!("{}{stem}/", self.folder());
        let inside = |part: &PathBuf| Some(part.strip_prefix(&root).ok()?.to_str()?.to_owned());
        let parts = self.named.of_only(path).filter_map(inside);
        let is_left = |part: &String| {
            part.starts_with(&folder) && written.files.iter().all(|file| file.path != *part)
        };
        parts.filter(is_left).collect()
    }

    /// What the app's file is called: as the one that it has, or after its key, and by a number where the file of another
    /// key is called the same.
    fn stem(&self, key: &AppKey) -> String {
        if let Some(own) = self.own_stem(key) {
            return own;
        }
        let stem = match names::is_file_name(key.as_str()) {
            true => key.as_str().to_owned(),
            false => names::slug(key.as_str()),
        };
        let numbered = (2..).map(|number| format!("{stem}-{number}"));
        let mut stems = std::iter::once(stem.clone()).chain(numbered);
        let is_free = |stem: &String| {
            let path = self.path(stem).to_lowercase();
            let mut declared = self.declared.iter();
            !self.placed.contains(&path)
                && !declared.any(|(other, at)| other != key && at.to_lowercase() == path)
        };
        stems.find(is_free).unwrap_or(stem)
    }

    /// What the app's own file is called, where it lies as this import would lay it.
    fn own_stem(&self, key: &AppKey) -> Option<String> {
        let inside = self.declared.get(key)?.strip_prefix(&self.folder())?;
        let end = match self.to.layout {
            Layout::File => ".yaml",
            Layout::Folder => "/app.yaml",
        };
        let stem = inside.strip_suffix(end)?;
        names::is_file_name(stem).then(|| stem.to_owned())
    }

    /// The definition's file of this name.
    fn path(&self, stem: &str) -> String {
        let folder = self.folder();
        match self.to.layout {
            Layout::File => format!("{folder}{stem}.yaml"),
            Layout::Folder => format!("{folder}{stem}/app.yaml"),
        }
    }

    /// The key that the repository knows the app by: from its binding, or from the mark that it bears.
    fn known_key(&self, found: &Found) -> Result<Option<AppKey>, Why> {
        let owner = &self.to.target.owner;
        if let Some(mark) = found.marks.iter().find(|mark| mark.owner != *owner) {
            return Err(Why::Foreign(mark.clone()));
        }
        let mut bindings = self.to.target.environment.apps.iter();
        let bound = bindings
            .find(|(_, id)| Some(**id) == found.id)
            .map(|(key, _)| key);
        let marks: Vec<_> = found.marks.iter().collect();
        match (bound, marks.as_slice()) {
            (Some(key), _) => Ok(Some(key.clone())),
            (None, []) => Ok(None),
            (None, [mark]) => Ok(Some(mark.key.clone())),
            (None, _) => Err(Why::Ambiguous),
        }
    }

    /// A key after the app's name, that neither a definition, a binding nor a file bears.
    fn free_key(&self, name: &str) -> AppKey {
        let slug = names::slug(name);
        let folder = self.to.root.join(self.folder());
        let is_free = |key: &String| {
            let names = ["", ".yaml", ".yml", ".json"];
            !self.taken.contains(key)
                && !names
                    .iter()
                    .any(|end| folder.join(format!("{key}{end}")).exists())
        };
        let numbered = (2..).map(|number| format!("{slug}-{number}"));
        let mut keys = std::iter::once(slug.clone()).chain(numbered);
        let key = keys.find(is_free).unwrap_or(slug);
        AppKey::new(key).expect("a slug is not empty and has only letters, digits and `-`")
    }

    /// The folder of the definitions, with `/` at its end unless it is the root.
    fn folder(&self) -> String {
        let parts = self.to.settings.definitions.split('/');
        parts
            .filter(|part| !matches!(*part, "" | "."))
            .map(|part| format!("{part}/"))
            .collect()
    }
}
