//! Loading and checking a thousand definitions, beside what parsing alone takes: `cargo bench --bench load`.
//!
//! The limit is the time that `serde_json` alone needs for the same bytes on the same cores, into values that are thrown
//! away at once: no places, no rules, no model. Files are in the page cache; the best of five runs is shown.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ddapps::definition;
use ddapps::model::Selection;
use ddapps::reconcile::check;
use serde_json::Value;

/// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const APPS: usize = 1000;
const RUNS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let export: Value = serde_json::from_str(&fs::read_to_string(corpus.join("aws-eks.json"))?)?;
    println!(
        "case                                    bytes   parser alone      load     check   load and check"
    );
    case("1,000 apps", &repeated(export)?)?;
    let console = fs::read_to_string(corpus.join("aws-service-console.json"))?;
    case("the 966 kB console", &[console])
}

/// The same app under a thousand names, 21 KB each.
fn repeated(mut export: Value) -> Result<Vec<String>, serde_json::Error> {
    let named = (0..APPS).map(|number| {
        export["name"] = format!("Manage EKS {number}").into();
        serde_json::to_string(&export)
    });
    named.collect()
}

fn case(name: &str, texts: &[String]) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    fs::write(root.join("ddapps.yaml"), "project: platform\n")?;
    fs::create_dir(root.join("apps"))?;
    for (number, text) in texts.iter().enumerate() {
        fs::write(root.join(format!("apps/app-{number}.json")), text)?;
    }
    let settings = definition::read_settings(root).map_err(|findings| format!("{findings:?}"))?;
    let target = settings.target(None)?;
    let mut best = [Duration::MAX; 4];
    for _ in 0..RUNS {
        let start = Instant::now();
        let loaded = definition::load(root, &settings, &target);
        let load = start.elapsed();
        let start = Instant::now();
        let checked = check(root, &settings, &target, &Selection::default());
        let whole = start.elapsed();
        assert_eq!(loaded.desired.apps.len(), texts.len());
        std::hint::black_box(checked);
        let times = [parsed(texts), load, whole.saturating_sub(load), whole];
        for (best, time) in best.iter_mut().zip(times) {
            *best = time.min(*best);
        }
    }
    let bytes: usize = texts.iter().map(String::len).sum();
    let [limit, load, check, whole] = best.map(|time| time.as_secs_f64() * 1e3);
    println!(
        "{name:<34} {bytes:>10} {limit:>11.0} ms {load:>6.0} ms {check:>6.0} ms {whole:>13.0} ms  ratio {:.1}",
        whole / limit
    );
    Ok(())
}

/// How long the parser alone needs for all texts, on all cores.
fn parsed(texts: &[String]) -> Duration {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(text) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let value: Result<Value, _> = serde_json::from_str(text);
                    std::hint::black_box(value.is_ok());
                }
            });
        }
    });
    start.elapsed()
}
