//! Collecting findings about one file, and asking a value for a type.

use std::sync::Arc;

use super::source::{Entry, Kind, Node, Position, Problem};
use crate::model::{Finding, Location};

/// A file with more findings than this is not worth listing them all, and may have been made to exhaust memory.
const MAX_FINDINGS: usize = 1000;

/// The findings so far, and the file that is being looked at.
pub(super) struct Notes {
    pub file: Arc<str>,
    pub findings: Vec<Finding>,
}

impl Notes {
    pub fn new(file: Arc<str>) -> Self {
        Self {
            file,
            findings: Vec::new(),
        }
    }

    /// A place in the current file.
    pub fn place(&self, at: Position) -> Location {
        Location {
            path: self.file.clone(),
            line: at.line,
            column: at.column,
        }
    }

    pub fn error(&mut self, rule: &'static str, at: Position, message: impl Into<String>) {
        let finding = Finding::error(rule, self.place(at), message);
        self.report(finding);
    }

    pub fn warning(&mut self, rule: &'static str, at: Position, message: impl Into<String>) {
        let finding = Finding::warning(rule, self.place(at), message);
        self.report(finding);
    }

    /// Adds a finding; of too many, the last says that there are more.
    pub fn report(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else if self.findings.len() == MAX_FINDINGS {
            let at = Location::start(self.file.clone());
            let message = format!("more than {MAX_FINDINGS} findings; the others are not listed");
            self.findings
                .push(Finding::error("too-many-findings", at, message));
        }
    }

    /// Adds advice to the last finding.
    pub fn help(&mut self, help: impl Into<String>) {
        if self.findings.len() > MAX_FINDINGS {
            return;
        }
        if let Some(finding) = self.findings.last_mut() {
            finding.help = Some(help.into());
        }
    }

    /// Adds "did you mean" to the last finding, if a candidate is near to `name`.
    pub fn suggest<'a>(&mut self, name: &str, candidates: impl IntoIterator<Item = &'a str>) {
        if let Some(near) = nearest(name, candidates) {
            self.help(format!("did you mean `{near}`?"));
        }
    }

    pub fn problems(&mut self, problems: Vec<Problem>) {
        for problem in problems {
            self.error(problem.rule, problem.at, problem.message);
            if let Some(help) = problem.help {
                self.help(help);
            }
        }
    }

    /// Reports that `what` has a wrong type.
    pub fn wrong_type(&mut self, what: &str, expected: &str, found: &Node) {
        let message = format!("{what} must be {expected}, found {}", found.describe());
        self.error("wrong-type", found.at, message);
    }

    pub fn text(&mut self, what: &str, node: Node) -> Option<String> {
        match node.kind {
            Kind::Text(text) => Some(text),
            _ => {
                self.wrong_type(what, "a string", &node);
                None
            }
        }
    }

    pub fn boolean(&mut self, what: &str, node: &Node) -> Option<bool> {
        match node.kind {
            Kind::Bool(value) => Some(value),
            _ => {
                self.wrong_type(what, "`true` or `false`", node);
                None
            }
        }
    }

    pub fn list(&mut self, what: &str, node: Node) -> Option<Vec<Node>> {
        match node.kind {
            Kind::List(items) => Some(items),
            _ => {
                self.wrong_type(what, "a list", &node);
                None
            }
        }
    }

    pub fn map(&mut self, what: &str, node: Node) -> Option<Vec<Entry>> {
        match node.kind {
            Kind::Map(entries) => Some(entries),
            _ => {
                self.wrong_type(what, "a mapping", &node);
                None
            }
        }
    }

    /// Reports every key of `entries` that is none of `known`, and keeps the others.
    pub fn only_known(&mut self, what: &str, entries: Vec<Entry>, known: &[&str]) -> Vec<Entry> {
        entries
            .into_iter()
            .filter(|entry| {
                let is_known = known.contains(&entry.key.as_str());
                if !is_known {
                    let message = format!("{what} has no `{}`", entry.key);
                    self.error("unknown-key", entry.at, message);
                    self.suggest(&entry.key, known.iter().copied());
                }
                is_known
            })
            .collect()
    }
}

/// The candidate that a mistyped `name` probably means.
pub(super) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // A hostile name is not compared letter by letter.
    if name.len() > 100 {
        return None;
    }
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().max(3) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Names as a sentence shows them: `a`, `b`, `c`; "none" if there are none.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
