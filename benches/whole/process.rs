//! The binary as a process: its time, its processor time, and its highest memory, the last two from `/proc`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{BINARY, Outcome};

/// What a run took.
pub struct Took {
    pub wall: Duration,
    pub processor: Duration,
    /// The highest resident memory in kB.
    pub memory: u64,
    /// What it said beside the result.
    pub said: String,
}

impl Took {
    pub fn seconds(&self) -> f64 {
        self.wall.as_secs_f64()
    }

    pub fn megabytes(&self) -> f64 {
        self.memory as f64 / 1e3
    }
}

/// The binary on the repository at `root` against the server at `url`.
pub fn command(root: &Path, url: &str, args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command
        .args(args)
        .arg("-C")
        .arg(root)
        .env("DDAPPS_API_URL", url)
        .env("DD_API_KEY", "a")
        .env("DD_APP_KEY", "b");
    command
}

/// Runs a command to its end, which must be a success.
pub fn run(root: &Path, mut command: Command) -> Outcome<Took> {
    let (out, err) = (root.join("stdout.txt"), root.join("stderr.txt"));
    command
        .stdout(fs::File::create(&out)?)
        .stderr(fs::File::create(&err)?);
    let begin = Instant::now();
    let mut child = command.spawn()?;
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
    let said = fs::read_to_string(err)?;
    if !status.success() {
        let beginning: String = fs::read_to_string(out)?.chars().take(2000).collect();
        return Err(format!("it ended with {status}:\n{beginning}\n{said}").into());
    }
    Ok(Took {
        wall,
        processor,
        memory,
        said,
    })
}

/// The emulator in a process of its own; it ends with the value.
pub struct Server {
    process: Child,
    pub url: String,
}

impl Server {
    pub fn start(state: &Path, latency: Duration) -> Outcome<Self> {
        let mut process = Command::new(BINARY)
            .args(["emulator", "--listen", "127.0.0.1:0", "--latency"])
            .arg(latency.as_millis().to_string())
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
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn peak_memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// The kernel counts it in hundredths of a second.
pub fn processor_time(pid: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}
