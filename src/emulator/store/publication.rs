//! What is live: publishing, unpublishing, and the protection against publishing.

use serde_json::json;
use uuid::Uuid;

use super::app::{Deployment, PublishRequest, User};
use super::{Store, shape};
use crate::emulator::answer::{Answer, Problem};
use crate::emulator::switch::{
    PublishRequestVersion, PublishUnderApproval, Republish, Reunpublish,
};

impl Store {
    /// Makes the newest version live.
    pub(super) fn publish(&mut self, id: Uuid) -> Result<Answer, Problem> {
        let app = self.app(id)?;
        if app.protection.as_deref() == Some("approval_required") {
            let status = match self.switches.publish_under_approval {
                PublishUnderApproval::Forbidden => 403,
                PublishUnderApproval::BadRequest => 400,
                PublishUnderApproval::Conflict => 409,
            };
            return Err(Problem::new(
                status,
                "publishing this app requires approval",
            ));
        }
        let newest = app.newest.id;
        if app.live() == Some(newest) {
            let status = match self.switches.republish {
                Republish::BadRequest => 400,
                Republish::Conflict => 409,
            };
            return Err(Problem::new(
                status,
                "this version of the app has already been published",
            ));
        }
        self.change(id)?.newest.published = true;
        self.deploy(id, newest, 201)
    }

    /// Takes the app offline.
    pub(super) fn unpublish(&mut self, id: Uuid) -> Result<Answer, Problem> {
        let app = self.app(id)?;
        // An app that was never deployed can be unpublished once.
        if app.deployment.is_some() && app.live().is_none() {
            let status = match self.switches.reunpublish {
                Reunpublish::BadRequest => 400,
                Reunpublish::Conflict => 409,
            };
            return Err(Problem::new(
                status,
                "this version of the app has already been unpublished",
            ));
        }
        self.deploy(id, Uuid::nil(), 200)
    }

    fn deploy(&mut self, id: Uuid, version: Uuid, status: u16) -> Result<Answer, Problem> {
        let deployment = self.deployment_of(version);
        let answer = Answer::json(
            status,
            &json!({ "data": shape::deployment(&deployment, &User::caller()) }),
        );
        self.change(id)?.deployment = Some(deployment);
        Ok(answer)
    }

    fn deployment_of(&mut self, version: Uuid) -> Deployment {
        Deployment {
            id: self.fresh_id(),
            version,
            created_at: self.source.now(),
        }
    }

    /// Sets the protection level, which makes no version.
    pub(super) fn protect(&mut self, id: Uuid, level: String) -> Result<Answer, Problem> {
        self.change(id)?.protection = Some(level);
        Ok(Answer::json(
            200,
            &shape::protected(self.app(id)?, &self.switches),
        ))
    }

    /// Notes a request for publication, which waits for [`Self::approve`].
    pub(super) fn request_publish(
        &mut self,
        id: Uuid,
        title: String,
        description: String,
    ) -> Result<Answer, Problem> {
        let newest = self.app(id)?.newest.id;
        let version = match self.switches.publish_request_version {
            PublishRequestVersion::Nil => Uuid::nil(),
            PublishRequestVersion::Newest => newest,
        };
        let shown = self.deployment_of(version);
        self.change(id)?.publish_requests.push(PublishRequest {
            id: shown.id,
            title,
            description,
            created_at: shown.created_at,
        });
        Ok(Answer::json(
            201,
            &json!({ "data": shape::deployment(&shown, &User::caller()) }),
        ))
    }

    /// Grants the requests for publication, whatever the protection level; refused if there are none.
    pub fn approve(&mut self, id: Uuid) -> Answer {
        self.grant(id)
            .unwrap_or_else(|problem| self.refuse(&problem))
    }

    fn grant(&mut self, id: Uuid) -> Result<Answer, Problem> {
        if self.app(id)?.publish_requests.is_empty() {
            return Err(Problem::new(404, "no publish request"));
        }
        let app = self.change(id)?;
        app.publish_requests.clear();
        app.newest.published = true;
        let newest = app.newest.id;
        self.deploy(id, newest, 201)
    }
}
