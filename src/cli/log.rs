//! The log on stderr: what happens beside the result, as much of it as was asked for.

use tracing_subscriber::EnvFilter;

use super::args::{Global, LogFormat};
use super::output;

/// Starts the log.
pub fn start(global: &Global) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "info",
        (false, _) => "debug",
    };
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::new(format!("off,ddapps={level}")))
        .with_ansi(output::colors_on_stderr(global));
    // Only one log can be started in a process, and this is the only place that does.
    let _ = match global.log_format {
        LogFormat::Text => log.without_time().try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}
