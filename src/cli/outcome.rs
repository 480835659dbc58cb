//! What `apply --comment` says on the pull request that a commit came from: what was done, or why nothing was.

use anyhow::{Error, Result};
use ddapps::apply::Report;
use ddapps::forge::{Conversation, Marker, Topic};
use ddapps::render;

use super::args::{Apply, Global};
use super::complaint::{complain, told};
use super::exit::ending;
use super::forge::{explained, open};
use super::keys::secrets;
use super::plan::Proposal;
use super::repository::Repository;
use super::speech::{Speaker, done, say};
use super::{occasion, output, summary};

/// Opens the place, if anything is to be said. What is wrong with it is an error before anything is applied.
pub fn speaker(global: &Global, args: &Apply) -> Result<Option<Speaker>> {
    match args.comment {
        true => open(global, &args.place, false).map(Some),
        false => Ok(None),
    }
}

/// Reads the pull request. A commit that came from none is no error: then only the summary says it.
pub async fn audience<'a>(
    global: &Global,
    speaker: &'a Option<Speaker>,
) -> Result<Option<(&'a Speaker, Option<Conversation<'a>>)>> {
    let Some(speaker) = speaker else {
        return Ok(None);
    };
    let found = speaker.forge.read().await.map_err(explained)?;
    if found.is_none() {
        output::say(
            global,
            "the commit came from no pull request, so there is none to comment on",
        );
    }
    Ok(Some((speaker, found)))
}

/// Says what was done. It was done, so that it cannot be said is no failure of the run.
pub async fn tell(
    global: &Global,
    to: Option<(&Speaker, Option<Conversation<'_>>)>,
    proposal: &Proposal,
    report: &Report,
) {
    let Some((speaker, found)) = to else {
        return;
    };
    let (plan, document) = (&proposal.plan, proposal.reported(report));
    if let Err(error) = summary::put(document, false) {
        complain(global, &error, None);
    }
    let Some(mut found) = found else {
        return;
    };
    let marker = Marker::of(&plan.owner.project, plan.owner.environment.as_deref());
    if !plan.has_steps() && plan.summary.refused == 0 && !found.has(&marker) {
        return;
    }
    let text = speaker.text(document, false, "") + &speaker.end(proposal.about().commit.as_deref());
    let tally = report.tally();
    let whole = tally.failed + tally.skipped + tally.refused == 0;
    match found.keep(&marker, &text, Topic::Outcome { whole }).await {
        Ok(kept) => say(global, found.pull, done(kept)),
        Err(error) => complain(global, &explained(error), None),
    }
}

/// Says where the comment tells of a plan that nothing of it was applied, and why. That this cannot be said is no second
/// failure.
pub async fn tell_failure(global: &Global, args: &Apply, why: &Error) {
    if args.comment
        && let Err(error) = failure_told(global, args, why).await
    {
        complain(global, &error, None);
    }
}

async fn failure_told(global: &Global, args: &Apply, why: &Error) -> Result<()> {
    let repository = Repository::open(global)?;
    let owner = repository.target_of(global)?.owner;
    let (_, hint) = ending(why);
    let options = render::Options {
        secrets: secrets(),
        ..render::Options::default()
    };
    let scope = match &owner.environment {
        Some(environment) => format!("{} ({environment})", owner.project),
        None => owner.project.clone(),
    };
    let text = render::not_applied(&scope, &told(why, hint, false), &options);
    summary::add(&text)?;
    let speaker = open(global, &args.place, false)?;
    let Some(mut found) = speaker.forge.read().await.map_err(explained)? else {
        return Ok(());
    };
    let marker = Marker::of(&owner.project, owner.environment.as_deref());
    if found.has(&marker) {
        let text = text + &speaker.end(occasion::commit(&repository.root).as_deref());
        let topic = Topic::Outcome { whole: false };
        let kept = found.keep(&marker, &text, topic).await;
        say(global, found.pull, done(kept.map_err(explained)?));
    }
    Ok(())
}
