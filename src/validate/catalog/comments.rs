//! The rules about settings and comments that concern rules.

use super::{Family, Rule};
use crate::model::Severity;

pub(super) const RULES: [Rule; 3] = [
    Rule {
        id: "unknown-rule",
        family: Family::Comments,
        severity: Severity::Error,
        why: "The settings or a comment name a rule that does not exist, so they have no effect.",
        example: "rules: {dangling-querry: off}",
        remedy: "Write the name that the message suggests; `ddapps validate --explain` lists them all.",
    },
    Rule {
        id: "silence-without-reason",
        family: Family::Comments,
        severity: Severity::Warning,
        why: "A comment silences a rule without saying why. Whoever reads it later cannot tell whether \
              the reason still holds, so the rule stays in force.",
        example: "# ddapps: allow dangling-query",
        remedy: "Write `# ddapps: allow dangling-query because REASON`.",
    },
    Rule {
        id: "unused-silence",
        family: Family::Comments,
        severity: Severity::Warning,
        why: "A comment silences a rule, but the rule finds nothing on its line or the line below. The \
              cause is gone, or the comment stands in the wrong place.",
        example: "# ddapps: allow dangling-query because the query comes next week\nname: My app",
        remedy: "Remove the comment, or put it on the line of the finding or the line above.",
    },
];
