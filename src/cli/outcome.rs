//! What `apply --comment` says on the pull request that a commit came from.

use anyhow::Result;
use ddapps::forge::{Conversation, Marker};
use ddapps::plan::Plan;
use ddapps::render::Document;

use super::args::{Apply, Global};
use super::complaint::complain;
use super::forge::{explained, open};
use super::output;
use super::speech::{Speaker, done, say, summarize};

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
    plan: &Plan,
    commit: Option<&str>,
    report: Document<'_>,
) {
    let Some((speaker, found)) = to else {
        return;
    };
    if let Err(error) = summarize(report, false) {
        complain(global, &error, None);
    }
    let Some(mut found) = found else {
        return;
    };
    let marker = Marker::of(&plan.owner.project, plan.owner.environment.as_deref());
    if !plan.has_steps() && plan.summary.refused == 0 && !found.has(&marker) {
        return;
    }
    let text = speaker.text(report, false, "") + &speaker.end(commit);
    match found.keep(&marker, &text, None).await {
        Ok(kept) => say(global, found.pull, done(kept)),
        Err(error) => complain(global, &explained(error), None),
    }
}
