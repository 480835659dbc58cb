//! The pages of the two listings: apps, and the versions of an app.

use std::collections::BTreeSet;

use serde_json::Value;

use super::deployment::{Deployment, Named, included, named_deployment};
use super::{Fields, Understood, app_id, is_deleted, required, saved};
use crate::model::{AppId, Mark, Saved, Version, VersionId, VersionInfo};

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
        let mut meta = item.object("meta")?.unwrap_or_default();
        if !is_deleted(&mut meta)? {
            apps.push(listed(item, meta, &deployments)?);
        }
    }
    Ok((apps, counts))
}

fn listed(mut item: Fields, mut meta: Fields, deployments: &[Named]) -> Understood<ListedApp> {
    let id = app_id(&mut item)?;
    let named = named_deployment(&mut item)?;
    let mut attributes = required(&mut item, "attributes")?;
    let tags = attributes.texts("tags")?;
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
        deployment: named.and_then(|id| {
            let found = deployments.iter().find(|named| named.id == id);
            found.map(|named| named.deployment)
        }),
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
