//! `watch --draft` and `drafts`: own copies that nobody else mistakes for the apps.

use ddapps::emulator::Settings;
use ddapps::model::Policy;
use serde_json::{Value, json};

use super::process::Watching;
use super::{app, repository};
use crate::support::cycle::{converge, plan};
use crate::support::run::Run;
use crate::support::{Server, Workspace};

const DRAFT: [&str; 4] = ["--draft", "sam", "--key", "first"];

/// A repository that says to publish its apps, and a server on which they are.
fn converged() -> (Workspace, Server) {
    let workspace = repository();
    let mut first: Value = serde_json::from_str(&app("First", "old")).unwrap();
    first["publish"] = json!(true);
    first["tags"] = json!(["team:a"]);
    workspace.write("apps/first.json", &first.to_string());
    workspace.write(
        "ddapps.yaml",
        "project: platform\npolicy: {prune: true, max_deletes: 100%}\n",
    );
    let server = Server::new(Settings::default());
    let policy = Policy::default();
    converge(&server, &plan(&server, workspace.root(), &policy).unwrap());
    server.emulator().clear_requests();
    (workspace, server)
}

fn run(server: &Server, workspace: &Workspace, args: &[&str]) -> Run {
    Run::new(workspace.root(), Some(server.url()), args)
}

/// The names of the apps on the server, each with its tags.
fn names(server: &Server) -> Vec<(String, Vec<String>)> {
    let state = server.emulator().to_json();
    let apps = state["apps"].as_array().unwrap().iter();
    let mut names: Vec<_> = apps
        .map(|app| {
            let newest = app["versions"].as_array().unwrap().last().unwrap();
            let tags = app["tags"].as_array().unwrap().iter();
            (
                newest["attributes"]["name"].as_str().unwrap().to_owned(),
                tags.map(|tag| tag.as_str().unwrap().to_owned()).collect(),
            )
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_draft_is_a_copy_that_follows_the_file_and_ends_with_the_command() {
    let (workspace, server) = converged();
    let before = names(&server);
    let mut watching = Watching::start(&server, &workspace, &DRAFT);
    let (event, _) = watching.until("the copy", |event| event["result"] == "applied");
    let summary = &event["plan"]["summary"];
    assert_eq!(
        (&summary["create"], &summary["publish"]),
        (&json!(1), &json!(0)),
        "{event}"
    );
    assert_eq!(event["copies"][0]["key"], "first", "{event}");
    let copy = (
        "[draft sam] First".to_owned(),
        vec!["ddapps:platform--draft-sam/first".to_owned()],
    );
    assert!(names(&server).contains(&copy));
    let mut wanted: Value = serde_json::from_str(&workspace.read("apps/first.json")).unwrap();
    wanted["components"][0]["properties"]["label"] = json!("half done");
    workspace.write("apps/first.json", &wanted.to_string());
    let (event, _) = watching.until("the save", |event| event["result"] == "applied");
    assert_eq!(event["plan"]["summary"]["update"], 1, "{event}");
    // To everybody else, the copy is somebody else's.
    let others = run(&server, &workspace, &["plan", "--format", "json"]).json(0);
    assert_eq!(others["summary"]["orphaned"], 0, "{others}");
    assert_eq!(others["summary"]["delete"], 0, "{others}");
    assert_eq!(others["apps"].as_array().unwrap().len(), 2, "{others}");
    let touched: Vec<_> = server.writes();
    let (code, lines, stderr) = watching.end();
    assert_eq!(code, Some(0), "{stderr}");
    for line in lines {
        serde_json::from_str::<Value>(&line).unwrap();
    }
    assert_eq!(
        names(&server),
        before,
        "the copy is gone, the apps are as they were"
    );
    let original = others["apps"][0]["id"].as_str().unwrap();
    assert!(
        touched.iter().all(|write| !write.contains(original)),
        "{touched:?}"
    );
}

#[test]
fn copies_that_were_left_are_listed_and_cleaned_by_name() {
    let (workspace, server) = converged();
    let before = names(&server);
    for name in ["sam", "ann"] {
        let args = ["--draft", name, "--key", "first", "--keep"];
        let mut watching = Watching::start(&server, &workspace, &args);
        watching.until("the copy", |event| event["result"] == "applied");
        let (code, ..) = watching.end();
        assert_eq!(code, Some(0));
    }
    let listed = run(&server, &workspace, &["drafts", "--format", "json"]).json(0);
    let drafts: Vec<_> = (listed["drafts"].as_array().unwrap().iter())
        .map(|copy| {
            (
                copy["draft"].as_str().unwrap(),
                copy["key"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(drafts, [("ann", "first"), ("sam", "first")]);
    let text = run(&server, &workspace, &["drafts"]).expect(0);
    assert!(
        text.contains("[draft sam] First") && text.contains("0 minutes ago"),
        "{text}"
    );
    // Nobody is asked, so nothing is done.
    run(&server, &workspace, &["drafts", "--clean"]).expect(4);
    let untried = ["drafts", "--clean", "--format", "json"];
    let report = run(&server, &workspace, &untried).json(4);
    let codes = report["apps"].as_array().unwrap().iter();
    let codes: Vec<_> = codes
        .map(|app| &app["steps"][0]["reason"]["code"])
        .collect();
    assert_eq!(codes, ["not-begun", "not-begun"], "{report:#}");
    let sam = ["drafts", "--clean", "--name", "sam", "--yes"];
    run(&server, &workspace, &sam).expect(0);
    let left: Vec<_> = names(&server).into_iter().map(|(name, _)| name).collect();
    assert_eq!(left, ["First", "Other", "[draft ann] First"]);
    run(&server, &workspace, &["drafts", "--clean", "--yes"]).expect(0);
    assert_eq!(names(&server), before);
    for args in [&["drafts"][..], &["drafts", "--clean", "--yes"]] {
        let none = run(&server, &workspace, args).expect(0);
        assert_eq!(none, "there are no drafts\n");
    }
}

#[test]
fn a_draft_goes_on_where_it_was_left_and_a_copy_with_another_name_is_kept() {
    let (workspace, server) = converged();
    let args = [&DRAFT[..], &["--keep"]].concat();
    let mut watching = Watching::start(&server, &workspace, &args);
    watching.until("the copy", |event| event["result"] == "applied");
    watching.end();
    let mut watching = Watching::start(&server, &workspace, &args);
    let event = watching.planned();
    assert_eq!(event["plan"]["summary"]["no_op"], 1, "{event}");
    let id = event["copies"][0]["id"].as_str().unwrap().to_owned();
    watching.end();
    // Somebody takes it over by giving it another name.
    let state = server.emulator().to_json().to_string();
    let renamed = state.replace("[draft sam] First", "Mine");
    let server = Server::with_state(
        &serde_json::from_str(&renamed).unwrap(),
        Settings::default(),
    );
    let cleaned = run(&server, &workspace, &["drafts", "--clean", "--yes"]);
    assert!(cleaned.stderr.contains(&id), "{}", cleaned.stderr);
    cleaned.expect(0);
    assert_eq!(server.writes(), Vec::<String>::new());
}

#[test]
fn a_bound_app_is_copied_too_and_not_touched() {
    let (workspace, server) = converged();
    let others = run(&server, &workspace, &["plan", "--format", "json"]).json(0);
    let id = others["apps"][0]["id"].as_str().unwrap();
    let settings = format!("project: platform\napps: {{first: {id}}}\n");
    workspace.write("ddapps.yaml", &settings);
    server.emulator().clear_requests();
    let mut watching = Watching::start(&server, &workspace, &DRAFT);
    watching.until("the copy", |event| event["result"] == "applied");
    let (code, ..) = watching.end();
    assert_eq!(code, Some(0));
    let writes = server.writes();
    assert!(writes.iter().all(|write| !write.contains(id)), "{writes:?}");
    assert_eq!(names(&server).len(), 2);
}

#[test]
fn a_draft_is_of_few_apps_and_never_published() {
    let (workspace, server) = converged();
    for number in 0..11 {
        workspace.write(&format!("apps/many-{number}.json"), &app("Many", "x"));
    }
    for (args, code) in [
        (&["--draft", "sam"][..], 64),
        (&["--draft", "sam", "--key", "many-*"], 64),
        (&["--draft", "Sam!", "--key", "first"], 64),
        (&["--draft", "sam", "--key", "first", "--publish"], 64),
        (&["--keep"], 64),
    ] {
        let run = run(&server, &workspace, &[&["watch"], args].concat());
        assert_eq!(run.code, code, "{args:?}: {}", run.stderr);
    }
    assert_eq!(server.writes(), Vec::<String>::new());
    workspace.write("ddapps.yaml", "project: platform--draft-sam\n");
    run(&server, &workspace, &["validate"]).expect(3);
}
