//! Turns in a plain log: a block for each that came to something new, a line for each that did not.
//!
//! What was logged stays above. So findings that were there before are counted, and not said again with every save.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anyhow::Result;
use ddapps::model::{Finding, Location};

use super::outcome::Outcome;
use super::told::Told;

/// What was logged last.
#[derive(Default)]
pub struct Log {
    /// Without findings.
    last: Option<String>,
    /// The findings beside the newest plan.
    findings: Vec<Finding>,
}

impl Log {
    /// Logs a turn; `body` says what it came to with these findings.
    pub fn show(&mut self, told: &Told, body: impl Fn(&[Finding]) -> String) -> Result<()> {
        let mut out = io::stdout().lock();
        let head = format!("{} {}", told.time(), told.occasion());
        let plain = body(&[]);
        let found = self.found(&told.outcome);
        if found.is_nothing() && self.last.as_deref() == Some(&plain) {
            if told.cause == "save" {
                writeln!(out, "{head}: as before")?;
            }
            return Ok(out.flush()?);
        }
        match found.new.is_empty() {
            true => writeln!(out, "{head}\n\n{plain}{}", found.others())?,
            false => writeln!(out, "{head}\n\n{}{}", body(&found.new), found.others())?,
        }
        if told.again_in.is_some() {
            writeln!(out, "{}", told.next())?;
        }
        self.last = Some(plain);
        if let Outcome::Planned(planned) = &told.outcome {
            self.findings.clone_from(&planned.findings);
        }
        Ok(out.flush()?)
    }

    /// The findings of a turn beside those that were logged. Without a plan, nothing is known of them.
    fn found(&self, outcome: &Outcome) -> Found {
        let Outcome::Planned(planned) = outcome else {
            return Found::default();
        };
        let (now, before) = (planned.findings.as_slice(), self.findings.as_slice());
        if now == before {
            return Found {
                known: now.len(),
                ..Found::default()
            };
        }
        let known: BTreeSet<_> = before.iter().map(identity).collect();
        let is_new = |finding: &&Finding| !known.contains(&identity(finding));
        let new: Vec<_> = now.iter().filter(is_new).cloned().collect();
        let known = now.len() - new.len();
        Found {
            gone: before.len().saturating_sub(known),
            known,
            new,
        }
    }
}

fn identity(finding: &Finding) -> (Option<&Location>, &str, &str) {
    (finding.location.as_ref(), finding.rule, &finding.message)
}

/// Findings beside those that were logged before.
#[derive(Default)]
struct Found {
    new: Vec<Finding>,
    known: usize,
    gone: usize,
}

impl Found {
    fn is_nothing(&self) -> bool {
        self.new.is_empty() && self.gone == 0
    }

    /// A line about those that are not said again.
    fn others(&self) -> String {
        let count = |count: usize| match count {
            1 => "1 finding".to_owned(),
            _ => format!("{count} findings"),
        };
        match (self.known, self.gone) {
            (0, 0) => String::new(),
            (known, 0) => format!("\n{} as before\n", count(known)),
            (0, gone) => format!("\n{} gone\n", count(gone)),
            (known, gone) => format!("\n{} as before, {gone} gone\n", count(known)),
        }
    }
}
