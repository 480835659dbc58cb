//! The command line: everything that asks the environment, prints, or ends the process.
//!
//! Each command has a file of its own and stays a short story told in calls of the library. [`args`] names all options
//! and variables, [`repository`] and [`connection`] turn them into what the library needs, [`output`] and [`progress`]
//! speak to the user, and [`exit`] is the one place that knows exit codes.

mod adopt;
mod apply;
mod args;
mod checkout;
mod choice;
mod comment;
mod complaint;
mod completions;
mod connection;
mod converge;
mod copies;
mod destination;
mod drafts;
mod drift;
mod emulator;
mod exit;
mod explain;
mod fmt;
mod forge;
mod format;
mod formatted;
mod grouped;
mod history;
mod import;
mod imported;
mod imported_json;
mod interrupts;
mod issue;
mod keys;
mod link;
mod located;
mod log;
mod observed;
mod occasion;
mod outcome;
mod output;
mod plan;
mod progress;
mod pull;
mod reading;
mod repository;
mod rollback;
mod schema;
mod show;
mod speech;
mod summary;
mod validate;
mod versions;
mod watch;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use args::{Cli, Command};
use exit::{Exit, ending};

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli.without_empty_variables(),
        Err(error) => {
            // A closed pipe is no reason to complain.
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done.into(),
                _ => Exit::Usage.into(),
            };
        }
    };
    log::start(&cli.global);
    match command(&cli) {
        Ok(exit) => exit.into(),
        Err(error) if complaint::is_closed_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            let (exit, hint) = ending(&error);
            complaint::complain(&cli.global, &error, hint);
            exit.into()
        }
    }
}

fn command(cli: &Cli) -> anyhow::Result<Exit> {
    let global = &cli.global;
    format::check(cli)?;
    destination::check(global)?;
    match &cli.command {
        Command::Validate(args) => validate::run(global, args),
        Command::Show(args) => show::run(global, args),
        Command::Fmt(args) => fmt::run(global, args),
        Command::Schema(args) => schema::run(global, args),
        Command::Completions(args) => completions::run(global, args),
        Command::Plan(args) => wait(plan::run(global, args)),
        Command::Apply(args) => wait(apply::run(global, args)),
        Command::Watch(args) => wait(watch::run(global, args)),
        Command::Drafts(args) => wait(drafts::run(global, args)),
        Command::Pull(args) => wait(pull::run(global, args)),
        Command::Drift(args) => wait(drift::run(global, args)),
        Command::Comment(args) => wait(comment::run(global, args)),
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
