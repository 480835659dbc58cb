//! Making a plan so, and what every command that does it has in common: the question, the interrupts, the copies, the
//! report.

use std::io::{self, IsTerminal, Write};

use anyhow::{Context, Result};
use ddapps::apply::{Event, OnError, Options, Report, Stop, apply};
use ddapps::plan::Plan;
use ddapps::render::{About, Document};

use super::args::{Format, Global};
use super::connection::Connection;
use super::exit::{Ending, Exit};
use super::interrupts::Interrupts;
use super::output;
use super::progress::Progress;
use super::repository::Repository;

/// Asks before anything is written; no answer is a refusal.
pub fn ask(question: &str) -> Result<()> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let message = "nobody can be asked: this is no terminal";
        return Err(Ending::new(Exit::Refused, message)
            .hint("look at the plan, then give `--yes`")
            .into());
    }
    // The question stands apart from the plan above it.
    let _ = writeln!(io::stderr());
    let sure = dialoguer::Confirm::new()
        .with_prompt(question)
        .default(false)
        .interact()
        .context("there was no answer")?;
    match sure {
        true => Ok(()),
        false => Err(Ending::new(Exit::Refused, "not confirmed, nothing was done").into()),
    }
}

/// Makes the calls of a plan; copies of what it overwrites are kept in the repository's own folder.
pub async fn converge(
    global: &Global,
    plan: &Plan,
    connection: &Connection,
    repository: &Repository,
    progress: &Progress,
    on_error: OnError,
) -> Result<Report> {
    let options = options(global, plan, repository, on_error)?;
    let stop = Stop::default();
    let listening = tokio::spawn(listen(stop.clone(), global.quiet));
    let report = make(plan, connection, progress, &options, &stop).await;
    listening.abort();
    Ok(report)
}

/// What a run came to. Where the result is a document, one that ends before it begins has one too: it says of every step
/// that it was not tried.
pub fn begun<T>(global: &Global, plan: &Plan, about: &About, ended: Result<T>) -> Result<T> {
    if ended.is_err() && global.format != Format::Text {
        let report = &Report::untried(plan);
        let document = Document::Report {
            report,
            plan,
            about,
        };
        output::show(global, document, false)?;
    }
    ended
}

/// How a plan is applied.
pub fn options(
    global: &Global,
    plan: &Plan,
    repository: &Repository,
    on_error: OnError,
) -> Result<Options> {
    let mut steps = plan.apps.iter().flat_map(|app| &app.steps);
    let overwrites = steps.any(|step| step.call.overwrites());
    Ok(Options {
        parallelism: global.parallelism.into(),
        on_error,
        backup: overwrites.then(|| repository.backup()).transpose()?,
    })
}

/// Makes the calls, until it is told to stop.
pub async fn make(
    plan: &Plan,
    connection: &Connection,
    progress: &Progress,
    options: &Options,
    stop: &Stop,
) -> Report {
    let steps = plan.apps.iter().flat_map(|app| &app.steps);
    progress.begin("applying", Some(steps.count()));
    let writer = connection.client.writer();
    let on_event = |event: Event<'_>| progress.applied(&event);
    let report = apply(plan, &writer, options, stop, &on_event).await;
    progress.end();
    report
}

/// The first interrupt lets the calls under way finish, the second leaves them.
async fn listen(stop: Stop, quiet: bool) {
    let say = |text: &str| {
        if !quiet {
            // Nobody reads stderr any more: nothing to be done about that.
            let _ = writeln!(io::stderr(), "{text}");
        }
    };
    let Ok(mut interrupts) = Interrupts::new() else {
        return;
    };
    interrupts.next().await;
    say("stopping: no new step begins; interrupt again to stop at once");
    stop.gently();
    interrupts.next().await;
    say("stopping at once");
    stop.at_once();
}
