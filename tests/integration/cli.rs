//! The promises of the command line: exit codes, streams, saved plans, confirmation.

use std::io::Read;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::Duration;

use ddapps::emulator::{Failure, Fault, RateLimit, Settings};
use serde_json::Value;

use crate::support::run::{Run, command};
use crate::support::{Server, Workspace, copy, project};

/// A repository that holds one real app twice, as `first` and as `other`.
fn repository(file: &str) -> Workspace {
    let workspace = Workspace::with_project();
    let text = std::fs::read_to_string(project(&format!("tests/corpus/{file}.json"))).unwrap();
    workspace.write("apps/first.json", &text);
    workspace.write("apps/other.json", &text);
    workspace
}

fn run(server: &Server, workspace: &Workspace, args: &[&str]) -> Run {
    Run::new(workspace.root(), Some(server.url()), args)
}

#[test]
fn the_quick_start_works_without_account_and_then_there_is_nothing_to_do() {
    let workspace = Workspace::new();
    copy(&project("examples/quickstart"), workspace.root());
    let sandboxed =
        |args: &[&str]| Run::new(workspace.root(), None, &[args, &["--sandbox"]].concat());
    let first = sandboxed(&["apply", "--yes"]).expect(0);
    assert!(first.contains("4 to create"), "{first}");
    sandboxed(&["plan", "--detailed-exitcode"]).expect(0);
    assert!(workspace.path(".ddapps/sandbox.json").exists());
    let second = sandboxed(&["apply", "--yes", "--format", "json"]).json(0);
    assert_eq!(second["apps"], Value::Array(Vec::new()), "{second}");
}

#[test]
fn pending_changes_are_two_only_when_asked_for() {
    let (server, workspace) = (Server::new(Settings::default()), repository("cat-facts"));
    run(&server, &workspace, &["plan"]).expect(0);
    run(&server, &workspace, &["plan", "--detailed-exitcode"]).expect(2);
    run(&server, &workspace, &["apply", "--yes"]).expect(0);
    run(&server, &workspace, &["plan", "--detailed-exitcode"]).expect(0);
}

#[test]
fn wrong_usage_is_sixty_four_and_help_is_none() {
    let workspace = Workspace::with_project();
    for args in [
        &["plan", "--no-such-option"][..],
        &["frobnicate"],
        &["plan", "--shard", "3/2"],
        &["plan", "--site", "datadog.example.com"],
        &["import", "--all", "--format", "html"],
        &["validate", "--explain", "--format", "markdown"],
        &[],
    ] {
        let run = Run::new(workspace.root(), None, args);
        assert_eq!((run.code, run.stdout.as_str()), (64, ""), "{args:?}");
    }
    for args in [&["--help"][..], &["--version"], &["apply", "--help"]] {
        assert_eq!(Run::new(workspace.root(), None, args).code, 0, "{args:?}");
    }
}

#[test]
fn invalid_definitions_are_three_and_nothing_is_asked_of_the_server() {
    let (server, workspace) = (Server::new(Settings::default()), repository("cat-facts"));
    workspace.write("apps/broken.yaml", "name: Broken\ncomponents: [\n");
    workspace.write(
        "apps/wrong.yaml",
        "name: 3\npublish: maybe\ncomponents: []\n",
    );
    for command in [&["validate"][..], &["plan"], &["apply", "--yes"]] {
        let run = run(&server, &workspace, command);
        assert_eq!(run.code, 3, "{command:?}");
        let all = run.stdout + &run.stderr;
        assert!(all.contains("apps/broken.yaml:"), "{all}");
        assert!(all.contains("apps/wrong.yaml:2:10"), "{all}");
    }
    let json = run(&server, &workspace, &["plan", "--format", "json"]).json(3);
    assert!(json["findings"].as_array().unwrap().len() >= 3);
    assert_eq!(server.writes(), Vec::<String>::new());
}

#[test]
fn a_broken_file_is_said_without_waiting_for_a_server_that_is_silent() {
    let workspace = Workspace::with_project();
    workspace.write("apps/broken.yaml", "name: [\n");
    // It takes connections in and never answers: who waits for it asks again and again before giving up.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let run = Run::new(workspace.root(), Some(&url), &["plan"]);
    assert!(run.stderr.contains("apps/broken.yaml:"), "{}", run.stderr);
    run.expect(3);
    silent.set_nonblocking(true).unwrap();
    let attempts = std::iter::from_fn(|| silent.accept().ok()).count();
    assert!(attempts <= 1, "{attempts} attempts");
}

#[test]
fn environments_must_be_chosen_by_a_name_that_exists() {
    let workspace = Workspace::new();
    copy(&project("examples/quickstart"), workspace.root());
    for args in [&["plan"][..], &["plan", "--env", "pord"]] {
        let run = Run::new(workspace.root(), None, args);
        assert_eq!(run.code, 3, "{args:?}");
        assert!(
            run.stderr.contains("dev") && run.stderr.contains("prod"),
            "{}",
            run.stderr
        );
    }
    Run::new(workspace.root(), None, &["validate"]).expect(0);
    let nowhere = tempfile::tempdir().unwrap();
    assert_eq!(Run::new(nowhere.path(), None, &["plan"]).code, 3);
}

#[test]
fn without_keys_or_server_the_message_says_what_to_do() {
    let workspace = repository("cat-facts");
    let run = Run::new(workspace.root(), None, &["plan"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("DD_API_KEY") && run.stderr.contains("--sandbox"),
        "{}",
        run.stderr
    );

    let mut far = command(workspace.root(), Some("http://example.org"));
    let output = far.arg("plan").output().unwrap();
    assert_eq!(output.status.code(), Some(64));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("loopback")
    );
}

#[test]
fn wrong_keys_are_explained_and_never_shown() {
    let server = Server::new(Settings {
        keys: Some(("right".into(), "right".into())),
        ..Settings::default()
    });
    let run = run(&server, &repository("cat-facts"), &["plan", "-vv"]);
    assert_eq!(run.code, 1);
    for word in ["403", "apps_run", "Actions API"] {
        assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
    }
    for key in ["an-api-key", "an-application-key"] {
        assert!(!run.stderr.contains(key) && !run.stdout.contains(key));
    }
}

#[test]
fn nobody_to_ask_is_a_refusal() {
    let (server, workspace) = (Server::new(Settings::default()), repository("cat-facts"));
    let run = run(&server, &workspace, &["apply"]);
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("--yes"), "{}", run.stderr);
    assert_eq!(server.writes(), Vec::<String>::new());
}

#[test]
fn a_run_that_does_not_begin_is_one_document_that_says_so() {
    let (server, workspace) = (Server::new(Settings::default()), repository("cat-facts"));
    let file = workspace.path("plan.json");
    let file = file.to_str().unwrap();
    run(&server, &workspace, &["plan", "--out", file]).expect(0);
    let json = |args: &[&str], code| {
        let args = [args, &["--format", "json"]].concat();
        run(&server, &workspace, &args).json(code)
    };
    // Nobody can be asked; nothing of that name can be read; it is stale; errors are not to be there.
    json(&["apply"], 4);
    json(&["apply", "none.json", "--yes"], 1);
    let text = workspace.read("apps/first.json");
    let broken = text.replace(
        r#""rootInstanceName":"grid0""#,
        r#""rootInstanceName":"none""#,
    );
    assert_ne!(text, broken);
    workspace.write("apps/first.json", &broken);
    json(&["apply", file, "--yes"], 4);
    let report = json(&["apply", "--yes", "--strict"], 3);
    let steps = report["apps"][0]["steps"].as_array().unwrap();
    assert!(!steps.is_empty());
    for step in steps {
        let told = (&step["outcome"], &step["reason"]["code"]);
        assert_eq!(told, (&"skipped".into(), &"not-begun".into()), "{report:#}");
    }
    assert_eq!(server.writes(), Vec::<String>::new());

    workspace.write("apps/first.json", &text);
    run(&server, &workspace, &["apply", "--yes"]).expect(0);
    workspace.write("apps/first.json", &text.replace("Cat Facts", "Dog Facts"));
    run(&server, &workspace, &["apply", "--yes"]).expect(0);
    let report = json(&["rollback", "first", "--to", "1"], 4);
    assert_eq!(report["summary"]["done"], 0, "{report:#}");
    // What is done already is a report, too.
    let plan = run(&server, &workspace, &["plan", "--full", "--format", "json"]).json(0);
    let id = plan["apps"][0]["id"].as_str().unwrap();
    let report = json(&["adopt", "first", id], 0);
    assert_eq!(
        (&report["summary"]["done"], &report["apps"]),
        (&0.into(), &Value::Array(Vec::new()))
    );
}

#[test]
fn a_result_that_cannot_be_written_is_known_before_anything_is_done() {
    let (server, workspace) = (Server::new(Settings::default()), repository("cat-facts"));
    workspace.write("folder/file", "");
    for file in ["none/report.json", "folder"] {
        let file = workspace.path(file);
        let output = ["--format", "json", "--output", file.to_str().unwrap()];
        let run = run(
            &server,
            &workspace,
            &[&["apply", "--yes"], &output[..]].concat(),
        );
        assert!(run.stderr.contains("cannot be written"), "{}", run.stderr);
        run.expect(1);
    }
    assert_eq!(server.writes(), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn a_pipe_as_output_stays_a_pipe() {
    use std::os::unix::fs::FileTypeExt;
    let workspace = repository("cat-facts");
    let pipe = workspace.path("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()));
    let mut child = command(workspace.root(), None)
        .args(["validate", "--explain", "not-formatted", "--output"])
        .arg(&pipe)
        .spawn()
        .unwrap();
    // Opened both ways, a pipe waits for nobody, and holds a short text.
    let mut reader = std::fs::OpenOptions::new();
    let mut reader = reader.read(true).write(true).open(&pipe).unwrap();
    let status = child.wait().unwrap();
    let is_pipe = std::fs::metadata(&pipe).unwrap().file_type().is_fifo();
    assert!(status.success() && is_pipe);
    assert!(reader.read(&mut [0; 16]).is_ok_and(|length| length > 0));
}

#[test]
fn a_reviewed_plan_is_applied_only_if_it_is_still_what_would_be_done() {
    let (server, workspace) = (Server::new(Settings::default()), repository("cat-facts"));
    let file = workspace.path("plan.json");
    let file = file.to_str().unwrap();
    let plan = |name: &str| {
        run(&server, &workspace, &["plan", "--out", name]).expect(0);
        std::fs::read_to_string(name).unwrap()
    };
    let saved = plan(file);
    assert_eq!(saved, plan(file), "the same inputs give the same bytes");
    let shown = Run::new(
        workspace.root(),
        None,
        &["show", file, "--detailed-exitcode"],
    )
    .expect(2);
    assert_eq!(shown, run(&server, &workspace, &["plan"]).expect(0));

    let text = workspace
        .read("apps/first.json")
        .replace("Cat Facts", "Dog Facts");
    workspace.write("apps/first.json", &text);
    let stale = run(&server, &workspace, &["apply", file, "--yes"]);
    assert_eq!(stale.code, 4);
    assert!(
        stale.stderr.contains("Dog Facts"),
        "the difference is shown: {}",
        stale.stderr
    );
    assert_eq!(server.writes(), Vec::<String>::new());

    plan(file);
    run(&server, &workspace, &["apply", file, "--yes"]).expect(0);
}

#[test]
fn a_hostile_plan_file_is_refused() {
    let workspace = Workspace::with_project();
    for (name, text) in [
        ("empty", ""),
        ("shape", "[]"),
        ("version", r#"{"format_version": "99.0"}"#),
        ("deep", &"[".repeat(100_000)),
    ] {
        workspace.write("plan.json", text);
        let path = workspace.path("plan.json");
        let run = Run::new(workspace.root(), None, &["show", path.to_str().unwrap()]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{name}");
    }
}

#[test]
fn pages_of_plans_reports_and_findings_are_one_document_each() {
    let (server, workspace) = (Server::new(Settings::default()), repository("cat-facts"));
    let page = |args: &[&str]| {
        let args = [args, &["--format", "html"]].concat();
        run(&server, &workspace, &args).expect(0)
    };
    let saved = workspace.path("plan.json");
    let plan = page(&["plan", "--out", saved.to_str().unwrap()]);
    assert_eq!(plan, page(&["show", saved.to_str().unwrap()]));
    let pages = [plan, page(&["apply", "--yes"]), page(&["validate"])];
    for text in pages {
        assert_eq!(text.matches("<!doctype html>").count(), 1, "{text}");
        assert!(text.ends_with("</html>\n"), "{text}");
    }
    let markdown = run(&server, &workspace, &["plan", "--format", "markdown"]).expect(0);
    assert!(markdown.starts_with("### Plan for "), "{markdown}");
}

#[test]
fn json_is_one_document_and_text_has_colours_only_when_asked() {
    let (server, workspace) = (Server::new(Settings::default()), repository("cat-facts"));
    let plan = run(&server, &workspace, &["plan", "--format", "json"]).json(0);
    assert_eq!(plan["format_version"], "1.0");
    assert_eq!(plan["summary"]["create"], 2);
    assert!(
        !run(&server, &workspace, &["plan"])
            .expect(0)
            .contains('\u{1b}')
    );
    assert!(
        run(&server, &workspace, &["plan", "--color", "always"])
            .expect(0)
            .contains('\u{1b}')
    );
    let mut forced = command(workspace.root(), Some(server.url()));
    let forced = forced
        .env("CLICOLOR_FORCE", "1")
        .arg("plan")
        .output()
        .unwrap();
    assert!(forced.stdout.contains(&0x1b));
    let report = run(&server, &workspace, &["apply", "--yes", "--format", "json"]).json(0);
    assert_eq!(report["apps"].as_array().unwrap().len(), 2);
    let quiet = run(
        &server,
        &workspace,
        &[
            "plan",
            "--format",
            "json",
            "--output",
            workspace.path("out.json").to_str().unwrap(),
        ],
    );
    assert_eq!(quiet.expect(0), "");
    assert!(workspace.read("out.json").starts_with('{'));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let workspace = Workspace::with_project();
    let mut child = command(workspace.root(), None)
        .args(["schema", "app"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let status = child.wait().unwrap();
    let mut complaint = String::new();
    child
        .stderr
        .unwrap()
        .read_to_string(&mut complaint)
        .unwrap();
    assert_eq!((status.code(), complaint.as_str()), (Some(0), ""));
}

#[test]
fn applied_in_part_is_five_and_the_report_says_what_to_look_at() {
    let (server, workspace) = (Server::new(Settings::default()), repository("cat-facts"));
    let tags = "/api/v2/app-builder/apps";
    server
        .emulator()
        .set_faults(vec![Fault::on("PATCH", tags, 1, Failure::Forbidden)]);
    let run = run(&server, &workspace, &["apply", "--yes"]);
    assert_eq!(run.code, 5, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("403"), "{}", run.stdout);
    server.emulator().set_faults(Vec::new());
    Run::new(workspace.root(), Some(server.url()), &["apply", "--yes"]).expect(0);
    Run::new(
        workspace.root(),
        Some(server.url()),
        &["plan", "--detailed-exitcode"],
    )
    .expect(0);
}

#[test]
fn a_rate_limit_is_obeyed() {
    let server = Server::new(Settings {
        rate_limit: Some(RateLimit {
            calls: 3,
            period: Duration::from_secs(1),
        }),
        ..Settings::default()
    });
    run(&server, &repository("cat-facts"), &["apply", "--yes"]).expect(0);
}

#[test]
fn selected_keys_are_all_that_is_looked_at() {
    let (server, workspace) = (Server::new(Settings::default()), repository("cat-facts"));
    let keys = |args: &[&str]| -> Vec<String> {
        let plan = run(
            &server,
            &workspace,
            &[&["plan", "--format", "json"], args].concat(),
        )
        .json(0);
        let apps = plan["apps"].as_array().unwrap().iter();
        apps.map(|app| app["key"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(keys(&["--key", "f*"]), ["first"]);
    assert_eq!(keys(&["--key", "f*", "--key", "other"]), ["first", "other"]);
    let mut shards = keys(&["--shard", "1/2"]);
    shards.extend(keys(&["--shard", "2/2"]));
    shards.sort();
    assert_eq!(shards, ["first", "other"]);
}

#[test]
fn schemas_and_completions_are_printed() {
    let workspace = Workspace::new();
    for of in ["app", "settings", "plan", "drift", "pull"] {
        let schema = Run::new(workspace.root(), None, &["schema", of]).json(0);
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = Run::new(workspace.root(), None, &["completions", shell]).expect(0);
        assert!(script.contains("ddapps"));
    }
}
