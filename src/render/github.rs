//! Findings as annotations of GitHub Actions: one workflow command a line.

use super::escape;
use super::json::{Finding, Severity};

/// The findings as workflow commands.
pub(super) fn findings(findings: &[Finding]) -> String {
    findings.iter().map(command).collect()
}

fn command(finding: &Finding) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(file) = &finding.file {
        properties.push(format!("file={}", property(file)));
    }
    for (name, number) in [("line", finding.line), ("col", finding.column)] {
        properties.extend(number.map(|number| format!("{name}={number}")));
    }
    properties.push(format!("title={}", property(&finding.rule)));
    let help = finding.help.iter().map(|help| format!("\nhelp: {help}"));
    let message: String = std::iter::once(finding.message.clone())
        .chain(help)
        .collect();
    format!("::{word} {}::{}\n", properties.join(","), data(&message))
}

/// Text behind the last `::`. Line breaks would end the command; they are written out like all that is unsafe.
fn data(text: &str) -> String {
    escape::line(text).replace('%', "%25")
}

/// The value of a property, which also ends at `,` and `:`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
