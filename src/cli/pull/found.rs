//! One look at both sides, and what is done with what it found.

use std::path::Path;

use anyhow::{Context, Result};
use ddapps::definition::edit::EditedFile;
use ddapps::diff::{Side, Undecided};
use ddapps::fetch::Cache;
use ddapps::model::Selection;
use ddapps::plan::{Intake, Pull};
use ddapps::reconcile::{Homecoming, Question, pull};
use ddapps::render::{About, Document};

use super::commit::Commit;
use super::message::message;
use crate::cli::args::{self, Global};
use crate::cli::exit::{Ending, Exit};
use crate::cli::located::Place;
use crate::cli::observed::looked;
use crate::cli::output;

/// What one look found, with nothing written yet.
pub struct Found {
    pub home: Homecoming,
    about: About,
}

/// Looks at both sides; nothing is written.
pub async fn round(
    global: &Global,
    args: &args::Pull,
    place: &Place,
    selection: &Selection,
    cache: Option<&Cache>,
) -> Result<Found> {
    let Place {
        repository,
        target,
        progress,
        connection,
    } = place;
    let question = Question {
        cache,
        ..repository.question(global, target, selection)
    };
    let observed = looked(&question, connection, progress).await?;
    let known = &observed.desired.apps;
    if let Some(key) = args.apps.iter().find(|key| !known.contains_key(*key)) {
        let message = format!("git has no app `{key}`");
        let hint = "`pull` changes files that are there; `ddapps import ID` writes those of an app that git does not have";
        return Err(Ending::new(Exit::Refused, message).hint(hint).into());
    }
    progress.begin("reading versions", None);
    let favour = match (args.theirs, args.ours) {
        (true, _) => Some(Side::Live),
        (_, true) => Some(Side::Git),
        _ => None,
    };
    let home = pull(&connection.client, &question, &observed, favour).await;
    progress.end();
    Ok(Found {
        home,
        about: place.about(),
    })
}

impl Found {
    pub fn document(&self) -> Document<'_> {
        Document::Pull {
            pull: &self.home.pull,
            about: &self.about,
        }
    }

    /// Whether there is nothing to do and nothing to say.
    pub fn is_quiet(&self) -> bool {
        let mut apps = self.home.pull.apps.iter();
        apps.all(|app| matches!(app.intake, Intake::Nothing | Intake::Absent))
    }

    /// Writes the files, shows what was done, and commits it if that is asked for.
    pub fn bring_home(&self, global: &Global, args: &args::Pull, root: &Path) -> Result<Exit> {
        let Homecoming { pull, files } = &self.home;
        let commit = match (args.commit || args.branch.is_some()) && !files.is_empty() {
            true => {
                let paths = files.iter().map(|file| file.path.clone()).collect();
                Some(Commit::begin(root, paths, args.branch.as_deref())?)
            }
            false => None,
        };
        write(files)?;
        output::show(global, self.document(), args.full)?;
        if let Some(commit) = commit {
            let done = commit.make(&message(pull))?;
            output::say(global, &done);
        }
        Ok(exit(pull))
    }
}

/// Writes all files; where one cannot be written, says which were.
fn write(files: &[EditedFile]) -> Result<()> {
    for (index, file) in files.iter().enumerate() {
        let written: Vec<_> = files[..index].iter().map(|it| it.path.as_str()).collect();
        file.write().with_context(|| {
            let path = &file.path;
            match written.is_empty() {
                true => format!("`{path}` cannot be written, and nothing was"),
                false => format!(
                    "`{path}` cannot be written; these were: {}",
                    written.join(", ")
                ),
            }
        })?;
    }
    Ok(())
}

/// What could not be read is a failure, what collides or cannot be written in place is a refusal.
fn exit(pull: &Pull) -> Exit {
    let any = |is: &dyn Fn(&Intake) -> bool| pull.apps.iter().any(|app| is(&app.intake));
    let is_unread = |it: &Intake| matches!(it, Intake::Undecided(Undecided::Unread { .. }));
    let is_left = |intake: &Intake| {
        matches!(
            intake,
            Intake::Collides(_) | Intake::Refused(_) | Intake::Undecided(_)
        )
    };
    match (any(&is_left), any(&|it| matches!(it, Intake::Edits(_)))) {
        (false, _) => Exit::Done,
        (true, true) => Exit::InPart,
        (true, false) if any(&is_unread) => Exit::Failed,
        (true, false) => Exit::Refused,
    }
}
