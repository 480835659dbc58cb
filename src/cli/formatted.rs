//! What formatting did, in words and as JSON.

use anyhow::Result;
use ddapps::definition::format::FormattedFile;
use ddapps::model::{Finding, Texts};
use ddapps::render::{self, Document};
use serde_json::{Value, json};

use super::args::{Fmt, Format, Global};
use super::output;

/// The files that change, those that should have and cannot be written, and what is in the way of others.
pub fn show(
    global: &Global,
    args: &Fmt,
    (changed, failed): (&[&FormattedFile], &[&str]),
    findings: &[Finding],
) -> Result<()> {
    let options = output::options_on_stderr(global);
    let diff = |file: &FormattedFile| {
        args.diff
            .then(|| render::rewriting(&file.path, &file.before, &file.after, &options))
    };
    if global.format == Format::Json {
        let texts = &Texts::new();
        let findings = output::text(global, Document::findings(findings, texts), false);
        let mut whole: Value = serde_json::from_str(&findings)?;
        let changed = changed
            .iter()
            .map(|file| json!({"path": file.path, "diff": diff(file)}));
        whole["changed"] = changed.collect();
        // Of all that is listed as changed; what could not be written is listed apart.
        whole["written"] = (!args.check && failed.is_empty()).into();
        whole["failed"] = failed.iter().copied().collect();
        return output::result(global, &render::document(&whole));
    }
    if !findings.is_empty() {
        output::findings(global, findings)?;
    }
    let shown = changed.iter().map(|file| {
        let diff = diff(file).unwrap_or_default();
        format!("{}\n{diff}", render::line(&file.path))
    });
    output::result(global, &shown.collect::<String>())
}

/// What was done, in numbers.
pub fn summary(args: &Fmt, changed: usize, unchanged: usize) -> String {
    let verb = match args.check {
        true => "would change",
        false => "formatted",
    };
    let files = if changed == 1 { "file" } else { "files" };
    format!("{changed} {files} {verb}, {unchanged} in the canonical form")
}
