//! Imports: live and exported apps become definitions that a plan has nothing to say about.

mod names;
mod terraform;

use std::collections::{BTreeMap, BTreeSet};

use ddapps::emulator::Settings;
use ddapps::model::AppId;
use serde_json::{Value, json};

use crate::support::cycle::client;
use crate::support::run::Run;
use crate::support::{Server, Workspace, corpus, project};

fn export(name: &str) -> String {
    std::fs::read_to_string(project(&format!("tests/corpus/{name}.json"))).unwrap()
}

/// What a real app is created from.
fn attributes(name: &str) -> Value {
    let whole: Value = serde_json::from_str(&export(name)).unwrap();
    let all = whole.get("data").map_or(&whole, |data| &data["attributes"]);
    let parts = [
        "name",
        "description",
        "rootInstanceName",
        "components",
        "queries",
    ];
    parts
        .iter()
        .map(|part| ((*part).to_owned(), all[*part].clone()))
        .collect()
}

fn create(server: &Server, attributes: &Value) -> AppId {
    let writer = client(server).writer();
    server.block_on(writer.create(attributes)).unwrap()
}

fn run(server: &Server, workspace: &Workspace, args: &[&str]) -> Run {
    Run::new(workspace.root(), Some(server.url()), args)
}

/// An app with one button, as it is created.
fn small(name: &str) -> Value {
    let grid =
        json!({"type": "grid", "name": "grid0", "properties": {"children": []}, "events": []});
    json!({"name": name, "description": "", "rootInstanceName": "grid0", "components": [grid], "queries": []})
}

/// A query on a connection.
fn query(name: &str, fqn: &str, connection: &str) -> Value {
    let spec = json!({"fqn": fqn, "connectionId": connection, "inputs": {}});
    json!({"id": "2a8a6d56-4c60-4772-9f1e-69bafed9f0ae", "type": "action", "name": name,
        "events": [], "properties": {"spec": spec}})
}

#[test]
fn a_plan_after_the_import_of_all_real_apps_only_adopts() {
    for layout in ["file", "folder"] {
        let server = Server::new(Settings::default());
        for name in corpus() {
            create(&server, &attributes(&name));
        }
        let workspace = Workspace::with_project();
        let text = run(
            &server,
            &workspace,
            &["import", "--all", "--layout", layout],
        )
        .expect(0);
        assert!(
            text.contains("24 apps imported; next: `ddapps plan`"),
            "{text}"
        );
        let plan = run(&server, &workspace, &["plan", "--format", "json"]).json(0);
        let apps = plan["apps"].as_array().unwrap();
        assert_eq!(apps.len(), 24);
        for app in apps {
            assert_eq!(app["action"], "adopt", "{app:#}");
            assert_eq!(app["changes"], json!([]), "{app:#}");
            let steps: Vec<_> = app["steps"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| &it["kind"])
                .collect();
            assert_eq!(steps, ["set-tags", "name-version"], "{app:#}");
        }
        run(&server, &workspace, &["apply", "--yes"]).expect(0);
        run(&server, &workspace, &["plan", "--detailed-exitcode"]).expect(0);
        // Now they bear our mark, and there is nothing new to import.
        let again = run(&server, &workspace, &["import", "--all"]);
        assert_eq!(again.code, 4, "{}", again.stdout);
        assert!(
            again.stdout.contains("declares it already"),
            "{}",
            again.stdout
        );
    }
}

#[test]
fn unknown_connections_become_aliases_of_the_environment() {
    let server = Server::new(Settings::default());
    let [known, aws, http] =
        ["1", "2", "3"].map(|n| format!("{n}1111111-1111-4111-8111-111111111111"));
    let mut app = small("Connected");
    app["queries"] = json!([
        query("a", "com.datadoghq.aws.ecs.listEcsServices", &known),
        query("b", "com.datadoghq.aws.s3.listBuckets", &aws),
        query("c", "com.datadoghq.http.request", &http),
        query("d", "com.datadoghq.aws.ec2.describe", &aws),
    ]);
    create(&server, &app);
    let workspace = Workspace::new();
    let settings = format!(
        "project: platform\nenvironments:\n  dev: # ours\n    connections:\n      aws: {known} # main\n  prod: {{}}\n"
    );
    workspace.write("ddapps.yaml", &settings);
    let none = run(&server, &workspace, &["import", "--all"]);
    assert_eq!(none.code, 3, "{}", none.stderr);
    let text = run(&server, &workspace, &["import", "--all", "-e", "dev"]).expect(0);
    assert!(text.contains("connections: aws-2:"), "{text}");
    assert!(
        text.contains("other environments need connections of these names, too: prod"),
        "{text}"
    );
    let edited = std::fs::read_to_string(workspace.path("ddapps.yaml")).unwrap();
    for expected in [
        "# ours",
        "# main",
        &format!("aws-2: {aws}"),
        &format!("http: {http}"),
    ] {
        assert!(edited.contains(expected), "{edited}");
    }
    let definition = std::fs::read_to_string(workspace.path("apps/connected.yaml")).unwrap();
    let uses = |alias: &str| {
        definition
            .matches(&format!("connection: {alias}\n"))
            .count()
            + definition
                .matches(&format!("connection: {alias}, "))
                .count()
    };
    assert_eq!(
        (uses("aws"), uses("aws-2"), uses("http")),
        (1, 2, 1),
        "{definition}"
    );
    let plan = run(
        &server,
        &workspace,
        &["plan", "-e", "dev", "--format", "json"],
    )
    .json(0);
    assert_eq!(
        (&plan["summary"]["adopt"], &plan["summary"]["update"]),
        (&json!(1), &json!(0)),
        "{plan:#}"
    );
}

#[test]
fn filters_choose_apps() {
    let server = Server::new(Settings::default());
    let writer = client(&server).writer();
    let ids: BTreeMap<_, _> = ["Red one", "Red two", "Blue"]
        .map(|name| (name, create(&server, &small(name))))
        .into();
    server.block_on(async {
        writer.publish(ids["Red one"]).await.unwrap();
        writer.set_self_service(ids["Blue"], true).await.unwrap();
        let tags = BTreeSet::from(["team:x".to_owned()]);
        writer.set_tags(ids["Red two"], &tags).await.unwrap();
    });
    for (args, expected) in [
        (&["--name", "red"][..], &["Red one", "Red two"][..]),
        (&["--published"], &["Red one"]),
        (&["--self-service"], &["Blue"]),
        (&["--tag", "team:x"], &["Red two"]),
        (&["--name", "Red", "--published"], &["Red one"]),
        (&["--name", "green"], &[]),
        (&["--all"], &["Blue", "Red one", "Red two"]),
    ] {
        let workspace = Workspace::with_project();
        let args = [&["import", "--format", "json"], args].concat();
        let result = run(&server, &workspace, &args).json(0);
        let names: Vec<_> = result["apps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|app| &app["name"])
            .collect();
        assert_eq!(names, expected, "{args:?}");
    }
    let workspace = Workspace::with_project();
    run(&server, &workspace, &["import"]).expect(64);
    let unknown = "65bb1f25-52e1-4510-9f8d-22d1516ed693";
    let text = run(&server, &workspace, &["import", unknown]).expect(1);
    assert!(text.contains("there is no such app"), "{text}");
}

#[test]
fn exports_are_imported_without_a_server() {
    for name in corpus() {
        let (workspace, elsewhere) = (Workspace::with_project(), Workspace::new());
        elsewhere.write("export.json", &export(&name));
        let file = elsewhere.path("export.json");
        let args = ["import", "--from", file.to_str().unwrap()];
        Run::new(workspace.root(), None, &args).expect(0);
        // What was clicked together may have its mistakes; here it counts that it can be read.
        Run::new(workspace.root(), None, &["plan", "--sandbox"]).expect(0);
    }
    let workspace = Workspace::with_project();
    workspace.write("broken.json", "{\"name\": 1}");
    let file = workspace.path("broken.json");
    Run::new(
        workspace.root(),
        None,
        &["import", "--from", file.to_str().unwrap()],
    )
    .expect(3);
}

#[test]
fn an_app_whose_users_run_an_older_version_stays_so() {
    let server = Server::new(Settings::default());
    let id = create(&server, &small("Refunds"));
    let writer = client(&server).writer();
    server.block_on(async {
        writer.publish(id).await.unwrap();
        writer
            .update(id, &json!({"description": "newer"}))
            .await
            .unwrap();
    });
    let workspace = Workspace::with_project();
    let text = run(&server, &workspace, &["import", "--all"]).expect(0);
    assert!(text.contains("users run an older version"), "{text}");
    let plan = run(&server, &workspace, &["plan", "--format", "json"]).json(0);
    let steps = plan["apps"][0]["steps"].as_array().unwrap();
    let kinds: Vec<_> = steps.iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, ["set-tags", "name-version"], "{plan:#}");
}
