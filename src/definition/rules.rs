//! `rules:` in the settings: how much each rule of `validate` matters. Which rules there are is not known here.

use super::notes::Notes;
use super::source::{Kind, Node};
use crate::model::{Level, Rules, Severity};

/// What a rule can be set to.
pub(super) const LEVELS: [&str; 4] = ["off", "note", "warning", "error"];

/// Reads a mapping from rules to levels.
pub(super) fn rules(notes: &mut Notes, node: Node) -> Rules {
    let mut rules = Rules::default();
    if matches!(node.kind, Kind::Null) {
        return rules;
    }
    for entry in notes.map("`rules`", node).unwrap_or_default() {
        let at = notes.place(entry.at);
        let severity = match entry.value.as_text() {
            Some("off") => None,
            Some("note") => Some(Severity::Note),
            Some("warning") => Some(Severity::Warning),
            Some("error") => Some(Severity::Error),
            word => {
                let what = format!("rule `{}`", entry.key);
                let expected = "`off`, `note`, `warning` or `error`";
                notes.wrong_type(&what, expected, &entry.value);
                if let Some(word) = word {
                    notes.suggest(word, LEVELS);
                }
                continue;
            }
        };
        rules.0.insert(entry.key, Level { severity, at });
    }
    rules
}
