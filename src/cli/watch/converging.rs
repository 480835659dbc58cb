//! The part of a turn that makes calls: it is brought to an end, not left.

use anyhow::Result;
use ddapps::apply::{OnError, Report, Stop};
use ddapps::watch::{Cause, Watch};

use super::outcome::{Outcome, Planned};
use super::session::Session;
use super::told::Told;
use crate::cli::converge::{make, options};
use crate::cli::interrupts::Interrupts;
use crate::cli::occasion::commit;

/// What comes after a turn that applied something.
pub enum Next {
    End,
    Look(Cause),
}

/// Makes the calls of the plan. A save or an interrupt lets the apps that have begun get all of their steps, and begins no
/// other; a second interrupt leaves the calls under way. Where another commit was checked out meanwhile, nothing is called.
pub async fn converge(
    session: &Session<'_>,
    told: &mut Told,
    watch: &mut Watch,
    interrupts: &mut Interrupts,
) -> Result<Option<Next>> {
    let Outcome::Planned(planned) = &mut told.outcome else {
        return Ok(None);
    };
    // git lets go of its lock before it moves its head: what is applied must not bear the name of an earlier commit.
    let root = session.root.clone();
    let checked_out = tokio::task::spawn_blocking(move || commit(&root)).await?;
    if checked_out != planned.about.commit {
        return Ok(Some(Next::Look(Cause::Again)));
    }
    let stop = Stop::default();
    let mut next = None;
    let report = {
        let making = apply(session, planned, &stop);
        tokio::pin!(making);
        loop {
            tokio::select! {
                biased;
                () = interrupts.next() => match next {
                    Some(Next::End) => stop.at_once(),
                    _ => {
                        stop.before_next_app();
                        next = Some(Next::End);
                    }
                },
                report = &mut making => break report?,
                cause = watch.saved(), if next.is_none() => {
                    stop.before_next_app();
                    next = Some(Next::Look(cause));
                }
            }
        }
    };
    planned.report = Some(report);
    Ok(next)
}

/// Makes the calls of a plan.
async fn apply(session: &Session<'_>, planned: &Planned, stop: &Stop) -> Result<Report> {
    let Planned { plan, place, .. } = planned;
    let options = options(session.global, plan, &place.repository, OnError::Continue)?;
    Ok(make(plan, &place.connection, &session.progress, &options, stop).await)
}
