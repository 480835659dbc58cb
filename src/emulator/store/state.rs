//! Reads the state from a JSON document: a saved one, or one written by hand for a test scenario.
//!
//! ```json
//! { "apps": [
//!     { "id": "5e3c…", "name": "short", "rootInstanceName": "grid0", "components": [], "queries": [],
//!       "tags": ["a"], "published": true },
//!     { "id": "71c0…", "version": 3, "deployed_version": 2, "definition": { "name": "behind", … } },
//!     { "id": "a0b1…", "versions": [ { "version": 1, "attributes": { … } } ] } ],
//!   "counters": { "ids": 0, "ticks": 0 } }
//! ```
//!
//! The definition stands directly in the app, or in `definition`, or in each of `versions`; only one of the three.
//! `version` alone makes as many equal versions. What is left out has a default that follows from the rest, so that the
//! same document is always the same state. What `save` writes is complete and in the `versions` form.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Store;
use super::app::{App, Deployment, PublishRequest, User, Version, Written};
use super::content::is_server_owned;
use super::reader::{Reader, StateError};
use crate::emulator::clock::{EPOCH, Instant, Source};
use crate::emulator::operation::is_level;
use crate::emulator::switch::Switches;

type Members = Map<String, Value>;

/// The most versions that the short form makes.
const MOST_VERSIONS: u64 = 1_000;

impl Store {
    /// The store that a state document describes.
    pub fn from_json(
        state: &Value,
        switches: Switches,
        source: Source,
    ) -> Result<Self, StateError> {
        let mut top = Reader::new(state, String::new())?;
        let mut store = Self::new(switches, source);
        if let Some(counters) = top.take("counters") {
            let mut counters = Reader::new(&counters, "/counters".to_owned())?;
            let (ids, ticks) = (counters.number("ids")?, counters.number("ticks")?);
            counters.finish()?;
            if matches!(store.source, Source::Counted { .. }) {
                store.source = Source::Counted {
                    ids: ids.unwrap_or_default(),
                    ticks: ticks.unwrap_or_default(),
                };
            }
        }
        let apps = top.list("apps")?;
        top.finish()?;
        for (index, app) in apps.iter().enumerate() {
            let pointer = format!("/apps/{index}");
            let app = read_app(Reader::new(app, pointer.clone())?)?;
            if store.apps.contains_key(&app.id) {
                return Err(StateError::new(
                    pointer,
                    format!("id {} occurs twice", app.id),
                ));
            }
            store.apps.insert(app.id, Arc::new(app));
        }
        Ok(store)
    }
}

fn read_app(mut reader: Reader) -> Result<App, StateError> {
    let id = reader
        .uuid("id")?
        .ok_or_else(|| reader.error("id", "missing"))?;
    let created_at = reader.instant("created_at")?.unwrap_or(EPOCH);
    let updated_at = reader.instant("updated_at")?;
    let author = read_author(&mut reader)?;
    let tags = reader.list("tags")?;
    let tags = tags
        .iter()
        .map(|tag| tag.as_str().map(str::to_owned))
        .collect::<Option<_>>();
    let tags = tags.ok_or_else(|| reader.error("tags", "not a list of strings"))?;
    let protection = reader.text("protectionLevel")?;
    if protection.as_deref().is_some_and(|level| !is_level(level)) {
        return Err(reader.error("protectionLevel", "no such level"));
    }
    let self_service = reader.boolean("selfService")?.unwrap_or_default();
    let favorite = reader.boolean("favorite")?.unwrap_or_default();
    let requests = reader.list("publish_requests")?;
    let publish_requests = requests.iter().enumerate().map(|(index, request)| {
        read_request(Reader::new(
            request,
            reader.place(&format!("publish_requests/{index}")),
        )?)
    });
    let publish_requests = publish_requests.collect::<Result<_, _>>()?;
    let said = Published::read(&mut reader)?;
    let mut older = read_versions(&mut reader, id, created_at)?;
    let newest = older
        .pop()
        .ok_or_else(|| reader.error("versions", "empty"))?;
    let mut app = App {
        id,
        author,
        created_at,
        updated_at: updated_at.unwrap_or(newest.created_at),
        tags,
        self_service,
        favorite,
        protection,
        deployment: None,
        publish_requests,
        older,
        newest,
        written: Written::default(),
    };
    app.deployment = said.deployment(&mut app, &reader)?;
    Ok(app)
}

/// The author as a name, or in full.
fn read_author(reader: &mut Reader) -> Result<User, StateError> {
    match reader.take("author") {
        None | Some(Value::Null) => Ok(User::caller()),
        Some(Value::String(name)) => Ok(User::named(&name)),
        Some(author) => {
            let mut author = Reader::new(&author, reader.place("author"))?;
            let mut user = User::named(&author.text("name")?.unwrap_or_default());
            user.id = author.number("id")?.unwrap_or(user.id);
            user.uuid = author.uuid("uuid")?.unwrap_or(user.uuid);
            author.finish()?;
            Ok(user)
        }
    }
}

fn read_request(mut reader: Reader) -> Result<PublishRequest, StateError> {
    let request = PublishRequest {
        id: reader
            .uuid("id")?
            .ok_or_else(|| reader.error("id", "missing"))?,
        title: reader.text("title")?.unwrap_or_default(),
        description: reader.text("description")?.unwrap_or_default(),
        created_at: reader.instant("created_at")?.unwrap_or(EPOCH),
    };
    reader.finish()?;
    Ok(request)
}

/// The versions in whichever of the three forms, oldest first. Takes everything that is left of the app.
fn read_versions(
    reader: &mut Reader,
    app: Uuid,
    created_at: Instant,
) -> Result<Vec<Version>, StateError> {
    let full = reader.take("versions");
    let definition = reader.take("definition");
    let number = reader.number("version")?;
    let direct = reader.rest();
    let forms = usize::from(full.is_some())
        + usize::from(definition.is_some())
        + usize::from(!direct.is_empty());
    if forms != 1 {
        let problem = "needs its definition directly, in `definition` or in `versions`, and in one of them only";
        return Err(StateError::new(reader.here(), problem));
    }
    if let Some(full) = full {
        let place = reader.place("versions");
        let items = full
            .as_array()
            .ok_or_else(|| StateError::new(place.clone(), "not a list"))?;
        let read = |(index, item)| {
            read_version(
                Reader::new(item, format!("{place}/{index}"))?,
                app,
                created_at,
            )
        };
        let versions: Vec<Version> = items
            .iter()
            .enumerate()
            .map(read)
            .collect::<Result<_, _>>()?;
        let ascending = versions.is_sorted_by(|a, b| a.number < b.number);
        return if ascending {
            Ok(versions)
        } else {
            Err(StateError::new(place, "not in ascending order"))
        };
    }
    let content = match definition {
        Some(Value::Object(definition)) => definition,
        Some(_) => return Err(reader.error("definition", "not an object")),
        None => direct,
    };
    let number = number.unwrap_or(1);
    if !(1..=MOST_VERSIONS).contains(&number) {
        return Err(reader.error("version", format!("not between 1 and {MOST_VERSIONS}")));
    }
    let content = Arc::new(complete(content, reader.here())?);
    let version = |number| Version {
        id: version_id(app, number),
        number,
        created_at,
        author: None,
        name: None,
        published: false,
        content: Arc::clone(&content),
    };
    Ok((1..=number).map(version).collect())
}

fn read_version(mut reader: Reader, app: Uuid, created_at: Instant) -> Result<Version, StateError> {
    let number = reader.number("version")?.filter(|number| *number > 0);
    let number = number.ok_or_else(|| reader.error("version", "not a positive number"))?;
    let content = match reader.take("attributes") {
        Some(Value::Object(attributes)) => complete(attributes, &reader.place("attributes"))?,
        _ => return Err(reader.error("attributes", "not an object")),
    };
    let version = Version {
        id: reader
            .uuid("id")?
            .unwrap_or_else(|| version_id(app, number)),
        number,
        created_at: reader.instant("created_at")?.unwrap_or(created_at),
        author: reader.text("author")?.as_deref().map(User::named),
        name: reader.text("name")?,
        published: reader.boolean("published")?.unwrap_or_default(),
        content: Arc::new(content),
    };
    reader.finish()?;
    Ok(version)
}

/// The content with everything that every app has.
fn complete(mut content: Members, pointer: &str) -> Result<Members, StateError> {
    if !content.get("name").is_some_and(Value::is_string) {
        return Err(StateError::new(format!("{pointer}/name"), "not a text"));
    }
    // A stray setting here would shadow the app's own in every answer.
    if let Some(key) = content.keys().find(|key| is_server_owned(key)) {
        return Err(StateError::new(
            format!("{pointer}/{key}"),
            "no part of a definition",
        ));
    }
    for (key, value) in [
        ("description", json!("")),
        ("components", json!([])),
        ("queries", json!([])),
        ("rootInstanceName", json!("grid0")),
    ] {
        content.entry(key).or_insert(value);
    }
    Ok(content)
}

/// The id of a version whose document gives none.
fn version_id(app: Uuid, number: u64) -> Uuid {
    Uuid::new_v5(&app, format!("version {number}").as_bytes())
}

/// What a document says about publication, in one of three forms.
enum Published {
    /// Nothing: never deployed.
    Never,
    /// `"published": true`: the newest version is live.
    Newest,
    /// `"deployed_version"`: a version by number is live, or none is any more.
    Number(Option<u64>),
    /// `"deployment"`, as saved.
    Full(Deployment),
}

impl Published {
    fn read(reader: &mut Reader) -> Result<Self, StateError> {
        let short = reader.boolean("published")?;
        let number = reader.has("deployed_version");
        let deployed = reader.number("deployed_version")?;
        let full = reader
            .take("deployment")
            .filter(|deployment| !deployment.is_null());
        if usize::from(short.is_some()) + usize::from(number) + usize::from(full.is_some()) > 1 {
            return Err(reader.error(
                "published",
                "given along with `deployed_version` or `deployment`",
            ));
        }
        if let Some(full) = full {
            let mut full = Reader::new(&full, reader.place("deployment"))?;
            let deployment = Deployment {
                id: full
                    .uuid("id")?
                    .ok_or_else(|| full.error("id", "missing"))?,
                version: full.uuid("version_id")?.unwrap_or(Uuid::nil()),
                created_at: full.instant("created_at")?.unwrap_or(EPOCH),
            };
            full.finish()?;
            return Ok(Self::Full(deployment));
        }
        Ok(match (short, number) {
            (Some(true), _) => Self::Newest,
            (_, true) => Self::Number(deployed),
            _ => Self::Never,
        })
    }

    fn deployment(self, app: &mut App, reader: &Reader) -> Result<Option<Deployment>, StateError> {
        let live = match self {
            Self::Never => return Ok(None),
            Self::Full(deployment) => {
                let known = deployment.version.is_nil()
                    || app.versions().any(|known| known.id == deployment.version);
                return if known {
                    Ok(Some(deployment))
                } else {
                    Err(reader.error("deployment/version_id", "no such version"))
                };
            }
            Self::Newest => Some(app.newest.number),
            Self::Number(number) => number,
        };
        let mut version = Uuid::nil();
        if let Some(number) = live {
            let found = app.versions_mut().find(|known| known.number == number);
            let found = found.ok_or_else(|| reader.error("deployed_version", "no such version"))?;
            found.published = true;
            version = found.id;
        }
        Ok(Some(Deployment {
            id: Uuid::new_v5(&app.id, b"deployment"),
            version,
            created_at: app.updated_at,
        }))
    }
}
