//! The half of the API that changes things. It decides nothing: bodies come from the plan and are sent as they are.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::call::{Call, Named, Resource};
use super::{At, Client, Deployment, Error, Malformed, Operation, wire};
use crate::model::{AppId, LiveApp, ProtectionLevel};

/// Writes apps. Comes from [`super::Client::writer`].
#[derive(Clone)]
pub struct Writer {
    client: Client,
}

/// What became of an app that was to be deleted; either way it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// By this call.
    Deleted,
    /// Before.
    AlreadyGone,
}

impl Writer {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The half that reads, on the same connections: what is written must be read right before.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Makes an app from its attributes. Tags among them are ignored by the server: set them afterwards.
    pub async fn create(&self, attributes: &Value) -> Result<AppId, Error> {
        let call = Call::on_all(Operation::Create);
        let call = call.body(Resource::new("appDefinitions", attributes));
        call.ask(&self.client.transport, wire::created).await
    }

    /// Replaces the attributes that are given, and makes a new version even if nothing differs.
    pub async fn update(&self, id: AppId, attributes: &Value) -> Result<LiveApp, Error> {
        let call = Call::on(Operation::Update, id, "");
        let call = call.body(Resource::new("appDefinitions", attributes));
        self.whole(call, id).await
    }

    /// Deletes an app, published or not.
    pub async fn delete(&self, id: AppId) -> Result<Deletion, Error> {
        match Call::on(Operation::Delete, id, "")
            .send(&self.client.transport)
            .await
        {
            Ok(_) => Ok(Deletion::Deleted),
            Err(error) if matches!(error.status(), Some(404 | 410)) => Ok(Deletion::AlreadyGone),
            Err(error) => Err(error),
        }
    }

    /// Deletes several apps, and returns which the server says it deleted. A 404 means that one of them is unknown; what
    /// became of the others is not known then.
    pub async fn delete_many(&self, ids: &[AppId]) -> Result<BTreeSet<AppId>, Error> {
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let named: Vec<Named> = ids.iter().copied().map(Named::app).collect();
        let call = Call::on_all(Operation::DeleteMany).body(named);
        call.ask(&self.client.transport, wire::deleted).await
    }

    /// Lets users run the newest version. That it is live already is an error on the server.
    pub async fn publish(&self, id: AppId) -> Result<Deployment, Error> {
        let call = Call::on(Operation::Publish, id, "/deployment");
        call.ask(&self.client.transport, wire::deployed).await
    }

    /// Lets users run nothing. That they do not already is an error on the server.
    pub async fn unpublish(&self, id: AppId) -> Result<Deployment, Error> {
        let call = Call::on(Operation::Unpublish, id, "/deployment");
        call.ask(&self.client.transport, wire::deployed).await
    }

    /// Asks for the approval of a publication, which then happens by itself.
    pub async fn request_publish(
        &self,
        id: AppId,
        title: &str,
        description: Option<&str>,
    ) -> Result<Deployment, Error> {
        let mut attributes = json!({ "title": title });
        if let Some(description) = description {
            attributes["description"] = description.into();
        }
        let call = Call::on(Operation::RequestPublish, id, "/publish-request")
            .body(Resource::new("publishRequest", &attributes));
        call.ask(&self.client.transport, wire::deployed).await
    }

    /// Replaces all tags. Makes no version.
    pub async fn set_tags(&self, id: AppId, tags: &BTreeSet<String>) -> Result<(), Error> {
        let attributes = json!({ "tags": tags });
        let call = Call::on(Operation::SetTags, id, "/tags");
        self.set(call.body(Resource::new("tags", &attributes)))
            .await
    }

    /// Offers the app for self-service, or no longer.
    pub async fn set_self_service(&self, id: AppId, offered: bool) -> Result<(), Error> {
        let attributes = json!({ "selfService": offered });
        let call = Call::on(Operation::SetSelfService, id, "/self-service");
        self.set(call.body(Resource::new("selfService", &attributes)))
            .await
    }

    /// Sets how publications go out; returns the level that the answer shows. Makes no version.
    pub async fn set_protection_level(
        &self,
        id: AppId,
        level: ProtectionLevel,
    ) -> Result<Option<ProtectionLevel>, Error> {
        let attributes = json!({ "protectionLevel": level.as_str() });
        let call = Call::on(Operation::SetProtectionLevel, id, "/protection-level")
            .body(Resource::new("protectionLevel", &attributes));
        let app = self.whole(call, id).await?;
        Ok(app.app.protection_level)
    }

    /// Gives a version a name.
    pub async fn name_version(&self, id: AppId, version: At, name: &str) -> Result<(), Error> {
        let attributes = json!({ "name": name });
        let call = Call::on(Operation::NameVersion, id, "/version-name");
        let call = call.query("version", version.to_string());
        self.set(call.body(Resource::new("versionNames", &attributes)))
            .await
    }

    /// Makes an old version the newest again. The server does not take [`At::Latest`].
    pub async fn revert(&self, id: AppId, version: At) -> Result<LiveApp, Error> {
        let call = Call::on(Operation::Revert, id, "/revert").query("version", version.to_string());
        self.whole(call, id).await
    }

    async fn set(&self, call: Call) -> Result<(), Error> {
        call.send(&self.client.transport).await.map(drop)
    }

    /// The app after a change; a change of a deleted app is no success.
    async fn whole(&self, call: Call, id: AppId) -> Result<LiveApp, Error> {
        let came = call.ask_app(&self.client.transport).await?;
        came.understand(|answer| {
            wire::app(answer, id)?.ok_or_else(|| Malformed::Unexpected {
                pointer: "/data/meta/deleted_at".to_owned(),
                expected: "the date of an app that exists",
            })
        })
    }
}
