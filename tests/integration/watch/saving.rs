//! Every way to save, alone and many times, is one whole run.

use std::fs;
use std::process::Command;
use std::time::Duration;

use ddapps::emulator::Settings;
use serde_json::{Value, json};

use super::process::{Watching, label};
use super::{app, converged, repository, write};
use crate::support::run::Run;
use crate::support::{Server, Workspace};

fn wants(wanted: &str) -> impl Fn(&Value) -> bool {
    move |event| label(event) == Some(wanted)
}

#[test]
fn each_way_of_an_editor_to_save_is_seen() {
    let workspace = repository();
    let server = converged(&workspace);
    let mut watching = Watching::start(&server, &workspace, &[]);
    assert_eq!(watching.event()["event"], "start");
    assert_eq!(watching.planned()["plan"]["summary"]["no_op"], 2);
    let file = workspace.path("apps/first.json");
    type Save<'a> = (&'a str, Box<dyn Fn(&str) + 'a>);
    let ways: [Save<'_>; 7] = [
        ("in place", Box::new(|text| write(&file, text))),
        (
            "beside, then renamed",
            Box::new(|text| {
                let beside = workspace.path("apps/.first.json.swp");
                write(&beside, text);
                fs::rename(beside, &file).unwrap();
            }),
        ),
        (
            "old one away, new one written, as vim does",
            Box::new(|text| {
                let old = workspace.path("apps/first.json~");
                write(&workspace.path("apps/4913"), "");
                fs::remove_file(workspace.path("apps/4913")).unwrap();
                fs::rename(&file, &old).unwrap();
                write(&file, text);
                fs::remove_file(old).unwrap();
            }),
        ),
        (
            "deleted, then created",
            Box::new(|text| {
                fs::remove_file(&file).unwrap();
                write(&file, text);
            }),
        ),
        (
            "in another folder, then renamed",
            Box::new(|text| {
                let beside = workspace.path("elsewhere");
                write(&beside, text);
                fs::rename(beside, &file).unwrap();
            }),
        ),
        (
            "copied over with its old time",
            Box::new(|text| {
                let times = fs::metadata(&file).unwrap().modified().unwrap();
                write(&file, text);
                fs::File::open(&file).unwrap().set_modified(times).unwrap();
            }),
        ),
        (
            "in two halves",
            Box::new(|text| {
                use std::io::Write as _;
                let (first, second) = text.split_at(text.len() / 2);
                let mut out = fs::File::create(&file).unwrap();
                out.write_all(first.as_bytes()).unwrap();
                out.sync_all().unwrap();
                out.write_all(second.as_bytes()).unwrap();
            }),
        ),
    ];
    for (number, (way, save)) in ways.iter().enumerate() {
        let wanted = format!("label {number}");
        save(&app("First", &wanted));
        let (event, _) = watching.until(way, wants(&wanted));
        assert_eq!(event["cause"], "save", "{way}");
        let changed = event["changed"].as_array().unwrap();
        assert!(
            changed.contains(&json!("apps/first.json")),
            "{way}: {event}"
        );
        assert_eq!(event["plan"]["summary"]["update"], 1, "{way}");
    }
    assert_eq!(server.writes(), Vec::<String>::new());
    assert_eq!(watching.end().0, Some(0));
}

#[test]
fn what_changes_nothing_is_no_run_and_asks_nothing() {
    let workspace = repository();
    let server = converged(&workspace);
    let mut watching = Watching::start(&server, &workspace, &[]);
    watching.planned();
    server.emulator().clear_requests();
    let text = workspace.read("apps/first.json");
    for _ in 0..20 {
        // Renamed into its place, so that it is never seen half written.
        workspace.write("same.json", &text);
        fs::rename(
            workspace.path("same.json"),
            workspace.path("apps/first.json"),
        )
        .unwrap();
        workspace.write("apps/.hidden.yaml", &text);
        workspace.write("notes.txt", &text);
        workspace.write("docs/deep/notes.yaml", "name: [");
        workspace.write(".git/index", &text);
    }
    // What follows is seen after what came before.
    workspace.write("apps/first.json", &app("First", "new"));
    let (event, runs) = watching.until("the change", wants("new"));
    assert_eq!(runs, 1, "{event}");
    let asked = server.emulator().requests().len();
    assert!(asked < 20, "{asked} requests for a run or two");
}

#[test]
fn a_burst_of_saves_is_a_few_runs_and_the_last_one_counts() {
    let workspace = repository();
    let server = converged(&workspace);
    let mut watching = Watching::start(&server, &workspace, &[]);
    watching.planned();
    for number in 0..200 {
        workspace.write("apps/first.json", &app("First", &format!("label {number}")));
        // As fast as a formatter and its editor save, not as fast as the machine can.
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let (_, runs) = watching.until("the last save", wants("label 199"));
    assert!(runs <= 20, "{runs} runs");
}

pub(super) fn git(workspace: &Workspace, args: &[&str]) -> String {
    let done = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(["-c", "init.defaultBranch=main", "-c", "gc.auto=0"])
        .arg("-C")
        .arg(workspace.root())
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn a_switch_of_branches_is_one_run() {
    let workspace = Workspace::with_project();
    let write = |label: &str, count: usize| {
        for number in 0..count {
            let path = format!("apps/team-{}/app-{number}.json", number % 7);
            workspace.write(&path, &app(&format!("App {number}"), label));
        }
    };
    git(&workspace, &["init", "--quiet"]);
    write("old", 300);
    git(&workspace, &["add", "."]);
    git(&workspace, &["commit", "--quiet", "-m", "old"]);
    git(&workspace, &["switch", "--quiet", "-c", "other"]);
    write("new", 400);
    git(&workspace, &["add", "."]);
    git(&workspace, &["commit", "--quiet", "-m", "new"]);
    git(&workspace, &["switch", "--quiet", "main"]);
    let server = converged(&workspace);
    let mut watching = Watching::start(&server, &workspace, &[]);
    assert_eq!(watching.planned()["plan"]["summary"]["no_op"], 300);
    for (branch, update, create) in [("other", 300, 100), ("main", 0, 0), ("other", 300, 100)] {
        git(&workspace, &["switch", "--quiet", branch]);
        let (event, runs) = watching.until(branch, |event| {
            let summary = &event["plan"]["summary"];
            summary["update"] == update && summary["create"] == create
        });
        assert_eq!(runs, 1, "{branch}: {event}");
    }
}

#[test]
fn parts_links_and_new_folders_are_watched_too() {
    let workspace = repository();
    let definition = |label: &str| {
        let component = "components:\n  - button button0:\n      label: ";
        format!("name: Second\n{component}{label}\n")
    };
    workspace.write(
        "apps/parts.yaml",
        "name: Parts\ncomponents:\n  - {file: ../shared/button.yaml}\n",
    );
    workspace.write("shared/button.yaml", "button button0:\n  label: one\n");
    workspace.write("linked/app.yaml", &definition("one"));
    std::os::unix::fs::symlink("../linked/app.yaml", workspace.path("apps/link.yaml")).unwrap();
    let server = converged(&workspace);
    let mut watching = Watching::start(&server, &workspace, &[]);
    assert_eq!(watching.planned()["plan"]["summary"]["no_op"], 4);
    let mut expect = |what: &str, count: &str, wanted: u64| {
        watching.until(what, |event| event["plan"]["summary"][count] == wanted);
    };
    workspace.write("shared/button.yaml", "button button0:\n  label: two\n");
    expect("the part", "update", 1);
    workspace.write("linked/app.yaml", &definition("two"));
    expect("what the link leads to", "update", 2);
    fs::create_dir_all(workspace.path("apps/new/deeper")).unwrap();
    workspace.write("apps/new/deeper/app.yaml", &definition("one"));
    expect("an app in a new folder", "create", 1);
    workspace.write("apps/new/deeper/app.yaml", &definition("three"));
    watching.until("a change in it", |event| {
        event["changed"][0] == "apps/new/deeper/app.yaml"
    });
    fs::rename(workspace.path("apps/new"), workspace.path("apps/renamed")).unwrap();
    watching.until("its other name", |event| {
        event["plan"]
            .to_string()
            .contains("apps/renamed/deeper/app.yaml")
    });
    workspace.write(
        "apps/missing.yaml",
        "name: M\ncomponents:\n  - {file: later.yaml}\n",
    );
    watching.until("a part that is missing", |event| {
        event["result"] == "invalid"
    });
    workspace.write("apps/later.yaml", "button button0:\n  label: two\n");
    watching.until("and is there", |event| {
        event["plan"]["summary"]["create"] == 2
    });
}

#[test]
fn files_are_compared_at_an_interval_where_nothing_tells_of_changes() {
    let workspace = repository();
    let server = converged(&workspace);
    let mut watching = Watching::start(&server, &workspace, &["--poll", "100ms"]);
    assert_eq!(watching.event()["poll_seconds"], 0.1);
    watching.planned();
    workspace.write("apps/first.json", &app("First", "new"));
    watching.until("the change", wants("new"));
}

#[test]
#[cfg(target_os = "linux")]
fn files_are_compared_where_the_system_can_tell_no_more() {
    for (limit, most, named) in [
        ("max_inotify_instances", 0, "fs.inotify.max_user_instances"),
        ("max_inotify_watches", 1, "fs.inotify.max_user_watches"),
    ] {
        let workspace = repository();
        let server = converged(&workspace);
        let Some(mut watching) = Watching::limited(&server, &workspace, limit, most) else {
            println!("no namespace may be made here, so no limit can be reached");
            return;
        };
        watching.planned();
        workspace.write("apps/first.json", &app("First", "new"));
        watching.until(limit, wants("new"));
        let (code, _, said) = watching.end();
        assert_eq!(code, Some(0));
        assert!(said.contains(named), "{said}");
    }
}

#[test]
fn an_interval_looks_at_the_live_side_again() {
    let workspace = repository();
    let server = converged(&workspace);
    let mut watching = Watching::start(&server, &workspace, &["--interval", "200ms"]);
    watching.planned();
    let (event, _) = watching.until("a look", |event| event["cause"] == "interval");
    assert_eq!(event["same"], true, "{event}");
    assert_eq!(event.get("plan"), None);
    // Somebody else applies something.
    let elsewhere = Workspace::with_project();
    elsewhere.write("apps/first.json", &app("First", "theirs"));
    elsewhere.write("apps/other.json", &app("Other", "old"));
    Run::new(elsewhere.root(), Some(server.url()), &["apply", "--yes"]).expect(0);
    let (event, _) = watching.until("their version", wants("old"));
    assert_eq!(event["cause"], "interval");
}

#[test]
fn a_run_that_takes_longer_than_the_interval_comes_to_its_end() {
    let workspace = repository();
    let server = Server::new(Settings {
        latency: Duration::from_millis(300),
        ..Settings::default()
    });
    let mut watching = Watching::start(&server, &workspace, &["--interval", "100ms"]);
    watching.planned();
    watching.until("a look", |event| event["cause"] == "interval");
}

#[test]
fn what_did_not_change_is_said_again_although_it_is_not_read_again() {
    let workspace = repository();
    workspace.write(
        "apps/parts.yaml",
        "name: Parts\ncomponents:\n  - {file: ../shared/button.yaml}\n",
    );
    workspace.write(
        "shared/button.yaml",
        "button button0:\n  label: '@{word} ${nothing0}'\n",
    );
    let settings = |word: &str| format!("project: platform\nvariables: {{word: {word}}}\n");
    workspace.write("ddapps.yaml", &settings("one"));
    let server = converged(&workspace);
    let mut watching = Watching::start(&server, &workspace, &[]);
    let first = watching.planned();
    let findings = &first["plan"]["findings"];
    assert_eq!(findings.as_array().unwrap().len(), 1, "{first}");
    for label in ["a", "b", "c"] {
        workspace.write("apps/first.json", &app("First", label));
        let (event, _) = watching.until(label, wants(label));
        assert_eq!(&event["plan"]["findings"], findings, "{event}");
        assert_eq!(event["plan"]["summary"]["no_op"], 2, "{event}");
    }
    // A part counts as its file does, and so do the variables.
    workspace.write(
        "shared/button.yaml",
        "button button0:\n  label: '@{word}'\n",
    );
    let (event, _) = watching.until("the part", |event| event["plan"]["summary"]["update"] == 2);
    assert_eq!(event["plan"]["findings"], json!([]), "{event}");
    workspace.write("ddapps.yaml", &settings("two"));
    watching.until("the variable", |event| {
        event["plan"].to_string().contains("\"two\"")
    });
}
