//! One live app by its key, found without its definition: what goes back to an old version must not wait for files that
//! can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::api::{self, Client};
use crate::definition::Target;
use crate::fetch::{Scope, fetch};
use crate::model::{AppId, AppKey, LiveApp, Mark, Unread};

/// Why it is not known which live app a key is.
#[derive(Debug, thiserror::Error)]
pub enum NotLocated {
    /// The server's apps cannot be listed.
    #[error("the live apps cannot be listed")]
    Live(#[source] api::Error),
    /// No app bears the mark, and none is bound.
    #[error("no live app bears the mark `{mark}`, and `apps:` binds none to the key")]
    Absent {
        /// The mark.
        mark: Mark,
    },
    /// The bound app does not exist.
    #[error("the settings bind `{key}` to `{id}`, and there is no such app")]
    Missing {
        /// The key.
        key: AppKey,
        /// The id in the settings.
        id: AppId,
    },
    /// Several apps are it.
    #[error("several live apps are `{key}`: {}", list(ids))]
    Ambiguous {
        /// The key.
        key: AppKey,
        /// All of them.
        ids: BTreeSet<AppId>,
    },
    /// An app that is it, or could be, cannot be read.
    #[error("a live app that is `{key}`, or could be, cannot be read: {why}")]
    Unread {
        /// The key.
        key: AppKey,
        /// Why.
        why: String,
    },
}

fn list(ids: &BTreeSet<AppId>) -> String {
    let ids: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
    ids.join(", ")
}

/// Finds the live app of a key: the bound one, or the one with the mark. Two are a refusal, not a guess.
pub async fn locate(
    client: &Client,
    target: &Target,
    key: &AppKey,
    parallelism: usize,
) -> Result<LiveApp, NotLocated> {
    let bound = target.environment.apps.get(key).copied();
    let wanted = key.clone();
    let scope = Scope {
        owner: target.owner.clone(),
        bound: BTreeMap::from_iter(bound.map(|id| (key.clone(), id))),
        selected: Arc::new(move |key| *key == wanted),
        parallelism,
        cache: None,
        on_app: None,
    };
    let fetched = fetch(client, &scope, &|_| ()).await;
    let live = fetched.map_err(NotLocated::Live)?.live;
    let mark = Mark {
        owner: target.owner.clone(),
        key: key.clone(),
    };
    if let Some(id) = bound.filter(|id| live.missing.contains(id)) {
        let key = key.clone();
        return Err(NotLocated::Missing { key, id });
    }
    // Where the listing does not show tags, an app that cannot be read could be the one; not where another app is bound.
    let could_be = |it: &Unread| {
        it.id == bound
            || it
                .bears(&mark)
                .unwrap_or(bound.is_none() || it.id.is_none())
    };
    if let Some(unread) = live.unread.iter().find(|it| could_be(it)) {
        return Err(NotLocated::Unread {
            key: key.clone(),
            why: unread.why.clone(),
        });
    }
    let mut found: Vec<LiveApp> = (live.apps.into_values())
        .filter(|app| Some(app.id) == bound || app.marks.contains(&mark))
        .collect();
    match (found.pop(), found.is_empty()) {
        (None, _) => Err(NotLocated::Absent { mark }),
        (Some(app), true) => Ok(app),
        (Some(app), false) => Err(NotLocated::Ambiguous {
            key: key.clone(),
            ids: found.iter().map(|app| app.id).chain([app.id]).collect(),
        }),
    }
}
