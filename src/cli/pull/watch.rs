//! Pulling while somebody clicks.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use ddapps::definition;
use ddapps::fetch::Cache;
use ddapps::model::Texts;
use ddapps::reconcile;
use ddapps::render::Document;

use super::found::{Found, round};
use super::{chosen, explain};
use crate::cli::args::{self, Global};
use crate::cli::exit::Exit;
use crate::cli::interrupts::Interrupts;
use crate::cli::link::Link;
use crate::cli::located::Place;
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::repository::Repository;

/// Pulls again and again until it is interrupted. What fails in one round may be well in the next.
pub async fn watch(
    global: &Global,
    args: &args::Pull,
    place: Place,
    pause: Duration,
) -> Result<Exit> {
    let mut interrupts = Interrupts::new()?;
    let selection = chosen(global, &args.apps)?;
    let cache = Cache::memory();
    let (root, progress) = (place.repository.root.clone(), place.progress.clone());
    let mut link = Link::of(&place.connection);
    let mut place = Ok(place);
    let mut last = String::new();
    output::say(global, "pulling live edits as they are saved; Ctrl-C ends");
    loop {
        let look = async { round(global, args, &place?, &selection, Some(&cache)).await };
        let found = tokio::select! {
            biased;
            () = interrupts.next() => return Ok(Exit::Done),
            found = look => found,
        };
        last = told(global, args, &root, found, &last);
        tokio::select! {
            biased;
            () = interrupts.next() => return Ok(Exit::Done),
            () = tokio::time::sleep(pause) => {}
        }
        place = opened(global, &root, &progress, &mut link).await;
    }
}

/// The repository as its settings say now: they may have been changed, by hand or by what was pulled.
async fn opened(
    global: &Global,
    root: &Path,
    progress: &Arc<Progress>,
    link: &mut Link,
) -> Result<Place> {
    let settings = definition::read_settings(root).map_err(reconcile::Error::Definitions)?;
    let root = root.to_owned();
    let repository = Repository { root, settings };
    let target = repository.target_of(global)?;
    let connection = link.to(global, &repository, &target, progress).await?;
    Ok(Place {
        repository: Arc::new(repository),
        target,
        progress: progress.clone(),
        connection,
    })
}

/// Brings home what was found, or says what is in the way; not again what was said last, unless somebody undid it. Returns
/// what was said.
fn told(
    global: &Global,
    args: &args::Pull,
    root: &Path,
    found: Result<Found>,
    last: &str,
) -> String {
    let text = |found: &Found| output::text(global, found.document(), args.full);
    let ended = match &found {
        Ok(found) if found.is_quiet() => return text(found),
        Ok(found) if found.home.files.is_empty() && text(found) == last => return text(found),
        Ok(found) => found.bring_home(global, args, root).map(|_| ()),
        Err(_) => Ok(()),
    };
    let error = match (found, ended) {
        (Ok(found), Ok(())) => return text(&found),
        (_, Err(error)) | (Err(error), Ok(())) => error,
    };
    let said = match error.downcast_ref::<reconcile::Error>() {
        Some(reconcile::Error::Definitions(findings)) => {
            let texts = Texts::new();
            output::text(global, Document::findings(findings, &texts), false)
        }
        _ => format!("{error:#}"),
    };
    if said != last {
        explain(global, error);
    }
    said
}
