//! Four processes, each with its part of the apps, against one rate limit: they share it without knowing of each other.

use std::time::{Duration, Instant};

use ddapps::emulator::{self, Emulator, RateLimit};

use super::process::{command, run};
use super::{Outcome, PAGE, beside, data};

const APPS: usize = 600;
const PROCESSES: usize = 4;
const LIMIT: RateLimit = RateLimit {
    calls: 160,
    period: Duration::from_secs(5),
};

pub fn share() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    data::write_apps(root, APPS)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let settings = emulator::Settings {
        rate_limit: Some(LIMIT),
        ..emulator::Settings::default()
    };
    let emulator = Emulator::from_json(&data::live(root)?, settings)?;
    let server = runtime.block_on(emulator.start())?;
    let begin = Instant::now();
    let ends = std::thread::scope(|scope| {
        let runs: Vec<_> = (1..=PROCESSES)
            .map(|part| {
                let url = server.url();
                scope.spawn(move || {
                    let shard = format!("{part}/{PROCESSES}");
                    // Each writes what it says into a folder of its own.
                    let own = tempfile::tempdir().map_err(|error| error.to_string())?;
                    let args = ["plan", "--detailed-exitcode", "--shard", &shard];
                    let run = run(own.path(), command(root, url, &args));
                    run.map(|took| took.seconds())
                        .map_err(|error| error.to_string())
                })
            })
            .collect();
        let ends = runs
            .into_iter()
            .map(|run| run.join().unwrap_or_else(|_| Err("it panicked".into())));
        ends.collect::<Result<Vec<f64>, String>>()
    })?;
    let whole = begin.elapsed().as_secs_f64();
    // Every process lists everything, and reads its own.
    let least = APPS + PROCESSES * APPS.div_ceil(PAGE);
    let periods = least.div_ceil(LIMIT.calls as usize) - 1;
    let limit = LIMIT.period.as_secs_f64() * periods as f64;
    let requests = server.emulator().requests().len();
    let ends: Vec<_> = ends.iter().map(|end| format!("{end:.1}")).collect();
    let more = format!(
        "; {requests} requests (least: {least}), the processes ended after {} s",
        ends.join(", ")
    );
    beside("all four", whole, limit, 1.1, &more);
    Ok(())
}
