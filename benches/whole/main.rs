//! Whole runs of the binary, each beside the limit it is measured against: `cargo bench --bench whole`, which takes about four
//! minutes, or with the names of cases: `cargo bench --bench whole -- size cache`.
//!
//! The server is the emulator, in a process of its own where its work must not count. The apps are copies of a real export,
//! 21 KB as the API sends it. Memory and processor time are read from `/proc`, so this needs Linux. When `size` and `components` are
//! run, the growth of cost is drawn into `benches/growth.svg`.

mod apply;
mod bare;
mod chart;
mod data;
mod growth;
mod plan;
mod process;
mod pull;
mod shards;
mod watch;

use std::error::Error;
use std::fs;
use std::time::Duration;

const BINARY: &str = env!("CARGO_BIN_EXE_ddapps");
/// The API's page size that the emulator has by default.
const PAGE: usize = 100;
const LATENCY: Duration = Duration::from_millis(50);

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A case: its name, what it measures, and how.
type Case = (&'static str, &'static str, fn() -> Outcome<()>);

const CASES: [Case; 10] = [
    (
        "start",
        "the start of a process that only says its version",
        plan::start,
    ),
    (
        "wait",
        "a plan of 1,000 unchanged apps, every answer 50 ms late",
        plan::wait,
    ),
    (
        "cache",
        "the same, with what an earlier run has read",
        plan::cache,
    ),
    (
        "growth",
        "plans of more and more apps, and of larger and larger ones",
        growth::all,
    ),
    ("create", "an apply that creates 1,000 apps", apply::create),
    (
        "update",
        "an apply that updates and publishes 100 of 1,000 apps",
        apply::update,
    ),
    (
        "pull",
        "a pull of one edit of the largest real app, 966 KB as the API sends it",
        pull::one_edit,
    ),
    (
        "shards",
        "four processes that share a rate limit",
        shards::share,
    ),
    (
        "watch",
        "from a save to its plan, for one of 1,000 apps",
        watch::saves,
    ),
    (
        "size-10000",
        "a plan of 10,000 unchanged apps",
        growth::ten_thousand,
    ),
];

fn main() -> Outcome<()> {
    // Cargo adds options of its own.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| !it.starts_with('-'))
        .collect();
    if let Some(unknown) = wanted
        .iter()
        .find(|it| CASES.iter().all(|(name, ..)| name != it))
    {
        let names: Vec<_> = CASES.iter().map(|(name, ..)| *name).collect();
        return Err(format!(
            "no case is called `{unknown}`; there are {}",
            names.join(", ")
        )
        .into());
    }
    println!(
        "binary: {:.1} MB (goal: under 20)",
        fs::metadata(BINARY)?.len() as f64 / 1e6
    );
    for (name, about, case) in CASES {
        // What runs with `growth` is a case of its own only where that is all that is wanted.
        let is_wanted = match wanted.is_empty() {
            true => name != "size-10000",
            false => wanted.iter().any(|it| it == name),
        };
        if is_wanted {
            println!("\n{name}: {about}");
            case()?;
        }
    }
    Ok(())
}

/// A measured value beside its limit.
fn beside(what: &str, measured: f64, limit: f64, goal: f64, more: &str) {
    println!(
        "  {what}: {measured:.2} s, limit {limit:.2} s, ratio {:.2} (goal: {goal}){more}",
        measured / limit
    );
}
