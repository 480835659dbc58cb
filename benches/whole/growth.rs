//! How cost grows with the number of apps and with their size, without latency, beside a client that only reads and parses.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::chart::{Panel, draw};
use super::plan::{keep, plan, settled};
use super::process::Server;
use super::{Outcome, bare, data};

/// What one size took: the plan, and the bare client, in seconds.
type Point = (usize, f64, f64);

/// The goal of a plan, as a multiple of the bare client.
const GOAL: f64 = 2.0;

pub fn all() -> Outcome<()> {
    let apps = points(&[10, 100, 1_000, 10_000], "apps", measure_apps)?;
    let components = points(
        &[1, 10, 100, 1_000, 10_000],
        "components",
        measure_components,
    )?;
    let panel = |title, points: &[Point]| Panel {
        title,
        lines: vec![
            (
                "plan, nothing changed",
                points.iter().map(|it| (it.0, it.1)).collect(),
            ),
            (
                "read and parse only",
                points.iter().map(|it| (it.0, it.2)).collect(),
            ),
        ],
    };
    let panels = [
        panel("seconds by apps of 21 KB", &apps),
        panel("seconds by components of one app", &components),
    ];
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/growth.svg");
    Ok(fs::write(file, draw(&panels))?)
}

pub fn ten_thousand() -> Outcome<()> {
    points(&[10_000], "apps", measure_apps).map(drop)
}

fn points(
    sizes: &[usize],
    of: &str,
    measure: fn(usize, &str) -> Outcome<Point>,
) -> Outcome<Vec<Point>> {
    sizes.iter().map(|size| measure(*size, of)).collect()
}

fn measure_apps(size: usize, of: &str) -> Outcome<Point> {
    let folder = tempfile::tempdir()?;
    let state = settled(folder.path(), size)?;
    measure(folder.path(), &state, size, of, size)
}

fn measure_components(size: usize, of: &str) -> Outcome<Point> {
    let folder = tempfile::tempdir()?;
    data::write_components(folder.path(), size)?;
    let state = keep(folder.path())?;
    measure(folder.path(), &state, size, of, 1)
}

fn measure(root: &Path, state: &Path, size: usize, of: &str, apps: usize) -> Outcome<Point> {
    let server = Server::start(state, Duration::ZERO)?;
    let bare = bare::read(&server.url, apps, apps, 16)?.as_secs_f64();
    let took = plan(root, &server, &[])?;
    println!(
        "  {size} {of}: {:.3} s, {:.2} s processor, {:.0} MB; read and parsed only: {bare:.3} s, ratio {:.2} (goal: {GOAL})",
        took.seconds(),
        took.processor.as_secs_f64(),
        took.megabytes(),
        took.seconds() / bare
    );
    Ok((size, took.seconds(), bare))
}
