//! What was done to the live apps since our last applies, and not by us: for those who look every night.
//!
//! A plan looks at the same three sides to decide what it may do; this only tells. It tells apart what is known from what
//! nobody can know: versions remember who changed a definition, so that a change since our last apply is drift. Tags, the
//! protection level, self-service and publications have no versions; where git differs from the live app in one of them,
//! either may have changed. An app without a live one may never have been made: only a binding in the settings proves that
//! there was one.

use std::collections::BTreeMap;

use crate::diff::{Change, ChangeKind, Edits, FieldChange, Standing, Undecided, aliases, beyond};
use crate::model::{
    AppId, AppKey, Body, DesiredApp, History, LiveApp, Location, Owner, Publication, Version,
    VersionInfo,
};

use super::drift::{Drifted, drift};
use super::layout::{Layout, layout};
use super::{Drift, LiveState, named};

/// What was done to the live apps of git.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// Whose apps these are.
    pub owner: Owner,
    /// Every app that git has, sorted by key.
    pub apps: Vec<Surveyed>,
}

/// What was done to one live app.
#[derive(Clone, Debug, PartialEq)]
pub struct Surveyed {
    /// Its key.
    pub key: AppKey,
    /// Its id, if it is known which live app it is.
    pub id: Option<AppId>,
    /// Its name in git.
    pub name: String,
    /// Where git declares it.
    pub location: Option<Location>,
    /// What was done, in a word.
    pub fate: Fate,
    /// What our last apply left.
    pub base: Option<Left>,
    /// The versions that came after it, the newest first; all versions where no apply named one.
    pub saves: Vec<VersionInfo>,
    /// What is live now.
    pub live: Option<LiveState>,
    /// What was changed, from what our last apply left to what is live; without a base, from git to what is live.
    pub changes: Vec<FieldChange>,
    /// Who changed it, place by place.
    pub drift: Vec<Drift>,
    /// What the components that differ are, and where they stand, by the names in the paths of `changes`.
    pub components: BTreeMap<String, Standing>,
    /// The aliases of the connections that differ, by id.
    pub connections: BTreeMap<String, String>,
    /// The screens on which something differs.
    pub layout: Option<Layout>,
    /// Attributes without versions in which git and the live app differ.
    pub unversioned: Vec<String>,
}

/// What was done to a live app, in a word. The order is that in which it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The settings bind it, and it is gone.
    Deleted,
    /// Its definition was changed. Our mark may have been removed, too.
    Edited {
        /// Whether it bears our mark no more.
        unmarked: bool,
    },
    /// An apply of ours named a version of it, and our mark is gone.
    Unmarked,
    /// It differs from git, and nobody can tell which of them changed.
    Unknown,
    /// Git has it, and no live app is it.
    Absent,
    /// It is not known which live app it is, or what that one looks like.
    Undecided(Undecided),
    /// It is as we left it, or as git wants it.
    Untouched,
}

impl Fate {
    /// Whether somebody is known to have changed the app.
    pub fn is_drift(&self) -> bool {
        matches!(self, Self::Deleted | Self::Edited { .. } | Self::Unmarked)
    }

    /// Whether the app, or its history, could not be read.
    pub fn is_unread(&self) -> bool {
        matches!(self, Self::Undecided(Undecided::Unread { .. }))
    }

    /// Whether it cannot be told which live app it is.
    pub fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Undecided(_)) && !self.is_unread()
    }
}

/// What our last apply left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The version.
    pub version: Version,
    /// The start of the commit that was applied, if that is known.
    pub commit: Option<String>,
}

/// What a survey is made with.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// Whose apps these are.
    pub owner: &'a Owner,
    /// Connection ids by alias.
    pub connections: &'a BTreeMap<String, String>,
    /// The histories of the apps for which [`is_in_question`] asks; where one could not be read, why.
    pub bases: &'a BTreeMap<AppId, Result<History, String>>,
}

/// Whether the history of an app has to be known to tell what was done to it. An app that is as git wants it has no drift,
/// whoever made it so.
pub fn is_in_question(change: &Change<'_>) -> bool {
    let is_paired = change.desired.is_some() && change.live.is_some();
    is_paired && (change.body.is_some() || change.kind == ChangeKind::Adopt)
}

/// Tells what was done to the apps of git. What git no longer has is nobody's drift.
pub fn survey(changes: Vec<Change<'_>>, evidence: &Evidence<'_>) -> Survey {
    let ours = changes.iter().filter(|change| change.desired.is_some());
    Survey {
        owner: evidence.owner.clone(),
        apps: ours.map(|change| surveyed(change, evidence)).collect(),
    }
}

fn surveyed(change: &Change<'_>, evidence: &Evidence<'_>) -> Surveyed {
    match (&change.kind, change.desired, change.live) {
        (ChangeKind::Undecided(Undecided::BoundMissing { id }), ..) => Surveyed {
            id: Some(*id),
            ..bare(change, Fate::Deleted)
        },
        (ChangeKind::Undecided(why), ..) => bare(change, Fate::Undecided(why.clone())),
        (_, Some(desired), Some(live)) => match history(is_in_question(change), live, evidence) {
            Ok(history) => paired(change, desired, live, history, evidence),
            Err(why) => bare(change, Fate::Undecided(why)),
        },
        _ => bare(change, Fate::Absent),
    }
}

fn bare(change: &Change<'_>, fate: Fate) -> Surveyed {
    Surveyed {
        key: change.key.clone(),
        id: change.live.map(|live| live.id),
        name: named(change.desired, change.live),
        location: change.desired.map(|app| app.location.clone()),
        fate,
        base: None,
        saves: Vec::new(),
        live: change.live.map(LiveState::of),
        changes: Vec::new(),
        drift: Vec::new(),
        components: BTreeMap::new(),
        connections: BTreeMap::new(),
        layout: None,
        unversioned: Vec::new(),
    }
}

/// The history of an app, where it matters. Unknown is not absent.
pub(super) fn history<'a>(
    is_in_question: bool,
    live: &LiveApp,
    evidence: &Evidence<'a>,
) -> Result<Option<&'a History>, Undecided> {
    let unread = |why: &str| Undecided::Unread {
        id: Some(live.id),
        why: why.to_owned(),
    };
    match evidence.bases.get(&live.id) {
        _ if !is_in_question => Ok(None),
        Some(Ok(history)) => Ok(Some(history)),
        Some(Err(why)) => Err(unread(why)),
        None => Err(unread("its versions were not read")),
    }
}

fn paired(
    change: &Change<'_>,
    desired: &DesiredApp,
    live: &LiveApp,
    history: Option<&History>,
    evidence: &Evidence<'_>,
) -> Surveyed {
    let base = history.and_then(|history| history.base.as_ref());
    let is_new = change.kind == ChangeKind::Adopt;
    let mut app = bare(change, Fate::Untouched);
    // An app that no apply of ours has taken over yet is not ours to look after.
    if is_new && base.is_none() {
        return app;
    }
    app.saves = history.map_or_else(Vec::new, |history| history.since.clone());
    app.unversioned = unversioned(change, live, &app.saves);
    match (history, base) {
        (Some(history), Some(base)) => {
            app.base = Some(Left {
                version: base.version,
                commit: base.name.commit.clone(),
            });
            let Drifted { edits, places } = drift(evidence.owner, change, desired, live, history);
            app.drift = places;
            let left = base.app.as_ref().unwrap_or(live);
            app.shows(edits, Some(&left.app.definition.body()), live, evidence);
        }
        _ => {
            let edits = beyond(change, live, evidence.owner);
            app.shows(edits, change.body.as_ref(), live, evidence);
        }
    }
    app.fate = match (&app.base, app.changes.is_empty()) {
        (Some(_), false) => Fate::Edited { unmarked: is_new },
        (Some(_), true) if is_new => Fate::Unmarked,
        (None, false) => Fate::Unknown,
        (_, true) if !app.unversioned.is_empty() => Fate::Unknown,
        (_, true) => Fate::Untouched,
    };
    app
}

/// The attributes of which no version tells what they were.
const UNVERSIONED: [&str; 4] = ["tags", "protectionLevel", "selfService", "publish"];

/// The attributes without versions in which the two sides differ. What users run differs by itself where somebody saved
/// and did not publish.
fn unversioned(change: &Change<'_>, live: &LiveApp, saves: &[VersionInfo]) -> Vec<String> {
    let is_draft = matches!(live.publication, Publication::Behind(_)) && !saves.is_empty();
    let paths = change.fields.iter().map(|field| field.path.as_str());
    paths
        .filter(|path| UNVERSIONED.contains(path) && !(is_draft && *path == "publish"))
        .map(str::to_owned)
        .collect()
}

impl Surveyed {
    fn shows(
        &mut self,
        edits: Edits,
        before: Option<&Body>,
        live: &LiveApp,
        evidence: &Evidence<'_>,
    ) {
        let Edits {
            changes: fields,
            components,
        } = edits;
        if fields.is_empty() {
            return;
        }
        self.layout = layout(before, Some(&live.app.definition.body()), &fields);
        self.connections = aliases(&fields, evidence.connections);
        self.components = components;
        self.changes = fields;
    }
}
