//! How our own steps left an app, and whether it still is so.
//!
//! The version's id decides. Where it is another one, or is not known, the content does: some servers make a version of
//! a change of tags, and a save of the very same content is nobody's edit.

use std::collections::BTreeSet;

use crate::api::At;
use crate::model::{AppId, AppKey, Content, LiveApp, Publication, Version, VersionId};
use crate::plan::Expected;

use super::report::{Failure, Stale};
use super::{Run, failure::failed};

/// What the steps so far have told about an app.
pub(super) struct Left {
    pub id: Option<AppId>,
    /// The newest version, if a reading or a writing showed it.
    pub version: Option<Version>,
    pub version_id: Option<VersionId>,
    /// What the newest version holds.
    pub content: Option<Content>,
    pub tags: BTreeSet<String>,
    pub publication: Publication,
}

impl Left {
    /// Before the first step.
    pub fn new(id: Option<AppId>) -> Self {
        Self {
            id,
            version: None,
            version_id: None,
            content: None,
            tags: BTreeSet::new(),
            publication: Publication::Unpublished,
        }
    }

    /// The app was read, and is as it was planned on.
    pub fn as_planned(&mut self, live: &LiveApp, expected: &Expected) {
        self.at(live);
        self.content = Some(Content::of(&live.app));
        self.tags = expected.tags.clone();
        self.publication = expected.publication;
    }

    /// The newest version is that of `live`.
    pub fn at(&mut self, live: &LiveApp) {
        self.version = Some(live.version);
        self.version_id = live.version_id;
    }

    fn is_so(&self, live: &LiveApp) -> bool {
        let same_version = match (self.version_id, live.version_id) {
            (Some(left), Some(now)) => left == now,
            _ => self.version == Some(live.version),
        };
        let same_content = || (self.content.as_ref()).is_some_and(|it| it.is_in(&live.app));
        let now = Expected::of(live);
        let serves = |publication: Publication| publication != Publication::Unpublished;
        (same_version || same_content())
            && self.tags == now.tags
            && serves(self.publication) == serves(now.publication)
            && self.publication.version_id() == now.publication.version_id()
    }
}

impl Run<'_> {
    /// Reads the app afresh: nobody else may have touched it since our last step.
    pub(super) async fn check_left(&self, key: &AppKey, left: &mut Left) -> Result<(), Failure> {
        let Some(id) = left.id else {
            return Ok(());
        };
        match self.client.app(id, At::Latest).await.map_err(failed)? {
            None => Err(Failure::Stale(Stale::Gone)),
            Some(live) if left.is_so(&live) => {
                left.at(&live);
                Ok(())
            }
            Some(live) => {
                let expected = Expected {
                    version: left.version.unwrap_or(Version(1)),
                    version_id: left.version_id,
                    publication: left.publication,
                    tags: left.tags.clone(),
                };
                Err(self.touched(key, &expected, live).await)
            }
        }
    }
}
