//! `ddapps watch`: plans, or converges, with every save.
//!
//! Each turn is a whole run: settings, definitions and the live side are looked at anew, and what is shown is that and
//! nothing older. A save during a turn begins it again; where saves never stop, a turn comes to its end all the same, is
//! said to be of before the newest of them, and applies nothing. Calls that are under way at a save are brought to the end of
//! their app.
//! [`turn`] makes one, [`view`] what is shown of it.

mod allowed;
mod body;
mod converging;
mod documents;
mod events;
mod log;
mod outcome;
mod screen;
mod session;
mod told;
mod turn;
mod view;
mod why;

use std::time::Duration;

use anyhow::Result;
use ddapps::watch::{Cause, Options, Watch};

use super::args::{self, Global};
use super::drafts;
use super::exit::Exit;
use super::interrupts::Interrupts;
use super::repository::root;
use converging::{Next, converge};
use outcome::{Look, Outcome};
use session::Session;
use told::Told;
use view::View;
use why::Why;

/// After a failure it is tried again so much later, then after twice as long, and so on.
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LAST_RETRY: Duration = Duration::from_secs(300);

pub async fn run(global: &Global, args: &args::Watch) -> Result<Exit> {
    let mut view = View::new(global, args)?;
    let mut interrupts = Interrupts::new()?;
    // Files are compared by where they are, so that links on the way to the repository do not matter.
    let root = std::path::absolute(root(global)?)?;
    let root = root.canonicalize().unwrap_or(root);
    let options = Options {
        every: args.interval.map(|it| it.0),
        poll: args.poll.map(|it| it.0),
    };
    let mut watch = Watch::new(&root, &options);
    let mut session = Session::new(global, args, root.clone())?;
    let mut retry = FIRST_RETRY / 2;
    let mut why = Why::start();
    view.begin(&mut watch)?;
    loop {
        view.busy(&why)?;
        if why.is_save() {
            session.saved();
        }
        let is_overdue = why.is_overdue();
        let looked = tokio::select! {
            biased;
            () = interrupts.next() => break,
            looked = session.look() => looked?,
            cause = watch.saved(), if !is_overdue => {
                why.also(cause);
                continue;
            }
        };
        let Look { sources, outcome } = looked;
        watch.follow(sources).await;
        let is_to_apply = outcome.is_to_apply(args);
        let newer = tokio::select! {
            biased;
            () = interrupts.next() => break,
            newer = watch.outdated(is_to_apply) => newer,
        };
        if let (Some(cause), false) = (&newer, is_overdue) {
            why.also(cause.clone());
            continue;
        }
        let mut told = Told::new(&root, &why, outcome);
        told.is_outdated = newer.is_some();
        let next = match newer {
            // What is planned must be what the files say.
            None if is_to_apply => {
                converge(&session, &mut told, &mut watch, &mut interrupts).await?
            }
            newer => newer.map(Next::Look),
        };
        retry = match told.outcome.is_passing() {
            true => (retry * 2).min(LAST_RETRY),
            false => FIRST_RETRY / 2,
        };
        told.again_in = match &told.outcome {
            outcome if outcome.is_passing() => Some(retry),
            Outcome::Planned(planned) => planned.deletes_in,
            _ => None,
        };
        watch.rest(told.again_in);
        view.show(told, watch.means())?;
        let cause = match next {
            Some(Next::End) => break,
            Some(Next::Look(cause)) => cause,
            None => {
                let Some(cause) = wait(&mut view, &mut watch, &mut interrupts).await? else {
                    break;
                };
                cause
            }
        };
        why = Why::of(cause);
    }
    view.end()?;
    match (&args.draft, session.place()) {
        (Some(draft), Some(place)) if !args.keep => drafts::end(global, &place, draft).await,
        _ => Ok(Exit::Done),
    }
}

/// Waits for the next reason to look; `None`: the user wants to end.
async fn wait(
    view: &mut View<'_>,
    watch: &mut Watch,
    interrupts: &mut Interrupts,
) -> Result<Option<Cause>> {
    loop {
        tokio::select! {
            biased;
            () = interrupts.next() => return Ok(None),
            cause = watch.next() => return Ok(Some(cause)),
            () = view.resized() => view.redraw()?,
        }
    }
}
