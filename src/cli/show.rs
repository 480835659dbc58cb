//! `ddapps show`: a saved plan, or the parts of one together.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use ddapps::render::{Document, MergeError, SavedPlan, read_saved};

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
    let text = fs::read_to_string(file)
        .with_context(|| format!("the plan `{}` cannot be read", file.display()))?;
    read_saved(&text).map_err(|error| {
        let message = format!("`{}` is not a saved plan: {error}", file.display());
        Ending::new(Exit::Failed, message)
            .hint("make one with `ddapps plan --out FILE`")
            .into()
    })
}

/// Why the plans in several files are not one.
pub fn no_whole(error: &MergeError) -> Ending {
    let message = format!("the plans are not the parts of one: {error}");
    Ending::new(Exit::Usage, message)
        .hint("make all parts from one commit for one environment, each with its own `--shard I/N`")
}
