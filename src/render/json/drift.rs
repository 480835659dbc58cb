//! What was done to the live apps, version 1: what `drift --format json` prints, what `comment --issue FILE` reads, and
//! what every other format of it is made from.
//!
//! The parts are those of the saved plan, in the same shape and under the same names. Here `before` is what our last
//! apply left (without one: what git wants), and `after` is what is live.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model;
use crate::plan::{Fate, Survey, Surveyed};
use crate::render::{About, words};

use super::{
    Action, App, Change, Component, Drift, FORMAT_VERSION, File, Layout, Live, Refusal, Remark,
};

/// What was done to the live apps since the last applies of this project: the counts first, then app by app.
///
/// Credentials in values are masked as `***` and a short hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "ddapps drift, version 1", rename = "Drift")]
pub struct SavedDrift {
    /// The version of this format. Additions raise the second number, changes of meaning the first.
    pub(in crate::render) format_version: String,
    /// The version of ddapps that looked.
    pub(in crate::render) ddapps_version: String,
    /// The project whose apps these are.
    pub(in crate::render) project: String,
    /// The environment; null in a repository without environments.
    pub(in crate::render) environment: Option<String>,
    /// The Datadog site.
    pub(in crate::render) site: String,
    /// The commit that the files are from, if known.
    pub(in crate::render) commit: Option<String>,
    /// How many apps there are in each state.
    pub(in crate::render) summary: Counts,
    /// Every app that git has and that was looked at, sorted by key.
    pub(in crate::render) apps: Vec<DriftedApp>,
}

/// How many apps there are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(in crate::render) struct Counts {
    /// Bound apps that are gone.
    pub deleted: usize,
    /// Apps whose definition was changed live.
    pub edited: usize,
    /// Apps that lost our mark; edited ones are not among them.
    pub unmarked: usize,
    /// Apps that differ from git, and nobody can tell which side changed.
    pub unknown: usize,
    /// Apps without a live one.
    pub absent: usize,
    /// Apps of which it cannot be told which live app they are, or that could not be read.
    pub undecided: usize,
    /// Apps that are as we left them, or as git wants them.
    pub untouched: usize,
}

/// What was done to one live app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(in crate::render) struct DriftedApp {
    /// Its key.
    pub key: String,
    /// Its id; null if it is not known which live app it is.
    pub id: Option<String>,
    /// Its name in git.
    pub name: String,
    /// Its page in App Builder, where the site is a known one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where git declares it.
    pub file: Option<File>,
    /// What was done, in a word.
    pub state: State,
    /// Whether it lost our mark.
    #[serde(default)]
    pub unmarked: bool,
    /// What our last apply left; null where no version was named by one.
    pub base: Option<Base>,
    /// The versions after that, the newest first; all versions where there is no base.
    #[serde(default)]
    pub saves: Vec<Save>,
    /// What is live.
    pub live: Option<Live>,
    /// What was changed, in reading order.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// Who changed it, place by place. Empty where no base is known.
    #[serde(default)]
    pub drift: Vec<Drift>,
    /// Attributes that have no versions, and in which git and the live app differ.
    #[serde(default)]
    pub unversioned: Vec<String>,
    /// What the components that differ are, and where they stand, by the names in the paths of the changes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub components: BTreeMap<String, Component>,
    /// The environment's aliases of the connections that differ, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub connections: BTreeMap<String, String>,
    /// The screens on which something differs. Absent where nothing on any of them does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Why it cannot be told what was done, if that is so.
    pub refusal: Option<Refusal>,
    /// What else a reader should know.
    #[serde(default)]
    pub notes: Vec<Remark>,
}

/// What was done to a live app, in a word.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub(in crate::render) enum State {
    /// The settings bind it, and it is gone.
    Deleted,
    /// Its definition was changed.
    Edited,
    /// Our mark was removed.
    Unmarked,
    /// It differs from git, and nobody can tell which side changed.
    Unknown,
    /// No live app is it.
    Absent,
    /// It could not be read, or several live apps claim to be it.
    Undecided,
    /// It is as we left it, or as git wants it.
    Untouched,
}

/// What our last apply left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(in crate::render) struct Base {
    /// The version.
    pub version: u64,
    /// The start of the commit that was applied; null if that is not known.
    pub commit: Option<String>,
}

/// One version that somebody saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(in crate::render) struct Save {
    /// Its number.
    pub version: u64,
    /// Who saved it; empty if the server does not say.
    pub by: String,
    /// When, by RFC 3339; empty if the server does not say.
    pub at: String,
    /// The name that somebody gave it.
    pub name: Option<String>,
    /// Whether users run it now.
    pub published: bool,
    /// Whether users ever ran it.
    pub ever_published: bool,
}

impl SavedDrift {
    /// The format of a survey, not masked yet.
    pub(in crate::render) fn of_survey(survey: &Survey, about: &About) -> Self {
        let apps: Vec<_> = (survey.apps.iter())
            .map(|app| DriftedApp::of(app, survey, about))
            .collect();
        Self {
            format_version: FORMAT_VERSION.into(),
            ddapps_version: about.version.into(),
            project: survey.owner.project.clone(),
            environment: about.environment.clone(),
            site: about.site.clone(),
            commit: about.commit.clone(),
            summary: Counts::of(&apps),
            apps,
        }
    }

    /// The project that was looked at.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The environment that was looked at.
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }

    /// The commit that the files were from, if known.
    pub fn commit(&self) -> Option<&str> {
        self.commit.as_deref()
    }

    /// How many apps are known to have been changed live.
    pub fn drifted(&self) -> usize {
        let drifted = |app: &&DriftedApp| {
            matches!(app.state, State::Deleted | State::Edited | State::Unmarked)
        };
        self.apps.iter().filter(drifted).count()
    }

    /// Whether something could not be told, so that nothing found is no proof that there is nothing.
    pub fn is_incomplete(&self) -> bool {
        let mut apps = self.apps.iter();
        apps.any(|app| app.state == State::Undecided)
    }
}

impl Counts {
    fn of(apps: &[DriftedApp]) -> Self {
        let count = |state| apps.iter().filter(|app| app.state == state).count();
        Self {
            deleted: count(State::Deleted),
            edited: count(State::Edited),
            unmarked: count(State::Unmarked),
            unknown: count(State::Unknown),
            absent: count(State::Absent),
            undecided: count(State::Undecided),
            untouched: count(State::Untouched),
        }
    }
}

impl DriftedApp {
    fn of(app: &Surveyed, survey: &Survey, about: &About) -> Self {
        let Surveyed {
            key,
            id,
            name,
            location,
            fate,
            base,
            saves,
            live,
            changes,
            drift,
            components,
            connections,
            layout,
            unversioned,
        } = app;
        let runs = live.as_ref().and_then(|live| live.publication.version_id());
        Self {
            key: key.to_string(),
            id: id.map(|it| it.to_string()),
            name: name.clone(),
            url: (about.pages.zip(*id)).map(|(site, id)| site.page(id)),
            file: location.as_ref().map(File::from),
            state: State::of(fate),
            unmarked: matches!(fate, Fate::Unmarked | Fate::Edited { unmarked: true }),
            base: base.as_ref().map(|left| Base {
                version: left.version.0,
                commit: left.commit.clone(),
            }),
            saves: saves.iter().map(|it| Save::of(it, runs)).collect(),
            live: live.as_ref().map(Live::from),
            changes: changes.iter().map(Change::from).collect(),
            drift: drift.iter().map(Drift::from).collect(),
            unversioned: unversioned.clone(),
            components: Component::all(components),
            connections: connections.clone(),
            layout: layout.as_ref().map(Layout::from),
            refusal: match fate {
                Fate::Undecided(why) => {
                    let why = crate::plan::Refusal::Undecided(why.clone());
                    Some(Refusal::from(&why))
                }
                _ => None,
            },
            notes: words::drift::notes(app, survey),
        }
    }

    /// The app as the parts of a plan are shown, for the formats that people read.
    pub(in crate::render) fn as_app(&self) -> App {
        let it = self.clone();
        App {
            key: it.key,
            id: it.id,
            name: it.name,
            url: it.url,
            file: it.file,
            action: Action::NoOp,
            steps: Vec::new(),
            changes: it.changes,
            components: it.components,
            connections: it.connections,
            layout: it.layout,
            live: it.live,
            drift: it.drift,
            refusal: it.refusal,
            orphaned: false,
            notes: it.notes,
        }
    }
}

impl State {
    fn of(fate: &Fate) -> Self {
        match fate {
            Fate::Deleted => Self::Deleted,
            Fate::Edited { .. } => Self::Edited,
            Fate::Unmarked => Self::Unmarked,
            Fate::Unknown => Self::Unknown,
            Fate::Absent => Self::Absent,
            Fate::Undecided(_) => Self::Undecided,
            Fate::Untouched => Self::Untouched,
        }
    }
}

impl Save {
    pub(super) fn of(info: &model::VersionInfo, runs: Option<model::VersionId>) -> Self {
        Self {
            version: info.version.0,
            by: info.saved.by.clone(),
            at: info.saved.at.clone(),
            name: info.name.clone(),
            published: runs == Some(info.id),
            ever_published: info.ever_published,
        }
    }
}
