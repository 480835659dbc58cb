//! One turn: files and server are looked at anew, and planned on.

use ddapps::reconcile::{self, Question, observe, propose};
use ddapps::render::About;

use super::allowed::{GRACE, allowed};
use super::outcome::{Outcome, Planned};
use super::session::{Ground, Session};
use crate::cli::choice::policy;
use crate::cli::occasion::occasion;
use crate::cli::plan::about;

/// Looks at files and server, and plans.
pub async fn turn(session: &Session<'_>, ground: Ground) -> Outcome {
    let Session {
        global,
        args,
        selection,
        progress,
        ..
    } = session;
    let Ground {
        repository,
        target,
        connection,
    } = ground;
    let question = Question {
        memory: Some(&session.memory),
        cache: Some(&session.cache),
        ..repository.question(global, &target, selection)
    };
    let client = &connection.client;
    let observed = observe(client, &question, &|event| progress.fetched(&event)).await;
    progress.end();
    let observed = match observed {
        Ok(observed) => observed,
        Err(reconcile::Error::Definitions(findings)) => {
            let why = "the definitions cannot be read in full, so nothing was planned";
            return Outcome::Invalid(why, findings);
        }
        Err(error) => return Outcome::Failed(error.into(), true),
    };
    let wished = policy(&target, selection, &args.decisions);
    let calm = session.saved.elapsed();
    let allowed = allowed(args, &wished, calm);
    let occasion = occasion(&session.root, &args.decisions);
    let parallelism = global.parallelism.into();
    let plan = propose(client, &observed, &allowed, &occasion, parallelism).await;
    let is_held = wished.prune != allowed.prune && plan.summary.orphaned > 0;
    Outcome::Planned(Box::new(Planned {
        deletes_in: is_held.then(|| GRACE.saturating_sub(calm)),
        plan,
        about: About {
            commit: occasion.commit,
            ..about(&target, &connection)
        },
        findings: observed.findings,
        repository,
        connection,
        report: None,
    }))
}
