//! The server, kept from turn to turn while the settings mean the same one.
//!
//! In the sandbox, each command has an emulator of its own on one file. So it is opened anew for each turn: what another
//! command did there is seen, and not written over.

use std::sync::Arc;

use anyhow::Result;
use ddapps::definition::Target;

use super::args::Global;
use super::connection::{Connection, connect, site};
use super::progress::Progress;
use super::repository::Repository;

/// The server of the turn before.
#[derive(Default)]
pub struct Link(Option<Arc<Connection>>);

impl Link {
    /// To a server that a command talks to already.
    pub fn of(connection: &Arc<Connection>) -> Self {
        Self(Some(connection.clone()))
    }

    /// Whether there was a server in any turn.
    pub fn is_made(&self) -> bool {
        self.0.is_some()
    }

    /// The server that is meant.
    pub async fn to(
        &mut self,
        global: &Global,
        repository: &Repository,
        target: &Target,
        progress: &Arc<Progress>,
    ) -> Result<Arc<Connection>> {
        let site = site(global, target);
        let made = match self.0.take() {
            Some(made) if made.site == site && !global.sandbox => made,
            other => match connect(global, repository, target, progress).await {
                Ok(connection) => Arc::new(connection),
                Err(error) => {
                    self.0 = other;
                    return Err(error);
                }
            },
        };
        Ok(self.0.insert(made).clone())
    }
}
