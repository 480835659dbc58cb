//! `ddapps show`: a saved plan.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use ddapps::render::{Document, SavedPlan, read_saved};

use super::args::{Global, Show};
use super::exit::{Ending, Exit};
use super::output;

pub fn run(global: &Global, args: &Show) -> Result<Exit> {
    let saved = read(&args.file)?;
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
