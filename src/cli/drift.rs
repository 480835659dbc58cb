//! `ddapps drift`: what was done to the live apps since our last applies, and by whom.

use anyhow::Result;
use ddapps::plan::{Fate, Survey};
use ddapps::reconcile::look_back;
use ddapps::render::{About, Document};

use super::args::{self, Global};
use super::choice::selection;
use super::exit::Exit;
use super::located::Place;
use super::observed::observed;
use super::occasion;
use super::output;

pub async fn run(global: &Global, args: &args::Drift) -> Result<Exit> {
    let found = Found::look(global).await?;
    output::show(global, found.document(), args.full)?;
    if found.survey.apps.iter().any(is_edited) {
        output::say(
            global,
            "`ddapps pull` takes live edits over into the files; `ddapps apply --overwrite-drift` undoes them",
        );
    }
    Ok(found.exit())
}

fn is_edited(app: &ddapps::plan::Surveyed) -> bool {
    matches!(app.fate, Fate::Edited { .. })
}

/// What was found, and what it was compared with.
pub struct Found {
    survey: Survey,
    about: About,
}

impl Found {
    /// Reads both sides, and the histories of the apps that differ.
    pub async fn look(global: &Global) -> Result<Self> {
        let selection = selection(global)?;
        let place = Place::open(global).await?;
        let Place {
            repository,
            target,
            progress,
            connection,
        } = &place;
        let question = repository.question(global, target, &selection);
        let observed = observed(global, &question, connection, progress).await?;
        progress.begin("reading versions", None);
        let parallelism = global.parallelism.into();
        let survey = look_back(&connection.client, &observed, parallelism).await;
        progress.end();
        Ok(Self {
            survey,
            about: About {
                commit: occasion::commit(&repository.root),
                ..place.about()
            },
        })
    }

    /// What is shown of it.
    pub fn document(&self) -> Document<'_> {
        Document::Drift {
            survey: &self.survey,
            about: &self.about,
        }
    }

    /// What could not be read outweighs what was found: nothing found is no proof then that there is nothing.
    pub fn exit(&self) -> Exit {
        let any = |is: fn(&Fate) -> bool| self.survey.apps.iter().any(|app| is(&app.fate));
        match () {
            () if any(Fate::is_unread) => Exit::Failed,
            () if any(Fate::is_drift) => Exit::Pending,
            () if any(Fate::is_ambiguous) => Exit::Refused,
            () => Exit::Done,
        }
    }
}
