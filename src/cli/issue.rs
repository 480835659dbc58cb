//! `ddapps comment --issue`: the one issue about what was done live.

use anyhow::Result;
use ddapps::forge::{Marker, Told};
use ddapps::render::{self, Document, Format, SavedDrift, read_drift, render};

use super::args::{Comment, Global};
use super::drift::Found;
use super::exit::{Ending, Exit};
use super::forge::{explained, open};
use super::{destination, output, show, summary};

/// The most characters of a title.
const LONGEST_TITLE: usize = 200;

pub async fn run(global: &Global, args: &Comment) -> Result<Exit> {
    let speaker = open(global, &args.place, true)?;
    speaker.forge.expect_issues().map_err(explained)?;
    let full = args.decisions.full;
    let drift = drift(global, args).await?;
    let document = Document::SavedDrift(&drift);
    let marker = Marker::of(drift.project(), drift.environment());
    let forge = &speaker.forge;
    let told = match (drift.drifted(), drift.is_incomplete()) {
        (0, false) => {
            let text = "Nothing is otherwise than the last apply left it any more.";
            let text = format!("{text}\n{}", speaker.end(drift.commit()));
            Some(forge.close_issue(&marker, &text).await)
        }
        // What could not be read is no proof that there is nothing to tell.
        (0, true) => None,
        _ => {
            let text = speaker.text(document, full, "") + &speaker.end(drift.commit());
            Some(forge.keep_issue(&marker, &title(&drift), &text).await)
        }
    };
    let told = told.transpose().map_err(explained)?;
    output::say(global, &words(told));
    summary::put(document, full)?;
    if let Some(file) = &global.output {
        destination::write(file, &output::text(global, document, full))?;
    }
    Ok(match drift.is_incomplete() {
        true => Exit::Failed,
        false => Exit::Done,
    })
}

/// What `drift` said, or says now.
async fn drift(global: &Global, args: &Comment) -> Result<SavedDrift> {
    match args.files.as_slice() {
        [file] => return show::read_drifted(file),
        [] => {}
        _ => {
            let message = "`--issue` is about one drift, and there are several files";
            return Err(Ending::new(Exit::Usage, message).into());
        }
    }
    let found = Found::look(global).await?;
    let options = render::Options {
        full: args.decisions.full,
        ..render::Options::default()
    };
    // As if it had been saved, so that both ways say the same.
    Ok(read_drift(&render(
        found.document(),
        Format::Json,
        &options,
    ))?)
}

fn title(drift: &SavedDrift) -> String {
    let scope = match drift.environment() {
        Some(environment) => format!("{} ({environment})", drift.project()),
        None => drift.project().to_owned(),
    };
    let title = format!("Live apps were changed: {}", render::line(&scope));
    title.chars().take(LONGEST_TITLE).collect()
}

fn words(told: Option<Told>) -> String {
    match told {
        None => "an app could not be read, so the issue is left as it is".to_owned(),
        Some(Told::Nothing) => "no issue is needed, there is no drift".to_owned(),
        Some(Told::Opened(number)) => format!("issue {number}: opened"),
        Some(Told::Edited(number)) => format!("issue {number}: edited"),
        Some(Told::Unchanged(number)) => format!("issue {number}: says that already"),
        Some(Told::Closed(number)) => format!("issue {number}: closed, there is no drift any more"),
    }
}
