//! A failed call as it is reported.

use crate::api;

use super::report::Failure;

/// A failed call, with the whole chain of its error.
pub(super) fn failed(error: api::Error) -> Failure {
    Failure::Call {
        ambiguous: error.is_ambiguous(),
        error: whole(&error),
    }
}

/// An error with all its causes.
pub(super) fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}
