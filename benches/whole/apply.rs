//! Applies on a server of this process, which counts the requests.

use std::fs;
use std::path::Path;

use ddapps::emulator::{self, Emulator, Running};
use serde_json::Value;

use super::process::{command, run};
use super::{LATENCY, Outcome, PAGE, beside, data};

const APPS: usize = 1000;
/// How many of the apps the update changes.
const CHANGED: usize = 100;

/// Everything is made.
pub fn create() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    data::write_apps(folder.path(), APPS)?;
    let (_runtime, server) = serve(None)?;
    // One page of no apps; then each app is made, marked, and its version named.
    apply(folder.path(), &server, 1 + APPS * 3)
}

/// Some are changed and published.
pub fn update() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    data::write_apps(root, APPS)?;
    let (_runtime, server) = serve(Some(data::live(root)?))?;
    for number in 0..CHANGED {
        let file = data::app(root, number);
        let mut export: Value = serde_json::from_str(&fs::read_to_string(&file)?)?;
        export["description"] = "changed".into();
        export["publish"] = true.into();
        fs::write(file, export.to_string())?;
    }
    // Everything is read; of what differs also the versions. Then each app is read afresh, saved, its version named, read
    // once more, and published.
    apply(
        root,
        &server,
        APPS + APPS.div_ceil(PAGE) + CHANGED * (1 + 5),
    )
}

/// A server, and what it runs on.
fn serve(state: Option<Value>) -> Outcome<(tokio::runtime::Runtime, Running)> {
    let runtime = tokio::runtime::Runtime::new()?;
    let settings = emulator::Settings {
        latency: LATENCY,
        ..emulator::Settings::default()
    };
    let emulator = match state {
        Some(state) => Emulator::from_json(&state, settings)?,
        None => Emulator::new(settings),
    };
    let server = runtime.block_on(emulator.start())?;
    Ok((runtime, server))
}

fn apply(root: &Path, server: &Running, least: usize) -> Outcome<()> {
    let took = run(
        root,
        command(
            root,
            server.url(),
            &["apply", "--yes", "--parallelism", "16"],
        ),
    )?;
    let requests = server.emulator().requests().len();
    let limit = (LATENCY * requests.div_ceil(16) as u32).as_secs_f64();
    let more = format!("; {requests} requests (least: {least})");
    beside("16 at once", took.seconds(), limit, 1.3, &more);
    Ok(())
}
