//! The steps of one app, in order.

use crate::api::{self, At};
use crate::model::{AppId, LiveApp, Publication, Version, VersionId};
use crate::plan::{AppPlan, Call, Expected, Precondition, Step, Target};

use super::report::{Failure, Notice, Outcome, Skipped, Stale};
use super::{Result, Run};

/// What the steps so far have told about the app.
#[derive(Default)]
struct Known {
    id: Option<AppId>,
    /// The newest version, if a reading or a writing showed it.
    version: Option<Version>,
    version_id: Option<VersionId>,
}

/// How a step ends: done, perhaps with something to look at, or failed.
type Ended = std::result::Result<Option<Notice>, Failure>;

impl Run<'_> {
    pub(super) async fn one<'a>(&self, app: &'a AppPlan) -> Result<'a> {
        let mut known = Known {
            id: app.id,
            ..Known::default()
        };
        let mut outcomes = Vec::with_capacity(app.steps.len());
        let mut over = None;
        for step in &app.steps {
            over = over.or_else(|| self.halted());
            let outcome = match over {
                Some(why) => Outcome::Skipped(why),
                None => {
                    self.started(app, &step.call);
                    self.step(step, &mut known).await
                }
            };
            if matches!(outcome, Outcome::Failed(_)) {
                over = Some(Skipped::EarlierStep);
            }
            self.finished(app, &step.call, &outcome);
            outcomes.push(outcome);
        }
        Result {
            key: &app.key,
            planned: app.id,
            id: known.id,
            outcomes,
        }
    }

    async fn step(&self, step: &Step, known: &mut Known) -> Outcome {
        let work = async {
            if let Precondition::AsPlanned(expected) = &step.precondition
                && let Target::Known(id) = step.target
            {
                self.check(id, expected).await?;
                known.version = Some(expected.version);
                known.version_id = expected.version_id;
            }
            self.call(&step.call, known).await
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
        expected: &Expected,
    ) -> std::result::Result<(), Failure> {
        match self.client.app(id, At::Latest).await.map_err(failed)? {
            None => Err(Failure::Stale(Stale::Gone)),
            Some(live) if Expected::of(&live) == *expected => Ok(()),
            Some(live) => Err(Failure::Stale(Stale::Touched {
                planned: expected.version,
                version: live.version,
                publication: live.publication,
                saved: live.saved,
            })),
        }
    }

    async fn call(&self, call: &Call, known: &mut Known) -> Ended {
        if let Call::Create { attributes } = call {
            known.id = Some(self.writer.create(attributes).await.map_err(failed)?);
            return Ok(None);
        }
        let Some(id) = known.id else {
            // The plan puts the creation first; without its id there is nothing to call.
            return Err(Failure::Call {
                error: "the app has no id".into(),
                ambiguous: false,
            });
        };
        match call {
            Call::Create { .. } => Ok(None),
            Call::Update { attributes } => {
                let live = self.writer.update(id, attributes).await.map_err(failed)?;
                Ok(known.saved(&live))
            }
            Call::SetTags { tags } => done(self.writer.set_tags(id, tags).await),
            Call::SetProtectionLevel { level } => {
                done(self.writer.set_protection_level(id, *level).await)
            }
            Call::SetSelfService { self_service } => {
                done(self.writer.set_self_service(id, *self_service).await)
            }
            Call::Publish => self.publish(id, known).await,
            Call::RequestPublish { title, description } => done(
                self.writer
                    .request_publish(id, title, Some(description))
                    .await,
            ),
            Call::Unpublish => self.unpublish(id).await,
            Call::Delete => done(self.writer.delete(id).await),
        }
    }

    async fn publish(&self, id: AppId, known: &Known) -> Ended {
        let published = match self.writer.publish(id).await {
            Ok(deployment) => deployment.version_id,
            Err(error) => match self.publication(id).await {
                // Publishing what is live already is an error of the API's, not of ours (`API.md` section 3.7).
                Some(Publication::Current(version)) => version,
                _ => return Err(failed(error)),
            },
        };
        Ok(match (known.version_id, published) {
            (Some(planned), Some(published)) if planned != published => {
                Some(Notice::PublishedOther { planned, published })
            }
            _ => None,
        })
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

impl Known {
    /// Takes note of a save, and of whether somebody else's slipped in before it.
    fn saved(&mut self, live: &LiveApp) -> Option<Notice> {
        let planned = self.version.replace(live.version)?;
        self.version_id = live.version_id;
        (live.version.0 > planned.0 + 1).then_some(Notice::Overwrote {
            planned,
            saved: live.version,
        })
    }
}

fn done<T>(result: std::result::Result<T, api::Error>) -> Ended {
    result.map(|_| None).map_err(failed)
}

/// A failed call, with the whole chain of its error.
pub(super) fn failed(error: api::Error) -> Failure {
    let ambiguous = error.is_ambiguous();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    Failure::Call {
        error: text,
        ambiguous,
    }
}
