//! What differs between git and the server.
//!
//! [`diff`] pairs every desired app with its live one ([`mod@pair`]), brings both definitions into one form ([`normalize`]),
//! and names each difference by component and query ([`fields`]). What was changed since an earlier version is told by
//! [`earlier`]; [`merge`] makes one of three, and for those who merge, [`apart`] tells which apps differ at all. Nothing
//! here is about calls: what to do about a difference, and whether that is safe, is decided in `plan`.

mod align;
mod apart;
mod dangling;
mod earlier;
mod fields;
mod found;
mod likeness;
mod matching;
mod merge;
mod moves;
mod normalize;
mod pair;
mod parts;
mod renames;
mod standing;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::{AppId, AppKey, Body, Desired, DesiredApp, Live, LiveApp, Mark};

use pair::{Match, pair};

pub use apart::{Apart, Pairing, Unlike, pairings, unlike};
pub use dangling::{Dangling, Thing};
pub use earlier::{Edits, beyond, closest, edits, since, wanted_since};
pub use merge::{Collision, Merged, Side, Sides};
pub use standing::{Standing, Surrounding};

/// One app, compared. Equal apps are listed too.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// The key in git; of an app that git no longer has, the key in its mark.
    pub key: AppKey,
    /// What happened to it.
    pub kind: ChangeKind,
    /// What git wants; `None` if git has no such app any more.
    pub desired: Option<&'a DesiredApp>,
    /// What the server has; `None` if there is no such app, or if it is not known which one it is.
    pub live: Option<&'a LiveApp>,
    /// Where the two differ, in reading order. Empty for creations, deletions and equal apps.
    pub fields: Vec<FieldChange>,
    /// What the components that differ are, and where they stand, by the names in the paths of `fields`.
    pub components: BTreeMap<String, Standing>,
    /// The aliases of the connections that differ, by id, as far as the environment has any.
    pub connections: BTreeMap<String, String>,
    /// What the desired definition still names, although it is gone.
    pub dangling: Vec<Dangling>,
    /// The desired definition as the server would store it, with the carried fields of the live one; present where there
    /// is a desired app whose fate is decided and whose definition is not equal already.
    pub body: Option<Body>,
}

/// What happened to an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Git has it, the server has not.
    Create,
    /// Both have it, and they differ.
    Update,
    /// The server has it under our mark, git no longer has it.
    Delete,
    /// Both have it, but it does not bear our mark yet. It may differ as well.
    Adopt,
    /// Both have it, and they are equal.
    NoOp,
    /// It is not known which live app it is, or what that one looks like.
    Undecided(Undecided),
}

/// Why an app's fate is not decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// Several live apps claim to be this one.
    Ambiguous {
        /// All of them.
        ids: Vec<AppId>,
    },
    /// The live app is claimed for another key, owner or binding.
    Claimed {
        /// The live app.
        id: AppId,
        /// Its marks and bindings that speak against it, in words of the field: a mark, or `apps.<key>`.
        by: Vec<Claim>,
    },
    /// The settings bind the key to an app that does not exist.
    BoundMissing {
        /// The id in the settings.
        id: AppId,
    },
    /// A live app that is this one, or could be, was not read.
    Unread {
        /// Its id, if known.
        id: Option<AppId>,
        /// Why it was not read.
        why: String,
    },
}

/// Who else claims a live app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A mark among its tags.
    Mark(Mark),
    /// A binding in the settings under this key.
    Binding(AppKey),
}

/// One difference between a live app and the desired one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The place by names: `components[button2].label`, `queries[listServices].inputs.region`, `tags`.
    pub path: String,
    /// What differs there.
    pub difference: Difference,
}

/// What differs at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Only git has it.
    Added {
        /// The desired value.
        after: Value,
        /// Where it comes to stand; `None` for what has no place, such as a field.
        place: Option<Place>,
    },
    /// Only the server has it.
    Removed {
        /// The live value.
        before: Value,
        /// Where it stood; `None` for what has no place, such as a field.
        place: Option<Place>,
    },
    /// Both have it, with different values.
    Changed {
        /// The live value.
        before: Value,
        /// The desired value.
        after: Value,
    },
    /// Both have it, at different places of the tree or list.
    Moved {
        /// Where the server has it.
        before: Place,
        /// Where git wants it.
        after: Place,
    },
    /// Both have it, under different names. The path has the desired one; whatever else differs is listed by itself.
    Renamed {
        /// What the server calls it, and where it stands there.
        before: Named,
        /// What git calls it, and where it stands there.
        after: Named,
        /// The paths of all references that differ by following this rename, or several, and in nothing else.
        followed: Vec<String>,
    },
}

/// A component or query by name and place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The place.
    pub place: Place,
}

/// A place in the component tree or in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The component that holds it, by name; `None` at the top and in plain lists.
    pub parent: Option<String>,
    /// The position there, counted from 0.
    pub index: usize,
}

/// Compares everything that git wants with everything that is live, app by app, sorted by key.
pub fn diff<'a>(desired: &'a Desired, live: &'a Live) -> Vec<Change<'a>> {
    let mut matches = pair(desired, live);
    matches.sort_by(|(key, a), (other, b)| (key, a.live_id()).cmp(&(other, b.live_id())));
    side_by_side(matches, &|(key, found)| change(desired, key, found))
}

/// Below so many apps a thread costs more than it saves.
const APPS_A_THREAD: usize = 16;

/// Does the same to every item, in order, on all cores: apps do not depend on each other.
fn side_by_side<T: Send, U: Send>(items: Vec<T>, work: &(dyn Fn(T) -> U + Sync)) -> Vec<U> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = items.len().div_ceil(cores).max(APPS_A_THREAD);
    if items.len() <= share {
        return items.into_iter().map(work).collect();
    }
    let mut items = items.into_iter();
    std::thread::scope(|scope| {
        let mut shares = Vec::new();
        loop {
            let share: Vec<_> = items.by_ref().take(share).collect();
            if share.is_empty() {
                break;
            }
            shares.push(scope.spawn(|| share.into_iter().map(work).collect::<Vec<_>>()));
        }
        let done = shares.into_iter().map(|share| share.join());
        done.flat_map(|share| share.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn change<'a>(desired: &'a Desired, key: AppKey, found: Match<'a>) -> Change<'a> {
    let bare = |key, kind, desired, live| Change {
        key,
        kind,
        desired,
        live,
        fields: Vec::new(),
        components: BTreeMap::new(),
        connections: BTreeMap::new(),
        dangling: Vec::new(),
        body: None,
    };
    match found {
        Match::Undecided { app, why } => bare(key, ChangeKind::Undecided(why), app, None),
        Match::Orphan(live) => bare(key, ChangeKind::Delete, None, Some(live)),
        Match::New(app) => {
            let body = normalize::carry(app.app.definition.body(), None, &desired.owner, &key);
            let body = normalize::normal(body);
            Change {
                body: Some(body),
                ..bare(key, ChangeKind::Create, Some(app), None)
            }
        }
        Match::Paired { app, live, marked } => {
            let compared = fields::compare(&app.app, live, &desired.owner, &key);
            let kind = match (marked, compared.fields.is_empty()) {
                (false, _) => ChangeKind::Adopt,
                (true, true) => ChangeKind::NoOp,
                (true, false) => ChangeKind::Update,
            };
            Change {
                connections: aliases(&compared.fields, &desired.connections),
                fields: compared.fields,
                components: compared.components,
                dangling: compared.dangling,
                body: compared.body,
                ..bare(key, kind, Some(app), Some(live))
            }
        }
    }
}

/// The aliases of the connections that differ, by id. An id with several aliases has the first of them.
pub fn aliases(
    fields: &[FieldChange],
    connections: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let differ = (fields.iter()).filter(|it| it.path.ends_with(".connection"));
    let ids: BTreeSet<&str> = differ
        .flat_map(|it| match &it.difference {
            Difference::Added { after, .. } => vec![after],
            Difference::Removed { before, .. } => vec![before],
            Difference::Changed { before, after } => vec![before, after],
            Difference::Moved { .. } | Difference::Renamed { .. } => Vec::new(),
        })
        .filter_map(Value::as_str)
        .collect();
    let known = connections.iter().rev();
    let known = known.filter(|(_, id)| ids.contains(id.as_str()));
    known
        .map(|(alias, id)| (id.clone(), alias.clone()))
        .collect()
}
