//! `pull`: somebody clicks, and the files say it; what git changed meanwhile stays. How files are changed in place is
//! told by `pull_edit`, how three sides are merged by `merge_laws`.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ddapps::emulator::{Deed, Emulator, Failure, Fault, Settings, When};
use ddapps::render::pull_schema;
use serde_json::{Value, json};

use crate::support::run::{Run, command};
use crate::support::{Server, Workspace};

const FILE: &str = "apps/cats.yaml";

/// A definition as a person writes it.
const TEXT: &str = "# Cats, and who feeds them.
name: Cats
tags: [team:cats]
queries:
  feed: # by the hour
    action: com.example.feed
    inputs: {cat: '${cats.value}'}
    js: |-
      const all = outputs.cats;
      return all.filter(cat => cat.hungry);
components:
  - grid grid0:
      children:
        # The first thing that one sees.
        - button feedAll: {label: Feed, size: large}

        - button cancel:
            label: Cancel   # in two languages some day
";

fn run(server: &Server, workspace: &Workspace, args: &[&str]) -> Run {
    Run::new(workspace.root(), Some(server.url()), args)
}

/// What `pull --format json` prints, which is as its schema says.
fn pulled(server: &Server, workspace: &Workspace, code: i32) -> Value {
    let found = run(server, workspace, &["pull", "--format", "json"]).json(code);
    let schema = jsonschema::validator_for(&pull_schema()).unwrap();
    let wrong: Vec<_> = schema
        .iter_errors(&found)
        .map(|it| it.to_string())
        .collect();
    assert_eq!(wrong, Vec::<String>::new(), "{found:#}");
    found
}

/// An app, applied.
fn applied() -> (Server, Workspace) {
    let (server, workspace) = (Server::new(Settings::default()), Workspace::with_project());
    workspace.write(FILE, TEXT);
    run(&server, &workspace, &["apply", "--yes"]).expect(0);
    (server, workspace)
}

/// The same server after somebody saved another version of its first app.
fn clicked(server: &Server, by: &str, edit: impl FnOnce(&mut Value)) -> Server {
    let mut state = server.emulator().to_json();
    let versions = state["apps"][0]["versions"].as_array_mut().unwrap();
    let mut next = versions.last().unwrap().clone();
    let number = next["version"].as_u64().unwrap() + 1;
    edit(&mut next["attributes"]);
    let saved = json!({
        "version": number, "created_at": "2026-02-02T09:30:00Z", "author": by, "attributes": next["attributes"],
    });
    versions.push(saved);
    Server::with_state(&state, Settings::default())
}

fn child(attributes: &mut Value, nth: usize) -> &mut Value {
    &mut attributes["components"][0]["properties"]["children"][nth]["properties"]
}

/// The lines that differ.
fn changed(before: &str, after: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(before, after);
    let changes = diff.iter_all_changes();
    let changes = changes.filter(|it| it.tag() != similar::ChangeTag::Equal);
    changes
        .map(|it| format!("{}{}", it.tag(), it.value().trim_end()))
        .collect()
}

fn has_no_changes(server: &Server, workspace: &Workspace) {
    let plan = run(server, workspace, &["plan", "--detailed-exitcode"]);
    assert_eq!(plan.code, 0, "{}{}", plan.stdout, plan.stderr);
}

#[test]
fn what_was_clicked_comes_home_and_git_keeps_its_own() {
    let (server, workspace) = applied();
    let server = clicked(&server, "ana@example.com", |app| {
        child(app, 0)["label"] = "Feed all".into()
    });
    let server = clicked(&server, "ben@example.com", |app| {
        let code = app["queries"][0]["properties"]["outputs"].as_str().unwrap();
        let code = code.replace("cat.hungry", "cat.hungry && !cat.fed");
        app["queries"][0]["properties"]["outputs"] = code.into();
    });
    // Meanwhile in git, at another place.
    workspace.write(FILE, &TEXT.replace("label: Cancel ", "label: Stop "));
    let found = pulled(&server, &workspace, 0);
    let [app, ..] = found["apps"].as_array().unwrap().as_slice() else {
        panic!("{found}");
    };
    assert_eq!(
        (&app["state"], &app["files"]),
        (&json!("pulled"), &json!([FILE]))
    );
    assert_eq!(app["saves"].as_array().unwrap().len(), 2);
    assert_eq!(app["components"]["feedAll"]["type"], "button");
    assert_eq!(pulled(&server, &workspace, 0)["summary"]["unchanged"], 1);
    workspace.write(FILE, &TEXT.replace("label: Cancel ", "label: Stop "));
    let text = run(&server, &workspace, &["pull"]).expect(0);
    assert!(
        text.contains("1 pulled") && text.contains("Feed all"),
        "{text}"
    );
    assert!(
        text.contains("takes over v3")
            && text.contains("for the next apply: components[cancel].label"),
        "{text}"
    );
    assert_eq!(
        changed(TEXT, &workspace.read(FILE)),
        [
            "-      return all.filter(cat => cat.hungry);",
            "+      return all.filter(cat => cat.hungry && !cat.fed);",
            "-        - button feedAll: {label: Feed, size: large}",
            "+        - button feedAll: {label: Feed all, size: large}",
            "-            label: Cancel   # in two languages some day",
            "+            label: Stop   # in two languages some day",
        ]
    );
    // What is pulled is no drift any more: git's own change goes on.
    assert_eq!(run(&server, &workspace, &["drift"]).code, 0);
    run(&server, &workspace, &["apply", "--yes"]).expect(0);
    has_no_changes(&server, &workspace);
    let text = run(&server, &workspace, &["pull"]).expect(0);
    assert!(text.contains("nothing to pull"), "{text}");
}

#[test]
fn what_is_pulled_twice_before_an_apply_is_no_collision() {
    let (server, workspace) = applied();
    let label = |app: &mut Value, text: &str| child(app, 0)["label"] = text.into();
    let server = clicked(&server, "ana@example.com", |app| label(app, "Feed all"));
    run(&server, &workspace, &["pull"]).expect(0);
    has_no_changes(&server, &workspace);
    let server = clicked(&server, "ana@example.com", |app| label(app, "Feed them"));
    run(&server, &workspace, &["pull", "cats"]).expect(0);
    assert_eq!(changed(TEXT, &workspace.read(FILE)).len(), 2);
    has_no_changes(&server, &workspace);
}

#[test]
fn a_collision_leaves_the_files_and_shows_both_unless_a_side_is_chosen() {
    let (server, workspace) = applied();
    let server = clicked(&server, "ana@example.com", |app| {
        child(app, 0)["label"] = "Feed all".into()
    });
    let ours = TEXT.replace("label: Feed,", "label: Feed me,");
    workspace.write(FILE, &ours);
    let refused = run(&server, &workspace, &["pull"]);
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    for word in ["Feed me", "Feed all", "--theirs", "--ours"] {
        assert!(refused.stdout.contains(word), "{}", refused.stdout);
    }
    assert_eq!(workspace.read(FILE), ours);
    let found = pulled(&server, &workspace, 4);
    let clash = &found["apps"][0]["collisions"][0];
    assert_eq!(
        *clash,
        json!({"path": "components[feedAll].label", "base": "Feed", "live": "Feed all", "git": "Feed me"})
    );
    run(&server, &workspace, &["pull", "--ours"]).expect(0);
    assert_eq!(workspace.read(FILE), ours);
    run(&server, &workspace, &["pull", "--theirs"]).expect(0);
    assert_eq!(
        workspace.read(FILE),
        TEXT.replace("label: Feed,", "label: Feed all,")
    );
    has_no_changes(&server, &workspace);
}

#[test]
fn what_the_rules_say_about_the_result_is_told_and_refuses_nothing() {
    let (server, workspace) = applied();
    let server = clicked(&server, "ana@example.com", |app| {
        child(app, 0)["label"] = "${nobody.value}".into()
    });
    let found = pulled(&server, &workspace, 0);
    let notes = found["apps"][0]["notes"].as_array().unwrap();
    let told: Vec<_> = (notes.iter())
        .filter_map(|note| note["message"].as_str())
        .filter(|message| message.contains("nobody"))
        .collect();
    let [told] = told.as_slice() else {
        panic!("{found:#}");
    };
    assert!(told.starts_with("apps/cats.yaml:15:"), "{told}");
    // What was so before is not told again.
    let server = clicked(&server, "ana@example.com", |app| {
        child(app, 1)["label"] = "No".into()
    });
    let text = run(&server, &workspace, &["pull"]).expect(0);
    assert!(
        text.contains("1 pulled") && !text.contains("nobody"),
        "{text}"
    );
}

#[test]
fn without_a_base_all_that_is_live_is_taken_and_that_is_said() {
    let (server, workspace) = applied();
    let mut state = server.emulator().to_json();
    state["apps"][0]["versions"][0]
        .as_object_mut()
        .unwrap()
        .remove("name");
    let server = Server::with_state(&state, Settings::default());
    let server = clicked(&server, "ana@example.com", |app| {
        child(app, 0)["label"] = "Feed all".into()
    });
    workspace.write(FILE, &TEXT.replace("label: Cancel ", "label: Stop "));
    let text = run(&server, &workspace, &["pull"]).expect(0);
    assert!(text.contains("no version was named by an apply"), "{text}");
    assert_eq!(
        workspace.read(FILE),
        TEXT.replace("label: Feed,", "label: Feed all,")
    );
}

#[test]
fn tags_are_taken_and_what_a_file_does_not_say_is_not() {
    let (server, workspace) = applied();
    let server = clicked(&server, "ana@example.com", |app| {
        app["description"] = "About cats".into()
    });
    let id = server.emulator().to_json()["apps"][0]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    server.emulator().meanwhile(id, Deed::Tag);
    server.emulator().meanwhile(id, Deed::Publish);
    let text = run(&server, &workspace, &["pull"]).expect(0);
    assert!(text.contains("have no versions"), "{text}");
    assert_eq!(
        changed(TEXT, &workspace.read(FILE)),
        [
            "-tags: [team:cats]",
            "+tags: [team:cats, 'team:somebody-else']"
        ]
        .map(|it| it.replace('\'', "")),
    );
    has_no_changes(&server, &workspace);
}

#[test]
fn an_app_of_which_the_settings_alone_differ_comes_home_beside_another() {
    let (server, workspace) = applied();
    let dogs = "apps/dogs.yaml";
    workspace.write(dogs, &TEXT.replace("name: Cats", "name: Dogs"));
    run(&server, &workspace, &["apply", "--yes"]).expect(0);
    // The last app by its key differs in its definition, and the one before it in its tags.
    let mut state = server.emulator().to_json();
    let apps = state["apps"].as_array_mut().unwrap();
    apps.sort_by_key(|app| app["versions"][0]["attributes"]["name"].to_string());
    let versions = apps[1]["versions"].as_array_mut().unwrap();
    let mut attributes = versions[0]["attributes"].clone();
    child(&mut attributes, 1)["label"] = "Stop".into();
    let by = ("2026-02-02T09:30:00Z", "ana@example.com");
    versions
        .push(json!({"version": 2, "created_at": by.0, "author": by.1, "attributes": attributes}));
    let server = Server::with_state(&state, Settings::default());
    let id = state["apps"][0]["id"].as_str().unwrap().parse().unwrap();
    server.emulator().meanwhile(id, Deed::Tag);
    let found = pulled(&server, &workspace, 0);
    assert_eq!(found["summary"]["pulled"], 2, "{found:#}");
    let tagged = TEXT.replace("[team:cats]", "[team:cats, team:somebody-else]");
    assert_eq!(workspace.read(FILE), tagged);
    let clicked = TEXT.replace("name: Cats", "name: Dogs");
    let clicked = clicked.replace("label: Cancel ", "label: Stop ");
    assert_eq!(
        changed(&clicked, &workspace.read(dogs)),
        Vec::<String>::new()
    );
    has_no_changes(&server, &workspace);
}

#[test]
fn what_cannot_be_read_or_is_not_there_changes_nothing() {
    let (server, workspace) = applied();
    let server = clicked(&server, "ana@example.com", |app| {
        child(app, 0)["label"] = "Feed all".into()
    });
    let id = server.emulator().to_json()["apps"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    server.emulator().set_faults(vec![Fault {
        when: When::Matching {
            method: Some("GET".into()),
            path: format!("/api/v2/app-builder/apps/{id}/versions"),
            nth: None,
        },
        failure: Failure::Forbidden,
    }]);
    let failed = run(&server, &workspace, &["pull"]);
    assert_eq!(failed.code, 1, "{}{}", failed.stdout, failed.stderr);
    assert!(failed.stdout.contains("403"), "{}", failed.stdout);
    server.emulator().set_faults(Vec::new());
    let unknown = run(&server, &workspace, &["pull", "dogs"]);
    assert_eq!(unknown.code, 4);
    assert!(
        unknown.stderr.contains("ddapps import"),
        "{}",
        unknown.stderr
    );
    server
        .emulator()
        .meanwhile(id.parse().unwrap(), Deed::Delete);
    let gone = run(&server, &workspace, &["pull"]).expect(0);
    assert!(gone.contains("no live app is it"), "{gone}");
    assert_eq!(workspace.read(FILE), TEXT);
    workspace.write(FILE, "name: [");
    assert_eq!(run(&server, &workspace, &["pull"]).code, 3);
}

fn git(workspace: &Workspace, args: &[&str]) -> String {
    let output = Command::new("git")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .arg("-C")
        .arg(workspace.root())
        .args(args)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_commit_holds_what_was_pulled_and_names_who_saved_it() {
    let (server, workspace) = applied();
    let hostile = "--amend\nSigned-off-by: x\u{1b}[2J";
    let server = clicked(&server, hostile, |app| {
        child(app, 0)["label"] = "Feed all".into()
    });
    git(&workspace, &["init", "--quiet", "--initial-branch=main"]);
    git(&workspace, &["config", "user.name", "Ana"]);
    git(&workspace, &["config", "user.email", "ana@example.com"]);
    git(&workspace, &["add", "."]);
    git(&workspace, &["commit", "--quiet", "--message=first"]);
    // What else is being worked on is none of the commit's business, staged or not.
    workspace.write("notes.txt", "mine");
    git(&workspace, &["add", "notes.txt"]);
    let dirty = TEXT.replace("# Cats,", "# Our cats,");
    workspace.write(FILE, &dirty);
    let refused = run(&server, &workspace, &["pull", "--commit"]);
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("not committed"),
        "{}",
        refused.stderr
    );
    assert_eq!(workspace.read(FILE), dirty);
    workspace.write(FILE, TEXT);
    for name in ["-x", "a..b", "--orphan"] {
        let wrong = format!("--branch={name}");
        let refused = run(&server, &workspace, &["pull", &wrong]);
        assert_eq!(refused.code, 64, "{}", refused.stderr);
        assert_eq!(workspace.read(FILE), TEXT);
    }
    let done = run(&server, &workspace, &["pull", "--branch", "live-edits"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stderr.contains("committed as"), "{}", done.stderr);
    assert_eq!(
        git(&workspace, &["branch", "--show-current"]).trim(),
        "live-edits"
    );
    assert_eq!(
        git(&workspace, &["show", "--name-only", "--format=", "HEAD"]).trim(),
        FILE
    );
    assert_eq!(
        git(&workspace, &["status", "--porcelain"]).trim(),
        "A  notes.txt"
    );
    let message = git(&workspace, &["show", "--no-patch", "--format=%B", "HEAD"]);
    assert!(
        message.starts_with("pull: live edits of cats\n\n- cats: v2 by "),
        "{message}"
    );
    assert_eq!(
        git(
            &workspace,
            &["show", "--no-patch", "--format=%(trailers)", "HEAD"]
        )
        .trim(),
        ""
    );
    assert!(!message.contains('\u{1b}'), "{message}");
    // With nothing to pull, nothing is committed.
    run(&server, &workspace, &["pull", "--commit"]).expect(0);
    assert_eq!(
        git(&workspace, &["rev-list", "--count", "HEAD"]).trim(),
        "2"
    );
}

#[test]
#[cfg(unix)]
fn what_git_says_of_a_commit_that_fails_is_told_in_one_line() {
    use std::os::unix::fs::PermissionsExt as _;
    let (server, workspace) = applied();
    let server = clicked(&server, "ana", |app| {
        child(app, 0)["label"] = "Feed all".into()
    });
    git(&workspace, &["init", "--quiet", "--initial-branch=main"]);
    git(&workspace, &["config", "user.name", "Ana"]);
    git(&workspace, &["config", "user.email", "ana@example.com"]);
    git(&workspace, &["add", "."]);
    git(&workspace, &["commit", "--quiet", "--message=first"]);
    let hook = ".git/hooks/pre-commit";
    let script = "#!/bin/sh\nprintf 'no label\\n\\n  may change\\n' >&2\nexit 1\n";
    workspace.write(hook, script);
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(workspace.path(hook), executable).unwrap();
    let refused = run(&server, &workspace, &["pull", "--commit"]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    let told = "`git commit` failed: no label; may change";
    assert!(refused.stderr.contains(told), "{}", refused.stderr);
    assert!(workspace.read(FILE).contains("Feed all"));
}

/// Waits until something is so.
fn until(what: &dyn Fn() -> bool) {
    let begin = Instant::now();
    while !what() {
        assert!(begin.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_watch_sees_what_others_do_in_the_sandbox() {
    let workspace = Workspace::with_project();
    workspace.write(FILE, TEXT);
    Run::new(workspace.root(), None, &["apply", "--sandbox", "--yes"]).expect(0);
    let mut watch = command(workspace.root(), None);
    let mut watch = (watch.args(["pull", "--sandbox", "--watch=100ms"]))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let state = workspace.path(".ddapps/sandbox.json");
    let other = Emulator::open(&state, Settings::default()).unwrap();
    let id = other.to_json()["apps"][0]["id"].as_str().unwrap().parse();
    assert!(other.meanwhile(id.unwrap(), Deed::Save));
    until(&|| workspace.read(FILE).contains(Deed::COMPONENT));
    watch.kill().unwrap();
    watch.wait().unwrap();
}

#[test]
fn a_watch_pulls_what_is_clicked_until_it_is_interrupted() {
    let (server, workspace) = applied();
    let id = server.emulator().to_json()["apps"][0]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let mut watch = command(workspace.root(), Some(server.url()));
    let mut watch = (watch.args(["pull", "--watch=100ms"]))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let looked = || server.emulator().requests().len();
    let seen = looked();
    until(&|| looked() > seen);
    server.emulator().meanwhile(id, Deed::Save);
    until(&|| workspace.read(FILE).contains(Deed::COMPONENT));
    // Once more around, with nothing to do.
    let seen = looked();
    until(&|| looked() > seen + 1);
    let pid = watch.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let mut shown = String::new();
    watch
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut shown)
        .unwrap();
    assert_eq!(watch.wait().unwrap().code(), Some(0));
    assert_eq!(shown.matches("1 pulled").count(), 1, "{shown}");
    has_no_changes(&server, &workspace);
    for args in [["--format", "json"], ["--output", "x.txt"]] {
        let wrong = ["pull", "--watch=1s"].into_iter().chain(args);
        assert_eq!(
            run(&server, &workspace, &wrong.collect::<Vec<_>>()).code,
            64
        );
    }
}

#[test]
fn a_watch_goes_by_the_settings_as_they_are_now() {
    let (server, workspace) = applied();
    let watch = command(workspace.root(), Some(server.url()))
        .args(["pull", "--watch=100ms"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut watch = watch.unwrap();
    let mut said = BufReader::new(watch.stderr.take().unwrap()).lines();
    let mut hears = |word: &str| said.any(|line| line.unwrap().contains(word));
    assert!(hears("Ctrl-C ends"));
    let settings = workspace.read("ddapps.yaml");
    workspace.write("ddapps.yaml", "project: [");
    assert!(hears("ddapps.yaml:1:"), "broken settings are told of");
    // What git says is what is live already, by a variable that was not there before.
    let text = TEXT.replace("label: Cancel ", "label: '@{cancel}' ");
    workspace.write(FILE, &text);
    workspace.write(
        "ddapps.yaml",
        &format!("{settings}variables: {{cancel: Cancel}}\n"),
    );
    let id = server.emulator().to_json()["apps"][0]["id"].clone();
    let id = id.as_str().unwrap().parse().unwrap();
    server.emulator().meanwhile(id, Deed::Save);
    until(&|| workspace.read(FILE).contains(Deed::COMPONENT));
    assert!(workspace.read(FILE).contains("'@{cancel}'"));
    // Who saves what an editor held before, at once, has it pulled again.
    workspace.write(FILE, &text);
    until(&|| workspace.read(FILE).contains(Deed::COMPONENT));
    watch.kill().unwrap();
    watch.wait().unwrap();
}
