//! What git is to say so that live edits are not lost: for every app that differs, the merge of what our last apply left,
//! what is live and what git says.
//!
//! Nothing is written here, and no file is known: this says what the files are to mean. Apps that git does not have are
//! imported, not pulled; apps that are not live have nothing to pull.

use std::collections::BTreeMap;

use crate::diff::{
    Change, Collision, FieldChange, Merged, Side, Standing, Undecided, aliases, closest, merge,
    wanted_since,
};
use crate::model::{
    App, AppId, AppKey, DesiredApp, History, LiveApp, Location, Owner, VersionInfo,
};

use super::survey::{Evidence, Left, history};
use super::{LiveState, is_in_question, named};

/// What git is to say, app by app.
#[derive(Clone, Debug, PartialEq)]
pub struct Pull {
    /// Whose apps these are.
    pub owner: Owner,
    /// Every app that git has, sorted by key.
    pub apps: Vec<Pulled>,
}

/// What git is to say about one app.
#[derive(Clone, Debug, PartialEq)]
pub struct Pulled {
    /// Its key.
    pub key: AppKey,
    /// Its id, if it is known which live app it is.
    pub id: Option<AppId>,
    /// Its name in git.
    pub name: String,
    /// Where git declares it.
    pub location: Option<Location>,
    /// What is live.
    pub live: Option<LiveState>,
    /// What our last apply left; `None` where no version was named by one, so that all that is live is taken.
    pub base: Option<Left>,
    /// The versions that came after it, the newest first; all versions where there is no base.
    pub saves: Vec<VersionInfo>,
    /// What comes of it.
    pub intake: Intake,
    /// What changes in git; of a collision, from what git says to what is live.
    pub changes: Vec<FieldChange>,
    /// What the components that differ are, and where they stand, by the names in the paths of `changes`.
    pub components: BTreeMap<String, Standing>,
    /// The aliases of the connections that differ, by id.
    pub connections: BTreeMap<String, String>,
    /// Where git then still differs from what is live: its own changes, for the next apply.
    pub remaining: Vec<String>,
    /// The files that change.
    pub files: Vec<String>,
    /// What else a person should know about them.
    pub notes: Vec<String>,
}

/// What comes of the live edits of an app.
#[derive(Clone, Debug, PartialEq)]
pub enum Intake {
    /// There is nothing that git does not say already.
    Nothing,
    /// They come home: git is to say this.
    Edits(Box<App>),
    /// Both sides changed the same places to different things, and neither was favoured.
    Collides(Vec<Collision>),
    /// No live app is it.
    Absent,
    /// It is not known which live app it is, or what that one looks like.
    Undecided(Undecided),
    /// The files cannot be made to say it.
    Refused(String),
}

/// Whether the history of an app has to be known to pull it.
pub fn is_to_pull(change: &Change<'_>) -> bool {
    let is_paired = change.desired.is_some() && change.live.is_some();
    is_paired && (is_in_question(change) || !change.fields.is_empty())
}

/// Says what git is to say. `favour` is the side that wins where both changed the same place.
pub fn pull(changes: Vec<Change<'_>>, evidence: &Evidence<'_>, favour: Option<Side>) -> Pull {
    let ours = changes.iter().filter(|change| change.desired.is_some());
    Pull {
        owner: evidence.owner.clone(),
        apps: ours
            .map(|change| pulled(change, evidence, favour))
            .collect(),
    }
}

fn pulled(change: &Change<'_>, evidence: &Evidence<'_>, favour: Option<Side>) -> Pulled {
    match (&change.kind, change.desired, change.live) {
        (crate::diff::ChangeKind::Undecided(why), ..) => {
            bare(change, Intake::Undecided(why.clone()))
        }
        (_, Some(_), Some(_)) if !is_to_pull(change) => bare(change, Intake::Nothing),
        (_, Some(desired), Some(live)) => match history(change, live, evidence) {
            Ok(history) => merged(change, desired, live, history, evidence, favour),
            Err(why) => bare(change, Intake::Undecided(why)),
        },
        _ => bare(change, Intake::Absent),
    }
}

fn bare(change: &Change<'_>, intake: Intake) -> Pulled {
    Pulled {
        key: change.key.clone(),
        id: change.live.map(|live| live.id),
        name: named(change.desired, change.live),
        location: change.desired.map(|app| app.location.clone()),
        live: change.live.map(LiveState::of),
        base: None,
        saves: Vec::new(),
        intake,
        changes: Vec::new(),
        components: BTreeMap::new(),
        connections: BTreeMap::new(),
        remaining: Vec::new(),
        files: Vec::new(),
        notes: Vec::new(),
    }
}

fn merged(
    change: &Change<'_>,
    desired: &DesiredApp,
    live: &LiveApp,
    history: Option<&History>,
    evidence: &Evidence<'_>,
    favour: Option<Side>,
) -> Pulled {
    let ids = (evidence.owner, &change.key);
    let base = history.and_then(|history| history.base.as_ref());
    let left = base.map(|base| base.app.as_ref().unwrap_or(live));
    let between = history.into_iter().flat_map(|it| it.between.values());
    // What was pulled before is in git, and no version is named for it.
    let from = left.and_then(|left| {
        let versions = [left].into_iter().chain(between).chain([live]);
        closest(versions, desired, ids.0, ids.1)
    });
    let Merged {
        app,
        edits,
        collisions,
    } = merge(from, live, desired, ids, favour);
    let mut pulled = Pulled {
        base: base.map(|base| Left {
            version: base.version,
            commit: base.name.commit.clone(),
        }),
        saves: history.map_or_else(Vec::new, |it| it.since.clone()),
        ..bare(change, Intake::Nothing)
    };
    if !collisions.is_empty() && favour.is_none() {
        pulled.changes = collisions.iter().filter_map(Collision::as_change).collect();
        pulled.intake = Intake::Collides(collisions);
        return pulled;
    }
    let says = DesiredApp {
        app,
        ..desired.clone()
    };
    let remaining = wanted_since(live, &says, ids.0, ids.1).into_iter();
    pulled.remaining = remaining.map(|it| it.path).collect();
    if !edits.changes.is_empty() {
        pulled.connections = aliases(&edits.changes, evidence.connections);
        pulled.components = edits.components;
        pulled.changes = edits.changes;
        pulled.intake = Intake::Edits(Box::new(says.app));
    }
    pulled
}
