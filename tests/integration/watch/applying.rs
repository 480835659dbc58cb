//! `watch --apply`: converges as its user types, and never does what nobody meant.

use std::fs;

use ddapps::emulator::{Failure, Fault, Settings};
use serde_json::{Value, json};

use super::process::Watching;
use super::saving::git;
use super::{app, converged, repository};
use crate::support::Server;

fn applied(event: &Value) -> bool {
    event["result"] == "applied"
}

/// The apps on the server: name, label, and whether users run them.
fn live(server: &Server) -> Vec<(String, String, bool)> {
    let state = server.emulator().to_json();
    let mut apps: Vec<_> = (state["apps"].as_array().unwrap().iter())
        .map(|app| {
            let newest = &app["versions"].as_array().unwrap().last().unwrap()["attributes"];
            let label = &newest["components"][0]["properties"]["label"];
            (
                newest["name"].as_str().unwrap().to_owned(),
                label.as_str().unwrap().to_owned(),
                app["deployment"].is_object(),
            )
        })
        .collect();
    apps.sort();
    apps
}

fn published(label: &str) -> String {
    let mut value: Value = serde_json::from_str(&app("First", label)).unwrap();
    value["publish"] = json!(true);
    value.to_string()
}

#[test]
fn drafts_converge_with_every_save_and_users_see_nothing_of_it() {
    let workspace = repository();
    workspace.write("apps/first.json", &published("old"));
    let server = Server::new(Settings::default());
    let mut watching = Watching::start(&server, &workspace, &["--apply"]);
    watching.until("the creation", applied);
    workspace.write("apps/first.json", &published("new"));
    let (event, _) = watching.until("the update", applied);
    assert_eq!(event["plan"]["summary"]["publish"], 0, "{event}");
    let label = |(name, label, public): &(String, String, bool)| {
        (name == "First").then(|| (label.clone(), *public))
    };
    assert_eq!(
        live(&server).iter().find_map(label),
        Some(("new".into(), false))
    );
    drop(watching);
    let mut watching = Watching::start(&server, &workspace, &["--apply", "--publish"]);
    let (event, _) = watching.until("the publication", applied);
    assert_eq!(event["plan"]["summary"]["publish"], 1, "{event}");
    assert_eq!(
        live(&server).iter().find_map(label),
        Some(("new".into(), true))
    );
}

#[test]
fn what_publishes_is_said_where_a_publication_is_held_back() {
    let workspace = repository();
    workspace.write("apps/first.json", &published("old"));
    let server = Server::new(Settings::default());
    for (args, is_said) in [
        (&["--apply"][..], true),
        (&["--apply", "--no-publish"], false),
        (&[], false),
    ] {
        let mut watching = Watching::in_text(&server, &workspace, args);
        while !watching.line().starts_with("Plan for") {}
        let (_, lines, _) = watching.end();
        let said = lines
            .iter()
            .any(|line| line.contains("`ddapps watch --apply --publish`"));
        assert_eq!(said, is_said, "{args:?}: {lines:#?}");
    }
}

#[test]
fn a_file_that_is_gone_for_a_moment_takes_no_app_along() {
    let workspace = repository();
    workspace.write("apps/third.json", &app("Third", "x"));
    workspace.write(
        "ddapps.yaml",
        "project: platform\npolicy: {prune: true, max_deletes: 2}\n",
    );
    let server = Server::new(Settings::default());
    let mut watching = Watching::start(&server, &workspace, &["--apply"]);
    watching.until("the creation", applied);
    server.emulator().clear_requests();
    let away = workspace.path("away.json");
    fs::rename(workspace.path("apps/first.json"), &away).unwrap();
    let (event, _) = watching.until("the orphan", |event| {
        event["plan"]["summary"]["orphaned"] == 1
    });
    assert!(
        event["again_in_seconds"].as_f64().unwrap() <= 5.0,
        "{event}"
    );
    fs::rename(&away, workspace.path("apps/first.json")).unwrap();
    watching.until("its return", |event| event["plan"]["summary"]["no_op"] == 3);
    assert_eq!(server.writes(), Vec::<String>::new());
    // One that stays away is deleted.
    fs::remove_file(workspace.path("apps/first.json")).unwrap();
    let (event, _) = watching.until("the deletion", applied);
    assert_eq!(event["cause"], "again", "{event}");
    assert_eq!(live(&server).len(), 2);
}

#[test]
fn an_empty_folder_deletes_nothing() {
    let workspace = repository();
    workspace.write(
        "ddapps.yaml",
        "project: platform\npolicy: {prune: true, max_deletes: 100%}\n",
    );
    let server = Server::new(Settings::default());
    let mut watching = Watching::start(&server, &workspace, &["--apply"]);
    watching.until("the creation", applied);
    for name in ["first", "other"] {
        fs::remove_file(workspace.path(&format!("apps/{name}.json"))).unwrap();
    }
    let (event, _) = watching.until("the refusal", |event| {
        event["plan"]["summary"]["refused"] == 2
    });
    assert_eq!(event["result"], "planned");
    assert_eq!(live(&server).len(), 2);
}

#[test]
fn a_save_during_an_apply_lets_the_app_get_all_its_steps() {
    let workspace = repository();
    let server = Server::new(Settings::default());
    // The creation of the first app takes its time.
    let slow = Fault::always(
        "POST",
        "/api/v2/app-builder/apps",
        Failure::Slow(std::time::Duration::from_millis(800)),
    );
    server.emulator().set_faults(vec![slow]);
    let mut watching = Watching::start(&server, &workspace, &["--apply", "--parallelism", "1"]);
    watching.event();
    while server.writes().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    workspace.write("apps/first.json", &app("Renamed", "new"));
    let (event, _) = watching.until("the first apply", applied);
    let apps = event["report"]["apps"].as_array().unwrap();
    let outcomes = |key: &str| -> Vec<&str> {
        let app = apps.iter().find(|app| app["key"] == key).unwrap();
        let steps = app["steps"].as_array().unwrap();
        steps
            .iter()
            .map(|step| step["outcome"].as_str().unwrap())
            .collect()
    };
    assert!(outcomes("first").iter().all(|it| *it == "done"), "{event}");
    server.emulator().set_faults(Vec::new());
    watching.until("the whole", |event| {
        applied(event) && live(&server).len() == 2
    });
    let names: Vec<_> = live(&server).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["Other", "Renamed"], "no app is made twice");
}

#[test]
fn what_is_applied_bears_the_name_of_the_commit_that_is_checked_out_by_then() {
    let workspace = repository();
    git(&workspace, &["init", "--quiet"]);
    git(&workspace, &["add", "apps"]);
    git(&workspace, &["commit", "--quiet", "--message", "One"]);
    let server = converged(&workspace);
    let mut watching = Watching::start(&server, &workspace, &["--apply"]);
    watching.event();
    watching.event();
    let slow = Failure::Slow(std::time::Duration::from_millis(1500));
    let listing = Fault::always("GET", "/api/v2/app-builder/apps", slow);
    server.emulator().clear_requests();
    server.emulator().set_faults(vec![listing]);
    workspace.write("apps/first.json", &app("First", "new"));
    while server.emulator().requests().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // By now git was asked which commit it is.
    git(
        &workspace,
        &["commit", "--quiet", "--all", "--message", "Two"],
    );
    server.emulator().set_faults(Vec::new());
    watching.until("the update", |event| {
        applied(event) && live(&server)[0].1 == "new"
    });
    let head = git(&workspace, &["rev-parse", "--short=12", "HEAD"]);
    let name = format!("ddapps platform/first {}", head.trim());
    let state = server.emulator().to_json().to_string();
    assert!(state.contains(&name), "no `{name}` in {state}");
}

#[test]
fn an_interrupt_during_an_apply_ends_after_the_app() {
    let workspace = repository();
    let server = Server::new(Settings::default());
    let slow = Fault::always(
        "POST",
        "/api/v2/app-builder/apps",
        Failure::Slow(std::time::Duration::from_millis(500)),
    );
    server.emulator().set_faults(vec![slow]);
    let mut watching = Watching::start(&server, &workspace, &["--apply", "--parallelism", "1"]);
    watching.event();
    while server.writes().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let (code, lines, _) = watching.end();
    assert_eq!(code, Some(0), "{lines:?}");
    let state = server.emulator().to_json();
    let apps = state["apps"].as_array().unwrap();
    assert_eq!(apps.len(), 1);
    assert_eq!(apps[0]["tags"], json!(["ddapps:platform/first"]));
}

#[test]
fn strict_findings_hold_an_apply_back() {
    let workspace = repository();
    workspace.write("apps/first.json", &app("First", "${nothing0.value}"));
    workspace.write(
        "ddapps.yaml",
        "project: platform\nrules: {undefined-name: error}\n",
    );
    let server = Server::new(Settings::default());
    let mut watching = Watching::start(&server, &workspace, &["--apply", "--strict"]);
    let event = watching.planned();
    assert_ne!(event["plan"]["findings"], json!([]), "{event}");
    assert_eq!(server.writes(), Vec::<String>::new());
}
