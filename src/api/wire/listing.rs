//! The pages of the two listings: apps, and the versions of an app.

use std::collections::BTreeSet;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::deployment::{Deployment, Named, included, named_deployment};
use super::{Fields, Understood, app_id, is_deleted, required, saved};
use crate::model::{AppId, LiveApp, Mark, Saved, Version, VersionId, VersionInfo};

/// An app as the listing shows it: never enough to plan from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedApp {
    /// The server's id.
    pub id: AppId,
    /// The display name.
    pub name: String,
    /// All tags as they are, marks among them; `None` if the listing does not show tags.
    pub tags: Option<Vec<String>>,
    /// The ownership marks among the tags.
    pub marks: BTreeSet<Mark>,
    /// Who saved it last, and when.
    pub saved: Saved,
    /// Its newest deployment, where the listing shows it.
    pub deployment: Option<Deployment>,
    /// A hash of all that the listing shows of it, also of what has no name here.
    pub shown: [u8; 32],
}

impl ListedApp {
    /// What the listing says otherwise than the app itself, in a word; `None` if they agree.
    pub fn disagrees(&self, app: &LiveApp) -> Option<&'static str> {
        let tags = |tag: &String| {
            app.app.tags.as_ref().is_some_and(|it| it.contains(tag))
                || app.marks.iter().any(|mark| mark.to_string() == *tag)
        };
        let count = app.app.tags.as_ref().map_or(0, BTreeSet::len) + app.marks.len();
        let listed = self.tags.as_ref().map(BTreeSet::from_iter);
        let runs = self.deployment.and_then(|it| it.version_id);
        [
            (self.saved.at == app.saved.at, "when it was saved"),
            (self.name == app.app.name, "its name"),
            (
                listed.is_some_and(|it| it.len() == count && it.into_iter().all(tags)),
                "its tags",
            ),
            (runs == app.publication.version_id(), "what users run"),
        ]
        .into_iter()
        .find_map(|(agrees, what)| (!agrees).then_some(what))
    }
}

/// How many items there are, with and without the filter.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::api) struct Counts {
    pub(in crate::api) all: Option<u64>,
    pub(in crate::api) filtered: Option<u64>,
}

/// A page of the listing.
pub(in crate::api) fn list(answer: Value) -> Understood<(Vec<ListedApp>, Counts)> {
    let mut top = Fields::new(answer, String::new())?;
    let counts = counts(&mut top)?;
    let deployments = included(&mut top)?;
    let Some(items) = top.objects("data")? else {
        return Err(top.wrong("data", "a list"));
    };
    let mut apps = Vec::with_capacity(items.len());
    for mut item in items {
        let shown = Sha256::new_with_prefix(item.to_text());
        let mut meta = item.object("meta")?.unwrap_or_default();
        if !is_deleted(&mut meta)? {
            apps.push(listed(item, meta, &deployments, shown)?);
        }
    }
    Ok((apps, counts))
}

fn listed(
    mut item: Fields,
    mut meta: Fields,
    deployments: &[Named],
    shown: Sha256,
) -> Understood<ListedApp> {
    let id = app_id(&mut item)?;
    let named = named_deployment(&mut item)?;
    let mut attributes = required(&mut item, "attributes")?;
    let tags = attributes.texts("tags")?;
    let deployment = named.and_then(|id| {
        let found = deployments.iter().find(|named| named.id == id);
        found.map(|named| named.deployment)
    });
    let runs = deployment.and_then(|it| it.version_id);
    let shown = runs.map_or(shown.clone(), |id| shown.chain_update(id.0));
    Ok(ListedApp {
        id,
        name: attributes.text("name")?.unwrap_or_default(),
        marks: tags
            .iter()
            .flatten()
            .filter_map(|tag| Mark::parse(tag))
            .collect(),
        tags,
        saved: saved(&mut meta)?,
        deployment,
        shown: shown.finalize().into(),
    })
}

/// A page of an app's versions.
pub(in crate::api) fn versions(answer: Value) -> Understood<(Vec<VersionInfo>, Counts)> {
    let mut top = Fields::new(answer, String::new())?;
    let counts = counts(&mut top)?;
    let Some(items) = top.objects("data")? else {
        return Err(top.wrong("data", "a list"));
    };
    let mut versions = Vec::with_capacity(items.len());
    for mut item in items {
        let Some(id) = item.uuid("id")? else {
            return Err(item.wrong("id", "a uuid"));
        };
        let mut attributes = required(&mut item, "attributes")?;
        let Some(version) = attributes.count("version")? else {
            return Err(attributes.wrong("version", "a count"));
        };
        versions.push(VersionInfo {
            id: VersionId(id),
            version: Version(version),
            name: attributes.text("name")?.filter(|name| !name.is_empty()),
            saved: saved(&mut attributes)?,
            ever_published: attributes.flag("has_ever_been_published")?.unwrap_or(false),
        });
    }
    Ok((versions, counts))
}

fn counts(top: &mut Fields) -> Understood<Counts> {
    let mut meta = top.object("meta")?.unwrap_or_default();
    let mut page = meta.object("page")?.unwrap_or_default();
    Ok(Counts {
        all: page.count("totalCount")?,
        filtered: page.count("totalFilteredCount")?,
    })
}
