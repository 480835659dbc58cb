//! Exit codes, and how an error is shown.

use std::process::ExitCode;

use anyhow::Error;
use ddapps::apply::{Report, Tally};
use ddapps::plan::{Call, Plan};

/// What the exit code says (`CLI.md` section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Failed: the machine, the network, the API.
    Failed = 1,
    /// Changes are pending.
    Pending = 2,
    /// The definitions or settings are invalid.
    Invalid = 3,
    /// Refused for safety.
    Refused = 4,
    /// Applied in part, or a foreign save was overwritten.
    InPart = 5,
    /// Applied; publications wait for approval.
    WaitsForApproval = 6,
    /// Wrong usage.
    Usage = 64,
}

impl Exit {
    /// The code of a command that only shows a plan.
    pub fn of_plan(refused: bool, pending: bool) -> Self {
        match (refused, pending) {
            (true, _) => Self::Refused,
            (false, true) => Self::Pending,
            (false, false) => Self::Done,
        }
    }

    /// The code of a command that made a plan so.
    pub fn of_report(report: &Report, plan: &Plan, detailed: bool) -> Self {
        let Tally {
            done,
            failed,
            skipped,
            stale,
            notices,
            refused,
        } = report.tally();
        // A stale app is one that somebody else touched: left alone for safety, like a refused one.
        let broken = failed > stale || (skipped > 0 && failed == 0);
        match (done > 0, failed + skipped + refused > 0) {
            (true, true) => Self::InPart,
            _ if notices > 0 => Self::InPart,
            (false, true) if broken => Self::Failed,
            (false, true) => Self::Refused,
            (_, false) if detailed && waits_for_approval(report, plan) => Self::WaitsForApproval,
            (_, false) => Self::Done,
        }
    }
}

/// Whether a publication was requested, now or by an earlier run.
fn waits_for_approval(report: &Report, plan: &Plan) -> bool {
    let mut steps = report.apps.iter().flat_map(|app| &app.steps);
    plan.summary.waiting > 0
        || steps.any(|(step, _)| matches!(step.call, Call::RequestPublish { .. }))
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error that ends the command with a code of its own, and says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Ending {
    pub exit: Exit,
    pub message: String,
    pub hint: Option<String>,
}

impl Ending {
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
        }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The code and the hint that belong to an error.
pub fn ending(error: &Error) -> (Exit, Option<&str>) {
    match error.downcast_ref::<Ending>() {
        Some(ending) => (ending.exit, ending.hint.as_deref()),
        None => (Exit::Failed, None),
    }
}
