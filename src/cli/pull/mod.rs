//! `ddapps pull`: live edits come home into the files.
//!
//! [`found`] is one look at both sides and what is done with it, [`commit`] what git is told, [`watch`] looks again and again.

mod commit;
mod found;
mod message;
mod watch;

use anyhow::Result;
use ddapps::model::{AppKey, Selection};
use ddapps::reconcile;

use super::args::{self, Format, Global};
use super::choice::selected;
use super::complaint::complain;
use super::exit::{Ending, Exit, ending};
use super::located::Place;
use super::observed::unreadable;
use super::output;

use found::round;

pub async fn run(global: &Global, args: &args::Pull) -> Result<Exit> {
    let place = Place::open(global).await?;
    match args.watch {
        None => {
            let selection = chosen(global, &args.apps)?;
            match round(global, args, &place, &selection, None).await {
                Ok(found) => found.bring_home(global, args, &place.repository.root),
                Err(error) => Err(shown(global, error)?),
            }
        }
        Some(pause) => {
            if global.format != Format::Text || global.output.is_some() {
                let message =
                    "`--watch` shows text, and has no one result for `--format` or `--output`";
                return Err(Ending::new(Exit::Usage, message).into());
            }
            watch::watch(global, args, place, pause.0).await
        }
    }
}

/// Says why a round came to nothing.
fn explain(global: &Global, error: anyhow::Error) {
    let error = shown(global, error).unwrap_or_else(|error| error);
    let (_, hint) = ending(&error);
    complain(global, &error, hint);
}

/// Shows findings that are in the way; returns what ends the command.
fn shown(global: &Global, error: anyhow::Error) -> Result<anyhow::Error> {
    match error.downcast::<reconcile::Error>() {
        Ok(reconcile::Error::Definitions(findings)) => {
            output::findings(global, &findings)?;
            Ok(unreadable().into())
        }
        Ok(error) => Ok(error.into()),
        Err(error) => Ok(error),
    }
}

/// The keys that are named, besides what the options of all commands select.
fn chosen(global: &Global, keys: &[AppKey]) -> Result<Selection> {
    let args = &global.selection;
    let literal = |key: &AppKey| {
        let special = |c: char| matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '!' | '\\');
        let escaped = key.as_str().chars().map(|c| match special(c) {
            true => format!("[{c}]"),
            false => c.to_string(),
        });
        escaped.collect::<String>()
    };
    let globs: Vec<_> = (args.keys.iter().cloned())
        .chain(keys.iter().map(literal))
        .collect();
    selected(global, &globs)
}
