//! The server's state and what each operation does to it.
//!
//! A state machine without IO: one function an operation, an [`Answer`] or a [`Problem`] out. HTTP, faults and files
//! are outside. `state` reads and `save` writes its readable JSON form, `shape` is the JSON of its answers.

mod app;
mod content;
mod listing;
mod meanwhile;
mod publication;
mod reader;
mod save;
mod shape;
mod state;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::{Answer, Problem};
use super::clock::Source;
use super::operation::{AppOperation, Listing, Operation, Page, VersionRef, tags};
use super::switch::{
    DeleteManyPartial, DeployedWhenUnpublished, SelfServiceInBody, SettingsChange, Switches,
    TagsInCreate, TagsInUpdate,
};
use app::{App, User, Version, Written};

pub use meanwhile::Deed;
pub use reader::StateError;

/// All apps. Cloning it is cheap, so that a write that cannot be kept can be taken back.
#[derive(Clone, Debug)]
pub struct Store {
    switches: Switches,
    source: Source,
    /// Ids of errors are drawn apart, so that a refused call does not change what the next one creates.
    errors: Source,
    apps: BTreeMap<Uuid, Arc<App>>,
}

impl Store {
    /// A server without apps.
    pub fn new(switches: Switches, source: Source) -> Self {
        Self {
            switches,
            errors: source.clone(),
            source,
            apps: BTreeMap::new(),
        }
    }

    /// Does what is asked and says what came of it.
    pub fn apply(&mut self, operation: Operation) -> Answer {
        let done = match operation {
            Operation::List(listing) => Ok(self.list(&listing)),
            Operation::Create(attributes) => self.create(attributes),
            Operation::DeleteMany(ids) => self.delete_many(&ids),
            Operation::App(id, operation) => self.apply_to(id, operation),
            Operation::ListTags => Ok(self.list_tags()),
            Operation::ListBlueprints => Ok(Answer::json(200, &json!({ "data": [] }))),
            Operation::GetBlueprint(id) => Err(Problem::new(404, "blueprint not found")
                .detail(format!("blueprint with id {id} not found"))),
        };
        done.unwrap_or_else(|problem| self.refuse(&problem))
    }

    /// The answer to a call with a problem.
    pub fn refuse(&mut self, problem: &Problem) -> Answer {
        problem.answer(self.switches.error_form, self.errors.id())
    }

    fn apply_to(&mut self, id: Uuid, operation: AppOperation) -> Result<Answer, Problem> {
        match operation {
            AppOperation::Get(version) => self.show(id, version),
            AppOperation::Update(attributes) => self.update(id, attributes),
            AppOperation::Delete => self.delete(id),
            AppOperation::Publish => self.publish(id),
            AppOperation::Unpublish => self.unpublish(id),
            AppOperation::SelfService(on) => self.set(id, |app| app.self_service = on),
            AppOperation::Protect(level) => self.protect(id, level),
            AppOperation::SetTags(tags) => self.set(id, |app| app.tags = tags),
            AppOperation::Favorite(on) => self.favorite(id, on),
            AppOperation::RequestPublish(title, description) => {
                self.request_publish(id, title, description)
            }
            AppOperation::Revert(version) => self.revert(id, version),
            AppOperation::NameVersion(version, name) => self.name_version(id, version, name),
            AppOperation::Versions(page) => self.versions(id, page),
        }
    }

    fn list(&self, listing: &Listing) -> Answer {
        let selected =
            listing::select(self.apps.values().map(Arc::as_ref), listing, &self.switches);
        let page = listing::paged(&selected, listing.page, &self.switches);
        let data: Vec<Value> = page
            .iter()
            .map(|app| shape::listed(app, &self.switches))
            .collect();
        let deployments = page.iter().filter_map(|app| {
            let deployment = shape::listed_deployment(app, &self.switches)?;
            Some(shape::included(app, deployment))
        });
        let included: Vec<Value> = deployments.collect();
        let counts = json!({ "totalCount": self.apps.len(), "totalFilteredCount": selected.len() });
        let mut body = json!({ "data": data, "meta": { "page": counts } });
        if !included.is_empty() {
            body["included"] = Value::Array(included);
        }
        Answer::json(200, &body)
    }

    fn create(&mut self, attributes: Map<String, Value>) -> Result<Answer, Problem> {
        let given = self.honoured(
            &attributes,
            self.switches.tags_in_create == TagsInCreate::Honoured,
        )?;
        let content = content::created(attributes, &self.switches)?;
        let (id, version) = (self.fresh_id(), self.fresh_id());
        let now = self.source.now();
        let app = App {
            id,
            author: User::caller(),
            created_at: now,
            updated_at: now,
            tags: given.tags.unwrap_or_default(),
            self_service: given.self_service.unwrap_or_default(),
            favorite: false,
            protection: None,
            deployment: None,
            publish_requests: Vec::new(),
            older: Vec::new(),
            newest: Version {
                id: version,
                number: 1,
                created_at: now,
                author: None,
                name: None,
                published: false,
                content: Arc::new(content),
            },
            written: Written::default(),
        };
        self.apps.insert(id, Arc::new(app));
        Ok(Answer::json(201, &json!({ "data": shape::reference(id) })))
    }

    fn show(&self, id: Uuid, wanted: VersionRef) -> Result<Answer, Problem> {
        let app = self.app(id)?;
        if wanted == VersionRef::Latest {
            let shown = app
                .written
                .shown
                .get_or_init(|| self.write_out(app, &app.newest));
            return Ok(Answer::bytes(200, shown.clone()));
        }
        let unpublished = wanted == VersionRef::Deployed && app.live().is_none();
        let status = match self.switches.deployed_when_unpublished {
            DeployedWhenUnpublished::NotFound if unpublished => 404,
            DeployedWhenUnpublished::NotFound | DeployedWhenUnpublished::Gone => 410,
        };
        let version = app
            .version(wanted)
            .ok_or_else(|| Problem::new(status, "app version not found"))?;
        Ok(Answer::bytes(200, self.write_out(app, version)))
    }

    fn write_out(&self, app: &App, version: &Version) -> Bytes {
        Bytes::from(shape::document(app, version, &self.switches).to_string())
    }

    fn update(&mut self, id: Uuid, attributes: Map<String, Value>) -> Result<Answer, Problem> {
        let given = self.honoured(
            &attributes,
            self.switches.tags_in_update == TagsInUpdate::Honoured,
        )?;
        let old = Map::clone(&self.app(id)?.newest.content);
        let content = content::updated(old, attributes, &self.switches)?;
        self.push(id, Arc::new(content))?;
        let app = self.change(id)?;
        app.tags = given.tags.unwrap_or_else(|| std::mem::take(&mut app.tags));
        app.self_service = given.self_service.unwrap_or(app.self_service);
        self.show(id, VersionRef::Latest)
    }

    fn delete(&mut self, id: Uuid) -> Result<Answer, Problem> {
        self.apps
            .remove(&id)
            .ok_or_else(|| Problem::app_not_found(id))?;
        Ok(Answer::json(200, &json!({ "data": shape::reference(id) })))
    }

    fn delete_many(&mut self, ids: &[Uuid]) -> Result<Answer, Problem> {
        let known: Vec<Uuid> = ids
            .iter()
            .copied()
            .filter(|id| self.apps.contains_key(id))
            .collect();
        let complete = known.len() == ids.len();
        let partial = self.switches.delete_many_partial;
        if complete || partial != DeleteManyPartial::Nothing {
            self.apps.retain(|id, _| !known.contains(id));
        }
        // A list of unknown ids only is refused under every setting, as recorded.
        if complete || (partial == DeleteManyPartial::Known && !known.is_empty()) {
            let data: Vec<Value> = known.into_iter().map(shape::reference).collect();
            return Ok(Answer::json(200, &json!({ "data": data })));
        }
        Err(Problem::new(404, "one or more apps not found"))
    }

    /// Changes a setting that is not part of any version.
    fn set(&mut self, id: Uuid, change: impl FnOnce(&mut App)) -> Result<Answer, Problem> {
        change(self.change(id)?);
        match self.switches.settings_change {
            SettingsChange::Nothing => {}
            SettingsChange::UpdatedAt => {
                let now = self.source.now();
                self.change(id)?.updated_at = now;
            }
            SettingsChange::Version => {
                let content = Arc::clone(&self.app(id)?.newest.content);
                self.push(id, content)?;
            }
        }
        Ok(Answer::no_content())
    }

    fn favorite(&mut self, id: Uuid, on: bool) -> Result<Answer, Problem> {
        self.change(id)?.favorite = on;
        Ok(Answer::no_content())
    }

    fn revert(&mut self, id: Uuid, wanted: VersionRef) -> Result<Answer, Problem> {
        let version = self.app(id)?.version(wanted).ok_or_else(no_such_version)?;
        let content = Arc::clone(&version.content);
        self.push(id, content)?;
        self.show(id, VersionRef::Latest)
    }

    fn name_version(
        &mut self,
        id: Uuid,
        wanted: VersionRef,
        name: String,
    ) -> Result<Answer, Problem> {
        let version = self
            .app(id)?
            .version(wanted)
            .ok_or_else(no_such_version)?
            .id;
        if let Some(version) = self
            .change(id)?
            .versions_mut()
            .find(|known| known.id == version)
        {
            version.name = Some(name);
        }
        Ok(Answer::no_content())
    }

    fn versions(&self, id: Uuid, page: Page) -> Result<Answer, Problem> {
        let app = self.app(id)?;
        let newest_first: Vec<&Version> = app.versions().rev().collect();
        let page = listing::paged(&newest_first, page, &self.switches);
        let data: Vec<Value> = page
            .iter()
            .map(|version| shape::version(app, version))
            .collect();
        // The filtered count is 0 in the recordings although the list is not empty.
        let counts = json!({ "totalCount": newest_first.len(), "totalFilteredCount": 0 });
        Ok(Answer::json(
            200,
            &json!({ "data": data, "meta": { "page": counts } }),
        ))
    }

    fn list_tags(&self) -> Answer {
        let mut tags: Vec<&String> = self.apps.values().flat_map(|app| &app.tags).collect();
        tags.sort();
        tags.dedup();
        let data: Vec<Value> = tags
            .into_iter()
            .map(|tag| json!({ "id": tag, "type": "tag" }))
            .collect();
        Answer::json(200, &json!({ "data": data }))
    }

    /// What a body says about settings that usually have operations of their own.
    fn honoured(
        &self,
        attributes: &Map<String, Value>,
        with_tags: bool,
    ) -> Result<Honoured, Problem> {
        let with_self_service = self.switches.self_service_in_body == SelfServiceInBody::Honoured;
        let self_service = attributes.get("selfService").filter(|_| with_self_service);
        let invalid = || Problem::at("/data/attributes/selfService", "invalid field");
        Ok(Honoured {
            tags: attributes
                .get("tags")
                .filter(|_| with_tags)
                .map(tags)
                .transpose()?,
            self_service: self_service
                .map(|value| value.as_bool().ok_or_else(invalid))
                .transpose()?,
        })
    }

    fn push(&mut self, id: Uuid, content: Arc<Map<String, Value>>) -> Result<(), Problem> {
        let (version, now) = (self.fresh_id(), self.source.now());
        self.change(id)?.push(version, now, content);
        Ok(())
    }

    fn app(&self, id: Uuid) -> Result<&App, Problem> {
        self.apps
            .get(&id)
            .map(Arc::as_ref)
            .ok_or_else(|| Problem::app_not_found(id))
    }

    /// An app to be changed; what was written out about it no longer holds.
    fn change(&mut self, id: Uuid) -> Result<&mut App, Problem> {
        let app = self
            .apps
            .get_mut(&id)
            .ok_or_else(|| Problem::app_not_found(id))?;
        let app = Arc::make_mut(app);
        app.written = Written::default();
        Ok(app)
    }

    /// An id that no app has, even one from a state file written by hand.
    fn fresh_id(&mut self) -> Uuid {
        loop {
            let id = self.source.id();
            if !self.apps.contains_key(&id) {
                return id;
            }
        }
    }
}

/// Settings that a create or update body changes along the way.
struct Honoured {
    tags: Option<Vec<String>>,
    self_service: Option<bool>,
}

fn no_such_version() -> Problem {
    Problem::new(404, "app version not found")
}

#[cfg(test)]
mod tests;
