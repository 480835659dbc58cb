//! Both sides, read: what every command that compares them begins with.

use anyhow::Result;
use ddapps::reconcile::{self, Observation, Question, observe};

use super::args::Global;
use super::connection::Connection;
use super::exit::{Ending, Exit};
use super::output;
use super::progress::Progress;

/// Reads files and server. Definitions that cannot be read in full are shown, and end the command.
pub async fn observed(
    global: &Global,
    question: &Question<'_>,
    connection: &Connection,
    progress: &Progress,
) -> Result<Observation> {
    progress.begin("reading apps", None);
    let on_event = |event| progress.fetched(&event);
    let observed = observe(&connection.client, question, &on_event).await;
    progress.end();
    match observed {
        Err(reconcile::Error::Definitions(findings)) => {
            output::findings(global, &findings)?;
            let message = "the definitions cannot be read in full, so there is nothing to compare";
            Err(Ending::new(Exit::Invalid, message).into())
        }
        observed => Ok(observed?),
    }
}
