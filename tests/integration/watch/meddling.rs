//! What happens to files while a run reads them: no plan is of two states at once, and saves that never stop hold none up.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ddapps::emulator::Settings;
use ddapps::watch::{Cause, Options, Watch};
use serde_json::{Value, json};

use super::process::{Watching, label};
use super::{app, converged_on, repository, write};
use crate::support::{Server, Workspace};

/// A server that has what the repository says, and takes its time.
fn slow(workspace: &Workspace) -> Server {
    let settings = Settings {
        latency: Duration::from_millis(150),
        ..Settings::default()
    };
    converged_on(workspace, settings)
}

#[test]
fn no_plan_is_of_files_half_of_which_git_has_changed() {
    let workspace = Workspace::with_project();
    let save = |numbers: std::ops::Range<usize>, label: &str| {
        for number in numbers {
            let text = app(&format!("App {number}"), label);
            workspace.write(&format!("apps/a{number}.json"), &text);
        }
    };
    save(0..20, "old");
    fs::create_dir(workspace.path(".git")).unwrap();
    let server = slow(&workspace);
    let mut watching = Watching::start(&server, &workspace, &["--interval", "100ms"]);
    watching.planned();
    // A file that is half written when it is looked at makes no plan.
    let is_another = |event: &Value| event["result"] == "planned" && event["same"] == false;
    let state = |event: &Value| {
        let apps = event["plan"]["apps"].as_array().unwrap().iter();
        let labels = apps.map(|app| app["changes"].to_string().contains("new"));
        let new = labels.filter(|is_new| *is_new).count();
        assert!([0, 20].contains(&new), "{new} of 20 apps are new: {event}");
        new == 20
    };
    for round in 0..3 {
        workspace.write(".git/index.lock", "");
        server.emulator().clear_requests();
        save(0..10, &format!("new {round}"));
        // A run reads the one half with the other.
        while server.emulator().requests().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        save(10..20, &format!("new {round}"));
        fs::remove_file(workspace.path(".git/index.lock")).unwrap();
        watching.until("the whole", |event| is_another(event) && state(event));
        save(0..20, "old");
        watching.until("the old", |event| is_another(event) && !state(event));
    }
}

#[tokio::test]
async fn what_was_otherwise_for_a_moment_may_have_been_read_in_that_moment() {
    let workspace = repository();
    let file = workspace.path("apps/first.json");
    let sources = || BTreeSet::from([file.clone(), workspace.path("apps")]);
    for poll in [None, Some(Duration::from_millis(100))] {
        let options = Options { every: None, poll };
        let mut watch = Watch::new(workspace.root(), &options);
        // The first look is made sure of until nothing is new any more.
        watch.follow(sources()).await;
        while watch.outdated(true).await.is_some() {}
        assert_eq!(watch.outdated(false).await, None);
        let text = workspace.read("apps/first.json");
        write(&file, "for a moment");
        write(&file, &text);
        assert_eq!(watch.outdated(true).await, Some(Cause::Again));
        assert_eq!(watch.outdated(true).await, None, "once");
        write(&file, "for good");
        let saved = Cause::Saved(BTreeSet::from([file.clone()]));
        assert_eq!(watch.outdated(true).await, Some(saved));
        write(&file, &text);
        watch.next().await;
    }
}

#[tokio::test]
async fn a_folder_that_is_replaced_by_one_that_says_the_same_is_watched() {
    let workspace = repository();
    let file = workspace.path("apps/first.json");
    let sources = BTreeSet::from([file.clone(), workspace.path("apps")]);
    let mut watch = Watch::new(workspace.root(), &Options::default());
    watch.follow(sources).await;
    while watch.outdated(true).await.is_some() {}
    let copy = workspace.path("copy");
    fs::create_dir(&copy).unwrap();
    fs::copy(&file, copy.join("first.json")).unwrap();
    fs::copy(workspace.path("apps/other.json"), copy.join("other.json")).unwrap();
    fs::rename(workspace.path("apps"), workspace.path("away")).unwrap();
    fs::rename(copy, workspace.path("apps")).unwrap();
    assert_eq!(watch.outdated(true).await, Some(Cause::Again));
    while watch.outdated(false).await.is_some() {}
    write(&file, "for good");
    let saved = tokio::time::timeout(Duration::from_secs(60), watch.saved()).await;
    assert_eq!(saved, Ok(Cause::Saved(BTreeSet::from([file]))));
}

#[test]
fn saves_that_never_stop_hold_no_plan_up_and_apply_nothing() {
    let workspace = repository();
    let server = slow(&workspace);
    let mut watching = Watching::start(&server, &workspace, &["--apply"]);
    watching.planned();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0.. {
                let last = is_over.load(Ordering::Relaxed);
                let label = if last {
                    "last".to_owned()
                } else {
                    number.to_string()
                };
                // Renamed into its place, so that it is never seen half written.
                workspace.write("beside.json", &app("First", &label));
                fs::rename(
                    workspace.path("beside.json"),
                    workspace.path("apps/first.json"),
                )
                .unwrap();
                if last {
                    return;
                }
                std::thread::sleep(Duration::from_millis(60));
            }
        });
        for _ in 0..2 {
            let event = watching.until("a plan", |event| event["cause"] == "save").0;
            assert_eq!(event["outdated"], true, "{event}");
            assert_eq!(event["result"], "planned", "{event}");
            assert_eq!(server.writes(), Vec::<String>::new());
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let (event, _) = watching.until("the last save", |event| event["result"] == "applied");
    assert_eq!(event["outdated"], json!(false));
    assert_eq!(label(&event), Some("last"));
}
