//! A `watch` over a thousand apps: how long after a save its plan is there, and what it costs to wait.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::process::{Server, command, processor_time};
use super::{Outcome, PAGE, bare, data, plan};

const APPS: usize = 1000;
const SAVES: usize = 15;
const APART: Duration = Duration::from_millis(100);
const IDLE: Duration = Duration::from_secs(5);
/// So long nothing moves before a save is looked at.
const CALM: Duration = Duration::from_millis(15);
/// Nothing that should come stays away so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// The limit of a save is the time of calm after it and what the server takes to answer: the pages of the listing, one app
/// of each as a sample, and the versions of the app that differs.
pub fn saves() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    let state = plan::settled(root, APPS)?;
    commit(root)?;
    let server = Server::start(&state, Duration::ZERO)?;
    for (form, what) in [("text", "a plain log"), ("json", "JSON events")] {
        let watching = Watching::start(root, &server, form)?;
        watching.shown()?;
        let mut times = Vec::new();
        for number in 0..SAVES {
            for name in [&format!("Saved {form}"), "EKS"] {
                let since = save(root, number, name)?;
                times.push(watching.shown()?.saturating_duration_since(since));
                // What lies far enough apart is not one save.
                std::thread::sleep(APART);
            }
        }
        let mut asked = Vec::new();
        for _ in 0..SAVES {
            asked.push(bare::read(&server.url, APPS, APPS / PAGE + 1, 16)?);
        }
        let (took, api) = (median(times), median(asked));
        let limit = CALM + api;
        println!(
            "  {what}: {:.0} ms from a save to its plan, limit {:.0} ms ({:.0} of calm, {:.0} of the API), more by {:.0} ms (goal: 50)",
            ms(took),
            ms(limit),
            ms(CALM),
            ms(api),
            ms(took.saturating_sub(limit)),
        );
        let before = watching.processor()?;
        std::thread::sleep(IDLE);
        let idle = watching.processor()? - before;
        println!(
            "  {what}: {:.0} ms of the processor in {} idle seconds (goal: 0)",
            ms(idle),
            IDLE.as_secs(),
        );
    }
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Gives an app another name, and says when.
fn save(root: &Path, number: usize, name: &str) -> Outcome<Instant> {
    let file = data::app(root, number);
    let text = fs::read_to_string(&file)?;
    let mut app: serde_json::Value = serde_json::from_str(&text)?;
    app["name"] = format!("Manage {name} {number}").into();
    let text = app.to_string();
    let since = Instant::now();
    fs::write(file, text)?;
    Ok(since)
}

/// What people watch is a working tree.
fn commit(root: &Path) -> Outcome<()> {
    for args in [
        &["init", "--quiet"][..],
        &["add", "apps", "ddapps.yaml"],
        &[
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "commit",
            "--quiet",
            "--message",
            "All apps",
        ],
    ] {
        let status = Command::new("git")
            .arg("-C")
            .arg(root)
            .args(args)
            .status()?;
        if !status.success() {
            return Err("git does not make a repository".into());
        }
    }
    Ok(())
}

/// A running `watch`; it ends with the value.
struct Watching {
    process: Child,
    shown: Receiver<Instant>,
}

impl Watching {
    fn start(root: &Path, server: &Server, form: &str) -> Outcome<Self> {
        let mut process = command(root, &server.url, &["watch", "--format", form])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let out = BufReader::new(process.stdout.take().ok_or("no stdout")?);
        let (sender, shown) = channel();
        let is_plan = match form {
            "json" => |line: &str| line.contains("\"event\":\"run\""),
            _ => |line: &str| line.starts_with("Plan for "),
        };
        std::thread::spawn(move || {
            let lines = out.lines().map_while(Result::ok);
            for _ in lines.filter(|line| is_plan(line)) {
                if sender.send(Instant::now()).is_err() {
                    return;
                }
            }
        });
        Ok(Self { process, shown })
    }

    /// When the next plan was shown.
    fn shown(&self) -> Outcome<Instant> {
        let shown = self.shown.recv_timeout(PATIENCE);
        Ok(shown.map_err(|_| "no plan was shown")?)
    }

    fn processor(&self) -> Outcome<Duration> {
        Ok(processor_time(self.process.id()).ok_or("it ended")?)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
