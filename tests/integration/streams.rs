//! What stands beside the result: messages, logs, colours, and the variables that decide about them.

use ddapps::emulator::Settings;
use serde_json::json;

use crate::scripted::{Reply, Scripted};
use crate::support::run::{Run, command};
use crate::support::{Server, Workspace, copy, project};

const APP: &str = "name: A\ncomponents:\n  - grid g:\n      label: an-api-key\n";

fn repository() -> Workspace {
    let workspace = Workspace::with_project();
    workspace.write("apps/first.yaml", APP);
    workspace
}

#[test]
fn keys_that_a_server_or_a_file_shows_are_masked_everywhere() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let body = json!({"errors": ["you sent an-api-key and Bearer abcdefghijklmnop1234"]});
    let server = runtime.block_on(Scripted::play([Reply::json(418, &body)]));
    let (url, workspace) = (server.endpoint.to_string(), repository());
    for command in [&["plan", "-vv"][..], &["history", "first"], &["drift"]] {
        let run = Run::new(workspace.root(), Some(&url), command);
        assert_eq!(run.code, 1, "{command:?}");
        assert!(run.stderr.contains("418"), "{}", run.stderr);
        for secret in ["an-api-key", "abcdefghijklmnop"] {
            assert!(!run.stderr.contains(secret), "{}", run.stderr);
        }
    }
    let server = Server::new(Settings::default());
    let file = workspace.path("plan.json");
    let saved = ["plan", "--full", "--out", file.to_str().unwrap()];
    Run::new(workspace.root(), Some(server.url()), &saved).expect(0);
    assert!(!workspace.read("plan.json").contains("an-api-key"));
}

#[test]
fn twice_verbose_tells_each_request() {
    let (server, workspace) = (Server::new(Settings::default()), repository());
    let run = |args: &[&str]| Run::new(workspace.root(), Some(server.url()), args).stderr;
    assert_eq!(run(&["plan"]), "");
    let log = run(&["apply", "--yes", "-vv"]);
    for word in ["method=GET", "method=POST", "/apps", "status=201"] {
        assert!(log.contains(word), "{word}: {log}");
    }
    let log = run(&["plan", "-vv", "--log-format", "json"]);
    let is_request = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["fields"]["path"].is_string()
    };
    assert!(
        log.lines().filter(|line| is_request(line)).count() >= 2,
        "{log}"
    );
}

#[test]
fn a_variable_that_holds_nothing_is_not_set() {
    let workspace = Workspace::new();
    copy(&project("examples/quickstart"), workspace.root());
    let run = |args: &[&str]| {
        let mut command = command(workspace.root(), None);
        let command = command.env("DDAPPS_ENV", "").env("DDAPPS_API_URL", "");
        command.args(args).output().unwrap()
    };
    assert_eq!(run(&["plan", "--sandbox"]).status.code(), Some(0));
    assert_eq!(run(&["validate"]).status.code(), Some(0));
    let unchosen = String::from_utf8(run(&["plan"]).stderr).unwrap();
    assert!(unchosen.contains("no environment chosen"), "{unchosen}");
    let keyless = String::from_utf8(run(&["plan", "--env", "dev"]).stderr).unwrap();
    assert!(keyless.contains("DD_API_KEY is not set"), "{keyless}");
    // What is said on the command line is meant.
    let said = run(&["plan", "--env", "dev", "--api-url", "x"]);
    assert_eq!(said.status.code(), Some(64));
}

#[test]
fn colours_are_forced_by_what_is_not_zero() {
    let workspace = repository();
    for (value, forced) in [("1", true), ("0", false)] {
        let mut command = command(workspace.root(), None);
        let output = command
            .env("CLICOLOR_FORCE", value)
            .args(["plan", "--sandbox"])
            .output()
            .unwrap();
        assert_eq!(output.stdout.contains(&0x1b), forced, "{value}");
    }
}

#[test]
fn a_folder_without_settings_is_named() {
    let workspace = repository();
    let elsewhere = workspace.path("apps");
    let mut command = command(&elsewhere, None);
    let output = command.args(["validate"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8(output.stderr).unwrap();
    let expected = format!("there is no `ddapps.yaml` in `{}`", elsewhere.display());
    assert!(text.contains(&expected), "{text}");
}

#[test]
fn a_key_that_no_app_has_is_said() {
    let workspace = repository();
    let run = |args: &[&str]| {
        let args = [args, &["--sandbox"]].concat();
        let run = Run::new(workspace.root(), None, &args);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr
    };
    let missed = "`--key frist` matches no app, neither in git nor live\n";
    for command in [&["plan"][..], &["apply", "--yes"], &["drift"]] {
        assert_eq!(run(&[command, &["--key", "frist"]].concat()), missed);
        assert_eq!(
            run(&[command, &["--key", "f*", "--key", "frist"]].concat()),
            missed
        );
        assert_eq!(run(&[command, &["--key", "first"]].concat()), "");
        // It may well be in another part.
        assert_eq!(
            run(&[command, &["--key", "frist", "--shard", "1/2"]].concat()),
            ""
        );
    }
    // An app that only the live side has is one, too.
    std::fs::remove_file(workspace.path("apps/first.yaml")).unwrap();
    workspace.write("apps/other.yaml", APP);
    assert_eq!(run(&["plan", "--key", "first"]), "");
}

#[test]
fn what_an_id_is_and_where_it_stands_is_said() {
    let workspace = repository();
    for command in [&["adopt", "first", "refunds"][..], &["import", "refunds"]] {
        let run = Run::new(workspace.root(), None, command);
        assert_eq!(run.code, 64);
        assert!(
            run.stderr.contains("an app's id is a uuid"),
            "{}",
            run.stderr
        );
    }
}
