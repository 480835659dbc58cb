//! Pulling while somebody clicks.

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
use crate::cli::connection::connect;
use crate::cli::exit::Exit;
use crate::cli::interrupts::Interrupts;
use crate::cli::located::Place;
use crate::cli::output;
use crate::cli::repository::Repository;

/// Pulls again and again until it is interrupted. What fails in one round may be well in the next.
pub async fn watch(
    global: &Global,
    args: &args::Pull,
    mut place: Place,
    pause: Duration,
) -> Result<Exit> {
    let mut interrupts = Interrupts::new()?;
    let selection = chosen(global, &args.apps)?;
    let cache = Cache::memory();
    let mut last = String::new();
    output::say(global, "pulling live edits as they are saved; Ctrl-C ends");
    loop {
        let found = tokio::select! {
            biased;
            () = interrupts.next() => return Ok(Exit::Done),
            found = round(global, args, &place, &selection, Some(&cache)) => found,
        };
        last = told(global, args, &place, found, &last);
        tokio::select! {
            biased;
            () = interrupts.next() => return Ok(Exit::Done),
            () = tokio::time::sleep(pause) => {}
        }
        // The settings may have been changed, by hand or by what was pulled.
        if let Ok(settings) = definition::read_settings(&place.repository.root) {
            let root = place.repository.root.clone();
            place.repository = Arc::new(Repository { root, settings });
        }
        if global.sandbox {
            // Each command has an emulator of its own on one file: what another did there is seen by opening it anew.
            let connecting = connect(global, &place.repository, &place.target, &place.progress);
            if let Ok(connection) = connecting.await {
                place.connection = Arc::new(connection);
            }
        }
    }
}

/// Brings home what was found, or says what is in the way; not again what was said last. Returns what was said.
fn told(
    global: &Global,
    args: &args::Pull,
    place: &Place,
    found: Result<Found>,
    last: &str,
) -> String {
    let text = |found: &Found| output::text(global, found.document(), args.full);
    let ended = match &found {
        Ok(found) if found.is_quiet() || text(found) == last => return text(found),
        Ok(found) => found.bring_home(global, args, place).map(|_| ()),
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
