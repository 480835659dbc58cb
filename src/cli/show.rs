//! `ddapps show`: a saved plan, or the parts of one together.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context, Result};
use ddapps::model::reasons;
use ddapps::render::{
    Document, MAX_SAVED_BYTES, MergeError, SavedDrift, SavedError, SavedPlan, read_drift,
    read_saved,
};

use super::args::{Global, Show};
use super::exit::{Ending, Exit};
use super::output;

pub fn run(global: &Global, args: &Show) -> Result<Exit> {
    let parts: Result<Vec<_>> = args.files.iter().map(|file| read(file)).collect();
    let saved = SavedPlan::merged(parts?).map_err(|error| no_whole(&error))?;
    output::show(global, Document::Saved(&saved), args.full)?;
    Ok(Exit::of_plan(
        saved.has_refusals(),
        args.detailed_exitcode && saved.has_steps(),
    ))
}

/// Reads a saved plan. It may come from a stranger: what cannot be meant is refused, and nothing in it is ever sent.
pub fn read(file: &Path) -> Result<SavedPlan> {
    read_as(
        file,
        read_saved,
        "plan",
        "make one with `ddapps plan --out FILE`",
    )
}

/// Reads what `drift` said, with the same suspicion.
pub fn read_drifted(file: &Path) -> Result<SavedDrift> {
    let hint = "make it with `ddapps drift --format json --output FILE`";
    read_as(file, read_drift, "drift", hint)
}

fn read_as<T>(
    file: &Path,
    reader: fn(&str) -> Result<T, SavedError>,
    what: &str,
    hint: &str,
) -> Result<T> {
    let unread = || format!("the {what} `{}` cannot be read", file.display());
    let opened = File::open(file).with_context(unread)?;
    let mut text = String::new();
    // One byte more tells that there is more, whatever there is: a pipe or a device has no size to ask for.
    (opened
        .take(MAX_SAVED_BYTES as u64 + 1)
        .read_to_string(&mut text))
    .with_context(unread)?;
    reader(&text).map_err(|error| {
        let (file, why) = (file.display(), reasons(&error));
        let message = format!("`{file}` is not a saved {what}: {why}");
        Ending::new(Exit::Failed, message).hint(hint).into()
    })
}

/// Why the plans in several files are not one.
pub fn no_whole(error: &MergeError) -> Ending {
    let message = format!("the plans are not the parts of one: {error}");
    Ending::new(Exit::Usage, message)
        .hint("make all parts from one commit for one environment, each with its own `--shard I/N`")
}
