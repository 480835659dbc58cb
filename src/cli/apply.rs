//! `ddapps apply`: plans, shows, asks, converges.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result};
use ddapps::apply::{self, Options, Report, Stop, apply};
use ddapps::render::{self, Document};

use super::args::{Apply, Format, Global, OnError};
use super::exit::{Ending, Exit};
use super::interrupts::Interrupts;
use super::plan::Proposal;
use super::{output, show};

pub async fn run(global: &Global, args: &Apply) -> Result<Exit> {
    let full = args.decisions.full;
    let proposal = Proposal::make(global, &args.decisions).await?;
    // All forms but text are one document, and that is the report.
    let shown = match global.format {
        Format::Text => output::text(global, proposal.document(), full),
        _ => String::new(),
    };
    if !shown.is_empty() {
        output::result(global, &shown)?;
    }
    proposal.check_findings(args.decisions.strict)?;
    if let Some(file) = &args.file {
        check_reviewed(global, file, &proposal)?;
    }
    if proposal.plan.has_steps() && !args.yes {
        ask(global, &proposal)?;
    }
    let report = converge(global, args, &proposal).await;
    if proposal.plan.has_steps() || global.format != Format::Text {
        let document = Document::Report {
            report: &report,
            plan: &proposal.plan,
            about: proposal.about(),
        };
        let text = output::text(global, document, full);
        // A file is written as a whole, so it gets the plan again.
        match (&global.output, shown.is_empty()) {
            (_, true) => output::result(global, &text)?,
            (None, false) => output::result(global, &format!("\n{text}"))?,
            (Some(_), false) => output::result(global, &format!("{shown}\n{text}"))?,
        }
    }
    Ok(Exit::of_report(&report, args.detailed_exitcode))
}

/// A reviewed plan is applied only if it is still what would be done.
fn check_reviewed(global: &Global, file: &Path, proposal: &Proposal) -> Result<()> {
    let reviewed = show::read(file)?;
    if reviewed.digest() == proposal.plan.digest.to_string() {
        return Ok(());
    }
    let options = output::options_on_stderr(global);
    let difference = render::difference(&reviewed, proposal.document(), &options);
    output::say(global, &difference);
    let message = format!(
        "`{}` is stale: this is not what would be done now",
        file.display()
    );
    Err(Ending::new(Exit::Refused, message)
        .hint("plan again with the same options, have the new plan reviewed, and apply that")
        .into())
}

fn ask(global: &Global, proposal: &Proposal) -> Result<()> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let message = "nobody can be asked: this is no terminal";
        return Err(Ending::new(Exit::Refused, message)
            .hint("look at the plan, then give `--yes`")
            .into());
    }
    let place = match &proposal.about().environment {
        Some(environment) => format!(" to `{environment}`"),
        None => String::new(),
    };
    // Nobody says yes to what they have not seen: a document of another form is the report.
    if global.format != Format::Text {
        output::beside(global, proposal.document())?;
    }
    // The question stands apart from the plan above it.
    let _ = writeln!(io::stderr());
    let sure = dialoguer::Confirm::new()
        .with_prompt(format!("Apply this plan{place}?"))
        .default(false)
        .interact()
        .context("there was no answer")?;
    match sure {
        true => Ok(()),
        false => Err(Ending::new(Exit::Refused, "not confirmed, nothing was done").into()),
    }
}

async fn converge(global: &Global, args: &Apply, proposal: &Proposal) -> Report {
    let steps = proposal.plan.apps.iter().map(|app| app.steps.len()).sum();
    let stop = Stop::default();
    let listening = tokio::spawn(listen(stop.clone(), global.quiet));
    let options = Options {
        parallelism: global.parallelism.into(),
        on_error: match args.on_error {
            OnError::Continue => apply::OnError::Continue,
            OnError::Stop => apply::OnError::Stop,
        },
    };
    let progress = &proposal.progress;
    progress.begin("applying", Some(steps));
    let writer = proposal.connection.client.writer();
    let report = apply(&proposal.plan, &writer, &options, &stop, &|event| {
        progress.applied(&event)
    })
    .await;
    progress.end();
    listening.abort();
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
