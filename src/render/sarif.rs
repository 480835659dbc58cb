//! Findings as SARIF 2.1.0, the form that code scanning services read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::json::{Finding, document};
use super::{RuleText, gist};

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
    document(&json!({
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

fn result(finding: &Finding) -> Value {
    let help = finding.help.iter().map(|help| format!("\n{help}"));
    let message: String = std::iter::once(finding.message.clone())
        .chain(help)
        .collect();
    json!({
        "ruleId": finding.rule,
        "level": gist::severity(finding.severity),
        "message": {"text": plain(&message)},
        "locations": finding.file.as_ref().map(|file| location(file, finding)).into_iter().collect::<Vec<_>>(),
    })
}

/// A text in which nothing is taken for a link: `[text](address)` is one in messages.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '[' | ']') {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

fn location(file: &str, finding: &Finding) -> Value {
    let mut place = json!({
        "artifactLocation": {"uri": uri(file), "uriBaseId": "%SRCROOT%"},
    });
    match (finding.line, finding.column) {
        (Some(line), Some(column)) => {
            place["region"] = json!({"startLine": line, "startColumn": column});
        }
        (Some(line), None) => place["region"] = json!({"startLine": line}),
        (None, _) => {}
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::json::Severity;

    #[test]
    fn a_message_is_no_link_and_a_line_without_a_column_is_kept() {
        let finding = Finding {
            rule: "x".into(),
            severity: Severity::Note,
            file: Some("apps/a.yaml".into()),
            line: Some(7),
            column: None,
            message: r"see [here](https://example.com) and C:\temp".into(),
            help: None,
        };
        let log: Value = serde_json::from_str(&findings(&[finding], &[])).unwrap();
        let result = &log["runs"][0]["results"][0];
        let text = r"see \[here\](https://example.com) and C:\\temp";
        assert_eq!(result["message"]["text"], text);
        assert_eq!(result["level"], "note");
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(*region, json!({"startLine": 7}));
    }
}
