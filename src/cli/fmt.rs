//! `ddapps fmt`: definitions and settings in the canonical form.

use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use ddapps::definition::format::{Formatted, format, format_text};
use ddapps::definition::texts;
use ddapps::model::{Finding, Severity, Texts};
use ddapps::validate::unsilenced;

use super::args::{Fmt, Format, Global};
use super::complaint::complain;
use super::exit::{Ending, Exit};
use super::repository::Repository;
use super::validate::inside;
use super::{formatted, output};

/// What the standard input is called.
const STDIN: &str = "-";

pub fn run(global: &Global, args: &Fmt) -> Result<Exit> {
    if args.paths.iter().any(|path| path == Path::new(STDIN)) {
        return stdin(global, args);
    }
    let repository = Repository::open(global)?;
    let paths = inside(&repository.root, &args.paths)?;
    let Formatted { files, findings } = format(&repository.root, &repository.settings, &paths);
    let places = findings.iter().filter_map(|it| it.location.as_ref());
    let paths = places.map(|at| Arc::clone(&at.path)).collect();
    let findings = unsilenced(findings, &texts(&repository.root, paths));
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
    formatted::show(global, args, (&changed, &failed), &findings)?;
    let summary = formatted::summary(args, changed.len(), unchanged.len());
    output::say(global, &summary);
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
            let texts = Texts::from([(STDIN.into(), text.clone())]);
            let findings = unsilenced(findings, &texts);
            output::findings(global, &findings)?;
            let is_broken = findings.iter().any(is_error);
            if !is_broken && !args.check {
                output::result(global, &text)?;
            }
            Ok(exit(args, false, &findings))
        }
    }
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
