//! Findings as SARIF 2.1.0, the form that code scanning services read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::RuleText;
use super::json::{Finding, Severity, text};

/// The findings as a SARIF log of one run. Of the known rules, those that found something are described in it.
pub(super) fn findings(findings: &[Finding], known: &[RuleText]) -> String {
    let ids: BTreeSet<&str> = findings.iter().map(|it| it.rule.as_str()).collect();
    let rules: Vec<_> = ids
        .into_iter()
        .map(|id| match known.iter().find(|it| it.id == id) {
            Some(it) => rule(it),
            None => json!({ "id": id }),
        })
        .collect();
    let results: Vec<_> = findings.iter().map(result).collect();
    text(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "ddapps", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

/// What a rule is about, as code scanning shows it beside a finding.
fn rule(rule: &RuleText) -> Value {
    let RuleText {
        id,
        severity,
        why,
        example,
        remedy,
    } = rule;
    // The first sentence says what is found; the rest says why that is wrong.
    let short = why.find(". ").map_or(*why, |end| &why[..=end]);
    json!({
        "id": id,
        "shortDescription": {"text": short},
        "fullDescription": {"text": why},
        "help": {
            "text": format!("{why}\n\nFor example:\n\n{example}\n\n{remedy}"),
            "markdown": format!("{why}\n\nFor example:\n\n```yaml\n{example}\n```\n\n{remedy}"),
        },
        "defaultConfiguration": {"level": severity.as_str()},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn result(finding: &Finding) -> Value {
    let help = finding.help.iter().map(|help| format!("\n{help}"));
    let message: String = std::iter::once(finding.message.clone())
        .chain(help)
        .collect();
    json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": {"text": message},
        "locations": finding.file.as_ref().map(|file| location(file, finding)).into_iter().collect::<Vec<_>>(),
    })
}

fn location(file: &str, finding: &Finding) -> Value {
    let mut place = json!({
        "artifactLocation": {"uri": uri(file), "uriBaseId": "%SRCROOT%"},
    });
    if let (Some(line), Some(column)) = (finding.line, finding.column) {
        place["region"] = json!({"startLine": line, "startColumn": column});
    }
    json!({ "physicalLocation": place })
}

/// A relative path as a URI.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
