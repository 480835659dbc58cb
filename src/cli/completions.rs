//! `ddapps completions`: shell completions.

use anyhow::Result;
use clap::CommandFactory;

use super::args::{Cli, Completions, Global};
use super::exit::Exit;
use super::output;

pub fn run(global: &Global, args: &Completions) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ddapps", &mut script);
    output::result(global, &String::from_utf8(script)?)?;
    Ok(Exit::Done)
}
