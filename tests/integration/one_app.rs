//! The commands about one app, and what an apply keeps before it overwrites: `history`, `rollback`, `adopt`, the copies.

use ddapps::emulator::{Deed, Settings};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::run::Run;
use crate::support::{Server, Workspace};

fn app(label: &str, more: &str) -> String {
    format!(
        "name: Cats\n{more}components:\n  - grid grid0:\n      children: [{{button b: {{label: {label}}}}}]\n"
    )
}

fn run(server: &Server, workspace: &Workspace, args: &[&str]) -> Run {
    Run::new(workspace.root(), Some(server.url()), args)
}

/// An app that was applied, changed and applied again.
fn applied(more: &str) -> (Server, Workspace) {
    let (server, workspace) = (Server::new(Settings::default()), Workspace::with_project());
    for label in ["one", "two"] {
        workspace.write("apps/cats.yaml", &app(label, more));
        run(&server, &workspace, &["apply", "--yes"]).expect(0);
    }
    (server, workspace)
}

fn only(server: &Server) -> Value {
    let state = server.emulator().to_json();
    let apps = state["apps"].as_array().unwrap();
    assert_eq!(apps.len(), 1);
    apps[0].clone()
}

fn id(server: &Server) -> Uuid {
    only(server)["id"].as_str().unwrap().parse().unwrap()
}

fn label(version: &Value) -> &Value {
    &version["attributes"]["components"][0]["properties"]["children"][0]["properties"]["label"]
}

fn newest(server: &Server) -> Value {
    only(server)["versions"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone()
}

#[test]
fn a_history_tells_our_versions_from_live_edits() {
    let (server, workspace) = applied("publish: true\n");
    server.emulator().meanwhile(id(&server), Deed::Save);
    let text = run(&server, &workspace, &["history", "cats"]).expect(0);
    let lines: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("  v"))
        .collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(
        lines[0].starts_with("  v3") && lines[0].contains("changed live since our last apply"),
        "{text}"
    );
    assert!(
        lines[1].contains("ddapps platform/cats")
            && lines[1].contains("users run it, our last apply"),
        "{text}"
    );
    assert!(lines[2].contains("users ran it"), "{text}");
    let json = run(
        &server,
        &workspace,
        &["history", "cats", "--format", "json"],
    )
    .json(0);
    let versions = json["versions"].as_array().unwrap();
    let of = |field: &str| {
        versions
            .iter()
            .map(|it| it[field].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("version"), [3, 2, 1]);
    assert_eq!(of("ours"), [false, true, true]);
    assert_eq!(of("drift"), [true, false, false]);
    assert_eq!(of("published"), [false, true, false]);
}

#[test]
fn a_rollback_publishes_what_it_brings_back_and_the_next_apply_does_not_undo_it() {
    let (server, workspace) = applied("publish: true\n");
    let asked = run(&server, &workspace, &["rollback", "cats", "--to", "1"]);
    assert_eq!(asked.code, 4, "{}", asked.stderr);
    assert_eq!(
        newest(&server)["version"],
        2,
        "nobody agreed, nothing was done"
    );

    let run_back = run(
        &server,
        &workspace,
        &["rollback", "cats", "--to", "v1", "--yes"],
    );
    assert!(
        run_back.stderr.contains("publishes the new version, v3")
            && run_back.stderr.contains("revert to v1"),
        "{}",
        run_back.stderr
    );
    assert!(
        run_back.stderr.contains("git still wants"),
        "{}",
        run_back.stderr
    );
    run_back.expect(0);
    let now = newest(&server);
    assert_eq!((label(&now), &now["version"]), (&json!("one"), &json!(3)));
    assert_eq!(now["name"], "ddapps platform/cats rollback to v1");
    assert_eq!(only(&server)["deployment"]["version_id"], now["id"]);

    let plan = run(&server, &workspace, &["plan"]);
    assert_eq!(plan.code, 4, "{}", plan.stdout);
    assert!(
        plan.stdout
            .contains("edited live since our last apply (v2)"),
        "{}",
        plan.stdout
    );
    run(&server, &workspace, &["apply", "--yes"]).expect(4);
    workspace.write("apps/cats.yaml", &app("one", "publish: true\n"));
    run(&server, &workspace, &["plan", "--detailed-exitcode"]).expect(0);
}

#[test]
fn what_users_run_can_be_brought_back_without_publishing_what_is_unpublished() {
    let (server, workspace) = applied("publish: true\n");
    server.emulator().meanwhile(id(&server), Deed::Save);
    run(
        &server,
        &workspace,
        &["rollback", "cats", "--to", "deployed", "--yes"],
    )
    .expect(0);
    assert_eq!(label(&newest(&server)), "two");
    assert!(!newest(&server).to_string().contains(Deed::COMPONENT));

    let (server, workspace) = applied("");
    run(
        &server,
        &workspace,
        &["rollback", "cats", "--to", "1", "--yes"],
    )
    .expect(0);
    assert_eq!(only(&server)["deployment"], Value::Null);
    for (to, said) in [
        ("9", "no version 9"),
        ("3", "newest version"),
        ("deployed", "users run no version"),
    ] {
        let refused = run(
            &server,
            &workspace,
            &["rollback", "cats", "--to", to, "--yes"],
        );
        assert!(refused.stderr.contains(said), "{}", refused.stderr);
        assert_eq!(refused.code, 4, "{}", refused.stderr);
    }
    run(&server, &workspace, &["rollback", "cats", "--to", "HEAD"]).expect(64);
    run(&server, &workspace, &["history", "dogs"]).expect(4);
}

#[test]
fn a_rollback_does_not_wait_for_files_that_can_be_read() {
    let (server, workspace) = applied("");
    workspace.write("apps/broken.yaml", "name: [\n");
    run(&server, &workspace, &["plan"]).expect(3);
    run(
        &server,
        &workspace,
        &["rollback", "cats", "--to", "1", "--yes"],
    )
    .expect(0);
}

#[test]
fn what_is_overwritten_or_deleted_is_kept_and_read_back_by_import() {
    let (server, workspace) = applied("");
    // The second apply has overwritten the first version.
    let copies = |workspace: &Workspace| {
        let mut files = Vec::new();
        for run in std::fs::read_dir(workspace.path(".ddapps/backup")).unwrap() {
            let entries = std::fs::read_dir(run.unwrap().path()).unwrap();
            files.extend(entries.map(|entry| entry.unwrap().path()));
        }
        files.sort();
        files
    };
    let first = copies(&workspace);
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(workspace.read(".ddapps/.gitignore"), "*\n");

    let other = Workspace::with_project();
    let file = first[0].to_str().unwrap();
    Run::new(other.root(), None, &["import", "--from", file]).expect(0);
    let written = other.read("apps/cats.yaml");
    assert!(written.contains("label: one"), "{written}");

    std::fs::remove_file(workspace.path("apps/cats.yaml")).unwrap();
    workspace.write("apps/dogs.yaml", &app("woof", "").replace("Cats", "Dogs"));
    run(&server, &workspace, &["apply", "--yes", "--prune"]).expect(0);
    let all = copies(&workspace);
    assert_eq!(all.len(), 2, "{all:?}");
    let kept: Vec<_> = all
        .iter()
        .map(|it| std::fs::read_to_string(it).unwrap())
        .collect();
    assert!(
        kept.iter()
            .any(|it| it.contains("\"two\"") && it.contains("ddapps:platform/cats"))
    );
}

#[test]
fn what_cannot_be_kept_is_not_touched() {
    let (server, workspace) = applied("");
    std::fs::remove_dir_all(workspace.path(".ddapps/backup")).unwrap();
    workspace.write(".ddapps/backup", "in the way");
    workspace.write("apps/cats.yaml", &app("three", ""));
    let failed = run(&server, &workspace, &["apply", "--yes"]);
    assert!(
        failed.stdout.contains("no copy of it can be kept"),
        "{}",
        failed.stdout
    );
    failed.expect(1);
    assert_eq!(label(&newest(&server)), "two");
}

#[test]
fn an_existing_app_is_adopted_unless_somebody_else_has_it() {
    let (server, workspace) = applied("");
    let id = id(&server).to_string();
    let already = run(&server, &workspace, &["adopt", "cats", &id]);
    assert!(already.stderr.contains("already"), "{}", already.stderr);
    already.expect(0);
    let taken = run(&server, &workspace, &["adopt", "dogs", &id]);
    assert!(
        taken.stderr.contains("ddapps:platform/cats"),
        "{}",
        taken.stderr
    );
    taken.expect(4);
    let nobody = "00000000-0000-4000-8000-00000000dead";
    run(&server, &workspace, &["adopt", "cats", nobody]).expect(4);

    let mut state = server.emulator().to_json();
    state["apps"][0]["tags"] = json!(["team:cats"]);
    let server = Server::with_state(&state, Settings::default());
    run(&server, &workspace, &["adopt", "cats", &id]).expect(0);
    assert_eq!(
        only(&server)["tags"],
        json!(["ddapps:platform/cats", "team:cats"])
    );
    run(&server, &workspace, &["plan", "--detailed-exitcode"]).expect(0);
}

#[test]
fn waiting_for_approval_is_six_also_when_nothing_else_is_left_to_do() {
    let (server, workspace) = (Server::new(Settings::default()), Workspace::with_project());
    workspace.write(
        "apps/cats.yaml",
        &app("one", "publish: true\nprotectionLevel: approval_required\n"),
    );
    let apply = [
        "apply",
        "--yes",
        "--detailed-exitcode",
        "--message",
        "More cats\n\nMany more.",
        "--pr-url",
        "https://git.example/1",
    ];
    run(&server, &workspace, &apply).expect(6);
    let again = run(&server, &workspace, &apply).expect(6);
    assert!(again.contains("waiting for approval since v1"), "{again}");
    let report = run(&server, &workspace, &["apply", "--yes", "--format", "json"]).json(0);
    assert_eq!(report["summary"]["waiting"], 1);
    let waiting = &report["apps"][0]["waiting"]["message"];
    assert!(waiting.as_str().unwrap().contains("since v1"), "{report}");
    run(&server, &workspace, &["plan", "--detailed-exitcode"]).expect(0);
    let requests = only(&server)["publish_requests"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0]["title"], "Publish Cats: More cats");
    let description = requests[0]["description"].as_str().unwrap();
    assert!(
        description.starts_with("Many more.\n\nhttps://git.example/1\n\n"),
        "{description}"
    );
    assert!(server.emulator().approve(id(&server)));
    run(&server, &workspace, &apply).expect(0);
}
