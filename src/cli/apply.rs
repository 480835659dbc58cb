//! `ddapps apply`: plans, shows, asks, converges.

use std::path::Path;

use anyhow::Result;
use ddapps::apply;
use ddapps::render;

use super::args::{Apply, Format, Global, OnError, Reuse};
use super::converge::{ask, begun, converge};
use super::exit::{Ending, Exit};
use super::plan::Proposal;
use super::{outcome, output, show};

pub async fn run(global: &Global, args: &Apply) -> Result<Exit> {
    let (proposal, shown) = match agreed(global, args).await {
        Ok(agreed) => agreed,
        Err(error) => {
            outcome::tell_failure(global, args, &error).await;
            return Err(error);
        }
    };
    let (plan, about) = (&proposal.plan, proposal.about());
    let speaker = begun(global, plan, about, outcome::speaker(global, args))?;
    let audience = outcome::audience(global, &speaker).await;
    let audience = begun(global, plan, about, audience)?;
    let on_error = match args.on_error {
        OnError::Continue => apply::OnError::Continue,
        OnError::Stop => apply::OnError::Stop,
    };
    let Proposal {
        connection,
        repository,
        progress,
        ..
    } = &proposal;
    let report = converge(global, plan, connection, repository, progress, on_error).await;
    let report = begun(global, plan, about, report)?;
    outcome::tell(global, audience, &proposal, &report).await;
    if plan.has_steps() || global.format != Format::Text {
        let document = proposal.reported(&report);
        let text = output::text(global, document, args.decisions.full);
        // A file is written as a whole, so it gets the plan again.
        match (&global.output, shown.is_empty()) {
            (_, true) => output::result(global, &text)?,
            (None, false) => output::result(global, &format!("\n{text}"))?,
            (Some(_), false) => output::result(global, &format!("{shown}\n{text}"))?,
        }
    }
    Ok(Exit::of_report(&report, plan, args.detailed_exitcode))
}

/// A plan that may be applied, and what was shown of it.
async fn agreed(global: &Global, args: &Apply) -> Result<(Proposal, String)> {
    // What is about to be written is read afresh.
    let proposal = Proposal::make(global, &args.decisions, &Reuse::default()).await?;
    // All forms but text are one document, and that is the report.
    let shown = match global.format {
        Format::Text => output::text(global, proposal.document(), args.decisions.full),
        _ => String::new(),
    };
    if !shown.is_empty() {
        output::result(global, &shown)?;
    }
    let consent = consent(global, args, &proposal);
    begun(global, &proposal.plan, proposal.about(), consent)?;
    Ok((proposal, shown))
}

/// Whether the plan may be applied.
fn consent(global: &Global, args: &Apply, proposal: &Proposal) -> Result<()> {
    // Nobody says yes to what they have not seen: a document of another form is the report.
    let show_beside = || match global.format {
        Format::Text => Ok(()),
        _ => output::beside(global, proposal.document()),
    };
    if let Err(error) = proposal.check_findings(args.decisions.strict) {
        show_beside()?;
        return Err(error);
    }
    if let Some(file) = &args.file {
        check_reviewed(global, file, proposal)?;
    }
    if proposal.plan.has_steps() && !args.yes {
        show_beside()?;
        ask(&question(proposal))?;
    }
    Ok(())
}

/// A reviewed plan is applied only if it is still what would be done.
fn check_reviewed(global: &Global, file: &Path, proposal: &Proposal) -> Result<()> {
    let reviewed = show::read(file)?;
    if reviewed.digest() == proposal.plan.digest.to_string() {
        return Ok(());
    }
    let options = output::options_on_stderr(global);
    let difference = render::difference(&reviewed, proposal.document(), &options);
    if !global.quiet {
        output::beside_text(&difference)?;
    }
    let message = format!(
        "`{}` is stale: this is not what would be done now",
        file.display()
    );
    Err(Ending::new(Exit::Refused, message)
        .hint("plan again with the same options, have the new plan reviewed, and apply that")
        .into())
}

fn question(proposal: &Proposal) -> String {
    match &proposal.about().environment {
        Some(environment) => format!("Apply this plan to `{environment}`?"),
        None => "Apply this plan?".to_owned(),
    }
}
