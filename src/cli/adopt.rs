//! `ddapps adopt`: puts our mark on an existing app.

use anyhow::{Context, Result};
use ddapps::api::At;
use ddapps::apply::OnError;
use ddapps::model::Mark;
use ddapps::plan::adoption;
use ddapps::render::Document;

use super::args::{Adopt, Global};
use super::converge::converge;
use super::exit::{Ending, Exit};
use super::located::Place;
use super::output;

pub async fn run(global: &Global, args: &Adopt) -> Result<Exit> {
    let Adopt { key, id } = args;
    let place = Place::open(global).await?;
    let ours = Mark {
        owner: place.target.owner.clone(),
        key: key.clone(),
    };
    let refused = |message: String, hint: &str| {
        anyhow::Error::from(Ending::new(Exit::Refused, message).hint(hint))
    };
    if let Some(bound) = place.target.environment.apps.get(key)
        && bound != id
    {
        let message = format!("the settings bind `{key}` to another app, `{bound}`");
        return Err(refused(message, "correct `apps:` in the settings first"));
    }
    let live = place.connection.client.app(*id, At::Latest).await;
    let live = live.context("the app cannot be read")?.ok_or_else(|| {
        let message = format!("there is no app `{id}`, or the keys may not see it");
        refused(message, "an app's id is in its address in the product")
    })?;
    if let Some(mark) = live.marks.iter().find(|mark| **mark != ours) {
        let message = format!("`{id}` bears another mark already: `{mark}`");
        let hint = "an app belongs to one key of one project: remove that mark where it is wrong";
        return Err(refused(message, hint));
    }
    if live.marks.contains(&ours) {
        output::say(global, &format!("`{id}` bears the mark `{ours}` already"));
    }
    if let Some(other) = place.find(global, key).await?.filter(|it| it.id != *id) {
        let message = format!("`{key}` is another live app already: `{}`", other.id);
        return Err(refused(message, "choose another key"));
    }
    let plan = adoption(&place.target.owner, key, &live);
    let Place {
        repository,
        connection,
        progress,
        ..
    } = &place;
    let stop = OnError::Stop;
    let report = converge(global, &plan, connection, repository, progress, stop).await?;
    let document = Document::Report {
        report: &report,
        plan: &plan,
        about: &place.about(),
    };
    output::show(global, document, false)?;
    if report.tally().done > 0 {
        output::say(
            global,
            "without a definition of that key in git, an apply that prunes would delete it; next: `ddapps plan`",
        );
    }
    Ok(Exit::of_report(&report, &plan, false))
}
