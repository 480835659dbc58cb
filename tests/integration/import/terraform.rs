//! Imports from Terraform: its state and its configuration.

use ddapps::emulator::Settings;
use ddapps::model::AppId;
use serde_json::{Value, json};

use super::{create, export, query, run, small};
use crate::support::cycle::client;
use crate::support::run::Run;
use crate::support::{Server, Workspace};

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
