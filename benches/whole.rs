//! Whole runs of the binary, each beside the limit it is measured against: `cargo bench --bench whole`.
//!
//! The server is the emulator in a process of its own, every answer 50 ms late. The apps are copies of a real export, 21 KB as
//! the API sends it. Memory and processor time are read from `/proc`, so this needs Linux.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ddapps::definition;
use ddapps::emulator::{self, Emulator, Running};
use serde_json::{Value, json};

const APPS: usize = 1000;
const LATENCY: Duration = Duration::from_millis(50);
/// The API's page size that the emulator has by default.
const PAGE: usize = 100;
const BINARY: &str = env!("CARGO_BIN_EXE_ddapps");

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    write_repository(root)?;
    let state = root.join("state.json");
    fs::write(&state, live(root)?.to_string())?;

    println!(
        "binary: {:.1} MB (goal: under 20)",
        fs::metadata(BINARY)?.len() as f64 / 1e6
    );
    start()?;
    for parallelism in [16, 64] {
        plan(root, &state, parallelism)?;
    }
    applies(root)
}

/// How many of the apps the second apply changes.
const CHANGED: usize = 100;

/// Applies on a server of this process, which counts the requests: first everything is created, then some apps are updated
/// and published.
fn applies(root: &Path) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let settings = emulator::Settings {
        latency: LATENCY,
        ..emulator::Settings::default()
    };
    let server = runtime.block_on(Emulator::new(settings).start())?;
    // One page of no apps; then each app is made, marked, and its version named.
    let created = 1 + APPS * 3;
    apply(
        root,
        &server,
        &format!("apply that creates {APPS} apps"),
        created,
    )?;
    for number in 0..CHANGED {
        let file = root.join(format!("apps/app-{number}.json"));
        let mut export: Value = serde_json::from_str(&fs::read_to_string(&file)?)?;
        export["description"] = "changed".into();
        export["publish"] = true.into();
        fs::write(file, export.to_string())?;
    }
    // Everything is read; of what differs also the versions. Then each app is read afresh, saved, its version named, read
    // once more, and published.
    let changed = APPS + APPS.div_ceil(PAGE) + CHANGED * (1 + 5);
    let about = format!("apply that updates and publishes {CHANGED} of {APPS} apps");
    apply(root, &server, &about, changed)
}

fn apply(root: &Path, server: &Running, about: &str, least: usize) -> Result<(), Box<dyn Error>> {
    server.emulator().clear_requests();
    let begin = Instant::now();
    let status = Command::new(BINARY)
        .args(["apply", "--yes", "--parallelism", "16", "-C"])
        .arg(root)
        .env("DDAPPS_API_URL", server.url())
        .env("DD_API_KEY", "a")
        .env("DD_APP_KEY", "b")
        .stdout(fs::File::create(root.join("report.txt"))?)
        .status()?;
    let wall = begin.elapsed();
    if !status.success() {
        return Err(format!("the apply ended with {status}").into());
    }
    let requests = server.emulator().requests().len();
    let limit = LATENCY * requests.div_ceil(16) as u32;
    println!(
        "{about}, 16 at a time: {requests} requests (least: {least}); {:.2} s wall, limit {:.2} s, ratio {:.2} (goal: 1.30)",
        wall.as_secs_f64(),
        limit.as_secs_f64(),
        wall.as_secs_f64() / limit.as_secs_f64(),
    );
    Ok(())
}

/// A thousand definitions.
fn write_repository(root: &Path) -> Result<(), Box<dyn Error>> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::write(root.join("ddapps.yaml"), "project: platform\n")?;
    fs::create_dir(root.join("apps"))?;
    let export = fs::read_to_string(project.join("tests/corpus/aws-eks.json"))?;
    let mut export: Value = serde_json::from_str(&export)?;
    for number in 0..APPS {
        export["name"] = format!("Manage EKS {number}").into();
        let text = serde_json::to_string_pretty(&export)?;
        fs::write(root.join(format!("apps/app-{number}.json")), text)?;
    }
    Ok(())
}

/// The server's state in which nothing is left to do.
fn live(root: &Path) -> Result<Value, Box<dyn Error>> {
    let settings = definition::read_settings(root).map_err(|findings| format!("{findings:?}"))?;
    let target = settings.target(None)?;
    let loaded = definition::load(root, &settings, &target);
    let apps = loaded.desired.apps.iter().zip(1_u128..);
    let apps: Vec<_> = apps
        .map(|((key, desired), number)| {
            let body = desired.app.definition.body();
            let tags = desired.app.tags.iter().flatten().cloned();
            json!({
                "id": uuid::Uuid::from_u128(number),
                "name": desired.app.name,
                "description": desired.app.description,
                "rootInstanceName": body.root_instance_name,
                "components": body.components,
                "queries": body.queries,
                "tags": tags.chain([target.owner.mark(key)]).collect::<Vec<_>>(),
                "protectionLevel": desired.app.protection_level.map(|it| it.as_str()),
                "selfService": desired.app.self_service.unwrap_or(false),
                "published": desired.app.publish.unwrap_or(false),
            })
        })
        .collect();
    let bytes: usize = apps.iter().map(|app| app.to_string().len()).sum();
    println!("{APPS} apps of {:.1} KB", bytes as f64 / APPS as f64 / 1e3);
    Ok(json!({ "apps": apps }))
}

/// The start of a process that only says its version.
fn start() -> Result<(), Box<dyn Error>> {
    let mut times = Vec::new();
    for _ in 0..50 {
        let begin = Instant::now();
        Command::new(BINARY)
            .arg("--version")
            .stdout(Stdio::null())
            .status()?;
        times.push(begin.elapsed());
    }
    times.sort();
    println!(
        "start (`ddapps --version`): median {:.1} ms (goal: under 10)",
        millis(times[times.len() / 2])
    );
    Ok(())
}

/// A plan of everything when nothing changed.
fn plan(root: &Path, state: &Path, parallelism: usize) -> Result<(), Box<dyn Error>> {
    let mut server = Server::start(state)?;
    let begin = Instant::now();
    let mut child = Command::new(BINARY)
        .args([
            "plan",
            "--detailed-exitcode",
            "--parallelism",
            &parallelism.to_string(),
            "-C",
        ])
        .arg(root)
        .env("DDAPPS_API_URL", &server.url)
        .env("DD_API_KEY", "a")
        .env("DD_APP_KEY", "b")
        .stdout(fs::File::create(root.join("plan.txt"))?)
        .spawn()?;
    let (mut memory, mut processor) = (0, Duration::ZERO);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        memory = peak_memory(child.id()).unwrap_or(memory);
        processor = processor_time(child.id()).unwrap_or(processor);
        std::thread::sleep(Duration::from_millis(2));
    };
    let wall = begin.elapsed();
    server.stop();
    if !status.success() {
        let shown = fs::read_to_string(root.join("plan.txt"))?;
        let beginning: String = shown.chars().take(2000).collect();
        return Err(format!("the plan ended with {status}:\n{beginning}").into());
    }
    let requests = APPS + APPS.div_ceil(PAGE);
    let limit = LATENCY * requests.div_ceil(parallelism) as u32;
    println!(
        "plan of {APPS} unchanged apps, {parallelism} at a time: {:.2} s wall, limit ceil({requests} / {parallelism}) x {} ms = {:.2} s, ratio {:.2} (goal: 1.30); {:.2} s processor; {:.0} MB peak (goal: under 150)",
        wall.as_secs_f64(),
        LATENCY.as_millis(),
        limit.as_secs_f64(),
        wall.as_secs_f64() / limit.as_secs_f64(),
        processor.as_secs_f64(),
        memory as f64 / 1e3,
    );
    Ok(())
}

/// The emulator in a process of its own.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(state: &Path) -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new(BINARY)
            .args(["emulator", "--listen", "127.0.0.1:0", "--latency"])
            .arg(LATENCY.as_millis().to_string())
            .arg("--state")
            .arg(state)
            .stderr(Stdio::piped())
            .spawn()?;
        let said = BufReader::new(process.stderr.take().ok_or("no stderr")?);
        for line in said.lines() {
            if let Some(at) = line.as_ref().ok().and_then(|line| line.find("http://")) {
                let rest = &line?[at..];
                let url = rest.split([';', ' ']).next().unwrap_or(rest).to_owned();
                return Ok(Self { process, url });
            }
        }
        Err("the emulator did not start".into())
    }

    fn stop(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The highest resident memory so far, in kB.
fn peak_memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// The processor time so far; the kernel counts it in hundredths of a second.
fn processor_time(pid: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
