//! `drift`: what was done live since our last apply, and what cannot be known. What it looks like is in the scenarios.

use ddapps::emulator::{Deed, Failure, Fault, Settings, When};
use ddapps::render::{drift_schema, read_drift};
use serde_json::Value;
use uuid::Uuid;

use crate::support::run::Run;
use crate::support::{Server, Workspace};

/// Two apps, applied; with bindings, so that one that is gone is missed.
fn applied() -> (Server, Workspace) {
    let (server, workspace) = (Server::new(Settings::default()), Workspace::with_project());
    for key in ["cats", "dogs"] {
        let text = format!(
            "name: {key}\ncomponents:\n  - grid grid0:\n      children: [{{button b: {{label: {key}}}}}]\n"
        );
        workspace.write(&format!("apps/{key}.yaml"), &text);
    }
    run(&server, &workspace, &["apply", "--yes"]).expect(0);
    server.emulator().clear_requests();
    (server, workspace)
}

fn run(server: &Server, workspace: &Workspace, args: &[&str]) -> Run {
    Run::new(workspace.root(), Some(server.url()), args)
}

fn drift(server: &Server, workspace: &Workspace) -> Run {
    run(server, workspace, &["drift", "--format", "json"])
}

fn id(server: &Server, name: &str) -> Uuid {
    let state = server.emulator().to_json();
    let apps = state["apps"].as_array().unwrap();
    let app = (apps.iter()).find(|app| app["versions"][0]["attributes"]["name"] == name);
    app.unwrap()["id"].as_str().unwrap().parse().unwrap()
}

fn states(found: &Value) -> Vec<&str> {
    let apps = found["apps"].as_array().unwrap().iter();
    apps.map(|app| app["state"].as_str().unwrap()).collect()
}

#[test]
fn an_edit_is_found_with_its_author_and_only_apps_that_differ_are_asked_about() {
    let (server, workspace) = applied();
    assert_eq!(
        states(&drift(&server, &workspace).json(0)),
        ["untouched"; 2]
    );
    let asked = |server: &Server| {
        let requests = server.emulator().requests();
        let asked = requests.iter().filter(|it| it.path.ends_with("/versions"));
        asked.map(|it| it.path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(asked(&server), Vec::<String>::new());
    let cats = id(&server, "cats");
    server.emulator().meanwhile(cats, Deed::Save);
    server.emulator().meanwhile(cats, Deed::Publish);
    let found = drift(&server, &workspace).json(2);
    assert_eq!(states(&found), ["edited", "untouched"]);
    let app = &found["apps"][0];
    assert_eq!(app["saves"].as_array().unwrap().len(), 1);
    assert_eq!(app["saves"][0]["published"], true);
    let path = format!("components[{}]", Deed::COMPONENT);
    assert_eq!(
        (&app["changes"][0]["path"], &app["drift"][0]["path"]),
        (&path.clone().into(), &path.into())
    );
    assert_ne!(app["saves"][0]["by"], "");
    let asked = asked(&server);
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].contains(&cats.to_string()));

    let schema = jsonschema::validator_for(&drift_schema()).unwrap();
    assert!(
        schema.is_valid(&found),
        "{:?}",
        schema.iter_errors(&found).next()
    );
    let saved = read_drift(&found.to_string()).unwrap();
    assert_eq!((saved.drifted(), saved.is_incomplete()), (1, false));
    for format in ["text", "markdown", "html"] {
        let shown = run(&server, &workspace, &["drift", "--format", format]).expect(2);
        assert!(shown.contains(Deed::COMPONENT), "{shown}");
    }
}

#[test]
fn what_cannot_be_read_is_no_proof_that_there_is_no_drift() {
    let (server, workspace) = applied();
    let (cats, dogs) = (id(&server, "cats"), id(&server, "dogs"));
    server.emulator().meanwhile(cats, Deed::Save);
    server.emulator().meanwhile(dogs, Deed::Save);
    let forbid = |path: String| Fault {
        when: When::Matching {
            method: Some("GET".into()),
            path,
            nth: None,
        },
        failure: Failure::Forbidden,
    };
    let root = "/api/v2/app-builder/apps";
    for path in [format!("{root}/{cats}"), format!("{root}/{cats}/versions")] {
        server.emulator().set_faults(vec![forbid(path)]);
        let found = drift(&server, &workspace).json(1);
        // What could be read is told.
        assert_eq!(states(&found), ["undecided", "edited"]);
        assert!(
            found["apps"][0]["refusal"]["message"]
                .as_str()
                .unwrap()
                .contains("403")
        );
    }
    server.emulator().set_faults(vec![forbid(root.to_owned())]);
    let failed = drift(&server, &workspace);
    assert_eq!(
        (failed.code, failed.stdout.as_str()),
        (1, ""),
        "{}",
        failed.stderr
    );
}

#[test]
fn a_bound_app_that_is_gone_was_deleted_and_any_other_may_never_have_been_made() {
    let (server, workspace) = applied();
    let (cats, dogs) = (id(&server, "cats"), id(&server, "dogs"));
    workspace.write(
        "ddapps.yaml",
        &format!("project: platform\napps: {{cats: {cats}}}\n"),
    );
    server.emulator().meanwhile(dogs, Deed::Delete);
    assert_eq!(
        states(&drift(&server, &workspace).json(0)),
        ["untouched", "absent"]
    );
    server.emulator().meanwhile(cats, Deed::Delete);
    assert_eq!(
        states(&drift(&server, &workspace).json(2)),
        ["deleted", "absent"]
    );
}

#[test]
fn the_selection_holds_and_credentials_are_masked() {
    let (server, workspace) = applied();
    let (cats, dogs) = (id(&server, "cats"), id(&server, "dogs"));
    for app in [cats, dogs] {
        server.emulator().meanwhile(app, Deed::Save);
    }
    let selected = ["drift", "--format", "json", "--key", "d*"];
    let found = run(&server, &workspace, &selected).json(2);
    assert_eq!(found["apps"].as_array().unwrap().len(), 1);
    assert_eq!(found["apps"][0]["key"], "dogs");

    let secret = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
    let mut state = server.emulator().to_json();
    for app in state["apps"].as_array_mut().unwrap() {
        let newest = app["versions"].as_array_mut().unwrap().last_mut().unwrap();
        newest["attributes"]["components"][0]["properties"]["title"] = secret.into();
    }
    let server = Server::with_state(&state, Settings::default());
    for format in ["text", "json", "markdown", "html"] {
        let shown = run(
            &server,
            &workspace,
            &["drift", "--format", format, "--full"],
        )
        .expect(2);
        assert!(
            shown.contains("title") && !shown.contains(secret),
            "{shown}"
        );
    }
}
