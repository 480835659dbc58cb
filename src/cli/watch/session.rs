//! What all turns share.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use ddapps::definition::{self, SETTINGS};
use ddapps::fetch::Cache;
use ddapps::model::Selection;
use ddapps::reconcile::Memory;

use super::outcome::{Look, Outcome};
use super::turn::turn;
use crate::cli::args::{Global, Watch};
use crate::cli::choice::selection;
use crate::cli::exit::{Ending, Exit};
use crate::cli::link::Link;
use crate::cli::located::Place;
use crate::cli::progress::Progress;
use crate::cli::repository::Repository;

/// What all turns share.
pub struct Session<'a> {
    pub global: &'a Global,
    pub args: &'a Watch,
    pub root: PathBuf,
    pub selection: Selection,
    pub memory: Memory,
    /// Live apps that did not change are not read again.
    pub cache: Cache,
    pub progress: Arc<Progress>,
    /// When a file was last seen to change.
    pub saved: Instant,
    link: Link,
    /// What the newest turn rested on.
    place: Option<Place>,
}

/// A draft is of a few apps: one copies what it names, and never all there is by accident.
fn selected(global: &Global, args: &Watch) -> Result<Selection> {
    if args.draft.is_some() && global.selection.keys.is_empty() {
        let message = "a draft is of apps that `--key` names";
        return Err(Ending::new(Exit::Usage, message)
            .hint("for example `ddapps watch --draft sam --key ecs-tasks`")
            .into());
    }
    selection(global)
}

impl<'a> Session<'a> {
    pub fn new(global: &'a Global, args: &'a Watch, root: PathBuf) -> Result<Self> {
        Ok(Self {
            global,
            args,
            root,
            selection: selected(global, args)?,
            memory: Memory::default(),
            cache: Cache::memory(),
            progress: Arc::new(Progress::new(global)),
            link: Link::default(),
            saved: Instant::now(),
            place: None,
        })
    }

    /// Notes that files changed.
    pub fn saved(&mut self) {
        self.saved = Instant::now();
    }

    /// Looks at everything. An error ends the command: it is one of the command line, not of the files.
    pub async fn look(&mut self) -> Result<Look> {
        let mut sources = BTreeSet::from([self.root.join(SETTINGS)]);
        let outcome = match definition::read_settings(&self.root) {
            Err(findings) => Outcome::Invalid("the settings are invalid", findings),
            Ok(settings) => {
                let root = self.root.clone();
                // What is wrong at the start is wrong with the command line.
                let is_first = !self.link.is_made();
                let outcome = match self.place_of(Repository { root, settings }).await {
                    Ok(place) => turn(self, place).await,
                    Err(error) => Err(error),
                };
                sources.extend(self.memory.sources());
                match outcome {
                    Err(error) if !is_first => Outcome::Failed(error, false),
                    outcome => outcome?,
                }
            }
        };
        Ok(Look { sources, outcome })
    }

    async fn place_of(&mut self, repository: Repository) -> Result<Place> {
        let is_first = !self.link.is_made();
        let target = repository.target_of(self.global)?;
        let linked = (self.link).to(self.global, &repository, &target, &self.progress);
        let connection = linked.await?;
        if is_first {
            repository.tell_target(self.global, &target);
            self.progress.begin("reading apps", None);
        }
        let place = Place {
            repository: Arc::new(repository),
            target,
            progress: self.progress.clone(),
            connection,
        };
        Ok(self.place.insert(place).clone())
    }

    /// What the newest turn rested on.
    pub fn place(self) -> Option<Place> {
        self.place
    }
}
