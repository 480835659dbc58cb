//! What a turn came to, as text for people, and as a file.

use std::path::Path;

use anyhow::Result;
use ddapps::model::{AppId, AppKey, Finding, Texts};
use ddapps::render::Document;

use super::outcome::{Outcome, Planned};
use crate::cli::args::{Format, Global};
use crate::cli::complaint::complaint;
use crate::cli::{destination, output};

/// What to do where git wants another publication, and nobody asked for one here.
const PUBLICATIONS: &str = "\nUsers run what they ran before: publications follow with `ddapps watch --apply --publish`, or with `ddapps apply`\n";

/// The newest plan or report in a file, in the form that was asked for.
pub fn keep(global: &Global, file: &Path, outcome: &Outcome, full: bool) -> Result<()> {
    let Outcome::Planned(planned) = outcome else {
        return Ok(());
    };
    let document = planned.report().unwrap_or_else(|| planned.document());
    destination::write(file, &output::text(global, document, full))
}

/// What a turn came to, as text for people, with these findings beside a plan.
pub fn body(global: &Global, outcome: &Outcome, findings: &[Finding], full: bool) -> String {
    let text = |document| output::text_as(global, document, Format::Text, full);
    match outcome {
        Outcome::Invalid(why, findings) => {
            let shown = text(Document::findings(findings, &Texts::new()));
            format!("{shown}\n{why}\n")
        }
        Outcome::Failed(error, _) => complaint(global, error, None),
        Outcome::Planned(planned) => {
            let plan = text(planned.document_with(findings));
            let report = planned.report().map(|report| format!("\n{}", text(report)));
            let publications = match planned.holds_publications {
                true => PUBLICATIONS,
                false => "",
            };
            format!(
                "{plan}{}{publications}{}",
                report.unwrap_or_default(),
                copies(planned)
            )
        }
    }
}

/// The same on a terminal, where the plan stands at the end: of a long list of findings the beginning is out of sight first.
pub fn on_screen(global: &Global, outcome: &Outcome, full: bool) -> String {
    let findings = outcome.findings();
    let rest = body(global, outcome, &[], full);
    if findings.is_empty() {
        return rest;
    }
    let texts = Texts::new();
    let document = Document::findings(findings, &texts);
    let findings = output::text_as(global, document, Format::Text, full);
    let lines: Vec<_> = findings.lines().filter(|line| !line.is_empty()).collect();
    format!("{}\n\n{rest}", lines.join("\n"))
}

/// Where the copies of a draft are.
fn copies(planned: &Planned) -> String {
    let line = |(key, id, page): (&AppKey, AppId, Option<String>)| {
        let place = page.unwrap_or_else(|| id.to_string());
        format!("  {key}  {place}\n")
    };
    let lines: String = planned.copies().into_iter().map(line).collect();
    match lines.is_empty() {
        true => lines,
        false => format!("\nOwn copies, which end with this command\n{lines}"),
    }
}
