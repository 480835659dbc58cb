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
    let mut message = data(&finding.message);
    if let Some(help) = &finding.help {
        // The one line break that is ours.
        message.push_str(&format!("%0Ahelp: {}", data(help)));
    }
    format!("::{word} {}::{message}\n", properties.join(","))
}

/// Text behind the last `::`. Line breaks would end the command; they are written out like all that is unsafe.
fn data(text: &str) -> String {
    escape::line(text).replace('%', "%25")
}

/// The value of a property, which also ends at `,` and `:`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::json;

    #[test]
    fn what_to_do_stands_on_a_line_of_its_own() {
        let finding = crate::model::Finding::error(
            "rule",
            crate::model::Location::start("a.yaml"),
            "100 %\nwrong",
        );
        let finding: json::Finding = (&finding.help("mend it")).into();
        assert_eq!(
            command(&finding),
            "::error file=a.yaml,line=1,col=1,title=rule::100 %25\\nwrong%0Ahelp: mend it\n"
        );
    }
}
