//! Why something failed: the whole chain, and what to do.

use std::io::{self, Write};

use anyhow::Error;
use ddapps::render;

use super::args::Global;
use super::keys::secrets;
use super::output::colors_on_stderr;

/// Shows why the command failed, the whole chain, and what to do.
pub fn complain(global: &Global, error: &Error, hint: Option<&str>) {
    let _ = io::stderr().write_all(complaint(global, error, hint).as_bytes());
}

/// Why something failed, the whole chain, and what to do.
pub fn complaint(global: &Global, error: &Error, hint: Option<&str>) -> String {
    told(error, hint, colors_on_stderr(global))
}

/// The same, in colour or not. A server's answer is part of it, and may hold what was sent to it.
pub fn told(error: &Error, hint: Option<&str>, color: bool) -> String {
    let bold = match color {
        true => anstyle::AnsiColor::Red.on_default().bold(),
        false => anstyle::Style::new(),
    };
    let secrets = secrets();
    let line = |text: String| render::line(&render::masked(&text, &secrets));
    let mut text = format!("{bold}error{bold:#}: {}\n", line(error.to_string()));
    for cause in error.chain().skip(1) {
        text.push_str(&format!("  because: {}\n", line(cause.to_string())));
    }
    if let Some(hint) = hint {
        text.push_str(&format!("  help: {}\n", render::line(hint)));
    }
    text
}

/// Whether the reader of our output went away.
pub fn is_closed_pipe(error: &Error) -> bool {
    (error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>()))
    .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
