//! Findings as SARIF 2.1.0, the form that code scanning services read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::json::{Finding, Severity, text};

/// The findings as a SARIF log of one run.
pub(super) fn findings(findings: &[Finding]) -> String {
    let rules: BTreeSet<&str> = findings.iter().map(|it| it.rule.as_str()).collect();
    let rules: Vec<_> = rules.into_iter().map(|id| json!({ "id": id })).collect();
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

fn result(finding: &Finding) -> Value {
    let help = finding.help.iter().map(|help| format!("\n{help}"));
    let message: String = std::iter::once(finding.message.clone())
        .chain(help)
        .collect();
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    json!({
        "ruleId": finding.rule,
        "level": level,
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
