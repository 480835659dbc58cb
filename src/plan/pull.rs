//! What git is to say so that live edits are not lost: for every app that differs, the merge of what our last apply left,
//! what is live and what git says.
//!
//! Nothing is written here, and no file is known: this says what the files are to mean. Apps that git does not have are
//! imported, not pulled; apps that are not live have nothing to pull.

use std::collections::BTreeMap;

use crate::diff::{
    Apart, Collision, FieldChange, Merged, Pairing, Side, Sides, Standing, Undecided, aliases,
    closest, wanted_since,
};
use crate::model::{
    App, AppId, AppKey, DesiredApp, History, LiveApp, Location, Owner, VersionInfo,
};

use super::LiveState;
use super::survey::{Evidence, Left, history};

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
    pub location: Location,
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

/// Says what git is to say. `favour` is the side that wins where both changed the same place; `read` are sides that were read
/// before.
pub fn pull<'a>(
    pairings: &[Pairing<'a>],
    mut read: Option<Sides<'a>>,
    evidence: &Evidence<'_>,
    favour: Option<Side>,
) -> Pull {
    let pulled = |pairing| pulled(pairing, &mut read, evidence, favour);
    Pull {
        owner: evidence.owner.clone(),
        apps: pairings.iter().map(pulled).collect(),
    }
}

fn pulled<'a>(
    pairing: &Pairing<'a>,
    read: &mut Option<Sides<'a>>,
    evidence: &Evidence<'_>,
    favour: Option<Side>,
) -> Pulled {
    let live = match (&pairing.live, pairing.apart) {
        (Err(why), _) => return bare(pairing, Intake::Undecided(why.clone())),
        (Ok(None), _) => return bare(pairing, Intake::Absent),
        (Ok(Some(_)), Apart::Nothing) => return bare(pairing, Intake::Nothing),
        (Ok(Some(live)), Apart::Settings | Apart::Version) => *live,
    };
    match history(pairing.apart == Apart::Version, live, evidence) {
        Ok(history) => {
            let known = read.take_if(|sides| sides.are(live, pairing.desired));
            let sides = known.unwrap_or_else(|| Sides::of(live, pairing.desired));
            merged(pairing, live, sides, history, evidence, favour)
        }
        Err(why) => bare(pairing, Intake::Undecided(why)),
    }
}

fn bare(pairing: &Pairing<'_>, intake: Intake) -> Pulled {
    let Pairing {
        key, desired, live, ..
    } = pairing;
    let live = live.as_ref().ok().copied().flatten();
    Pulled {
        key: key.clone(),
        id: live.map(|live| live.id),
        name: desired.app.name.clone(),
        location: desired.location.clone(),
        live: live.map(LiveState::of),
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
    pairing: &Pairing<'_>,
    live: &LiveApp,
    sides: Sides<'_>,
    history: Option<&History>,
    evidence: &Evidence<'_>,
    favour: Option<Side>,
) -> Pulled {
    let Pairing { key, desired, .. } = pairing;
    let ids = (evidence.owner, key);
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
    } = sides.merge(from, ids, favour);
    let mut pulled = Pulled {
        base: base.map(|base| Left {
            version: base.version,
            commit: base.name.commit.clone(),
        }),
        saves: history.map_or_else(Vec::new, |it| it.since.clone()),
        ..bare(pairing, Intake::Nothing)
    };
    if !collisions.is_empty() && favour.is_none() {
        pulled.changes = collisions.iter().filter_map(Collision::as_change).collect();
        pulled.intake = Intake::Collides(collisions);
        return pulled;
    }
    let says = DesiredApp {
        app,
        ..DesiredApp::clone(desired)
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
