//! Keeps account of one fetch: which apps the listing showed, which of them matter, and what became of each. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{Answer, Fetched, Reading, Scope};
use crate::api::{self, ListedApp};
use crate::model::{AppId, LiveApp, Mark, Unread, reasons};

/// The account of one fetch.
pub(super) struct Account<'a> {
    scope: &'a Scope,
    bound: BTreeSet<AppId>,
    asked: BTreeSet<AppId>,
    listed: BTreeMap<AppId, ListedApp>,
}

impl<'a> Account<'a> {
    pub(super) fn new(scope: &'a Scope) -> Self {
        Self {
            scope,
            asked: BTreeSet::new(),
            bound: scope.bound.values().copied().collect(),
            listed: BTreeMap::new(),
        }
    }

    /// The apps that are read whatever the listing shows, as far as they were not asked for before.
    pub(super) fn bound(&mut self) -> Vec<AppId> {
        let bound = self.bound.iter().copied();
        bound.filter(|id| self.asked.insert(*id)).collect()
    }

    /// How many apps the listing has shown.
    pub(super) fn listed(&self) -> usize {
        self.listed.len()
    }

    /// Notes a listed app; returns it if it must be read and was not asked for before.
    pub(super) fn list(&mut self, app: ListedApp) -> Option<ListedApp> {
        let id = app.id;
        // Where the listing does not show tags, only the app itself can say whose it is.
        let matters = app.tags.is_none() || self.is_ours(&app.marks) || self.bound.contains(&id);
        let wanted = (matters && self.asked.insert(id)).then(|| app.clone());
        self.listed.insert(id, app);
        wanted
    }

    /// Draws the sum. What the apps themselves say is newer than what the listing said of them.
    pub(super) fn close(
        mut self,
        broken: Option<api::Error>,
        answers: Vec<Answer>,
        reading: Reading,
    ) -> Fetched {
        let mut fetched = Fetched {
            reading,
            ..Fetched::default()
        };
        if let Some(error) = broken {
            fetched.live.unread.push(unread(None, None, &error));
        }
        for (id, answer) in answers {
            // What is left over in the end are the apps that nobody read.
            let listed = self.listed.remove(&id);
            match answer {
                Ok(Some(app)) => self.keep(app, &mut fetched),
                Ok(None) if self.bound.contains(&id) => {
                    fetched.live.missing.insert(id);
                }
                Ok(None) => {}
                Err(error) => {
                    let unread = unread(Some(id), listed.as_ref(), &error);
                    fetched.live.unread.push(unread);
                }
            }
        }
        for (id, app) in self.listed {
            if app.marks.is_empty() {
                fetched.unmarked.entry(app.name).or_default().push(id);
            }
        }
        fetched.live.unread.sort_by_key(|unread| unread.id);
        fetched.unmarked.values_mut().for_each(|ids| ids.sort());
        fetched
    }

    fn keep(&self, app: LiveApp, fetched: &mut Fetched) {
        if self.bound.contains(&app.id) || self.is_ours(&app.marks) {
            fetched.live.apps.insert(app.id, app);
        } else if app.marks.is_empty() {
            let ids = fetched.unmarked.entry(app.app.name).or_default();
            ids.push(app.id);
        }
    }

    fn is_ours(&self, marks: &BTreeSet<Mark>) -> bool {
        let Scope {
            owner, selected, ..
        } = self.scope;
        marks
            .iter()
            .any(|mark| mark.owner == *owner && selected(&mark.key))
    }
}

/// The note that something could not be read.
pub(super) fn unread(id: Option<AppId>, listed: Option<&ListedApp>, error: &api::Error) -> Unread {
    Unread {
        id,
        marks: listed
            .filter(|app| app.tags.is_some())
            .map(|app| app.marks.clone()),
        name: listed.map(|app| app.name.clone()),
        why: reasons(error),
    }
}
