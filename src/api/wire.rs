//! Answers become nouns of the model.
//!
//! Both shapes of `API.md` section 13 are read: the one that the server sends (`meta` and `relationships` inside `data`)
//! and the one that its specification shows (`meta` and `relationship` at the top). What is not known is kept; what is
//! missing and not essential is unknown, never a default.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Malformed;
use super::fields::Fields;
use crate::model::{
    App, AppId, Body, Definition, LiveApp, Mark, ProtectionLevel, Publication, Saved, Version,
    VersionId,
};

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

/// What publishing, unpublishing and requesting a publication make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// The version that users run; `None` after an unpublication.
    pub version_id: Option<VersionId>,
}

/// One version of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionInfo {
    /// The server's id.
    pub id: VersionId,
    /// Its number.
    pub version: Version,
    /// The name that somebody gave it.
    pub name: Option<String>,
    /// Who saved it, and when.
    pub saved: Saved,
    /// Whether users ever ran it.
    pub ever_published: bool,
}

/// How many items there are, with and without the filter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) all: Option<u64>,
    pub(super) filtered: Option<u64>,
}

/// Attributes of an app that the server owns, or that are per user: no part of a definition.
const NOT_DECLARED: [&str; 7] = [
    "id",
    "connections",
    "deployment",
    "favorite",
    "runAsUserUuid",
    "meta",
    // The name of `queries` until 2025-01; taken before if it is the only one.
    "embeddedQueries",
];

type Understood<T> = Result<T, Malformed>;

/// The whole app of a GET or PATCH answer; `None` if it says that it was deleted.
pub(super) fn app(answer: Value, asked: AppId) -> Understood<Option<LiveApp>> {
    let mut top = Fields::new(answer, String::new())?;
    let mut data = required(&mut top, "data")?;
    let id = app_id(&mut data)?;
    if id != asked {
        return Err(data.wrong("id", "the id that was asked for"));
    }
    let mut meta = either(&mut data, &mut top, "meta")?;
    if is_deleted(&mut meta)? {
        return Ok(None);
    }
    let version_id = meta.uuid("version_id")?.map(VersionId);
    let Some(version) = meta.count("version")? else {
        return Err(meta.wrong("version", "a count"));
    };
    let publication = match deployment(&mut data, &mut top)? {
        Shown::None => Publication::Unpublished,
        Shown::Named => return Err(top.wrong("included", "the deployment that the app names")),
        Shown::Whole(deployment) => {
            let is_behind = meta.flag("updated_since_deployment")?.unwrap_or(false);
            publication(deployment, version_id, is_behind)
        }
    };
    let (mut app, marks) = declared(required(&mut data, "attributes")?)?;
    app.publish = Some(publication != Publication::Unpublished);
    Ok(Some(LiveApp {
        id,
        marks,
        app,
        version: Version(version),
        version_id,
        publication,
        saved: saved(&mut meta)?,
    }))
}

/// `API.md` section 6. The ids decide; the flag only where the server does not show the newest version's id.
fn publication(deployment: Deployment, newest: Option<VersionId>, is_behind: bool) -> Publication {
    let is_current = match (deployment.version_id, newest) {
        (None, _) => return Publication::Unpublished,
        (Some(deployed), Some(newest)) => deployed == newest,
        (Some(_), None) => !is_behind,
    };
    match is_current {
        true => Publication::Current(deployment.version_id),
        false => Publication::Behind(deployment.version_id),
    }
}

/// What a person could have declared, and the marks among the tags.
fn declared(mut attributes: Fields) -> Understood<(App, BTreeSet<Mark>)> {
    let Some(name) = attributes.text("name")? else {
        return Err(attributes.wrong("name", "a string"));
    };
    let queries = match attributes.list("queries")? {
        Some(queries) => Some(queries),
        None => attributes.list("embeddedQueries")?,
    };
    let (tags, marks) = split(attributes.texts("tags")?);
    let level = attributes.text("protectionLevel")?;
    let protection_level = level.and_then(|word| {
        // A level that we do not know is as good as one that is not shown.
        let known: Option<ProtectionLevel> = word.parse().ok();
        if known.is_none() {
            tracing::warn!(level = word, app = name, "unknown protection level");
        }
        known
    });
    let app = App {
        description: attributes.text("description")?,
        tags,
        protection_level,
        self_service: attributes.flag("selfService")?,
        publish: None,
        definition: Definition::new(Body {
            root_instance_name: attributes.text("rootInstanceName")?.unwrap_or_default(),
            components: attributes.list("components")?.unwrap_or_default(),
            queries: queries.unwrap_or_default(),
            extra: extra(attributes.rest()),
        }),
        name,
    };
    Ok((app, marks))
}

fn extra(mut rest: Map<String, Value>) -> Map<String, Value> {
    rest.retain(|name, _| !NOT_DECLARED.contains(&name.as_str()));
    rest
}

/// Tags without marks, and the marks.
fn split(tags: Option<Vec<String>>) -> (Option<BTreeSet<String>>, BTreeSet<Mark>) {
    let mut marks = BTreeSet::new();
    let tags = tags.map(|tags| {
        let plain = tags.into_iter().filter(|tag| match Mark::parse(tag) {
            Some(mark) => {
                marks.insert(mark);
                false
            }
            None => true,
        });
        plain.collect()
    });
    (tags, marks)
}

/// A page of the listing.
pub(super) fn list(answer: Value) -> Understood<(Vec<ListedApp>, Counts)> {
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
pub(super) fn versions(answer: Value) -> Understood<(Vec<VersionInfo>, Counts)> {
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

/// The id in the answer to a creation.
pub(super) fn created(answer: Value) -> Understood<AppId> {
    let mut top = Fields::new(answer, String::new())?;
    app_id(&mut required(&mut top, "data")?)
}

/// The ids in the answer to the deletion of several apps.
pub(super) fn deleted(answer: Value) -> Understood<BTreeSet<AppId>> {
    let mut top = Fields::new(answer, String::new())?;
    let items = top.objects("data")?.unwrap_or_default();
    items
        .into_iter()
        .map(|mut item| app_id(&mut item))
        .collect()
}

/// The answer to a publication, an unpublication or a request for one.
pub(super) fn deployed(answer: Value) -> Understood<Deployment> {
    let mut top = Fields::new(answer, String::new())?;
    attributes_of_deployment(&mut required(&mut top, "data")?)
}

/// How much of an app's newest deployment an answer shows.
enum Shown {
    None,
    /// Its id only: nobody can tell whether users run anything.
    Named,
    Whole(Deployment),
}

struct Named {
    id: String,
    deployment: Deployment,
}

fn deployment(data: &mut Fields, top: &mut Fields) -> Understood<Shown> {
    let named = match named_deployment(data)? {
        Some(id) => Some(id),
        None => named_deployment(top)?,
    };
    let included = included(top)?;
    let Some(id) = named else {
        // An answer is about one app, so that a deployment beside it is its own.
        let only = included.first().map(|named| named.deployment);
        return Ok(only.map_or(Shown::None, Shown::Whole));
    };
    let found = included.iter().find(|named| named.id == id);
    Ok(found.map_or(Shown::Named, |named| Shown::Whole(named.deployment)))
}

/// The id of the deployment that an app names as its newest.
fn named_deployment(holder: &mut Fields) -> Understood<Option<String>> {
    let relationships = match holder.object("relationships")? {
        Some(relationships) => Some(relationships),
        None => holder.object("relationship")?,
    };
    let Some(mut deployment) = relationships.unwrap_or_default().object("deployment")? else {
        return Ok(None);
    };
    deployment.object("data")?.unwrap_or_default().text("id")
}

/// The deployments beside the data.
fn included(top: &mut Fields) -> Understood<Vec<Named>> {
    let mut deployments = Vec::new();
    for mut item in top.objects("included")?.unwrap_or_default() {
        if item.text("type")?.as_deref() != Some("deployment") {
            continue;
        }
        deployments.push(Named {
            id: item.text("id")?.unwrap_or_default(),
            deployment: attributes_of_deployment(&mut item)?,
        });
    }
    Ok(deployments)
}

fn attributes_of_deployment(item: &mut Fields) -> Understood<Deployment> {
    let mut attributes = item.object("attributes")?.unwrap_or_default();
    Ok(Deployment {
        version_id: attributes.uuid("app_version_id")?.map(VersionId),
    })
}

fn counts(top: &mut Fields) -> Understood<Counts> {
    let mut meta = top.object("meta")?.unwrap_or_default();
    let mut page = meta.object("page")?.unwrap_or_default();
    Ok(Counts {
        all: page.count("totalCount")?,
        filtered: page.count("totalFilteredCount")?,
    })
}

fn saved(meta: &mut Fields) -> Understood<Saved> {
    let name = meta.text("user_name")?.filter(|name| !name.is_empty());
    let by = match name {
        Some(name) => name,
        None => meta.text("user_uuid")?.unwrap_or_default(),
    };
    let at = meta.text("updated_at")?.unwrap_or_default();
    Ok(Saved { by, at })
}

/// The year 1 stands for "never".
fn is_deleted(meta: &mut Fields) -> Understood<bool> {
    let at = meta.text("deleted_at")?.unwrap_or_default();
    Ok(!at.is_empty() && !at.starts_with("0001-"))
}

fn app_id(item: &mut Fields) -> Understood<AppId> {
    match item.uuid("id")? {
        Some(id) => Ok(AppId(id)),
        None => Err(item.wrong("id", "a uuid")),
    }
}

fn required(holder: &mut Fields, name: &str) -> Understood<Fields> {
    match holder.object(name)? {
        Some(object) => Ok(object),
        None => Err(holder.wrong(name, "an object")),
    }
}

fn either(data: &mut Fields, top: &mut Fields, name: &str) -> Understood<Fields> {
    match data.object(name)? {
        Some(object) => Ok(object),
        None => required(top, name),
    }
}
