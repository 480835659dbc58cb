//! Imports: live and exported apps become definitions that a plan has nothing to say about.

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
fn a_marked_app_keeps_its_key_and_needs_no_binding() {
    let server = Server::new(Settings::default());
    let id = create(&server, &small("Some name"));
    let tags = BTreeSet::from(["team:x".to_owned(), "ddapps:platform/Refunds.v2".to_owned()]);
    server
        .block_on(client(&server).writer().set_tags(id, &tags))
        .unwrap();
    let workspace = Workspace::with_project();
    run(&server, &workspace, &["import", &id.to_string()]).expect(0);
    let text = std::fs::read_to_string(workspace.path("apps/Refunds.v2.yaml")).unwrap();
    assert!(text.starts_with("name: Some name\n"), "{text}");
    assert!(text.contains("tags: [team:x]\n"), "{text}");
    assert_eq!(
        std::fs::read_to_string(workspace.path("ddapps.yaml")).unwrap(),
        "project: platform\n"
    );
    run(&server, &workspace, &["plan", "--detailed-exitcode"]).expect(0);
    let foreign = Workspace::new();
    foreign.write("ddapps.yaml", "project: other\n");
    let refused = run(&server, &foreign, &["import", "--all"]).expect(4);
    assert!(refused.contains("ddapps:platform/Refunds.v2"), "{refused}");
    assert!(!foreign.path("apps").exists());
}

#[test]
fn hostile_names_make_harmless_files() {
    let server = Server::new(Settings::default());
    let names = [
        "../../evil",
        "app",
        "App",
        "ddapps",
        "\u{202e}",
        "a\nb",
        "same",
        "Same",
        "@{x} ${y}",
        ".git",
    ];
    for name in names {
        create(&server, &small(name));
    }
    let workspace = Workspace::with_project();
    let result = run(
        &server,
        &workspace,
        &["import", "--all", "--format", "json"],
    )
    .json(0);
    let mut files = BTreeSet::new();
    for app in result["apps"].as_array().unwrap() {
        let file = app["files"][0].as_str().unwrap();
        assert!(workspace.path(file).exists(), "{file}");
        files.insert(file.to_lowercase());
        assert!(file.starts_with("apps/") && !file.contains(".."), "{file}");
    }
    assert_eq!(files.len(), names.len());
    assert!(!files.contains("apps/app.yaml"));
    let plan = run(&server, &workspace, &["plan", "--format", "json"]).json(0);
    assert_eq!(plan["summary"]["adopt"], names.len());
    assert_eq!(plan["summary"]["create"], 0);
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
fn nothing_is_overwritten_without_force() {
    let server = Server::new(Settings::default());
    let id = create(&server, &small("Refunds")).to_string();
    let workspace = Workspace::with_project();
    run(&server, &workspace, &["import", &id]).expect(0);
    let file = workspace.path("apps/refunds.yaml");
    let written = std::fs::read_to_string(&file).unwrap();
    workspace.write("apps/refunds.yaml", &format!("# mine\n{written}"));
    run(&server, &workspace, &["import", &id]).expect(4);
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .starts_with("# mine")
    );
    run(&server, &workspace, &["import", &id, "--force"]).expect(0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written);
    // Somebody else's app of the same name gets another file.
    create(&server, &small("Refunds"));
    run(&server, &workspace, &["import", "--all"]).expect(5);
    assert!(workspace.path("apps/refunds-2.yaml").exists());
}

#[test]
fn a_link_out_of_the_repository_is_not_followed() {
    let server = Server::new(Settings::default());
    let id = create(&server, &small("Refunds")).to_string();
    let (workspace, outside) = (Workspace::with_project(), Workspace::new());
    std::os::unix::fs::symlink(outside.root(), workspace.path("apps")).unwrap();
    run(&server, &workspace, &["import", &id]).expect(4);
    assert_eq!(std::fs::read_dir(outside.root()).unwrap().count(), 0);
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

/// A state that holds one app, made on the server as well.
fn state(id: AppId, app: &Value, published: bool) -> Value {
    json!({"version": 4, "terraform_version": "1.9.0", "resources": [
        {"mode": "data", "type": "datadog_app_builder_app", "name": "other", "instances": [{"attributes": {}}]},
        {"mode": "managed", "type": "datadog_monitor", "name": "m", "instances": [{"attributes": {}}]},
        {"mode": "managed", "type": "datadog_app_builder_app", "name": "refunds", "instances": [{"attributes": {
            "id": id.to_string(), "app_json": app.to_string(), "published": published,
            "name": "Refunds", "description": "", "root_instance_name": "grid0",
            "action_query_names_to_connection_ids": {"b": "21111111-1111-4111-8111-111111111111"}}}]},
        {"mode": "managed", "type": "datadog_app_builder_app", "name": "broken",
            "instances": [{"index_key": "x", "attributes": {"app_json": "{"}}]}]})
}

#[test]
fn apps_of_a_terraform_state_are_taken_over_and_not_made_again() {
    let server = Server::new(Settings::default());
    let connection = "21111111-1111-4111-8111-111111111111";
    let mut app = small("Refunds");
    app["queries"] = json!([query("b", "com.datadoghq.aws.s3.listBuckets", connection)]);
    let id = create(&server, &app);
    server
        .block_on(client(&server).writer().publish(id))
        .unwrap();
    // What the JSON says is not what counts: the resource says it better.
    app["name"] = "Another".into();
    app["queries"][0]["properties"]["spec"]["connectionId"] = "placeholder".into();
    let workspace = Workspace::with_project();
    workspace.write(
        "infra/terraform.tfstate",
        &state(id, &app, true).to_string(),
    );
    let folder = workspace.path("infra");
    let file = workspace.path("infra/terraform.tfstate");
    for from in [folder, file] {
        let args = [
            "import",
            "--force",
            "--from-terraform",
            from.to_str().unwrap(),
        ];
        let text = run(&server, &workspace, &args).expect(5);
        assert!(
            text.contains("datadog_app_builder_app.broken[\"x\"]"),
            "{text}"
        );
        let plan = run(&server, &workspace, &["plan", "--format", "json"]).json(0);
        assert_eq!(plan["apps"].as_array().unwrap().len(), 1);
        assert_eq!(plan["apps"][0]["action"], "adopt", "{plan:#}");
        assert_eq!(plan["apps"][0]["changes"], json!([]), "{plan:#}");
        assert_eq!(plan["apps"][0]["id"], id.to_string());
    }
}

#[test]
fn terraform_configuration_is_read_as_far_as_it_says_itself() {
    let workspace = Workspace::with_project();
    workspace.write("infra/app.json", &export("aws-ecs-tasks"));
    workspace.write("outside.json", &export("aws-ecs-tasks"));
    workspace.write(
        "infra/main.tf",
        r#"
variable "env" {}
resource "datadog_app_builder_app" "heredoc" {
  app_json = <<-EOT
    {"name": "Heredoc", "rootInstanceName": "grid0", "queries": [],
     "components": [{"type": "grid", "name": "grid0", "events": [], "properties": {"children": [], "x": "$${a.b}"}}]}
  EOT
  published = true
}
resource "datadog_app_builder_app" "encoded" {
  name     = "Encoded"
  app_json = jsonencode({
    name = "x", rootInstanceName = "grid0", queries = []
    components = [{ type = "grid", name = "grid0", events = [], properties = { children = [], n = 1.5 } }]
  })
}
resource "datadog_app_builder_app" "from_file" {
  app_json = file("${path.module}/app.json")
}
resource "datadog_app_builder_app" "outside" {
  app_json = file("../outside.json")
}
resource "datadog_app_builder_app" "variable" {
  name     = "App ${var.env}"
  app_json = file("app.json")
}
resource "datadog_app_builder_app" "many" {
  for_each = toset(["a"])
  app_json = file("app.json")
}
resource "datadog_app_builder_app" "template" {
  app_json = templatefile("app.json", {})
}
"#,
    );
    let from = workspace.path("infra");
    let args = ["import", "--from-terraform", from.to_str().unwrap()];
    let text = Run::new(workspace.root(), None, &args).expect(5);
    for expected in [
        "apps/heredoc.yaml",
        "apps/encoded.yaml",
        "manage-ecs-tasks.yaml",
        "bound to no live app",
        "outside: `../outside.json` cannot be read: it leads out of the folder",
        "variable: `name` needs a run of Terraform",
        "many: `for_each` makes several apps of it",
        "template: `app_json` needs a run of Terraform (it calls `templatefile`)",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let heredoc = std::fs::read_to_string(workspace.path("apps/heredoc.yaml")).unwrap();
    assert!(
        heredoc.contains("x: ${a.b}\n") && heredoc.contains("publish: true\n"),
        "{heredoc}"
    );
    let encoded = std::fs::read_to_string(workspace.path("apps/encoded.yaml")).unwrap();
    assert!(
        encoded.contains("name: Encoded\n") && encoded.contains("1.5\n"),
        "{encoded}"
    );
}

#[test]
fn terraform_configuration_in_json_is_told_where_it_holds_an_app() {
    let workspace = Workspace::with_project();
    let resources = |kind: &str| json!({"resource": {kind: {"x": {}}}}).to_string();
    workspace.write("infra/apps.tf.json", &resources("datadog_app_builder_app"));
    workspace.write("infra/other.tf.json", &resources("datadog_monitor"));
    let from = workspace.path("infra");
    let args = [
        "import",
        "--from-terraform",
        from.to_str().unwrap(),
        "--format",
        "json",
    ];
    let json = Run::new(workspace.root(), None, &args).json(1);
    let unread = json["unread"].as_array().unwrap();
    assert_eq!(unread.len(), 1, "{json:#}");
    let told = unread[0].as_str().unwrap();
    assert!(
        told.contains("apps.tf.json") && told.contains("import from the state"),
        "{told}"
    );
}

#[test]
fn keys_that_would_share_a_file_get_one_each() {
    let server = Server::new(Settings::default());
    let workspace = Workspace::with_project();
    for key in ["a:b", "a*b", "A-B"] {
        let id = create(&server, &small(key));
        let tags = BTreeSet::from([format!("ddapps:platform/{key}")]);
        let writer = client(&server).writer();
        server.block_on(writer.set_tags(id, &tags)).unwrap();
    }
    for layout in ["file", "folder"] {
        let folder = Workspace::with_project();
        run(&server, &folder, &["import", "--all", "--layout", layout]).expect(0);
        run(&server, &folder, &["plan", "--detailed-exitcode"]).expect(0);
    }
    run(&server, &workspace, &["import", "--all"]).expect(0);
    let files = std::fs::read_dir(workspace.path("apps")).unwrap();
    assert_eq!(files.count(), 3);
}

#[test]
fn what_is_imported_anew_goes_into_the_file_that_it_has() {
    for layout in ["file", "folder"] {
        let server = Server::new(Settings::default());
        let workspace = Workspace::with_project();
        let import = |args: &[&str]| {
            let args = [&["import", "--layout", layout, "--force"], args].concat();
            run(&server, &workspace, &args)
        };
        let mut ids = Vec::new();
        for (name, key) in [("First", "a:b"), ("Second", "a*b")] {
            let id = create(&server, &small(name));
            let tags = BTreeSet::from([format!("ddapps:platform/{key}")]);
            let writer = client(&server).writer();
            server.block_on(writer.set_tags(id, &tags)).unwrap();
            ids.push(id.to_string());
        }
        import(&["--all"]).expect(0);
        let [first, second] = match layout {
            "file" => ["apps/a-b.yaml", "apps/a-b-2.yaml"],
            _ => ["apps/a-b/app.yaml", "apps/a-b-2/app.yaml"],
        };
        let texts = [workspace.read(first), workspace.read(second)];
        for name in [first, second] {
            workspace.write(name, &format!("# mine\n{}", workspace.read(name)));
        }
        // Alone, the second one still has the second file.
        import(&[&ids[1]]).expect(0);
        assert!(workspace.read(first).starts_with("# mine"));
        assert_eq!(workspace.read(second), texts[1]);
        // Whatever its author calls it.
        let mine = first.replace("a-b", "mine");
        let text = workspace.read(first);
        std::fs::remove_file(workspace.path(first)).unwrap();
        workspace.write(&mine, &text);
        import(&["--all"]).expect(0);
        assert_eq!([workspace.read(&mine), workspace.read(second)], texts);
        assert!(!workspace.path(first).exists());
        run(&server, &workspace, &["plan", "--detailed-exitcode"]).expect(0);
    }
}

#[test]
fn what_is_no_terraform_is_told() {
    let workspace = Workspace::with_project();
    workspace.write("old.tfstate", "{\"version\": 3}");
    workspace.write("infra/main.tf", "resource {");
    for name in ["old.tfstate", "infra", "nowhere"] {
        let path = workspace.path(name);
        let args = ["import", "--from-terraform", path.to_str().unwrap()];
        Run::new(workspace.root(), None, &args).expect(1);
    }
}
