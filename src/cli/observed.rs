//! Both sides, read: what every command that compares them begins with.

use anyhow::Result;
use ddapps::reconcile::{self, Observation, Question, observe};

use super::args::Global;
use super::choice::tell_unmatched;
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
    match looked(question, connection, progress).await {
        Err(reconcile::Error::Definitions(findings)) => {
            output::findings(global, &findings)?;
            Err(unreadable().into())
        }
        observed => {
            let observed = observed?;
            tell_unmatched(global, &observed);
            Ok(observed)
        }
    }
}

/// Reads files and server.
pub async fn looked(
    question: &Question<'_>,
    connection: &Connection,
    progress: &Progress,
) -> Result<Observation, reconcile::Error> {
    progress.begin("reading apps", None);
    let on_event = |event| progress.fetched(&event);
    let observed = observe(&connection.client, question, &on_event).await;
    progress.end();
    observed
}

/// Why nothing can be done with definitions that cannot be read in full.
pub fn unreadable() -> Ending {
    let message = "the definitions cannot be read in full, so there is nothing to compare";
    Ending::new(Exit::Invalid, message)
}
