//! What became of live edits that were to come home, version 1: what `pull --format json` prints, and what every other
//! format of it is made from.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::diff::Collision;
use crate::plan::{Intake, Pull, Pulled};
use crate::render::redact::Mask;
use crate::render::{About, words};

use super::drift::{Base, Save};
use super::{Action, App, Change, Component, FORMAT_VERSION, File, Live, Refusal, Remark};

/// What became of live edits: the counts first, then app by app.
///
/// Credentials in values are masked as `***` and a short hash.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "ddapps pull, version 1", rename = "Pull")]
pub(in crate::render) struct Document {
    /// The version of this format. Additions raise the second number, changes of meaning the first.
    pub format_version: &'static str,
    /// The version of ddapps that pulled.
    pub ddapps_version: String,
    /// The project whose apps these are.
    pub project: String,
    /// The environment; null in a repository without environments.
    pub environment: Option<String>,
    /// The Datadog site.
    pub site: String,
    /// How many apps there are in each state.
    pub summary: Counts,
    /// Every app that git has and that was looked at, sorted by key.
    pub apps: Vec<PulledApp>,
}

/// How many apps there are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Counts")]
pub(in crate::render) struct Counts {
    /// Apps whose files were changed.
    pub pulled: usize,
    /// Apps that git and the live side changed in the same place.
    pub collides: usize,
    /// Apps that could not be read, or whose files cannot be made to say it.
    pub refused: usize,
    /// Apps without a live one.
    pub absent: usize,
    /// Apps with nothing to pull.
    pub unchanged: usize,
}

/// What became of the live edits of one app.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(in crate::render) struct PulledApp {
    /// Its key.
    pub key: String,
    /// Its id; null if it is not known which live app it is.
    pub id: Option<String>,
    /// Its name in git.
    pub name: String,
    /// Its page in App Builder, where the site is a known one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where git declares it.
    pub file: Option<File>,
    /// What became of it, in a word.
    pub state: State,
    /// What our last apply left; null where no version was named by one.
    pub base: Option<Base>,
    /// The versions after that, the newest first.
    pub saves: Vec<Save>,
    /// What is live.
    pub live: Option<Live>,
    /// What changes in git; of a collision, from what git says to what is live.
    pub changes: Vec<Change>,
    /// Where both sides changed the same place, all three values; empty unless that kept the app from being pulled.
    pub collisions: Vec<Clash>,
    /// Where git then still differs from what is live: its own changes.
    pub remaining: Vec<String>,
    /// What the components that differ are, and where they stand, by the names in the paths of the changes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub components: BTreeMap<String, Component>,
    /// The environment's aliases of the connections that differ, by id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub connections: BTreeMap<String, String>,
    /// The files that were changed.
    pub files: Vec<String>,
    /// Why its files were left as they are, if they were.
    pub refusal: Option<Refusal>,
    /// What else a reader should know.
    pub notes: Vec<Remark>,
    #[serde(skip)]
    pub app: Option<Box<App>>,
}

/// What became of the live edits of one app, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::render) enum State {
    /// They are in the files.
    Pulled,
    /// Both sides changed the same place, so the files were left as they are.
    Collides,
    /// It could not be read, or the files cannot be made to say it.
    Refused,
    /// No live app is it.
    Absent,
    /// There is nothing that git does not say already.
    Unchanged,
}

/// A place that both sides changed to different things.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(in crate::render) struct Clash {
    /// The place, by names.
    pub path: String,
    /// What our last apply left there; null if there was nothing.
    pub base: Option<Value>,
    /// What is live there; null if there is nothing.
    pub live: Option<Value>,
    /// What git says there; null if it says nothing.
    pub git: Option<Value>,
}

impl Document {
    pub fn of(pull: &Pull, about: &About, mask: &Mask) -> Self {
        let apps: Vec<_> = (pull.apps.iter())
            .map(|app| PulledApp::of(app, about, mask))
            .collect();
        let count = |state| apps.iter().filter(|app| app.state == state).count();
        Self {
            format_version: FORMAT_VERSION,
            ddapps_version: about.version.into(),
            project: mask.text(&pull.owner.project),
            environment: about.environment.as_ref().map(|it| mask.text(it)),
            site: mask.text(&about.site),
            summary: Counts {
                pulled: count(State::Pulled),
                collides: count(State::Collides),
                refused: count(State::Refused),
                absent: count(State::Absent),
                unchanged: count(State::Unchanged),
            },
            apps,
        }
    }
}

impl PulledApp {
    fn of(pulled: &Pulled, about: &About, mask: &Mask) -> Self {
        let runs = (pulled.live.as_ref()).and_then(|live| live.publication.version_id());
        let app = App {
            key: pulled.key.to_string(),
            id: pulled.id.map(|it| it.to_string()),
            name: pulled.name.clone(),
            url: (about.pages.zip(pulled.id)).map(|(site, id)| site.page(id)),
            file: Some(File::from(&pulled.location)),
            action: Action::NoOp,
            steps: Vec::new(),
            changes: pulled.changes.iter().map(Change::from).collect(),
            components: Component::all(&pulled.components),
            connections: pulled.connections.clone(),
            layout: None,
            live: pulled.live.as_ref().map(Live::from),
            drift: Vec::new(),
            refusal: words::pull::refusal(&pulled.intake),
            orphaned: false,
            notes: words::pull::notes(pulled),
        };
        let app = app.masked(mask);
        let shown = app.clone();
        Self {
            key: shown.key,
            id: shown.id,
            name: shown.name,
            url: shown.url,
            file: shown.file,
            state: State::of(&pulled.intake),
            base: pulled.base.as_ref().map(|left| Base {
                version: left.version.0,
                commit: left.commit.as_ref().map(|it| mask.text(it)),
            }),
            saves: (pulled.saves.iter())
                .map(|info| Save::of(info, runs).masked(mask))
                .collect(),
            live: shown.live,
            changes: shown.changes,
            collisions: match &pulled.intake {
                Intake::Collides(collisions) => {
                    collisions.iter().map(|it| Clash::of(it, mask)).collect()
                }
                _ => Vec::new(),
            },
            remaining: pulled.remaining.iter().map(|it| mask.text(it)).collect(),
            components: shown.components,
            connections: shown.connections,
            files: pulled.files.iter().map(|it| mask.text(it)).collect(),
            refusal: shown.refusal,
            notes: shown.notes,
            app: Some(Box::new(app)),
        }
    }

    /// The app as the parts of a plan are shown, for the formats that people read.
    pub fn as_app(&self) -> Option<&App> {
        self.app.as_deref()
    }
}

impl State {
    fn of(intake: &Intake) -> Self {
        match intake {
            Intake::Nothing => Self::Unchanged,
            Intake::Edits(_) => Self::Pulled,
            Intake::Collides(_) => Self::Collides,
            Intake::Absent => Self::Absent,
            Intake::Undecided(_) | Intake::Refused(_) => Self::Refused,
        }
    }
}

impl Clash {
    fn of(collision: &Collision, mask: &Mask) -> Self {
        let Collision {
            path,
            base,
            live,
            git,
        } = collision;
        let value = |value: &Option<Value>| value.as_ref().map(|it| mask.at(path, it));
        Self {
            base: value(base),
            live: value(live),
            git: value(git),
            path: mask.text(path),
        }
    }
}
