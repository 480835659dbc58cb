//! `ddapps drafts`: the copies that `watch --draft` left, and their end.

use anyhow::{Context, Result};
use ddapps::apply::{OnError, Report};
use ddapps::fetch::{Copy, drafts};
use ddapps::model::Draft;
use ddapps::plan::{Plan, deletion};
use ddapps::render::{About, Document};

use super::args::{self, Format, Global};
use super::choice::selection;
use super::converge::{ask, begun, converge};
use super::copies;
use super::exit::{Ending, Exit};
use super::located::Place;
use super::output;

pub async fn run(global: &Global, args: &args::Drafts) -> Result<Exit> {
    if !matches!(global.format, Format::Text | Format::Json) {
        let message = "drafts are shown as text or JSON";
        return Err(Ending::new(Exit::Usage, message).into());
    }
    let place = Place::open(global).await?;
    let found = found(global, &place, args.name.as_ref()).await?;
    // Where there is nothing to clean, that is what is said.
    let is_clean = found.is_empty() && global.format == Format::Text;
    if !args.clean || is_clean {
        let text = match global.format {
            Format::Json => format!("{:#}\n", copies::json(&found, &place)),
            _ => copies::text(&found, &place),
        };
        output::result(global, &text)?;
        return Ok(Exit::Done);
    }
    let plan = cleaning(global, &place, &found);
    let about = place.about();
    if !args.yes && plan.has_steps() {
        output::beside_text(&copies::text(&found, &place))?;
        begun(global, &plan, &about, ask("Delete these copies?"))?;
    }
    let report = delete(global, &place, &plan).await;
    let report = begun(global, &plan, &about, report)?;
    output::show(global, reported(&plan, &report, &about), false)?;
    Ok(Exit::of_report(&report, &plan, false))
}

/// The copies of a draft or of all, as far as their keys are selected. What could not be read is said.
async fn found(global: &Global, place: &Place, name: Option<&Draft>) -> Result<Vec<Copy>> {
    let selection = selection(global)?;
    let client = &place.connection.client;
    let owner = &place.target.owner;
    place.progress.begin("reading drafts", None);
    let read = drafts(client, owner, global.parallelism.into()).await;
    place.progress.end();
    let (mut copies, unread) = read.context("the live apps cannot be listed")?;
    for (id, answer) in unread {
        if let Err(error) = answer {
            let text = format!("{id}: could be a draft, and cannot be read: {error}");
            output::say(global, &text);
        }
    }
    copies.retain(|copy| {
        name.is_none_or(|name| copy.draft == *name) && selection.selects_orphan(&copy.key)
    });
    Ok(copies)
}

/// What deletes the copies that are still called as such; the others are named.
fn cleaning(global: &Global, place: &Place, found: &[Copy]) -> Plan {
    let (copies, others): (Vec<_>, Vec<_>) = found.iter().partition(|copy| copy.is_untouched());
    for copy in others {
        let name = &copy.live.app.name;
        let text = format!(
            "`{}` is called `{name}` by now, and is left alone",
            copy.live.id
        );
        output::say(global, &text);
    }
    let apps = copies.into_iter().map(|copy| (&copy.key, &copy.live));
    deletion(&place.target.owner, apps)
}

async fn delete(global: &Global, place: &Place, plan: &Plan) -> Result<Report> {
    let Place {
        repository,
        connection,
        progress,
        ..
    } = place;
    let on_error = OnError::Continue;
    converge(global, plan, connection, repository, progress, on_error).await
}

/// Deletes the copies of one draft, at its end; what became of it is no result of the command.
pub async fn end(global: &Global, place: &Place, draft: &Draft) -> Result<Exit> {
    let found = found(global, place, Some(draft)).await?;
    let plan = cleaning(global, place, &found);
    let report = delete(global, place, &plan).await?;
    let about = place.about();
    if !global.quiet {
        output::beside(global, reported(&plan, &report, &about))?;
    }
    Ok(Exit::of_report(&report, &plan, false))
}

fn reported<'a>(plan: &'a Plan, report: &'a Report, about: &'a About) -> Document<'a> {
    Document::Report {
        report,
        plan,
        about,
    }
}
