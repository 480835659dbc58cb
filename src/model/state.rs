//! The two sides of a comparison: what git wants, and what the server has.

use std::collections::{BTreeMap, BTreeSet};

use super::{App, AppId, AppKey, Body, Location, Mark, Owner, Places, Texts, Version, VersionId};

/// What git wants in one environment.
#[derive(Clone, Debug)]
pub struct Desired {
    /// Whose apps these are.
    pub owner: Owner,
    /// The apps, by key.
    pub apps: BTreeMap<AppKey, DesiredApp>,
    /// Explicit bindings from the settings, also of keys that have no file.
    pub bindings: BTreeMap<AppKey, AppId>,
    /// What the environment calls its connections: ids by alias.
    pub connections: BTreeMap<String, String>,
}

/// One app as a file declares it.
#[derive(Clone, Debug)]
pub struct DesiredApp {
    /// What the file says. Query ids are left out; they are carried (`FORMAT.md` section 6).
    pub app: App,
    /// Where the app's document starts.
    pub location: Location,
}

/// An app with all that is known of it while its file is being read. It is not kept: parsed, and with all its places, an app
/// takes many times the memory of its definition.
#[derive(Debug)]
pub struct Declared<'a> {
    /// Its key.
    pub key: &'a AppKey,
    /// The app, as it will be kept.
    pub app: &'a mut DesiredApp,
    /// Its definition, parsed.
    pub body: &'a Body,
    /// Where the parts of the definition stand.
    pub places: &'a DefinitionPlaces,
    /// The texts of the files that it was read from.
    pub texts: &'a Texts,
}

/// Where the parts of a definition stand, each in the order of [`super::Body`].
#[derive(Clone, Debug, Default)]
pub struct DefinitionPlaces {
    /// The components, item by item.
    pub components: Places,
    /// The queries, item by item.
    pub queries: Places,
}

/// What the server has, as far as it could be read.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// The apps that were read, by id: ours, bound ones, and unmarked ones that could be our own creation.
    pub apps: BTreeMap<AppId, LiveApp>,
    /// Apps that exist but could not be read: unknown is not absent.
    pub unread: Vec<Unread>,
    /// Bound ids of which the server says that there is no such app.
    pub missing: BTreeSet<AppId>,
}

/// One app as the server shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveApp {
    /// The server's id.
    pub id: AppId,
    /// The ownership marks among its tags; more than one is somebody's mistake.
    pub marks: BTreeSet<Mark>,
    /// What it is. Tags are without marks; `publish` says whether users can run any version of it.
    pub app: App,
    /// The newest version's number.
    pub version: Version,
    /// The newest version's id; servers before 2025-09 did not show it (`API.md` section 3.1).
    pub version_id: Option<VersionId>,
    /// What users run.
    pub publication: Publication,
    /// Who saved the newest version, as the server names them, and when (RFC 3339).
    pub saved: Saved,
}

/// Who saved a version, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The user's name, or uuid where the server shows no name; empty if it shows neither.
    pub by: String,
    /// RFC 3339, UTC.
    pub at: String,
}

/// What users run (`API.md` section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publication {
    /// Nothing.
    Unpublished,
    /// The newest version.
    Current(Option<VersionId>),
    /// An older version.
    Behind(Option<VersionId>),
}

impl Publication {
    /// The word that JSON output uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unpublished => "unpublished",
            Self::Current(_) => "published",
            Self::Behind(_) => "behind",
        }
    }

    /// The version that users run, if any and if known.
    pub fn version_id(self) -> Option<VersionId> {
        match self {
            Self::Unpublished => None,
            Self::Current(id) | Self::Behind(id) => id,
        }
    }
}

/// An app that exists but could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its id; `None` when not even the listing could be finished.
    pub id: Option<AppId>,
    /// Its marks; `None` where the listing did not show its tags, so that it could be anybody's.
    pub marks: Option<BTreeSet<Mark>>,
    /// Its name, as far as the listing showed it.
    pub name: Option<String>,
    /// Why.
    pub why: String,
}

impl Unread {
    /// Whether it bears a mark, as far as the listing tells; `None` where it does not.
    pub fn bears(&self, mark: &Mark) -> Option<bool> {
        self.marks.as_ref().map(|marks| marks.contains(mark))
    }
}
