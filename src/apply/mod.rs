//! Makes the calls of a plan.
mod report;

pub use report::{AppReport, Failure, Notice, Outcome, Report, Skipped, Stale, Tally};
