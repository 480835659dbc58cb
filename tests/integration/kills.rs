//! The process killed with SIGKILL at every request, before the server acts and after: the next run converges.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use ddapps::emulator::{Failure, Fault, Settings};
use ddapps::model::Policy;
use serde_json::{Value, json};

use crate::support::cycle::{converge, plan, steps};
use crate::support::run::command;
use crate::support::{Server, Workspace};

fn app(name: &str, label: &str, publish: bool) -> String {
    json!({
        "name": name,
        "publish": publish,
        "rootInstanceName": "grid0",
        "components": [{"type": "button", "name": "grid0", "events": [], "properties": {"label": label}}],
        "queries": [{"type": "stateVariable", "name": "state0", "properties": {"defaultValue": ""}}],
    })
    .to_string()
}

/// One app to create, one to update and publish, one to delete; and the server's state before.
fn before() -> (Workspace, Value) {
    let workspace = Workspace::new();
    workspace.write(
        "ddapps.yaml",
        "project: platform\npolicy: {prune: true, max_deletes: 5}\n",
    );
    workspace.write("apps/updated.json", &app("Updated", "a", true));
    workspace.write("apps/deleted.json", &app("Deleted", "a", true));
    let server = Server::new(Settings::default());
    converge(
        &server,
        &plan(&server, workspace.root(), &Policy::default()).unwrap(),
    );
    workspace.write("apps/updated.json", &app("Updated", "b", true));
    workspace.write("apps/created.json", &app("Created", "a", false));
    std::fs::remove_file(workspace.path("apps/deleted.json")).unwrap();
    (workspace, server.emulator().to_json())
}

/// Kills the process once request `k` has arrived; false if it ended by itself before.
fn killed_at(server: &Server, workspace: &Workspace, k: u64, failure: Failure) -> bool {
    server.emulator().set_faults(vec![Fault::at(k, failure)]);
    let mut child = command(workspace.root(), Some(server.url()))
        .args(["apply", "--yes", "--parallelism", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begin = Instant::now();
    let struck = loop {
        // A request that hangs is never answered, so that no other comes after it.
        let asked = server.emulator().requests();
        if asked.len() as u64 >= k {
            // What is carried out first takes a moment after the request was counted.
            std::thread::sleep(Duration::from_millis(20));
            break true;
        }
        if child.try_wait().unwrap().is_some() {
            break false;
        }
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "request {k} never came"
        );
        std::thread::sleep(Duration::from_millis(2));
    };
    child.kill().unwrap();
    child.wait().unwrap();
    struck
}

#[test]
fn a_run_that_is_killed_at_any_request_converges_when_it_is_run_again() {
    let (workspace, state) = before();
    let policy = Policy {
        prune: true,
        max_deletes: "5".parse().unwrap(),
        ..Policy::default()
    };
    let mut cells = 0;
    for failure in [Failure::Hang, Failure::HangAfter] {
        for k in 1.. {
            let server = Server::with_state(&state, Settings::default());
            if !killed_at(&server, &workspace, k, failure.clone()) {
                break;
            }
            cells += 1;
            let about = format!("killed at request {k}, {failure:?}");
            server.emulator().set_faults(Vec::new());
            let second = plan(&server, workspace.root(), &policy).unwrap();
            let tally = converge(&server, &second).tally();
            assert_eq!((tally.failed, tally.refused), (0, 0), "{about}");
            let third = plan(&server, workspace.root(), &policy).unwrap();
            assert_eq!(steps(&third), BTreeMap::new(), "{about}");
            let state = server.emulator().to_json();
            let mut names: Vec<_> = (state["apps"].as_array().unwrap().iter())
                .map(|app| app["versions"][0]["attributes"]["name"].as_str().unwrap())
                .collect();
            names.sort_unstable();
            assert_eq!(names, ["Created", "Updated"], "{about}");
        }
    }
    println!("SIGKILL: {cells} cells, all converged");
    assert!(cells >= 20, "{cells}");
}
