//! A run that is told to stop at once tells what it knows, and what it does not.

use std::time::Duration;

use ddapps::apply::{self, Failure, OnError, Options, Outcome, Report, Stop};
use ddapps::emulator::{self, Fault, Settings};
use ddapps::model::Policy;
use serde_json::json;

use crate::support::cycle::{client, converge, plan};
use crate::support::{Server, Workspace};

/// Applies, and orders a stop at once when so many writes have arrived.
fn stopped_at(server: &Server, plan: &ddapps::plan::Plan, writes: usize) -> Report {
    let options = Options {
        parallelism: 1,
        on_error: OnError::Continue,
        backup: None,
    };
    let (writer, stop) = (client(server).writer(), Stop::default());
    let stopping = async {
        while server.writes().len() < writes {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        stop.at_once();
    };
    let run = apply::apply(plan, &writer, &options, &stop, &|_| ());
    server.block_on(async { tokio::join!(run, stopping).0 })
}

#[test]
fn deletions_that_are_done_stay_done_when_the_run_is_stopped_at_once() {
    let workspace = Workspace::with_project();
    let app = |name: &str| json!({"name": name, "components": [{"grid grid0": {}}]}).to_string();
    for key in ["a", "b", "c", "kept"] {
        workspace.write(&format!("apps/{key}.json"), &app(key));
    }
    let server = Server::new(Settings::default());
    let policy = Policy {
        prune: true,
        max_deletes: "10".parse().unwrap(),
        ..Policy::default()
    };
    converge(&server, &plan(&server, workspace.root(), &policy).unwrap());
    for key in ["a", "b", "c"] {
        std::fs::remove_file(workspace.path(&format!("apps/{key}.json"))).unwrap();
    }
    let plan = plan(&server, workspace.root(), &policy).unwrap();
    server.emulator().clear_requests();
    // Deleting all of them at once is refused, so they go one by one, and the second gets no answer.
    let apps = "/api/v2/app-builder/apps";
    server.emulator().set_faults(vec![
        Fault::on("DELETE", apps, 1, emulator::Failure::NotFound),
        Fault::on("DELETE", apps, 3, emulator::Failure::HangAfter),
    ]);

    let report = stopped_at(&server, &plan, 3);

    let outcomes: Vec<_> = (report.apps.iter())
        .flat_map(|app| app.steps.iter().map(|(_, outcome)| outcome.clone()))
        .collect();
    let unknown = Outcome::Failed(Failure::Interrupted);
    assert_eq!(outcomes, [Outcome::Done(None), unknown.clone(), unknown]);
}
