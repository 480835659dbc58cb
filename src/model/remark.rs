//! What a rule has to say about a value, before its exact place is known.

use std::sync::Arc;

use super::Location;

/// What a rule has to say.
///
/// The loader keeps where each value starts and no more, since a thousand apps have millions of values and few findings.
/// Where in a string a remark stands is known as a byte of the string; the line and column are found when it is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The rule, in kebab-case.
    pub rule: &'static str,
    /// Where the value starts.
    pub at: Location,
    /// Where in the value, if it is a string and this is about a part of it.
    pub within: Option<Within>,
    /// What is wrong, and what was expected: a lowercase fragment with names in backticks.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// A place in a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// The string, as the API sees it.
    pub text: Arc<str>,
    /// The byte of it.
    pub offset: usize,
}
