//! What there is to tell about a turn, before it is known where.

use std::path::Path;
use std::time::Duration;

use jiff::Zoned;

use super::outcome::Outcome;
use super::why::{Why, names, occasion};

/// A turn.
pub struct Told {
    pub at: Zoned,
    pub cause: &'static str,
    /// What changed, from the repository's root.
    pub changed: Vec<String>,
    pub outcome: Outcome,
    /// Whether files changed while it was under way.
    pub is_outdated: bool,
    /// When it is tried again by itself.
    pub again_in: Option<Duration>,
}

impl Told {
    pub fn new(root: &Path, why: &Why, outcome: Outcome) -> Self {
        Self {
            at: Zoned::now(),
            cause: why.cause,
            changed: names(root, &why.changed),
            outcome,
            is_outdated: false,
            again_in: None,
        }
    }

    /// Why it looked, in a few words.
    pub fn occasion(&self) -> String {
        let occasion = occasion(self.cause, &self.changed);
        match self.is_outdated {
            true => format!("{occasion}, and more since: this is how it was before"),
            false => occasion,
        }
    }

    /// When.
    pub fn time(&self) -> String {
        self.at.strftime("%H:%M:%S").to_string()
    }

    /// What comes next.
    pub fn next(&self) -> String {
        let wait = "waiting for a change · Ctrl-C ends";
        let Some(pause) = self.again_in else {
            return wait.to_owned();
        };
        let seconds = pause.as_secs_f64().ceil();
        match &self.outcome {
            Outcome::Planned(it) if it.deletes_in.is_some() => {
                format!("what is gone from git is deleted in {seconds} s if it stays so · {wait}")
            }
            _ => format!("trying again in {seconds} s · {wait}"),
        }
    }
}
