//! A running `ddapps watch`, and what it says.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::run::command;
use crate::support::{Server, Workspace};

/// Enough for a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `ddapps watch`.
pub struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    /// Starts it with JSON events.
    pub fn start(server: &Server, workspace: &Workspace, args: &[&str]) -> Self {
        Self::in_text(server, workspace, &[&["--format", "json"], args].concat())
    }

    /// Starts it with a plain log.
    pub fn in_text(server: &Server, workspace: &Workspace, args: &[&str]) -> Self {
        let mut command = command(workspace.root(), Some(server.url()));
        command.arg("watch").args(args);
        Self::of(command)
    }

    /// Starts it with JSON events where a limit of the system is this one: Linux has limits for each user namespace, and
    /// who makes one may set them. `None` where nobody may make one.
    pub fn limited(server: &Server, workspace: &Workspace, limit: &str, most: u32) -> Option<Self> {
        let set = format!("echo {most} > /proc/sys/user/{limit}");
        let inside = |script: &str| {
            let mut outer = Command::new("unshare");
            outer.args(["--user", "--map-root-user", "sh", "-c", script]);
            outer
        };
        let tried = inside(&set).stderr(Stdio::null()).status();
        if !tried.is_ok_and(|status| status.success()) {
            return None;
        }
        let mut inner = command(workspace.root(), Some(server.url()));
        inner.args(["watch", "--format", "json"]);
        let mut outer = inside(&format!("{set} && exec \"$0\" \"$@\""));
        outer.arg(inner.get_program()).args(inner.get_args());
        outer.env_clear();
        outer.envs(
            inner
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        Some(Self::of(outer))
    }

    fn of(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// The next line.
    #[track_caller]
    pub fn line(&mut self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            let _ = self.child.kill();
            let mut said = String::new();
            let _ = self.child.stderr.take().unwrap().read_to_string(&mut said);
            panic!("it said nothing more; stderr: {said}")
        })
    }

    /// The next event.
    #[track_caller]
    pub fn event(&mut self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// The first event from now on that is so, and how many runs were made of saves until then.
    #[track_caller]
    pub fn until(&mut self, what: &str, mut is_so: impl FnMut(&Value) -> bool) -> (Value, usize) {
        let begin = Instant::now();
        let mut runs = 0;
        loop {
            let event = self.event();
            runs += usize::from(event["cause"] == "save");
            if is_so(&event) {
                return (event, runs);
            }
            assert!(begin.elapsed() < PATIENCE, "{what} never came: {event:#}");
        }
    }

    /// The first plan.
    #[track_caller]
    pub fn planned(&mut self) -> Value {
        self.until("a plan", |event| event["result"] == "planned").0
    }

    /// Interrupts it.
    pub fn interrupt(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Interrupts it, and waits for its end: the code, the lines that were left, and the standard error.
    pub fn end(mut self) -> (Option<i32>, Vec<String>, String) {
        self.interrupt();
        let mut said = String::new();
        let mut err = self.child.stderr.take().unwrap();
        err.read_to_string(&mut said).unwrap();
        let code = self.child.wait().unwrap().code();
        (code, self.lines.iter().collect(), said)
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // It ended already, or must not outlive the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The label that a run wants for the button of the app `first`.
pub fn label(event: &Value) -> Option<&str> {
    let apps = event["plan"]["apps"].as_array()?;
    let app = apps.iter().find(|app| app["key"] == "first")?;
    app["changes"][0]["after"].as_str()
}
