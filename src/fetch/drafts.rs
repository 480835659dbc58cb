//! The copies that drafts of an owner's apps left.

use std::collections::BTreeSet;

use super::{Answer, Sought, find};
use crate::api::{self, Client, Filter};
use crate::model::{AppKey, Draft, LiveApp, Owner};

/// A live copy of an app.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The draft that it is of.
    pub draft: Draft,
    /// The key of the app that it is a copy of.
    pub key: AppKey,
    /// What it is now.
    pub live: LiveApp,
}

impl Copy {
    /// The copy that a live app is, of the apps of this owner.
    fn of(owner: &Owner, live: LiveApp) -> Option<Self> {
        let mut marks = live.marks.iter();
        let (mark, None) = (marks.next()?, marks.next()) else {
            return None;
        };
        Some(Self {
            draft: Draft::of(owner, &mark.owner)?,
            key: mark.key.clone(),
            live,
        })
    }

    /// Whether it is still called as its draft called it. One that was not is somebody's own by now.
    pub fn is_untouched(&self) -> bool {
        self.draft.is_title(&self.live.app.name)
    }
}

/// The copies of this owner's apps, sorted by draft, key and id; and what could not be read.
pub async fn drafts(
    client: &Client,
    owner: &Owner,
    parallelism: usize,
) -> Result<(Vec<Copy>, Vec<Answer>), api::Error> {
    let listed = client.list(&Filter::default()).await?.into_iter();
    // Where the listing does not show tags, a copy is known by its name until it is read.
    let could_be = listed.filter(|app| match &app.tags {
        Some(_) => (app.marks.iter()).any(|mark| Draft::of(owner, &mark.owner).is_some()),
        None => app.name.starts_with(Draft::PREFIX),
    });
    let ids: BTreeSet<_> = could_be.map(|app| app.id).collect();
    let mut copies = Vec::new();
    let mut unread = Vec::new();
    for (id, answer) in find(client, &Sought::Ids(ids), parallelism).await? {
        match answer {
            Ok(live) => copies.extend(live.and_then(|live| Copy::of(owner, live))),
            Err(error) => unread.push((id, Err(error))),
        }
    }
    copies.sort_by(|a, b| (&a.draft, &a.key, a.live.id).cmp(&(&b.draft, &b.key, b.live.id)));
    Ok((copies, unread))
}
