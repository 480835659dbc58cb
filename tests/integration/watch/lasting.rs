//! What is wrong is shown, and gone once it is mended; nothing but the user ends it.

use std::fs;

use ddapps::emulator::{Failure, Fault, Settings};
use serde_json::Value;

use super::process::Watching;
use super::{app, repository};
use crate::support::{Server, Workspace};

fn has(result: &'static str) -> impl Fn(&Value) -> bool {
    move |event| event["result"] == result
}

fn started(workspace: &Workspace, args: &[&str]) -> (Server, Watching) {
    let server = Server::new(Settings::default());
    let mut watching = Watching::start(&server, workspace, args);
    assert_eq!(watching.planned()["plan"]["summary"]["create"], 2);
    (server, watching)
}

#[test]
fn a_file_that_is_half_written_is_a_finding_until_it_is_whole() {
    let workspace = repository();
    let (_server, mut watching) = started(&workspace, &[]);
    let whole = app("First", "new");
    workspace.write("apps/first.json", &whole[..whole.len() / 2]);
    let (event, _) = watching.until("the finding", has("invalid"));
    assert_eq!(event["findings"][0]["file"], "apps/first.json", "{event}");
    assert_eq!(event.get("plan"), None, "no plan on a part of the files");
    workspace.write("apps/first.json", &whole);
    let (event, _) = watching.until("the plan", has("planned"));
    assert_eq!(event.get("findings"), None, "{event}");
}

#[test]
fn the_folder_and_the_settings_may_go_and_come_back() {
    let workspace = repository();
    let (_server, mut watching) = started(&workspace, &[]);
    let away = workspace.path("away");
    for name in ["apps", "ddapps.yaml"] {
        fs::rename(workspace.path(name), &away).unwrap();
        watching.until(name, has("invalid"));
        fs::rename(&away, workspace.path(name)).unwrap();
        let (event, _) = watching.until(name, has("planned"));
        assert_eq!(event["plan"]["summary"]["create"], 2, "{name}");
    }
    fs::remove_dir_all(workspace.path("apps")).unwrap();
    watching.until("gone for good", has("invalid"));
    workspace.write("apps/new.json", &app("New", "x"));
    watching.until("a new one", |event| event["plan"]["summary"]["create"] == 1);
    workspace.write("apps/more.json", &app("More", "x"));
    watching.until("which is watched", |event| {
        event["plan"]["summary"]["create"] == 2
    });
}

#[test]
fn settings_that_change_count_at_once() {
    let workspace = repository();
    let (_server, mut watching) = started(&workspace, &[]);
    workspace.write("ddapps.yaml", "project: another\ndefinitions: defs/\n");
    watching.until("a folder that is not there", has("invalid"));
    workspace.write("defs/one.json", &app("One", "x"));
    let (event, _) = watching.until("the other project", has("planned"));
    assert_eq!(event["plan"]["project"], "another");
    assert_eq!(event["plan"]["apps"][0]["key"], "one");
    workspace.write("ddapps.yaml", "project: {}\n");
    watching.until("broken settings", has("invalid"));
    workspace.write("ddapps.yaml", "project: another\nenvironments: {dev: {}}\n");
    let (event, _) = watching.until("an environment to choose", has("failed"));
    let message = event["error"]["message"].as_str().unwrap();
    assert!(message.contains("dev"), "{event}");
    workspace.write("ddapps.yaml", "project: platform\n");
    watching.until("the first project", has("planned"));
}

#[test]
fn a_server_that_fails_is_told_and_tried_again() {
    let workspace = repository();
    let (server, mut watching) = started(&workspace, &[]);
    let broken = || Fault::always("GET", "/api", Failure::Forbidden);
    server.emulator().set_faults(vec![broken()]);
    workspace.write("apps/first.json", &app("First", "new"));
    let (event, _) = watching.until("the failure", has("failed"));
    assert_eq!(event["again_in_seconds"], 2.0, "{event}");
    assert!(
        event["error"]["causes"].to_string().contains("403"),
        "{event}"
    );
    server.emulator().set_faults(Vec::new());
    let (event, _) = watching.until("the plan", has("planned"));
    assert_eq!(event["cause"], "again", "{event}");
}

#[test]
fn an_interrupt_ends_it_well() {
    let workspace = repository();
    let (_server, watching) = started(&workspace, &[]);
    let (code, lines, _) = watching.end();
    assert_eq!(code, Some(0));
    let last: Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    assert_eq!(last["event"], "end");
}

#[test]
fn a_log_has_a_block_a_result_and_a_line_for_what_is_as_before() {
    let workspace = repository();
    let server = Server::new(Settings::default());
    let mut watching = Watching::in_text(&server, &workspace, &[]);
    let mut until = |what: &str| -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            lines.push(watching.line());
            if lines.last().unwrap().contains(what) {
                return lines;
            }
        }
    };
    until(" started");
    until("2 to create");
    // Another layout of the same app.
    let text: Value = serde_json::from_str(&app("First", "old")).unwrap();
    workspace.write("apps/first.json", &format!("{text:#}"));
    let lines = until("as before");
    assert!(
        lines.last().unwrap().contains("apps/first.json changed"),
        "{lines:?}"
    );
    workspace.write("apps/first.json", "{");
    until("nothing was planned");
    let (code, _, stderr) = watching.end();
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_log_says_a_finding_once() {
    let workspace = repository();
    let finding = "undefined-name";
    workspace.write("apps/other.json", &app("Other", "${nothing0.value}"));
    let server = Server::new(Settings::default());
    let mut watching = Watching::in_text(&server, &workspace, &[]);
    let mut until = |what: &str| -> String {
        let mut lines = String::new();
        while !lines.contains(what) {
            lines.push_str(&watching.line());
            lines.push('\n');
        }
        lines
    };
    until(finding);
    workspace.write("apps/first.json", &app("Renamed", "new"));
    let lines = until("1 finding as before\n");
    assert!(!lines.contains(finding), "{lines}");
    workspace.write("apps/first.json", &app("First", "${another0.value}"));
    let lines = until("1 finding as before\n");
    assert!(
        lines.contains("another0") && !lines.contains("nothing0"),
        "{lines}"
    );
    workspace.write("apps/other.json", &app("Other", "old"));
    let lines = until("1 finding as before, 1 gone");
    assert!(!lines.contains(finding), "{lines}");
    // What cannot be read hides the others, and they are no news when it can be.
    workspace.write("apps/other.json", "{");
    until("nothing was planned");
    workspace.write("apps/other.json", &app("Other", "new"));
    let lines = until("1 finding as before\n");
    assert!(!lines.contains(finding), "{lines}");
}

#[test]
fn events_are_safe_to_print() {
    let workspace = repository();
    let (_server, mut watching) = started(&workspace, &[]);
    workspace.write("apps/a\u{202e}.json", "{");
    watching.until("the new file", has("invalid"));
    workspace.write("apps/a\u{202e}.json", &app("##vso[task]\u{9b}", "x"));
    let line = watching.line();
    for unsafe_text in ["\u{202e}", "\u{9b}", "##vso"] {
        assert!(!line.contains(unsafe_text), "{unsafe_text:?}: {line}");
    }
    let event: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(event["changed"][0], "apps/a\u{202e}.json", "{event}");
}

#[test]
fn what_is_wrong_with_the_command_line_ends_it_at_once() {
    let workspace = repository();
    let server = Server::new(Settings::default());
    for (args, code) in [
        (&["--env", "none"][..], 3),
        (&["--format", "html"], 64),
        (&["--format", "sarif"], 64),
        (&["--publish"], 64),
        (&["--interval", "soon"], 64),
    ] {
        let args = [&["watch"], args].concat();
        let run = crate::support::run::Run::new(workspace.root(), Some(server.url()), &args);
        assert_eq!(run.code, code, "{args:?}: {}", run.stderr);
    }
}

#[test]
fn the_newest_plan_is_kept_in_a_file() {
    let workspace = repository();
    let server = Server::new(Settings::default());
    let page = workspace.path("plan.html");
    let shown = page.display().to_string();
    let args = ["--format", "html", "--output", &shown];
    let mut watching = Watching::in_text(&server, &workspace, &args);
    let mut until = |what: &str| while !watching.line().contains(what) {};
    until("2 to create");
    assert!(workspace.read("plan.html").contains("First"));
    workspace.write("apps/first.json", &app("Renamed", "old"));
    until("Renamed");
    assert!(workspace.read("plan.html").contains("Renamed"));
}

#[test]
#[cfg(target_os = "linux")]
fn it_uses_no_processor_and_asks_nothing_while_nothing_happens() {
    let workspace = repository();
    let (server, watching) = started(&workspace, &[]);
    let ticks = || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", watching.id())).unwrap();
        let fields: Vec<u64> = (stat.rsplit(')').next().unwrap().split_whitespace())
            .skip(11)
            .take(2)
            .map(|field| field.parse().unwrap())
            .collect();
        fields.iter().sum::<u64>()
    };
    // What the run leaves to do is done within moments.
    std::thread::sleep(std::time::Duration::from_millis(500));
    let (before, asked) = (ticks(), server.emulator().requests().len());
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(ticks() - before <= 1, "{} ticks", ticks() - before);
    assert_eq!(server.emulator().requests().len(), asked);
}
