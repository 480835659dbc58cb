//! What all turns share, and what one turn rests on.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Error, Result};
use ddapps::definition::{self, SETTINGS, Target};
use ddapps::fetch::Cache;
use ddapps::model::Selection;
use ddapps::reconcile::Memory;

use super::link::Link;
use super::outcome::{Look, Outcome};
use super::turn::turn;
use crate::cli::args::{Global, Watch};
use crate::cli::choice::selection;
use crate::cli::connection::Connection;
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
}

/// What one turn rests on.
pub struct Ground {
    pub repository: Repository,
    pub target: Target,
    pub connection: Arc<Connection>,
}

impl<'a> Session<'a> {
    pub fn new(global: &'a Global, args: &'a Watch, root: PathBuf) -> Result<Self> {
        Ok(Self {
            global,
            args,
            root,
            selection: selection(global)?,
            memory: Memory::default(),
            cache: Cache::memory(),
            progress: Arc::new(Progress::new(global)),
            link: Link::default(),
            saved: Instant::now(),
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
                match self.ground(Repository { root, settings }).await {
                    Ok(ground) => {
                        let outcome = turn(self, ground).await;
                        sources.extend(self.memory.sources());
                        outcome
                    }
                    Err(error) if is_first => return Err(error),
                    Err(error) => Outcome::Failed(error, false),
                }
            }
        };
        Ok(Look { sources, outcome })
    }

    async fn ground(&mut self, repository: Repository) -> Result<Ground, Error> {
        let is_first = !self.link.is_made();
        let target = repository.target_of(self.global)?;
        let linked = self
            .link
            .to(self.global, &repository, &target, &self.progress);
        let connection = linked.await?;
        if is_first {
            repository.tell_target(self.global, &target);
            self.progress.begin("reading apps", None);
        }
        Ok(Ground {
            repository,
            target,
            connection,
        })
    }
}
