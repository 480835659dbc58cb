//! The whole app, as a GET and most changes answer it.

use std::collections::BTreeSet;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::super::answer::{Answer, Lists};
use super::deployment::{Deployment, Shown, deployment};
use super::{Fields, Malformed, Understood, app_id, either, is_deleted, required, saved};
use crate::model::{
    Answered, App, AppId, Definition, LiveApp, Mark, ProtectionLevel, Publication, Version,
    VersionId,
};

/// Attributes of an app that the server owns, or that are per user: no part of a definition.
const NOT_DECLARED: [&str; 6] = [
    "id",
    "connections",
    "deployment",
    "favorite",
    "runAsUserUuid",
    "meta",
];

/// The whole app of a GET or PATCH answer; `None` if it says that it was deleted.
pub(in crate::api) fn app(answer: Answer<'_>, asked: AppId) -> Understood<Option<LiveApp>> {
    let Answer { value, lists } = answer;
    let mut top = Fields::new(value, String::new())?;
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
    let (mut app, marks) = declared(required(&mut data, "attributes")?, lists)?;
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
fn declared(mut attributes: Fields, lists: Lists<'_>) -> Understood<(App, BTreeSet<Mark>)> {
    let Some(name) = attributes.text("name")? else {
        return Err(attributes.wrong("name", "a string"));
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
        name,
        description: attributes.text("description")?,
        tags,
        protection_level,
        self_service: attributes.flag("selfService")?,
        publish: None,
        definition: definition(attributes, &lists)?,
    };
    Ok((app, marks))
}

fn definition<'a>(mut attributes: Fields, lists: &Lists<'a>) -> Understood<Definition> {
    let list = |name: &str, list: Option<&'a RawValue>| match list {
        Some(list) if !list.get().starts_with('[') => Err(attributes.wrong(name, "a list")),
        list => Ok(list),
    };
    let components = list("components", lists.components)?;
    let queries = match list("queries", lists.queries)? {
        Some(queries) => Some(queries),
        // Their name until 2025-01.
        None => list("embeddedQueries", lists.embedded_queries)?,
    };
    let answered = Answered {
        root_instance_name: attributes.text("rootInstanceName")?.unwrap_or_default(),
        components,
        queries,
        extra: extra(attributes.rest()),
    };
    Definition::read(&answered).map_err(|error| Malformed::NotJson {
        what: format!("no JSON that can be read ({error})"),
    })
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
