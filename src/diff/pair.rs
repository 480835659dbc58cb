//! Which desired app is which live one (`FORMAT.md` section 8).
//!
//! In this order: the explicit binding, the mark, our own unmarked creation, else none. Never by name alone: names are
//! not unique. Where two answers are possible the app is undecided, and both are named; nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{AppId, AppKey, Desired, DesiredApp, Live, LiveApp, Mark, Unread};

use super::matching::Matching;
use super::normalize;
use super::{Claim, Undecided};

/// What became of one key.
pub(super) enum Match<'a> {
    /// Both sides have it.
    Paired {
        app: &'a DesiredApp,
        live: &'a LiveApp,
        marked: bool,
    },
    /// Only git has it.
    New(&'a DesiredApp),
    /// Only the server has it, under our mark.
    Orphan(&'a LiveApp),
    /// Not known.
    Undecided {
        app: Option<&'a DesiredApp>,
        why: Undecided,
    },
}

impl Match<'_> {
    /// The live app that was found, if one was.
    pub fn live_id(&self) -> Option<AppId> {
        match self {
            Self::Paired { live, .. } | Self::Orphan(live) => Some(live.id),
            Self::New(_) | Self::Undecided { .. } => None,
        }
    }
}

/// Pairs every desired app, then lists the apps under our mark that git no longer has.
pub(super) fn pair<'a>(desired: &'a Desired, live: &'a Live) -> Vec<(AppKey, Match<'a>)> {
    let claims = Claims::new(desired, live);
    let mut found: Vec<_> = desired
        .apps
        .iter()
        .map(|(key, app)| (key.clone(), claims.find(key, app)))
        .collect();
    found.extend(claims.orphans());
    found
}

/// Who claims which live app, seen from both ends.
struct Claims<'a> {
    desired: &'a Desired,
    live: &'a Live,
    /// Live apps by the key in their mark, for marks of our owner only.
    marked: BTreeMap<&'a AppKey, Vec<&'a LiveApp>>,
    /// Bindings by the app that they name.
    bound: BTreeMap<AppId, Vec<&'a AppKey>>,
}

impl<'a> Claims<'a> {
    fn new(desired: &'a Desired, live: &'a Live) -> Self {
        let mut marked: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for app in live.apps.values() {
            for mark in app.marks.iter().filter(|mark| mark.owner == desired.owner) {
                marked.entry(&mark.key).or_default().push(app);
            }
        }
        let mut bound: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (key, id) in &desired.bindings {
            bound.entry(*id).or_default().push(key);
        }
        Self {
            desired,
            live,
            marked,
            bound,
        }
    }

    fn find(&self, key: &'a AppKey, app: &'a DesiredApp) -> Match<'a> {
        let found = match self.desired.bindings.get(key) {
            Some(id) => self.by_binding(key, *id).map(Some),
            None => self.by_mark(key).and_then(|found| {
                found.map_or_else(|| self.by_creation(key, app), |it| Ok(Some(it)))
            }),
        };
        match found {
            Ok(Some(live)) => Match::Paired {
                app,
                live,
                marked: live.marks.contains(&self.own_mark(key)),
            },
            Ok(None) => Match::New(app),
            Err(why) => Match::Undecided {
                app: Some(app),
                why,
            },
        }
    }

    fn by_binding(&self, key: &AppKey, id: AppId) -> Result<&'a LiveApp, Undecided> {
        if self.live.missing.contains(&id) {
            return Err(Undecided::BoundMissing { id });
        }
        let Some(live) = self.live.apps.get(&id) else {
            return Err(self.unread(Some(id), |unread| unread.id == Some(id)));
        };
        self.unclaimed(key, live)?;
        // Another app under our mark would make two apps of one key as soon as this one is marked.
        let others = self.marked.get(key).into_iter().flatten();
        let ids: BTreeSet<_> = others.map(|app| app.id).chain([id]).collect();
        if ids.len() > 1 {
            return Err(Undecided::Ambiguous {
                ids: ids.into_iter().collect(),
            });
        }
        Ok(live)
    }

    fn by_mark(&self, key: &AppKey) -> Result<Option<&'a LiveApp>, Undecided> {
        let mark = self.own_mark(key);
        if let Some(unread) = (self.live.unread.iter()).find(|it| it.bears(&mark) == Some(true)) {
            return Err(undecided(unread));
        }
        match self.marked.get(key).map(Vec::as_slice) {
            None | Some([]) => Ok(None),
            Some([live]) => self.unclaimed(key, live).map(|()| Some(*live)),
            Some(several) => Err(Undecided::Ambiguous {
                ids: several.iter().map(|app| app.id).collect(),
            }),
        }
    }

    /// Our own creation that lost its mark to a crash: unmarked, of the same name, with our query ids. An app of which
    /// nobody knows the marks could be more than that: the app itself, under another name.
    fn by_creation(
        &self,
        key: &AppKey,
        app: &DesiredApp,
    ) -> Result<Option<&'a LiveApp>, Undecided> {
        let could_be = |unread: &&Unread| {
            let has_its_name = || {
                let name = unread.name.as_ref();
                name.is_none_or(|name| *name == app.app.name)
            };
            match &unread.marks {
                None => true,
                Some(marks) => marks.is_empty() && has_its_name(),
            }
        };
        if let Some(unread) = self.live.unread.iter().find(could_be) {
            return Err(undecided(unread));
        }
        let ours: Vec<_> = (self.live.apps.values())
            .filter(|live| live.marks.is_empty() && !self.bound.contains_key(&live.id))
            .filter(|live| live.app.name == app.app.name && self.made_by_us(key, app, live))
            .filter(|live| !self.made_for_another(key, app, live))
            .collect();
        match ours.as_slice() {
            [] => Ok(None),
            [live] => Ok(Some(*live)),
            several => Err(Undecided::Ambiguous {
                ids: several.iter().map(|app| app.id).collect(),
            }),
        }
    }

    /// Whether an unmarked app bears our query ids. Without queries, the whole definition must be equal.
    fn made_by_us(&self, key: &AppKey, app: &DesiredApp, live: &LiveApp) -> bool {
        let owner = &self.desired.owner;
        let body = live.app.definition.body();
        if body.queries.is_empty() {
            let wanted = app.app.definition.body();
            let matching = Matching::of(&body, &wanted);
            let carried = normalize::carry(wanted, Some((&body, &matching)), owner, key);
            return carried.is_in(&body);
        }
        body.bears_ids_of(owner, key)
    }

    /// Whether an unmarked app without queries could as well be that of an earlier key, which then takes it: nothing else
    /// tells two equal apps apart. Query ids belong to one key.
    fn made_for_another(&self, key: &AppKey, app: &DesiredApp, live: &LiveApp) -> bool {
        let is_bare = || live.app.definition.body().queries.is_empty();
        let is_missing = |earlier: &AppKey| {
            let is_bound = self.desired.bindings.contains_key(earlier);
            !is_bound && matches!(self.by_mark(earlier), Ok(None))
        };
        let mut earlier = self.desired.apps.range(..key.clone());
        earlier.any(|(earlier, other)| {
            other.app.name == app.app.name
                && is_bare()
                && is_missing(earlier)
                && self.made_by_us(earlier, other, live)
        })
    }

    /// Refuses a live app that somebody else claims too.
    fn unclaimed(&self, key: &AppKey, live: &LiveApp) -> Result<(), Undecided> {
        let own = self.own_mark(key);
        let marks = live.marks.iter().filter(|mark| **mark != own);
        let bindings = self.bound.get(&live.id).into_iter().flatten();
        let by: Vec<_> = marks
            .map(|mark| Claim::Mark(mark.clone()))
            .chain(
                bindings
                    .filter(|it| **it != key)
                    .map(|it| Claim::Binding((*it).clone())),
            )
            .collect();
        match by.is_empty() {
            true => Ok(()),
            false => Err(Undecided::Claimed { id: live.id, by }),
        }
    }

    /// Apps under our mark whose key git no longer has.
    fn orphans(&self) -> Vec<(AppKey, Match<'a>)> {
        let mut found = Vec::new();
        for (key, apps) in &self.marked {
            if self.desired.apps.contains_key(*key) {
                continue;
            }
            match apps.as_slice() {
                [live] => found.push(((*key).clone(), self.orphan(key, live))),
                several => {
                    let ids = several.iter().map(|app| app.id).collect();
                    let why = Undecided::Ambiguous { ids };
                    found.push(((*key).clone(), Match::Undecided { app: None, why }));
                }
            }
        }
        for unread in &self.live.unread {
            for mark in (unread.marks.iter().flatten()).filter(|it| it.owner == self.desired.owner)
            {
                let known = self.desired.apps.contains_key(&mark.key)
                    || self.marked.contains_key(&mark.key);
                if !known {
                    let why = undecided(unread);
                    found.push((mark.key.clone(), Match::Undecided { app: None, why }));
                }
            }
        }
        found
    }

    fn orphan(&self, key: &AppKey, live: &'a LiveApp) -> Match<'a> {
        // What a listing that broke off did not show may be the rest of what is owned: nothing is deleted on its basis.
        let broken_off = self.live.unread.iter().find(|unread| unread.id.is_none());
        match (self.unclaimed(key, live), broken_off) {
            (Ok(()), None) => Match::Orphan(live),
            (Ok(()), Some(unread)) => Match::Undecided {
                app: None,
                why: undecided(unread),
            },
            (Err(why), _) => Match::Undecided { app: None, why },
        }
    }

    fn own_mark(&self, key: &AppKey) -> Mark {
        Mark {
            owner: self.desired.owner.clone(),
            key: key.clone(),
        }
    }

    fn unread(&self, id: Option<AppId>, is_it: impl Fn(&Unread) -> bool) -> Undecided {
        match self.live.unread.iter().find(|unread| is_it(unread)) {
            Some(unread) => undecided(unread),
            None => Undecided::Unread {
                id,
                why: "it was not read".into(),
            },
        }
    }
}

fn undecided(unread: &Unread) -> Undecided {
    Undecided::Unread {
        id: unread.id,
        why: unread.why.clone(),
    }
}
