//! The steps of one app, in order.

use crate::api::{self, At};
use crate::model::{AppId, AppKey, LiveApp, Publication, Version, VersionId, reasons};
use crate::plan::{AppPlan, Call, Expected, Precondition, Step, Target, others_edits};

use super::failure::failed;
use super::left::Left;
use super::report::{Failure, Notice, Outcome, Skipped, Stale};
use super::save::{Ended, Save};
use super::{Result, Run};

impl Run<'_> {
    pub(super) async fn one<'a>(&self, app: &'a AppPlan) -> Result<'a> {
        let mut left = Left::new(app.id);
        let mut outcomes = Vec::with_capacity(app.steps.len());
        let mut over = self.held_back();
        for step in &app.steps {
            over = over.or_else(|| self.halted());
            let outcome = match over {
                Some(why) => Outcome::Skipped(why),
                None => {
                    self.started(app, &step.call);
                    self.step(app, step, &mut left).await
                }
            };
            // A name is for the next plan; what comes after it does not rest on it.
            let matters = !matches!(step.call, Call::NameVersion { .. });
            if matters && matches!(outcome, Outcome::Failed(_)) {
                over = Some(Skipped::EarlierStep);
            }
            self.finished(app, &step.call, &outcome);
            outcomes.push(outcome);
        }
        Result {
            key: &app.key,
            planned: app.id,
            id: left.id,
            outcomes,
        }
    }

    async fn step(&self, app: &AppPlan, step: &Step, left: &mut Left) -> Outcome {
        let work = async {
            match (&step.precondition, step.target) {
                (Precondition::AsPlanned(expected), Target::Known(id)) => {
                    let live = self.check(id, &app.key, expected).await?;
                    self.back_up(app, &live).await?;
                    left.as_planned(&live, expected);
                }
                (Precondition::AsLeft, _) => self.check_left(&app.key, left).await?,
                _ => {}
            }
            self.call(app, &step.call, left).await
        };
        tokio::select! {
            ended = work => match ended {
                Ok(notice) => Outcome::Done(notice),
                Err(failure) => Outcome::Failed(failure),
            },
            () = self.stop.ordered_at_once() => Outcome::Failed(Failure::Interrupted),
        }
    }

    /// Reads the app afresh and compares it with what was planned on.
    pub(super) async fn check(
        &self,
        id: AppId,
        key: &AppKey,
        expected: &Expected,
    ) -> std::result::Result<LiveApp, Failure> {
        match self.client.app(id, At::Latest).await.map_err(failed)? {
            None => Err(Failure::Stale(Stale::Gone)),
            Some(live) if Expected::of(&live) == *expected => Ok(live),
            Some(live) => Err(self.touched(key, expected, live).await),
        }
    }

    /// The refusal of an app that somebody else touched, with what they did.
    pub(super) async fn touched(
        &self,
        key: &AppKey,
        expected: &Expected,
        found: LiveApp,
    ) -> Failure {
        let planned = match expected.version == found.version {
            true => None,
            false => {
                let version = At::Number(expected.version);
                self.client.app(found.id, version).await.ok().flatten()
            }
        };
        let theirs = others_edits(expected, planned.as_ref(), &found, &self.plan.owner, key);
        Failure::Stale(Stale::Touched {
            planned: expected.version,
            version: found.version,
            publication: found.publication,
            saved: found.saved,
            theirs: Box::new(theirs),
        })
    }

    async fn call(&self, app: &AppPlan, call: &Call, left: &mut Left) -> Ended {
        let key = &app.key;
        if let Call::Create { attributes } = call {
            return self.create(key, attributes, left).await;
        }
        let Some(id) = left.id else {
            // The plan puts the creation first; without its id there is nothing to call.
            return Err(Failure::Call {
                error: "the app has no id".into(),
                ambiguous: false,
            });
        };
        match call {
            Call::Create { .. } => Ok(None),
            Call::Update { attributes } => self.save(id, key, Save::Update(attributes), left).await,
            Call::Revert { to } => self.save(id, key, Save::Revert(*to), left).await,
            Call::SetTags { tags } => {
                let done = done(self.writer.set_tags(id, tags).await)?;
                left.tags.clone_from(tags);
                Ok(done)
            }
            Call::SetProtectionLevel { level } => {
                done(self.writer.set_protection_level(id, *level).await)
            }
            Call::SetSelfService { self_service } => {
                done(self.writer.set_self_service(id, *self_service).await)
            }
            Call::Publish => self.publish(id, key, left).await,
            Call::RequestPublish { title, description } => done(
                self.writer
                    .request_publish(id, title, Some(description))
                    .await,
            ),
            Call::Unpublish => self.unpublish(id).await,
            Call::NameVersion { name } => {
                // By its number: `latest` could be somebody else's by now.
                let version = left.version.map_or(At::Latest, At::Number);
                done(self.writer.name_version(id, version, name).await)
            }
            Call::Delete => done(self.writer.delete(id).await),
        }
    }

    async fn publish(&self, id: AppId, key: &AppKey, left: &Left) -> Ended {
        let published = match self.writer.publish(id).await {
            Ok(deployment) => deployment.version_id,
            Err(error) => match self.publication(id).await {
                // Publishing what is live already is an error of the API's, not of ours (`API.md` section 3.7).
                Some(Publication::Current(version)) => version,
                _ if matches!(error.status(), Some(400 | 403 | 409)) => {
                    return Err(Failure::NotPublished {
                        error: reasons(&error),
                    });
                }
                _ => return Err(failed(error)),
            },
        };
        let as_planned = published.is_some() && published == left.version_id;
        match (as_planned, left.version) {
            (false, Some(planned)) => Ok(self
                .published_other(id, key, planned, published, left)
                .await),
            _ => Ok(None),
        }
    }

    /// Whether somebody saved between our check and the publication, so that users now run what is theirs. Servers that
    /// show no id of a version show its number.
    async fn published_other(
        &self,
        id: AppId,
        key: &AppKey,
        planned: Version,
        published: Option<VersionId>,
        left: &Left,
    ) -> Option<Notice> {
        let run = self.what_users_run(id, published).await;
        let as_planned = |(version, app): &(Version, LiveApp)| {
            *version == planned
                || (left.content.as_ref()).is_some_and(|content| content.is_in(&app.app))
        };
        if run.as_ref().is_some_and(as_planned) {
            return None;
        }
        Some(Notice::PublishedOther {
            key: key.clone(),
            planned,
            published: run.map(|(version, _)| version),
        })
    }

    /// The published version, with its number; `None` if that cannot be told. The newest version is it only as long as
    /// nobody has saved since.
    async fn what_users_run(
        &self,
        id: AppId,
        published: Option<VersionId>,
    ) -> Option<(Version, LiveApp)> {
        let live = self.client.app(id, At::Latest).await.ok()??;
        if matches!(live.publication, Publication::Current(_)) {
            return Some((live.version, live));
        }
        let versions = self.client.versions(id).await.ok()?;
        let found = versions.iter().find(|info| Some(info.id) == published)?;
        let app = self
            .client
            .app(id, At::Number(found.version))
            .await
            .ok()??;
        Some((found.version, app))
    }

    async fn unpublish(&self, id: AppId) -> Ended {
        match self.writer.unpublish(id).await {
            Ok(_) => Ok(None),
            Err(error) => match self.publication(id).await {
                // As with publishing (`API.md` section 3.8).
                Some(Publication::Unpublished) => Ok(None),
                _ => Err(failed(error)),
            },
        }
    }

    /// What users run now; `None` if that cannot be read.
    async fn publication(&self, id: AppId) -> Option<Publication> {
        let live = self.client.app(id, At::Latest).await.ok()??;
        Some(live.publication)
    }
}

fn done<T>(result: std::result::Result<T, api::Error>) -> Ended {
    result.map(|_| None).map_err(failed)
}
