//! What to do about the differences, and whether that is safe.
//!
//! | desired | live | plan |
//! |---|---|---|
//! | yes | no, and nothing unread could be it | create, mark, then protection, self-service, publication |
//! | yes | our own unmarked creation | adopt (mark), then as below |
//! | yes | equal, publication as wanted | no-op |
//! | yes | differs | update with the expected version, then protection, self-service, publication |
//! | yes | equal, published version is older, `publish: true` | publish |
//! | yes, `publish: false` | published | unpublish |
//! | no | ours, prune on | delete, after everything else |
//! | no | ours, prune off | listed as orphaned, nothing done |
//! | no | not ours | nothing, not even listed |
//! | yes | differs, and was edited live since our last apply at a place that git would overwrite | refused, unless drift is to be overwritten |
//! | yes, under `approval_required` | its publication was requested already | waits |
//! | any | unread, ambiguous, claimed by others | refused, with what to do |
//!
//! Every decision is made here: a [`Step`] names its call with the whole body, its target and its precondition, so that
//! applying needs no `if` about what to do. Nothing here looks at a file, a server or a clock: the same changes and the
//! same policy give the same plan.

mod app;
mod consequence;
mod decide;
mod digest;
mod drift;
mod ground;
mod guard;
mod layout;
mod pull;
mod renamed;
mod single;
mod step;
mod survey;
mod touched;

use std::collections::BTreeMap;

use crate::diff::{Change, FieldChange, Standing};
use crate::model::{
    AppId, AppKey, DesiredApp, History, LiveApp, Location, Occasion, Owner, Policy,
    ProtectionLevel, Publication, Saved, Unpublished, Version,
};

use consequence::consequences;
use decide::{Decision, decide};

pub use consequence::{Consequence, Touched};
pub use digest::Digest;
pub use drift::Drift;
pub use guard::{EmptyDesired, LiveEdits, Refusal};
pub use layout::{COLUMNS, Layout, Panel, PanelKind, Tile, Touch};
pub use pull::{Intake, Pull, Pulled, pull};
pub use single::{adoption, deletion, rollback};
pub use step::{Call, Expected, Precondition, Step, Target};
pub use survey::{Evidence, Fate, Left, Survey, Surveyed, is_in_question, survey};
pub use touched::{OthersEdits, others_edits};

/// What a run will do, app by app.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Whose apps these are.
    pub owner: Owner,
    /// Every app that git has or that bears our mark, sorted by key.
    pub apps: Vec<AppPlan>,
    /// How many apps and steps of each kind there are.
    pub summary: Summary,
    /// What a later run compares to know that it would do the same.
    pub digest: Digest,
}

/// What a run will do about one app.
#[derive(Clone, Debug, PartialEq)]
pub struct AppPlan {
    /// Its key.
    pub key: AppKey,
    /// Its id; `None` for an app that is to be created, or of which it is not known which one it is.
    pub id: Option<AppId>,
    /// Its name in git, or else on the server.
    pub name: String,
    /// Where git declares it; `None` if git no longer does.
    pub location: Option<Location>,
    /// What will be done, in one word.
    pub action: Action,
    /// The calls, in order.
    pub steps: Vec<Step>,
    /// What differs.
    pub changes: Vec<FieldChange>,
    /// What the components that differ are, and where they stand, by the names in the paths of `changes`.
    pub components: BTreeMap<String, Standing>,
    /// The aliases of the connections that differ, by id, as far as the environment has any.
    pub connections: BTreeMap<String, String>,
    /// The screens on which something differs; `None` where nothing does.
    pub layout: Option<Layout>,
    /// What is live now.
    pub live: Option<LiveState>,
    /// What was changed live since our last apply, and git would overwrite.
    pub drift: Vec<Drift>,
    /// Why nothing is done, if that is so for safety.
    pub refusal: Option<Refusal>,
    /// What else a reader should know.
    pub notes: Vec<Note>,
}

/// What will be done about an app, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Made new.
    Create,
    /// Changed, in its definition or beside it.
    Update,
    /// Removed.
    Delete,
    /// Taken over by marking it, and changed if it differs.
    Adopt,
    /// Left alone.
    NoOp,
    /// Left alone for safety.
    Refused,
}

/// The version and publication of a live app, as planned on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveState {
    /// The newest version.
    pub version: Version,
    /// What users run.
    pub publication: Publication,
    /// Who saved the newest version, and when.
    pub saved: Saved,
}

impl LiveState {
    fn of(live: &LiveApp) -> Self {
        Self {
            version: live.version,
            publication: live.publication,
            saved: live.saved.clone(),
        }
    }
}

/// Something about an app that a reader of the plan should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Git no longer has the app; it is left alone because pruning is off.
    Orphaned,
    /// The server does not show the protection level that git wants.
    ProtectionUnknown {
        /// What git wants.
        wanted: ProtectionLevel,
    },
    /// The publication as git wants it is left undone, because the run was told not to publish.
    PublicationHeldBack,
    /// The publication will wait for somebody's approval.
    NeedsApproval,
    /// The publication of this version was requested before, and nobody has approved it yet.
    WaitsForApproval {
        /// The version.
        since: Version,
    },
    /// Nobody can tell whether a publication needs an approval: neither git nor the server says it.
    LevelUnknown,
    /// No version was named by an apply, so that live edits cannot be told from changes in git.
    NoBase,
    /// The run was told to let git win over live edits.
    OverwritesDrift(LiveEdits),
    /// An app is made that bears the name of one that git no longer has: it may be that one, under another key.
    Renamed {
        /// The key that git no longer has.
        before: AppKey,
    },
    /// What a difference means for those who use the app.
    Consequence(Consequence),
}

/// How many apps and steps of each kind a plan holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Apps to create.
    pub create: usize,
    /// Apps to change.
    pub update: usize,
    /// Apps to remove.
    pub delete: usize,
    /// Apps to take over.
    pub adopt: usize,
    /// Publications and publish requests.
    pub publish: usize,
    /// Apps that users will no longer run.
    pub unpublish: usize,
    /// Apps left alone, orphaned ones among them.
    pub no_op: usize,
    /// Apps refused for safety.
    pub refused: usize,
    /// Apps of ours that git no longer has and that are left alone.
    pub orphaned: usize,
    /// Apps whose publication was requested before and waits for an approval.
    pub waiting: usize,
}

impl Plan {
    fn of(owner: &Owner, apps: Vec<AppPlan>) -> Self {
        Self {
            owner: owner.clone(),
            summary: Summary::of(&apps),
            digest: Digest::of(owner, &apps),
            apps,
        }
    }

    /// Whether applying would call anything.
    pub fn has_steps(&self) -> bool {
        self.apps.iter().any(|app| !app.steps.is_empty())
    }
}

/// What a run may do, what it is about, and what it knows of earlier ones.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Whose apps these are.
    pub owner: &'a Owner,
    /// What the run may do.
    pub policy: &'a Policy,
    /// What it is about.
    pub occasion: &'a Occasion,
    /// What our last apply left, of the apps for which [`history_of`] asks; where it could not be read, why.
    pub bases: &'a BTreeMap<AppId, Result<History, String>>,
}

/// What of an app's history a plan depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// Only which versions there are, and their names.
    Names,
    /// Also what our last apply left.
    Base,
    /// Which versions there are, for what the plan says; what it does does not depend on them.
    Saves,
}

/// What has to be known of an app's history before a change can be planned.
pub fn history_of(change: &Change<'_>) -> Option<Needed> {
    let (desired, live) = (change.desired?, change.live?);
    match (&change.body, app::is_requested(desired, live)) {
        (Some(_), _) => Some(Needed::Base),
        (None, true) => Some(Needed::Names),
        (None, false) => {
            let publishes = desired.app.publish == Some(true);
            let is_behind = matches!(live.publication, Publication::Behind(_));
            (publishes && is_behind).then_some(Needed::Saves)
        }
    }
}

/// Decides what to do about all changes of one owner.
pub fn plan(changes: Vec<Change<'_>>, terms: &Terms<'_>) -> Plan {
    let Terms { owner, policy, .. } = *terms;
    let empty = guard::empty_desired(&changes).filter(|_| !policy.partial);
    let mut apps: Vec<_> = changes
        .into_iter()
        .map(|change| app(change, terms))
        .collect();
    guard::deletions(&mut apps, policy, empty);
    renamed::note_renamed(&mut apps);
    Plan::of(owner, apps)
}

fn app(change: Change<'_>, terms: &Terms<'_>) -> AppPlan {
    let Decision {
        action,
        steps,
        drift,
        refusal,
        mut notes,
    } = decide(&change, terms);
    let consequences = consequences(&change, &steps, unpublished(&change, terms));
    notes.extend(consequences.into_iter().map(Note::Consequence));
    let layout = screens(&change, action);
    let Change {
        key,
        kind: _,
        desired,
        live,
        fields,
        components,
        connections,
        dangling: _,
        body: _,
    } = change;
    AppPlan {
        id: live.map(|live| live.id),
        name: named(desired, live),
        location: desired.map(|app| app.location.clone()),
        action,
        steps,
        changes: fields,
        components,
        connections,
        layout,
        live: live.map(LiveState::of),
        drift,
        refusal,
        notes,
        key,
    }
}

/// What was saved since the version that users run, if that is known.
fn unpublished(change: &Change<'_>, terms: &Terms<'_>) -> Option<Unpublished> {
    let history = terms.bases.get(&change.live?.id)?;
    history.as_ref().ok()?.unpublished
}

/// The screens that differ, of an app about which something is done.
fn screens(change: &Change<'_>, action: Action) -> Option<Layout> {
    let live = change.live.map(|live| &live.app.definition);
    match action {
        Action::Delete => layout::layout(Some(&live?.body()), None, &[]),
        Action::Create | Action::Update | Action::Adopt => {
            let after = change.body.as_ref()?;
            let before = live.map(|it| it.body());
            layout::layout(before.as_ref(), Some(after), &change.fields)
        }
        Action::NoOp | Action::Refused => None,
    }
}

fn named(desired: Option<&DesiredApp>, live: Option<&LiveApp>) -> String {
    let name = desired.map(|it| &it.app).or(live.map(|it| &it.app));
    name.map(|app| app.name.clone()).unwrap_or_default()
}

impl Summary {
    fn of(apps: &[AppPlan]) -> Self {
        let mut summary = Self::default();
        for app in apps {
            *match app.action {
                Action::Create => &mut summary.create,
                Action::Update => &mut summary.update,
                Action::Delete => &mut summary.delete,
                Action::Adopt => &mut summary.adopt,
                Action::NoOp => &mut summary.no_op,
                Action::Refused => &mut summary.refused,
            } += 1;
            summary.orphaned += usize::from(app.notes.contains(&Note::Orphaned));
            let waits = |note: &Note| matches!(note, Note::WaitsForApproval { .. });
            summary.waiting += usize::from(app.notes.iter().any(waits));
            for step in &app.steps {
                match step.call {
                    Call::Publish | Call::RequestPublish { .. } => summary.publish += 1,
                    Call::Unpublish => summary.unpublish += 1,
                    _ => {}
                }
            }
        }
        summary
    }
}
