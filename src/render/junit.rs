//! Findings as a JUnit report, which pipelines show as failed tests.

use minijinja::HtmlEscape;

use super::escape;
use super::gist::{place, severity};
use super::json::{Finding, Severity};

/// The findings as one suite: an error is a failed test, all else a test that says something. Without findings there
/// is one test that passed, since some hosts take an empty report for a broken one.
pub(super) fn findings(findings: &[Finding]) -> String {
    let failures = (findings.iter())
        .filter(|it| it.severity == Severity::Error)
        .count();
    let (tests, cases) = match findings {
        [] => (
            1,
            "    <testcase classname=\"definitions\" name=\"no findings\"/>\n".to_owned(),
        ),
        _ => (findings.len(), findings.iter().map(case).collect()),
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"ddapps\" tests=\"{tests}\" \
         failures=\"{failures}\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

fn case(finding: &Finding) -> String {
    let place = place(finding).unwrap_or_else(|| "settings".to_owned());
    let file = finding.file.as_deref().unwrap_or("definitions");
    let help = finding
        .help
        .iter()
        .map(|help| format!("\nhelp: {}", escape::line(help)));
    let message = escape::line(&finding.message);
    let text: String = std::iter::once(format!("{place}: {message}"))
        .chain(help)
        .collect();
    let told = match finding.severity {
        Severity::Error => format!(
            "<failure type=\"{}\" message=\"{}\">{}</failure>",
            xml(&finding.rule),
            xml(&message),
            lines(&text)
        ),
        other => format!(
            "<system-out>{}: {}</system-out>",
            severity(other),
            lines(&text)
        ),
    };
    format!(
        "    <testcase classname=\"{}\" name=\"{} {}\">{told}</testcase>\n",
        xml(file),
        xml(&finding.rule),
        xml(&place)
    )
}

/// A text as one line in XML, which has no way to write a control character.
fn xml(text: &str) -> String {
    HtmlEscape(&escape::line(text)).to_string()
}

fn lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(xml).collect();
    lines.join("\n")
}
