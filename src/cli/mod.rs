//! The command line: everything that asks the environment, prints, or ends the process.
//!
//! Each command has a file of its own and stays a short story told in calls of the library. [`args`] names all options
//! and variables, [`repository`] and [`connection`] turn them into what the library needs, [`output`] and [`progress`]
//! speak to the user, and [`exit`] is the one place that knows exit codes.

mod adopt;
mod apply;
mod args;
mod completions;
mod connection;
mod converge;
mod emulator;
mod exit;
mod explain;
mod fmt;
mod history;
mod import;
mod imported;
mod imported_json;
mod interrupts;
mod keys;
mod located;
mod occasion;
mod output;
mod plan;
mod progress;
mod repository;
mod rollback;
mod schema;
mod show;
mod validate;
mod versions;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use tracing_subscriber::EnvFilter;

use args::{Cli, Command, Format, Global, LogFormat};
use exit::{Ending, Exit, ending};

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is no reason to complain.
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done.into(),
                _ => Exit::Usage.into(),
            };
        }
    };
    start_log(&cli.global);
    match command(&cli) {
        Ok(exit) => exit.into(),
        Err(error) if output::is_closed_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            let (exit, hint) = ending(&error);
            output::complain(&cli.global, &error, hint);
            exit.into()
        }
    }
}

fn command(cli: &Cli) -> anyhow::Result<Exit> {
    let global = &cli.global;
    let is_for_findings = matches!(global.format, Format::Sarif | Format::Github);
    if is_for_findings && !matches!(cli.command, Command::Validate(_)) {
        let message = "`--format sarif` and `--format github` are for `validate`";
        return Err(Ending::new(Exit::Usage, message).into());
    }
    // What an import did and what a rule is about are no documents of the renderer.
    let is_page = matches!(global.format, Format::Markdown | Format::Html);
    let has_none = match &cli.command {
        Command::Import(_) => true,
        Command::Validate(args) => args.explain.is_some(),
        _ => false,
    };
    if is_page && has_none {
        let message = "`--format markdown` and `--format html` are for plans, reports and findings";
        return Err(Ending::new(Exit::Usage, message).into());
    }
    match &cli.command {
        Command::Validate(args) => validate::run(global, args),
        Command::Show(args) => show::run(global, args),
        Command::Fmt(args) => fmt::run(global, args),
        Command::Schema(args) => schema::run(global, args),
        Command::Completions(args) => completions::run(global, args),
        Command::Plan(args) => wait(plan::run(global, args)),
        Command::Apply(args) => wait(apply::run(global, args)),
        Command::Import(args) => wait(import::run(global, args)),
        Command::Adopt(args) => wait(adopt::run(global, args)),
        Command::History(args) => wait(history::run(global, args)),
        Command::Rollback(args) => wait(rollback::run(global, args)),
        Command::Emulator(args) => wait(emulator::run(global, args)),
    }
}

/// Runs a command that needs the network. The others start no threads.
fn wait(work: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let result = runtime.block_on(work);
    // A loader thread that nobody waits for any more must not hold the exit up.
    runtime.shutdown_background();
    result
}

fn start_log(global: &Global) {
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
