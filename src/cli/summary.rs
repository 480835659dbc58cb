//! The summary of a job, on GitHub.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use ddapps::render::{self, Document, MarkdownOptions, render};

use super::speech::markdown;

/// What GitHub takes as the summary of a step.
const LIMIT: u64 = 1 << 20;

/// Whether this job has a summary.
pub fn is_kept() -> bool {
    place().is_some()
}

/// Adds a document to the summary of the job, where there is such a thing.
pub fn put(document: Document<'_>, full: bool) -> Result<()> {
    let Some((path, room)) = place() else {
        return Ok(());
    };
    // What does not fit makes GitHub drop all of it.
    if room < MarkdownOptions::LEAST as u64 {
        return Ok(());
    }
    let limits = MarkdownOptions {
        limit: usize::try_from(room).ok(),
        ..MarkdownOptions::default()
    };
    let text = render(document, render::Format::Markdown, &markdown(full, limits));
    append(&path, &text)
}

/// Adds a text to the summary of the job, where there is such a thing and room for it.
pub fn add(text: &str) -> Result<()> {
    match place() {
        Some((path, room)) if text.len() as u64 <= room => append(&path, text),
        _ => Ok(()),
    }
}

/// The file of the summary, and how much fits into it.
fn place() -> Option<(PathBuf, u64)> {
    let path = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|it| !it.is_empty())?;
    let size = fs::metadata(&path).map_or(0, |it| it.len());
    Some((path.into(), LIMIT.saturating_sub(size + 1)))
}

fn append(path: &Path, text: &str) -> Result<()> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| writeln!(file, "{text}"))
        .context("the summary of the job cannot be written")
}
