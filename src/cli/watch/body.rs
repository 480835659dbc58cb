//! What a turn came to, as text for people, and as a file.

use std::path::Path;

use anyhow::Result;
use ddapps::model::Texts;
use ddapps::render::Document;

use super::outcome::Outcome;
use crate::cli::args::{Format, Global};
use crate::cli::complaint::complaint;
use crate::cli::output;

/// The newest plan or report in a file, in the form that was asked for.
pub fn keep(global: &Global, file: &Path, outcome: &Outcome, full: bool) -> Result<()> {
    let Outcome::Planned(planned) = outcome else {
        return Ok(());
    };
    let document = planned.report().unwrap_or_else(|| planned.document());
    output::write_file(file, &output::text(global, document, full))
}

/// What a turn came to, as text for people.
pub fn body(global: &Global, outcome: &Outcome, full: bool) -> String {
    let text = |document| output::text_as(global, document, Format::Text, full);
    match outcome {
        Outcome::Invalid(why, findings) => {
            let shown = text(Document::findings(findings, &Texts::new()));
            format!("{shown}\n{why}\n")
        }
        Outcome::Failed(error, _) => complaint(global, error, None),
        Outcome::Planned(planned) => {
            let plan = text(planned.document());
            match planned.report() {
                None => plan,
                Some(report) => format!("{plan}\n{}", text(report)),
            }
        }
    }
}
