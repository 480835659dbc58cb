//! Deletions, after everything else and together.

use std::collections::BTreeSet;

use futures::StreamExt;

use crate::model::AppId;
use crate::plan::{AppPlan, Call, Precondition, Target};

use super::failure::failed;
use super::report::{Failure, Outcome, Stale};
use super::{Result, Run};

/// How many ids one request names; the API's own limit is unknown (`API.md` section 3.6).
const BATCH: usize = 50;

impl Run<'_> {
    /// Checks apps afresh, keeps copies of them, then deletes those that are as planned: several in one request, and one
    /// by one where the API does not say that all of them are gone.
    pub(super) async fn deletions<'a>(&self, apps: &[&'a AppPlan]) -> Vec<Result<'a>> {
        let mut results = Vec::with_capacity(apps.len());
        // Batch by batch, so that little time passes between the check of an app and its end.
        for batch in apps.chunks(BATCH) {
            let checked: Vec<_> = futures::stream::iter(batch.iter().copied())
                .map(|app| async move { (app, self.as_planned(app).await) })
                .buffered(self.options.parallelism.max(1))
                .collect()
                .await;
            let mut ready = Vec::new();
            for (app, checked) in checked {
                match checked {
                    Ok(id) => ready.push((app, id)),
                    Err(outcome) => results.push(self.deleted(app, outcome)),
                }
            }
            let outcomes = self.batch(&ready).await;
            let ended = ready.iter().zip(outcomes);
            results.extend(ended.map(|((app, _), outcome)| self.deleted(app, outcome)));
        }
        results
    }

    async fn as_planned(&self, app: &AppPlan) -> std::result::Result<AppId, Outcome> {
        if let Some(why) = self.held_back() {
            return Err(Outcome::Skipped(why));
        }
        self.started(app, &Call::Delete);
        for step in &app.steps {
            if let (Target::Known(id), Precondition::AsPlanned(expected)) =
                (step.target, &step.precondition)
            {
                let checked = match self.check(id, &app.key, expected).await {
                    Ok(live) => self.back_up(app, &live).await,
                    Err(failure) => Err(failure),
                };
                return match checked {
                    Ok(()) => Ok(id),
                    // What was to be deleted is gone.
                    Err(Failure::Stale(Stale::Gone)) => Err(Outcome::Done(None)),
                    Err(failure) => Err(Outcome::Failed(failure)),
                };
            }
        }
        let error = "the plan names no app to delete".into();
        Err(Outcome::Failed(Failure::Call {
            error,
            ambiguous: false,
        }))
    }

    async fn batch(&self, batch: &[(&AppPlan, AppId)]) -> Vec<Outcome> {
        if let Some(why) = self.held_back() {
            return vec![Outcome::Skipped(why); batch.len()];
        }
        // What is known when the run is told to stop at once stays known. Of the rest it is not: a request may be under
        // way, and one that named them all may have deleted a part of them (`API.md` section 3.6).
        let mut outcomes = vec![Outcome::Failed(Failure::Interrupted); batch.len()];
        tokio::select! {
            () = self.delete(batch, &mut outcomes) => {}
            () = self.stop.ordered_at_once() => {}
        }
        outcomes
    }

    /// Deletes the apps of a batch, and notes of each what became of it as soon as that is known.
    async fn delete(&self, batch: &[(&AppPlan, AppId)], outcomes: &mut [Outcome]) {
        let mut gone = BTreeSet::new();
        if batch.len() > 1 {
            let ids: Vec<_> = batch.iter().map(|(_, id)| *id).collect();
            match self.writer.delete_many(&ids).await {
                Ok(deleted) => gone = deleted,
                // One of them is gone, or nobody knows. Deleting one app twice is deleting it.
                Err(error) if error.status() == Some(404) || error.is_ambiguous() => {}
                Err(error) => return outcomes.fill(Outcome::Failed(failed(error))),
            }
        }
        // Only what the server says it deleted is taken as deleted.
        let (named, rest): (Vec<_>, Vec<_>) =
            (batch.iter().zip(outcomes)).partition(|((_, id), _)| gone.contains(id));
        for (_, outcome) in named {
            *outcome = Outcome::Done(None);
        }
        for ((_, id), outcome) in rest {
            *outcome = match self.writer.delete(*id).await {
                Ok(_) => Outcome::Done(None),
                Err(error) => Outcome::Failed(failed(error)),
            };
        }
    }

    fn deleted<'a>(&self, app: &'a AppPlan, outcome: Outcome) -> Result<'a> {
        self.finished(app, &Call::Delete, &outcome);
        Result {
            key: &app.key,
            planned: app.id,
            id: app.id,
            outcomes: vec![outcome; app.steps.len()],
        }
    }
}
