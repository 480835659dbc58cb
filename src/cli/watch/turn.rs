//! One turn: files and server are looked at anew, and planned on.

use anyhow::Result;
use ddapps::plan::{AppPlan, Note};
use ddapps::reconcile::{self, Question, observe, propose};
use ddapps::render::About;

use super::allowed::{GRACE, allowed};
use super::outcome::{Outcome, Planned};
use super::session::Session;
use crate::cli::choice::policy;
use crate::cli::exit::{Ending, Exit};
use crate::cli::located::Place;
use crate::cli::occasion::occasion;
use crate::cli::plan::about;

/// So many apps are copied for a draft.
const MOST_COPIES: usize = 10;

/// Looks at files and server, and plans.
pub async fn turn(session: &Session<'_>, place: Place) -> Result<Outcome> {
    let Session {
        global,
        args,
        selection,
        progress,
        ..
    } = session;
    let client = &place.connection.client;
    let target = match &args.draft {
        Some(draft) => place.target.clone().drafted(draft.clone()),
        None => place.target.clone(),
    };
    let question = Question {
        memory: Some(&session.memory),
        cache: Some(&session.cache),
        ..place.repository.question(global, &target, selection)
    };
    // git is asked meanwhile.
    let (root, decisions) = (session.root.clone(), args.decisions.clone());
    let asking = tokio::task::spawn_blocking(move || occasion(&root, &decisions));
    let observed = observe(client, &question, &|event| progress.fetched(&event)).await;
    progress.end();
    let observed = match observed {
        Ok(observed) => observed,
        Err(reconcile::Error::Definitions(findings)) => {
            let why = "the definitions cannot be read in full, so nothing was planned";
            return Ok(Outcome::Invalid(why, findings));
        }
        Err(error) => return Ok(Outcome::Failed(error.into(), true)),
    };
    let copies = observed.desired.apps.len();
    if args.draft.is_some() && copies > MOST_COPIES {
        let message =
            format!("a draft is of {MOST_COPIES} apps at most, and `--key` names {copies}");
        return Err(Ending::new(Exit::Usage, message).into());
    }
    let wished = policy(&target, selection, &args.decisions);
    let calm = session.saved.elapsed();
    let allowed = allowed(args, &wished, calm);
    let occasion = asking.await?;
    let parallelism = global.parallelism.into();
    let plan = propose(client, &observed, &allowed, &occasion, parallelism).await;
    let is_unpublished = |app: &AppPlan| app.notes.contains(&Note::PublicationHeldBack);
    let is_held = wished.prune != allowed.prune && plan.summary.orphaned > 0;
    Ok(Outcome::Planned(Box::new(Planned {
        holds_publications: wished.no_publish != allowed.no_publish
            && plan.apps.iter().any(is_unpublished),
        deletes_in: is_held.then(|| GRACE.saturating_sub(calm)),
        plan,
        about: About {
            commit: occasion.commit,
            ..about(&target, &place.connection)
        },
        findings: observed.findings,
        is_draft: args.draft.is_some(),
        place,
        report: None,
    })))
}
