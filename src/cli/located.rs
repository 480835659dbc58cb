//! One app by its key, for the commands that are about one app.

use std::sync::Arc;

use anyhow::Result;
use ddapps::definition::Target;
use ddapps::model::{AppKey, LiveApp};
use ddapps::reconcile::{NotLocated, locate};
use ddapps::render::About;

use super::args::Global;
use super::connection::{Connection, connect};
use super::exit::{Ending, Exit};
use super::plan::about;
use super::progress::Progress;
use super::repository::Repository;

/// The repository with its environment, and the server.
#[derive(Clone)]
pub struct Place {
    pub repository: Arc<Repository>,
    pub target: Target,
    pub progress: Arc<Progress>,
    pub connection: Arc<Connection>,
}

impl Place {
    /// Opens the repository and connects.
    pub async fn open(global: &Global) -> Result<Self> {
        let repository = Repository::open(global)?;
        let target = repository.target(global)?;
        let progress = Arc::new(Progress::new(global));
        let connection = connect(global, &repository, &target, &progress).await?;
        Ok(Self {
            repository: Arc::new(repository),
            target,
            progress,
            connection: Arc::new(connection),
        })
    }

    /// Finds the live app of a key, whatever state its definition is in; `None` if there is none.
    pub async fn find(&self, global: &Global, key: &AppKey) -> Result<Option<LiveApp>> {
        self.progress.begin("reading apps", None);
        let client = &self.connection.client;
        let found = locate(client, &self.target, key, global.parallelism.into()).await;
        self.progress.end();
        match found {
            Ok(live) => Ok(Some(live)),
            Err(NotLocated::Absent { .. }) => Ok(None),
            Err(error) => Err(explained(error)),
        }
    }

    /// The same where there must be one.
    pub async fn app(&self, global: &Global, key: &AppKey) -> Result<LiveApp> {
        self.find(global, key).await?.ok_or_else(|| {
            let message = format!("no live app of this project is called `{key}`");
            Ending::new(Exit::Refused, message)
                .hint(
                    "`ddapps plan --full` lists the keys; `ddapps adopt KEY ID` takes an app over",
                )
                .into()
        })
    }

    /// What a plan of one app was made from.
    pub fn about(&self) -> About {
        about(&self.target, &self.connection)
    }
}

fn explained(error: NotLocated) -> anyhow::Error {
    let hint = match &error {
        NotLocated::Live(_) | NotLocated::Absent { .. } => return error.into(),
        NotLocated::Missing { .. } => {
            "correct the binding under `apps:` in the settings, or remove it"
        }
        NotLocated::Ambiguous { .. } => {
            "bind the right one under `apps:` in the settings, and remove the mark from the others"
        }
        NotLocated::Unread { .. } => "run again once it can be read",
    };
    let exit = match &error {
        NotLocated::Unread { .. } => Exit::Failed,
        _ => Exit::Refused,
    };
    Ending::new(exit, error.to_string()).hint(hint).into()
}
