//! `ddapps comment`: puts plans on the pull request.

use anyhow::Result;
use ddapps::forge::{Conversation, Marker, Topic};
use ddapps::render::{self, Document, SavedPlan, read_saved, render};

use super::args::{Comment, Format, Global, When};
use super::exit::{Ending, Exit};
use super::forge::{explained, open};
use super::grouped::{Group, grouped};
use super::plan::Proposal;
use super::speech::{Speaker, done, say, short};
use super::{destination, issue, output, show, summary};

pub async fn run(global: &Global, args: &Comment) -> Result<Exit> {
    if args.issue {
        return issue::run(global, args).await;
    }
    let speaker = open(global, &args.place, false)?;
    let groups = match args.delete && args.files.is_empty() {
        // What is to go needs no plan.
        true => vec![Group::empty(global)?],
        false => grouped(plans(global, args).await?).map_err(|error| show::no_whole(&error))?,
    };
    check_format(global, &groups)?;
    let Some(mut found) = speaker.forge.read().await.map_err(explained)? else {
        let message = "the commit of this run belongs to no pull request";
        return Err(Ending::new(Exit::Failed, message)
            .hint("name one with `--pr`")
            .into());
    };
    for group in &groups {
        let marker = &group.marker;
        let what = match &group.plan {
            Some(plan) if !args.delete => keep(&speaker, &mut found, marker, plan, args).await?,
            _ => remove(&mut found, marker).await?,
        };
        say(global, found.pull, what);
    }
    if args.delete {
        return Ok(Exit::Done);
    }
    let plans = || groups.iter().filter_map(|group| group.plan.as_ref());
    for plan in plans() {
        summary::put(Document::Saved(plan), args.decisions.full)?;
    }
    if let Some(file) = &global.output {
        let texts =
            plans().map(|plan| output::text(global, Document::Saved(plan), args.decisions.full));
        destination::write(file, &texts.collect::<Vec<_>>().join("\n"))?;
    }
    // What is planned here is refused here; a file was made by a run that has said so.
    let refused = args.files.is_empty() && plans().any(SavedPlan::has_refusals);
    Ok(Exit::of_plan(refused, false))
}

/// Several plans are several documents, and a page or JSON is one.
fn check_format(global: &Global, groups: &[Group]) -> Result<()> {
    let is_one = global.output.is_some() && matches!(global.format, Format::Json | Format::Html);
    match is_one && groups.len() > 1 {
        true => {
            let message =
                "`--output` holds one document, and these are plans of several environments";
            let hint = "give `--format markdown` or `text`, or one environment at a time";
            Err(Ending::new(Exit::Usage, message).hint(hint).into())
        }
        false => Ok(()),
    }
}

/// The plans in the files, or one that is made now.
async fn plans(global: &Global, args: &Comment) -> Result<Vec<SavedPlan>> {
    if !args.files.is_empty() {
        return args.files.iter().map(|file| show::read(file)).collect();
    }
    let proposal = Proposal::make(global, &args.decisions, &args.reuse).await?;
    proposal.check_findings(args.decisions.strict)?;
    let options = render::Options {
        full: args.decisions.full,
        ..render::Options::default()
    };
    // As if it had been saved, so that both ways say the same.
    let text = render(proposal.document(), render::Format::Json, &options);
    Ok(vec![read_saved(&text)?])
}

async fn remove(found: &mut Conversation<'_>, marker: &Marker) -> Result<&'static str> {
    match found.remove(marker).await.map_err(explained)? {
        true => Ok("taken away"),
        false => Ok("there was none"),
    }
}

async fn keep(
    speaker: &Speaker,
    found: &mut Conversation<'_>,
    marker: &Marker,
    plan: &SavedPlan,
    args: &Comment,
) -> Result<&'static str> {
    let has_changes = plan.has_steps() || plan.has_refusals();
    let is_there = found.has(marker);
    if !has_changes && !is_there && args.when == When::Changes {
        return Ok("none is needed, there is nothing to do");
    }
    let commit = plan.commit();
    let mut before = String::new();
    let outdated = commit.filter(|it| found.is_outdated(it));
    if let (Some(commit), Some(head)) = (
        outdated.and_then(short),
        found.head.as_deref().and_then(short),
    ) {
        before.push_str(&format!(
            "> **Outdated:** this is the plan of commit `{commit}`, and the pull request is at `{head}`.\n\n"
        ));
    }
    if !has_changes && is_there {
        before.push_str("**There are no changes any more.**\n\n");
    }
    let text =
        speaker.text(Document::Saved(plan), args.decisions.full, &before) + &speaker.end(commit);
    let saved = !args.files.is_empty();
    let topic = Topic::Plan { commit, saved };
    let kept = found.keep(marker, &text, topic).await;
    Ok(done(kept.map_err(explained)?))
}
