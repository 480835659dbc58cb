//! A run of the binary that is told to stop: by Ctrl-C, by the order that pipelines send, or by its first failure.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use ddapps::emulator::{Failure, Fault, Settings};

use crate::support::run::{Run, command};
use crate::support::{Server, Workspace, project};

const APPS: &str = "/api/v2/app-builder/apps";

/// Two apps, neither of them live.
fn repository() -> Workspace {
    let workspace = Workspace::with_project();
    let text = std::fs::read_to_string(project("tests/corpus/cat-facts.json")).unwrap();
    workspace.write("apps/first.json", &text);
    workspace.write("apps/other.json", &text);
    workspace
}

fn run(server: &Server, workspace: &Workspace, args: &[&str]) -> Run {
    Run::new(workspace.root(), Some(server.url()), args)
}

/// An apply whose first write has arrived, and that gets these signals, each once the one before was heard.
fn ordered(server: &Server, workspace: &Workspace, signals: &[&str]) -> Output {
    let mut child = command(workspace.root(), Some(server.url()))
        .args(["apply", "--yes", "--parallelism", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while server.writes().is_empty() {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before it wrote"
        );
        std::thread::yield_now();
    }
    let mut said = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map_while(Result::ok);
    for signal in signals {
        send(&child, signal);
        assert!(said.any(|line| line.starts_with("stopping")), "{signal}");
    }
    child.wait_with_output().unwrap()
}

fn send(child: &Child, signal: &str) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args([signal, &pid]).status();
    assert!(sent.unwrap().success());
}

#[test]
fn the_first_order_finishes_what_is_under_way_and_a_second_run_converges() {
    for signal in ["-INT", "-TERM"] {
        let server = Server::new(Settings {
            latency: Duration::from_millis(300),
            ..Settings::default()
        });
        let workspace = repository();
        let output = ordered(&server, &workspace, &[signal]);
        let report = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(5), "{report}");
        assert!(report.contains("skipped"), "{report}");
        assert_eq!(server.writes().len(), 1, "no new step began");
        run(&server, &workspace, &["apply", "--yes"]).expect(0);
        run(&server, &workspace, &["plan", "--detailed-exitcode"]).expect(0);
    }
}

#[test]
fn the_second_order_waits_for_no_answer_and_the_report_says_what_is_not_known() {
    let server = Server::new(Settings::default());
    let hangs = Fault::on("POST", APPS, 1, Failure::HangAfter);
    server.emulator().set_faults(vec![hangs]);
    let workspace = repository();
    let output = ordered(&server, &workspace, &["-INT", "-TERM"]);
    let report = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(
        report.contains("0 steps done, 1 failed (1 unknown)"),
        "{report}"
    );
    assert_eq!(server.writes().len(), 1);
    // It was made all the same, and is not made again.
    run(&server, &workspace, &["apply", "--yes"]).expect(0);
    let state = server.emulator().to_json();
    assert_eq!(state["apps"].as_array().unwrap().len(), 2);
    run(&server, &workspace, &["plan", "--detailed-exitcode"]).expect(0);
}

#[test]
fn stopping_at_the_first_failure_leaves_the_rest_undone() {
    for (on_error, writes) in [("stop", 1), ("continue", 4)] {
        let (server, workspace) = (Server::new(Settings::default()), repository());
        let refused = Fault::on("POST", APPS, 1, Failure::Forbidden);
        server.emulator().set_faults(vec![refused]);
        let args = [
            "apply",
            "--yes",
            "--on-error",
            on_error,
            "--parallelism",
            "1",
        ];
        let run = run(&server, &workspace, &args);
        assert_eq!(run.code, if writes == 1 { 1 } else { 5 }, "{}", run.stdout);
        assert_eq!(server.writes().len(), writes, "{on_error}");
    }
}
