//! What a turn may do: less than `apply`, since nobody is asked.

use std::time::Duration;

use ddapps::model::Policy;

use crate::cli::args::Watch;

/// What a file that is gone must stay so long before its app is deleted: tools that save by deleting and writing anew, and
/// switches of branches, take their time.
pub const GRACE: Duration = Duration::from_secs(5);

/// The policy of a turn when nothing was saved for so long. What is applied publishes only if that was asked for, and
/// deletes only what has been gone for a while.
pub fn allowed(args: &Watch, wished: &Policy, calm: Duration) -> Policy {
    let applies = args.applies();
    Policy {
        no_publish: wished.no_publish || (applies && !args.publish),
        prune: wished.prune && (!applies || calm >= GRACE),
        ..wished.clone()
    }
}
