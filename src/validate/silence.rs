//! Comments that silence a rule at a line: `# ddapps: allow RULE because REASON`.

use std::sync::Arc;

use super::catalog::{rule, rules};
use super::near::suggestion;
use crate::model::{Location, Remark, SILENCE};

/// The rule about comments that silence nothing.
pub const UNUSED_SILENCE: &str = "unused-silence";

/// The rule about files that `fmt` leaves as they are. Nothing here looks for them, so that it is not known whether a comment
/// silences any.
pub(super) const NOT_FORMATTED: &str = "not-formatted";

/// A comment that silences one rule on its own line and, if it stands alone, on the line below.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Silence {
    at: Location,
    rule: String,
    /// Whether nothing but the comment stands on its line.
    is_alone: bool,
    has_reason: bool,
}

impl Silence {
    /// The file and line that it stands on, alone: of two comments on one line, the second is part of the first one's reason.
    pub(super) fn line(&self) -> (&str, u32) {
        (&self.at.path, self.at.line)
    }

    /// Whether it is about this finding.
    pub(super) fn covers(&self, rule: &str, at: &Location) -> bool {
        let below = u32::from(self.is_alone);
        self.has_reason
            && self.rule == rule
            && self.at.path == at.path
            && (self.at.line..=self.at.line + below).contains(&at.line)
    }

    /// What is wrong with the comment itself, where `is_used` tells whether it silenced anything.
    pub(super) fn remark(&self, is_used: bool) -> Option<Remark> {
        let remark = |name, message: String, help: Option<String>| Remark {
            rule: name,
            at: self.at.clone(),
            within: None,
            message,
            help,
        };
        let rules = rules().map(|rule| rule.id);
        if rule(&self.rule).is_none() {
            let message = format!("no rule is called `{}`", self.rule);
            return Some(remark(
                "unknown-rule",
                message,
                suggestion(&self.rule, rules),
            ));
        }
        if !self.has_reason {
            let message = format!("`{}` is not silenced without a reason", self.rule);
            let help = format!("write `{SILENCE} {} because …`", self.rule);
            return Some(remark("silence-without-reason", message, Some(help)));
        }
        let message = format!("there is nothing of `{}` to silence here", self.rule);
        (!is_used && self.rule != NOT_FORMATTED).then(|| {
            remark(
                UNUSED_SILENCE,
                message,
                Some("remove the comment".to_owned()),
            )
        })
    }
}

/// The silencing comments of a file. JSON has no comments.
pub fn silences(path: &Arc<str>, text: &str) -> Vec<Silence> {
    // Most files have none: to know that takes no look at each line.
    if path.ends_with(".json") || !text.contains(SILENCE) {
        return Vec::new();
    }
    let lines = text
        .lines()
        .zip(1_u32..)
        .filter(|(line, _)| line.contains(SILENCE));
    lines
        .filter_map(|(line, number)| silence(path, line, number))
        .collect()
}

fn silence(path: &Arc<str>, line: &str, number: u32) -> Option<Silence> {
    let start = line.find(SILENCE)?;
    let before = line[..start].trim_end();
    let before = before
        .strip_suffix('#')
        .or_else(|| before.strip_suffix("//"))?;
    let rest = line[start + SILENCE.len()..].trim();
    let (rule, reason) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let reason = reason
        .trim_start()
        .strip_prefix("because")
        .unwrap_or_default();
    let column = before.chars().count() + 1;
    Some(Silence {
        rule: rule.to_owned(),
        at: Location {
            path: path.clone(),
            line: number,
            column: u32::try_from(column).unwrap_or(u32::MAX),
        },
        is_alone: before.trim().is_empty(),
        has_reason: reason.starts_with(char::is_whitespace) && !reason.trim().is_empty(),
    })
}
