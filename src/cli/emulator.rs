//! `ddapps emulator`: serves the App Builder API from this machine.

use std::time::Duration;

use anyhow::{Context, Result};
use ddapps::emulator::{self, Emulator, Switches};
use tokio::net::TcpListener;

use super::args::{self, Global};
use super::exit::{Ending, Exit};
use super::interrupts::Interrupts;
use super::output;

pub async fn run(global: &Global, args: &args::Emulator) -> Result<Exit> {
    let settings = emulator::Settings {
        switches: switches(&args.switches)?,
        deterministic: args.deterministic,
        latency: Duration::from_millis(args.latency),
        ..emulator::Settings::default()
    };
    let emulator = match &args.state {
        Some(file) => Emulator::open(file, settings)?,
        None => Emulator::new(settings),
    };
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("the emulator cannot listen on {}", args.listen))?;
    let address = listener.local_addr()?;
    output::say(
        global,
        &format!(
            "the emulator listens on http://{address}; use it with DDAPPS_API_URL=http://{address} and any keys"
        ),
    );
    let mut interrupts = Interrupts::new()?;
    tokio::select! {
        ended = emulator.serve(listener) => ended.context("the emulator broke off")?,
        () = interrupts.next() => {}
    }
    Ok(Exit::Done)
}

fn switches(args: &[String]) -> Result<Switches> {
    let mut switches = Switches::default();
    for arg in args {
        let (name, value) = arg.split_once('=').unwrap_or((arg, ""));
        switches
            .set(name, value)
            .map_err(|error| Ending::new(Exit::Usage, error.to_string()))?;
    }
    Ok(switches)
}
