//! A file that changes: its text before and after, and how it gets onto the disk.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::page::Page;
use crate::definition::files::{Inside, Overlay};
use crate::definition::replace::{create, replace};

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedFile {
    /// From the repository's root.
    pub path: String,
    /// What it says; nothing if it is new.
    pub before: Option<String>,
    /// What it is to say; nothing if it is to go.
    pub after: Option<String>,
    /// Without symbolic links.
    pub(super) real: PathBuf,
}

impl EditedFile {
    pub(super) fn new(file: Inside, before: Option<String>, after: Option<String>) -> Self {
        Self {
            path: file.shown.to_string(),
            before,
            after,
            real: file.real,
        }
    }

    pub(super) fn of_page(page: &Page, after: Option<String>) -> Self {
        let after = after.map(|text| match page.has_mark {
            true => format!("\u{feff}{text}"),
            false => text,
        });
        Self::new(page.file.clone(), Some(page.whole.clone()), after)
    }

    /// What these changes lay over the files; of several changes of one file the last.
    pub(super) fn overlay(files: &[Self]) -> Overlay {
        let entry = |file: &Self| (file.real.clone(), file.after.clone());
        files.iter().map(entry).collect()
    }

    /// Writes the change beside the file and renames it, or takes the file away; not over what somebody else has saved.
    pub fn write(&self) -> io::Result<()> {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => replace(&self.real, before, after),
            (None, Some(after)) => create(&self.real, after, false),
            (Some(before), None) if fs::read(&self.real)? != before.as_bytes() => {
                Err(io::Error::other("the file has changed in the meantime"))
            }
            (Some(_), None) => fs::remove_file(&self.real),
            (None, None) => Ok(()),
        }
    }
}
