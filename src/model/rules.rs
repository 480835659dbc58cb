//! How much each rule matters, by the settings.

use std::collections::BTreeMap;

use super::{Finding, Location, Severity};

/// How a comment that silences a rule at a line starts, after `#` or `//`.
pub const SILENCE: &str = "ddapps: allow";

/// What the settings say about rules: each may be off, or matter more or less than by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(pub BTreeMap<String, Level>);

/// What the settings say about one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// How much a finding matters; `None` when the rule is off.
    pub severity: Option<Severity>,
    /// Where the settings say so.
    pub at: Location,
}

impl Rules {
    /// The finding with the weight that these give its rule; as it is where they say nothing, `None` where it is off.
    pub fn weigh(&self, finding: Finding) -> Option<Finding> {
        let severity = match self.0.get(finding.rule) {
            Some(level) => level.severity?,
            None => finding.severity,
        };
        Some(Finding {
            severity,
            ..finding
        })
    }

    /// What these say, and what `below` says about all other rules.
    pub fn over(mut self, below: &Self) -> Self {
        for (rule, level) in &below.0 {
            self.0.entry(rule.clone()).or_insert_with(|| level.clone());
        }
        self
    }
}
