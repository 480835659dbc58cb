//! Pulling what somebody clicked.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::process::{Server, Took, command, run};
use super::{LATENCY, Outcome, bare};

const EXPORT: &str = "tests/corpus/aws-service-console.json";
const RUNS: usize = 7;

/// A label is another one live since our apply: with answers that are late, as everywhere here, and with answers at once,
/// where client and emulator want the same two cores at the same time. Beside it the plan of the same, which reads what a pull reads and changes no
/// file, and what the requests of both take alone.
pub fn one_edit() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    fs::write(root.join("ddapps.yaml"), "project: platform\n")?;
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXPORT);
    let export = export.to_str().ok_or("the project has an odd name")?;
    run(
        root,
        command(root, "http://127.0.0.1:9", &["import", "--from", export]),
    )?;
    let state = root.join("state.json");
    fs::write(&state, r#"{"apps": []}"#)?;
    let server = Server::start(&state, Duration::ZERO)?;
    run(root, command(root, &server.url, &["apply", "--yes"]))?;
    drop(server);
    let mut live: Value = serde_json::from_slice(&fs::read(&state)?)?;
    click(&mut live["apps"][0]["versions"]).ok_or("no version, or no label in it")?;
    fs::write(&state, live.to_string())?;
    let id = live["apps"][0]["id"]
        .as_str()
        .ok_or("an app without an id")?;
    for latency in [LATENCY, Duration::ZERO] {
        let plan = median(root, &state, latency, &["plan", "--overwrite-drift"])?;
        let pull = median(root, &state, latency, &["pull"])?;
        let api = requests(&state, latency, id)?.as_secs_f64();
        println!(
            "  answers {} ms late: {:.0} ms, {:.0} ms processor; requests alone: {:.0} ms, so {:.0} ms more (goal: 100); a plan of the same: {:.0} ms, {:.0} ms processor",
            latency.as_millis(),
            pull.seconds() * 1e3,
            pull.processor.as_secs_f64() * 1e3,
            api * 1e3,
            (pull.seconds() - api) * 1e3,
            plan.seconds() * 1e3,
            plan.processor.as_secs_f64() * 1e3,
        );
    }
    Ok(())
}

/// A save in the UI: one more version, with the first label of a button another one.
fn click(versions: &mut Value) -> Option<()> {
    let versions = versions.as_array_mut()?;
    let mut next = versions.last()?.clone();
    next["version"] = (versions.len() + 1).into();
    next["id"] = uuid::Uuid::from_u128(2).to_string().into();
    next.as_object_mut()?.remove("name");
    *label(&mut next["attributes"]["components"])? = "Clicked".into();
    versions.push(next);
    Some(())
}

/// What the requests of a pull take one after the other, their answers read and let go.
fn requests(state: &Path, latency: Duration, id: &str) -> Outcome<Duration> {
    let apps = "/api/v2/app-builder/apps";
    let paths = [
        format!("{apps}?limit=100&page=0&sort=created_at"),
        format!("{apps}/{id}"),
        format!("{apps}/{id}/versions?limit=100&page=0"),
        format!("{apps}/{id}?version=1"),
    ];
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        let server = Server::start(state, latency)?;
        let begin = Instant::now();
        bare::get(&server.url, &paths)?;
        runs.push(begin.elapsed());
    }
    runs.sort();
    Ok(runs[RUNS / 2])
}

/// The run of middle length; every run finds the files as the first one did.
fn median(root: &Path, state: &Path, latency: Duration, args: &[&str]) -> Outcome<Took> {
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        let folder = tempfile::tempdir()?;
        copy(root, folder.path())?;
        let server = Server::start(state, latency)?;
        let command = command(folder.path(), &server.url, args);
        runs.push(run(folder.path(), command)?);
    }
    runs.sort_by_key(|took| took.wall);
    Ok(runs.swap_remove(RUNS / 2))
}

fn copy(from: &Path, to: &Path) -> Outcome<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => drop(fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}

/// The first label of a button.
fn label(components: &mut Value) -> Option<&mut Value> {
    components.as_array_mut()?.iter_mut().find_map(|component| {
        let is_button = component["type"] == "button";
        let properties = component.get_mut("properties")?.as_object_mut()?;
        match is_button {
            true => properties.get_mut("label"),
            false => label(properties.get_mut("children")?),
        }
    })
}
