//! The server, kept from turn to turn while the settings mean the same one.
//!
//! In the sandbox, each command has an emulator of its own on one file. So it is opened anew for each turn: what another
//! command did there is seen, and not written over.

use std::sync::Arc;

use anyhow::Result;
use ddapps::definition::Target;

use crate::cli::args::Global;
use crate::cli::connection::{Connection, connect, site};
use crate::cli::progress::Progress;
use crate::cli::repository::Repository;

/// The server, with the site that it is for.
#[derive(Default)]
pub struct Link(Option<(String, Arc<Connection>)>);

impl Link {
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
            Some(made) if made.0 == site && !global.sandbox => made,
            other => match connect(global, repository, target, progress).await {
                Ok(connection) => (site, Arc::new(connection)),
                Err(error) => {
                    self.0 = other;
                    return Err(error);
                }
            },
        };
        Ok(self.0.insert(made).1.clone())
    }
}
