//! Plans of a thousand apps on which nothing is left to do.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::process::{Server, Took, command, run};
use super::{BINARY, LATENCY, Outcome, PAGE, beside, data};

const APPS: usize = 1000;
const RUNS: usize = 5;

/// A repository, and the state of a server on which nothing is left to do, in a folder.
pub fn settled(root: &Path, apps: usize) -> Outcome<std::path::PathBuf> {
    data::write_apps(root, apps)?;
    keep(root)
}

/// The same for definitions that are there already.
pub fn keep(root: &Path) -> Outcome<std::path::PathBuf> {
    let state = root.join("state.json");
    fs::write(&state, data::live(root)?.to_string())?;
    Ok(state)
}

/// A plan that must find nothing to do.
pub fn plan(root: &Path, server: &Server, more: &[&str]) -> Outcome<Took> {
    let args = [&["plan", "--detailed-exitcode"], more].concat();
    run(root, command(root, &server.url, &args))
}

/// Beside a binary that does nothing at all.
pub fn start() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let source = folder.path().join("empty.rs");
    fs::write(&source, "fn main() {}\n")?;
    let empty = folder.path().join("empty");
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let status = Command::new(compiler)
        .args(["-O", "-o"])
        .arg(&empty)
        .arg(&source)
        .status()?;
    if !status.success() {
        return Err("the empty binary cannot be built".into());
    }
    let (empty, own) = (start_of(empty.as_os_str())?, start_of(BINARY.as_ref())?);
    println!(
        "  {own:.1} ms, an empty binary {empty:.1} ms, more by {:.1} ms (goal: 10)",
        own - empty
    );
    Ok(())
}

/// The plan of middle length, after one that finds the server as it starts.
fn median(root: &Path, server: &Server, more: &[&str]) -> Outcome<Took> {
    plan(root, server, more)?;
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(plan(root, server, more)?);
    }
    runs.sort_by_key(|took| took.wall);
    Ok(runs.swap_remove(RUNS / 2))
}

fn start_of(binary: &std::ffi::OsStr) -> Outcome<f64> {
    let mut times = Vec::new();
    for _ in 0..50 {
        let begin = Instant::now();
        Command::new(binary)
            .arg("--version")
            .stdout(Stdio::null())
            .status()?;
        times.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// Round trips are the limit: so many requests, this many at once.
pub fn wait() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    let state = settled(root, APPS)?;
    for (parallelism, goal) in [("16", 1.15), ("64", 1.3), ("auto", 1.3)] {
        let server = Server::start(&state, LATENCY)?;
        let took = median(root, &server, &["--parallelism", parallelism])?;
        let requests = APPS + APPS.div_ceil(PAGE);
        let at_once = parallelism.parse().unwrap_or(64);
        let limit = (LATENCY * requests.div_ceil(at_once) as u32).as_secs_f64();
        let more = format!(
            "; {:.2} s processor, {:.0} MB",
            took.processor.as_secs_f64(),
            took.megabytes()
        );
        beside(
            &format!("{parallelism} at once"),
            took.seconds(),
            limit,
            goal,
            &more,
        );
    }
    Ok(())
}

/// The second plan with a cache: the pages of the list, and of each page one app.
pub fn cache() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    let state = settled(root, APPS)?;
    let server = Server::start(&state, LATENCY)?;
    let cache = root.join("cache");
    let cache = [
        "--cache",
        cache.to_str().ok_or("the folder has an odd name")?,
    ];
    let cold = plan(root, &server, &cache)?;
    let warm = median(root, &server, &cache)?;
    println!("  cold: {:.2} s; {}", cold.seconds(), cold.said.trim());
    println!(
        "  warm: {:.2} s (goal: 0.5), {:.2} s processor; {}, and {} pages (goal: 25 requests)",
        warm.seconds(),
        warm.processor.as_secs_f64(),
        warm.said.trim(),
        APPS.div_ceil(PAGE)
    );
    Ok(())
}
