//! `ddapps fmt`: definitions and settings in the canonical form.

use std::io::{self, Read as _};
use std::path::Path;

use anyhow::{Context, Result};
use ddapps::definition::format::{Formatted, FormattedFile, format, format_text};
use ddapps::model::{Finding, Severity, Texts};
use ddapps::render::{self, Document};
use serde_json::{Value, json};

use super::args::{Fmt, Format, Global};
use super::complaint::complain;
use super::exit::{Ending, Exit};
use super::output;
use super::repository::Repository;
use super::validate::inside;

/// What the standard input is called.
const STDIN: &str = "-";

pub fn run(global: &Global, args: &Fmt) -> Result<Exit> {
    if args.paths.iter().any(|path| path == Path::new(STDIN)) {
        return stdin(global, args);
    }
    let repository = Repository::open(global)?;
    let paths = inside(&repository.root, &args.paths)?;
    let Formatted { files, findings } = format(&repository.root, &repository.settings, &paths);
    let (mut changed, unchanged): (Vec<_>, Vec<_>) =
        files.iter().partition(|file| file.is_changed());
    let mut failed = Vec::new();
    if !args.check {
        changed.retain(|file| match file.write() {
            Ok(()) => true,
            Err(error) => {
                let message = format!("`{}` cannot be written", file.path);
                complain(global, &anyhow::Error::new(error).context(message), None);
                failed.push(file.path.as_str());
                false
            }
        });
    }
    show(global, args, (&changed, &failed), &findings)?;
    output::say(global, &summary(args, changed.len(), unchanged.len()));
    match failed.is_empty() {
        false => Ok(Exit::Failed),
        true => Ok(exit(args, !changed.is_empty(), &findings)),
    }
}

/// From the standard input to the standard output, for editors.
fn stdin(global: &Global, args: &Fmt) -> Result<Exit> {
    if args.paths.len() > 1 || args.diff || global.format != Format::Text {
        let message = "`-` stands alone, without `--diff` and `--format`";
        return Err(Ending::new(Exit::Usage, message).into());
    }
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .context("the standard input cannot be read")?;
    match format_text(STDIN, &text) {
        Ok(formatted) => {
            if !args.check {
                output::result(global, &formatted)?;
            }
            Ok(exit(args, formatted != text, &[]))
        }
        Err(findings) => {
            output::findings(global, &findings)?;
            let is_broken = findings.iter().any(is_error);
            if !is_broken && !args.check {
                output::result(global, &text)?;
            }
            Ok(exit(args, false, &findings))
        }
    }
}

/// The files that change, those that should have and cannot be written, and what is in the way of others.
fn show(
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

fn summary(args: &Fmt, changed: usize, unchanged: usize) -> String {
    let verb = match args.check {
        true => "would change",
        false => "formatted",
    };
    let files = if changed == 1 { "file" } else { "files" };
    format!("{changed} {files} {verb}, {unchanged} in the canonical form")
}

fn exit(args: &Fmt, is_changed: bool, findings: &[Finding]) -> Exit {
    match (findings.iter().any(is_error), args.check && is_changed) {
        (true, _) => Exit::Invalid,
        (false, true) => Exit::Pending,
        (false, false) => Exit::Done,
    }
}

fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}
