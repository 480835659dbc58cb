//! A failed call as it is reported.

use crate::api;
use crate::model::reasons;

use super::report::Failure;

/// A failed call, with the whole chain of its error.
pub(super) fn failed(error: api::Error) -> Failure {
    Failure::Call {
        ambiguous: error.is_ambiguous(),
        error: reasons(&error),
    }
}
