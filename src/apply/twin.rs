//! The one thing that two runs at once cannot help: each makes an app that both find missing.
//!
//! The API has no lock and no unique names, so it cannot be prevented. But of two such runs, the one that looks after the
//! other has marked its app sees both, and says so.

use std::collections::BTreeMap;

use crate::api::Filter;
use crate::model::{AppId, AppKey};
use crate::plan::Call;

use super::Run;
use super::report::{AppReport, Notice, Outcome, Report};

impl Run<'_> {
    /// Notes at each app that was created whether another one bears its mark, too.
    pub(super) async fn note_twins(&self, report: &mut Report) {
        let created = report.apps.iter_mut().filter_map(created);
        let created: Vec<_> = created.collect();
        if created.is_empty() || self.stop.holds_steps() {
            return;
        }
        // What cannot be told now, the next plan tells: it refuses an app with two claims.
        let Ok(listed) = self.client.list(&Filter::default()).await else {
            return;
        };
        let mut claims: BTreeMap<&AppKey, Vec<AppId>> = BTreeMap::new();
        for app in &listed {
            for mark in app.marks.iter().filter(|it| it.owner == self.plan.owner) {
                claims.entry(&mark.key).or_default().push(app.id);
            }
        }
        for (key, id, outcome) in created {
            let claims = claims.get(key).into_iter().flatten();
            let others: Vec<_> = claims.copied().filter(|it| *it != id).collect();
            if !others.is_empty() {
                let key = key.clone();
                *outcome = Outcome::Done(Some(Notice::MadeTwice { key, others }));
            }
        }
    }
}

/// The app that was created, and what became of the step that did it.
fn created(app: &mut AppReport) -> Option<(&AppKey, AppId, &mut Outcome)> {
    let id = app.id?;
    let mut steps = app.steps.iter_mut();
    let (_, outcome) = steps.find(|(step, _)| matches!(step.call, Call::Create { .. }))?;
    matches!(outcome, Outcome::Done(_)).then_some((&app.key, id, outcome))
}
