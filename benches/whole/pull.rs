//! Pulling what somebody clicked.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::process::{Server, Took, command, run};
use super::{Outcome, data};

const EXPORT: &str = "tests/corpus/aws-service-console.json";
const RUNS: usize = 7;

/// A label is another one live; beside it the plan of the same, which reads both sides too and changes no file.
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
    let same = root.join("same.json");
    let mut live = data::live(root)?;
    fs::write(&same, live.to_string())?;
    let label = label(&mut live["apps"][0]["components"]).ok_or("no label")?;
    *label = "Clicked".into();
    let clicked = root.join("clicked.json");
    fs::write(&clicked, live.to_string())?;
    let plan = median(root, &same, &["plan"])?;
    let pull = median(root, &clicked, &["pull", "--theirs"])?;
    println!(
        "  pull: {:.0} ms, {:.0} ms processor; a plan of the same app: {:.0} ms, {:.0} ms processor (goal: 100 ms more)",
        pull.seconds() * 1e3,
        pull.processor.as_secs_f64() * 1e3,
        plan.seconds() * 1e3,
        plan.processor.as_secs_f64() * 1e3,
    );
    Ok(())
}

/// The run of middle length; every run finds the files as the first one did.
fn median(root: &Path, state: &Path, args: &[&str]) -> Outcome<Took> {
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        let folder = tempfile::tempdir()?;
        copy(root, folder.path())?;
        let server = Server::start(state, Duration::ZERO)?;
        runs.push(run(
            folder.path(),
            command(folder.path(), &server.url, args),
        )?);
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
