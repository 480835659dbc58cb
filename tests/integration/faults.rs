//! After a fault at any request, of any kind, a second run converges: nothing twice, nothing lost, nothing said that is
//! not so.

use std::collections::BTreeMap;

use ddapps::apply::Outcome;
use ddapps::emulator::{Emulator, Failure, Fault, Settings};
use ddapps::model::Policy;
use serde_json::Value;

use crate::support::cycle::{converge, plan, steps};
use crate::support::{Server, Workspace, project};

/// A repository of four apps, each of another sort: with everything declared, without queries, published, and plain.
fn repository() -> Workspace {
    let workspace = Workspace::with_project();
    let text = |file: &str| {
        std::fs::read_to_string(project(&format!("tests/corpus/{file}.json"))).unwrap()
    };
    workspace.write("apps/plain.json", &text("tf-minimal"));
    workspace.write("apps/approvals.json", &text("approval-queue"));
    let mut cats: Value = serde_json::from_str(&text("cat-facts")).unwrap();
    cats["data"]["attributes"]["publish"] = true.into();
    cats["data"]["attributes"]["tags"] = serde_json::json!(["team:cats"]);
    cats["data"]["attributes"]["selfService"] = true.into();
    workspace.write("apps/cats.json", &cats.to_string());
    let mut callout: Value = serde_json::from_str(&text("callout-example")).unwrap();
    let callout = match callout.get("data") {
        Some(_) => callout["data"]["attributes"].take(),
        None => callout,
    };
    workspace.write("apps/callout.json", &callout.to_string());
    workspace
}

/// The same repository after a day of work: one app changed, one unpublished, one gone, one new.
fn changed(workspace: &Workspace) {
    let edit = |file: &str, edit: &dyn Fn(&mut Value)| {
        let text = std::fs::read_to_string(workspace.path(file)).unwrap();
        let mut value = serde_json::from_str(&text).unwrap();
        edit(&mut value);
        workspace.write(file, &value.to_string());
    };
    edit("apps/cats.json", &|cats| {
        cats["data"]["attributes"]["description"] = "Facts about cats".into();
        cats["data"]["attributes"]["tags"] = serde_json::json!(["team:dogs"]);
    });
    edit("apps/approvals.json", &|app| {
        app["publish"] = true.into();
        app["queries"][0]["name"] = "renamed".into();
    });
    std::fs::rename(
        workspace.path("apps/plain.json"),
        workspace.path("apps/fresh.json"),
    )
    .unwrap();
    std::fs::remove_file(workspace.path("apps/callout.json")).unwrap();
}

fn policy() -> Policy {
    Policy {
        prune: true,
        max_deletes: "10".parse().unwrap(),
        ..Policy::default()
    }
}

/// Runs once with a fault at request `k`, then without; returns whether the fault came to pass.
fn survives(workspace: &Workspace, state: &Value, k: u64, failure: &Failure) -> bool {
    let about = format!("{failure:?} at request {k}");
    let server = Server::with_state(state, Settings::default());
    let before = server.emulator().requests().len();
    server
        .emulator()
        .set_faults(vec![Fault::at(k, failure.clone())]);
    let first = plan(&server, workspace.root(), &policy());
    let report = first.as_ref().ok().map(|plan| converge(&server, plan));
    let struck = (server.emulator().requests().len() - before) as u64 >= k;
    server.emulator().set_faults(Vec::new());

    if let Some(report) = &report {
        check_truth(&server, report, &about);
    }
    let second = plan(&server, workspace.root(), &policy()).unwrap();
    let tally = converge(&server, &second).tally();
    assert_eq!(
        (tally.failed, tally.skipped, tally.refused),
        (0, 0, 0),
        "{about}"
    );
    let third = plan(&server, workspace.root(), &policy()).unwrap();
    assert_eq!(steps(&third), BTreeMap::new(), "{about}");
    assert_eq!(names(server.emulator()), wanted_names(workspace), "{about}");
    struck
}

/// What a report calls done must be so.
fn check_truth(server: &Server, report: &ddapps::apply::Report, about: &str) {
    let live = server.emulator().to_json().to_string();
    for app in &report.apps {
        for (step, outcome) in &app.steps {
            let id = app.id.map(|id| id.to_string()).unwrap_or_default();
            match (step.call.kind(), outcome) {
                ("create", Outcome::Done(_)) => assert!(live.contains(&id), "{about}: {}", app.key),
                ("delete", Outcome::Done(_)) => {
                    assert!(!live.contains(&id), "{about}: {}", app.key)
                }
                _ => {}
            }
        }
    }
}

fn names(emulator: &Emulator) -> Vec<String> {
    let state = emulator.to_json();
    let apps = state["apps"].as_array().unwrap().iter();
    let mut names: Vec<_> = apps
        .map(|app| {
            let newest = app["versions"].as_array().unwrap().last().unwrap();
            newest["attributes"]["name"].as_str().unwrap().to_owned()
        })
        .collect();
    names.sort();
    names
}

fn wanted_names(workspace: &Workspace) -> Vec<String> {
    let files = std::fs::read_dir(workspace.path("apps")).unwrap();
    let mut names: Vec<_> = files
        .map(|file| {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let value: Value = serde_json::from_str(&text).unwrap();
            let attributes = value.pointer("/data/attributes").unwrap_or(&value);
            attributes["name"].as_str().unwrap().to_owned()
        })
        .collect();
    names.sort();
    names
}

/// Every request boundary of a run from `state`, under every kind of failure.
fn all_boundaries(workspace: &Workspace, state: &Value) {
    let mut runs = 0;
    for failure in Failure::all() {
        let mut k = 1;
        while survives(workspace, state, k, &failure) {
            k += 1;
            runs += 1;
        }
    }
    println!("{runs} runs with a fault, each followed by one without: all converged");
    assert!(runs > 100, "{runs}");
}

#[test]
fn a_first_apply_survives_a_fault_at_any_request() {
    all_boundaries(&repository(), &Emulator::new(Settings::default()).to_json());
}

#[test]
fn an_apply_of_changes_survives_a_fault_at_any_request() {
    let workspace = repository();
    let server = Server::new(Settings::default());
    converge(
        &server,
        &plan(&server, workspace.root(), &policy()).unwrap(),
    );
    changed(&workspace);
    all_boundaries(&workspace, &server.emulator().to_json());
}
