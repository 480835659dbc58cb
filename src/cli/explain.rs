//! `ddapps validate --explain`: what the rules are about.

use anyhow::Result;
use ddapps::model::Severity;
use ddapps::render::{self, RuleText};
use ddapps::validate::{Family, Rule, rule, rules};
use serde_json::{Value, json};

use super::args::{Format, Global};
use super::exit::{Ending, Exit};
use super::output;

/// Explains a rule, or lists all of them if none is named.
pub fn run(global: &Global, id: &str) -> Result<Exit> {
    let one = match id {
        "" => None,
        id => Some(rule(id).ok_or_else(|| {
            Ending::new(Exit::Usage, format!("no rule is called `{id}`"))
                .hint("`ddapps validate --explain` lists them")
        })?),
    };
    let text = match (global.format, one) {
        (Format::Json, one) => {
            let shown: Vec<_> =
                one.map_or_else(|| rules().map(value).collect(), |it| vec![value(it)]);
            render::document(&json!({ "format_version": "1.0", "rules": shown }))
        }
        (_, Some(rule)) => page(rule),
        (_, None) => list(),
    };
    output::result(global, &text)?;
    Ok(Exit::Done)
}

/// The rules, for formats that tell about them together with findings.
pub fn texts() -> Vec<RuleText> {
    rules()
        .map(|rule| RuleText {
            id: rule.id,
            severity: rule.severity,
            why: rule.why,
            example: rule.example,
            remedy: rule.remedy,
        })
        .collect()
}

fn page(rule: &Rule) -> String {
    let Rule {
        id,
        family,
        severity,
        why,
        example,
        remedy,
    } = rule;
    let example: String = example
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    let family = family.as_str();
    let switches = match (rule.family, rule.severity) {
        (Family::Reading, Severity::Error) => {
            "It cannot be switched off: what could not be read is not there.\n".to_owned()
        }
        _ => format!(
            "Set it in ddapps.yaml: `rules: {{{id}: off}}` (or `note`, `warning`, `error`).\n\
             Silence it at a line: `# ddapps: allow {id} because …`, there or on the line above.\n",
        ),
    };
    let severity = severity.as_str();
    format!(
        "{id} ({family}, {severity})\n\n{why}\n\nFor example:\n\n{example}\n{remedy}\n\n{switches}"
    )
}

fn list() -> String {
    let mut text = String::new();
    let mut family = None;
    for rule in rules() {
        if family.replace(rule.family) != Some(rule.family) {
            let gap = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}{}\n", rule.family.as_str()));
        }
        text.push_str(&format!("  {:<24} {}\n", rule.id, rule.severity.as_str()));
    }
    text
}

fn value(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "family": rule.family.as_str(),
        "severity": rule.severity.as_str(),
        "why": rule.why,
        "example": rule.example,
        "remedy": rule.remedy,
    })
}
