//! The read cache: what it saves, and what it must never believe.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use ddapps::definition;
use ddapps::emulator::{
    Deed, DeploymentInList, Settings, SettingsChange, Switches, UpdatedAtInList,
};
use ddapps::fetch::Cache;
use ddapps::model::{AppId, ProtectionLevel, Selection};
use ddapps::reconcile::{Memory, Question, observe};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::cycle::client;
use crate::support::run::{Run, command};
use crate::support::{Server, Workspace};

const APPS: usize = 12;

/// A repository and a server on which nothing is left to do.
struct Place {
    workspace: Workspace,
    server: Server,
}

fn app(name: &str, label: &str) -> Value {
    json!({
        "name": name, "publish": true, "tags": ["team:x"], "selfService": false,
        "rootInstanceName": "grid0",
        "components": [{"type": "grid", "name": "grid0", "events": [], "properties": {"children": [
            {"type": "button", "name": "button0", "events": [], "properties": {"label": label}}]}}],
        "queries": []
    })
}

impl Place {
    fn with(switches: Switches) -> Self {
        let workspace = Workspace::with_project();
        for number in 0..APPS {
            let text = app(&format!("app {number}"), "Go").to_string();
            workspace.write(&format!("apps/a{number}.json"), &text);
        }
        let server = Server::new(Settings {
            switches,
            ..Settings::default()
        });
        let place = Self { workspace, server };
        place.run(&["apply", "--yes"]).expect(0);
        place
    }

    fn new() -> Self {
        Self::with(Switches::default())
    }

    fn root(&self) -> &Path {
        self.workspace.root()
    }

    fn run(&self, args: &[&str]) -> Run {
        self.server.emulator().clear_requests();
        Run::new(self.root(), Some(self.server.url()), args)
    }

    /// A plan with the cache that ends with this code: what it says on stderr, and how many apps were read.
    fn plan(&self, code: i32) -> (String, usize) {
        self.plan_with(code, &[])
    }

    fn plan_with(&self, code: i32, more: &[&str]) -> (String, usize) {
        let cache = self.cache();
        let mut args = vec!["plan", "--detailed-exitcode", "--cache", &cache];
        args.extend(more);
        let run = self.run(&args);
        let said = run.stderr.clone();
        run.expect(code);
        (said, self.reads())
    }

    fn cache(&self) -> String {
        self.root().join("cache").to_str().unwrap().to_owned()
    }

    /// How often an app was read since the log was cleared.
    fn reads(&self) -> usize {
        let requests = self.server.emulator().requests();
        let apps = requests
            .iter()
            .filter(|it| it.path.contains("/apps/") && it.method == "GET");
        apps.filter(|it| !it.path.contains("/versions")).count()
    }

    /// The kept files.
    fn entries(&self) -> Vec<PathBuf> {
        fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => walk(&path, out),
                    false if path.file_name().unwrap().len() == 64 => out.push(path),
                    false => {}
                }
            }
        }
        let mut out = Vec::new();
        walk(&self.root().join("cache"), &mut out);
        out.sort();
        out
    }

    /// The live app with this number.
    fn id(&self, number: usize) -> Uuid {
        let state = self.server.emulator().to_json();
        let mark = format!("\"ddapps:platform/a{number}\"");
        let apps = state["apps"].as_array().unwrap();
        let app = apps
            .iter()
            .find(|app| app["tags"].to_string().contains(&mark));
        app.unwrap()["id"].as_str().unwrap().parse().unwrap()
    }

    fn meanwhile(&self, number: usize, deed: Deed) {
        assert!(
            self.server.emulator().meanwhile(self.id(number), deed),
            "{deed:?}"
        );
    }
}

/// How many runs it takes until the sample meets what no listing shows.
fn runs_until_seen(place: &Place) -> usize {
    for run in 1..=APPS {
        let run_ended = place.run(&["plan", "--detailed-exitcode", "--cache", &place.cache()]);
        match run_ended.code {
            0 => {}
            // The edit is in the way of what git wants, or not.
            2 | 4 => {
                let said = &run_ended.stderr;
                assert!(
                    said.contains("the cache was given up in this run"),
                    "{said}"
                );
                assert!(
                    said.contains(&format!("{APPS} apps read, 0 taken")),
                    "{said}"
                );
                return run;
            }
            code => panic!("{code}: {}", run_ended.stderr),
        }
    }
    panic!("the sample never met it");
}

#[test]
fn what_did_not_change_is_not_read_again_but_for_a_sample() {
    let place = Place::new();
    let fresh = place.run(&["plan", "--format", "json", "--full"]).expect(0);
    assert_eq!(
        place.plan(0),
        ("12 apps read, 0 taken from the cache\n".to_owned(), 12)
    );
    assert_eq!(
        place.plan(0),
        ("1 app read, 11 taken from the cache\n".to_owned(), 1)
    );
    let cached = place.run(&[
        "plan",
        "--format",
        "json",
        "--full",
        "--cache",
        &place.cache(),
    ]);
    assert_eq!(place.reads(), 1);
    assert_eq!(
        cached.expect(0),
        fresh,
        "where apps come from must not show in a plan"
    );
}

#[test]
fn whatever_somebody_does_is_seen_at_once() {
    for settings_change in [
        SettingsChange::Nothing,
        SettingsChange::UpdatedAt,
        SettingsChange::Version,
    ] {
        for deed in Deed::all() {
            let place = Place::with(Switches {
                settings_change,
                ..Switches::default()
            });
            place.plan(0);
            if deed == Deed::Publish {
                place.meanwhile(3, Deed::Unpublish);
                place.plan(2);
            }
            place.meanwhile(3, deed);
            let plan = |more: &[&str]| {
                let run = place.run(&[&["plan", "--format", "json", "--full"], more].concat());
                (run.code, run.stdout)
            };
            let cached = plan(&["--cache", &place.cache()]);
            assert!(place.reads() <= 4, "{deed:?}: {} reads", place.reads());
            assert_eq!(cached, plan(&[]), "{deed:?} {settings_change:?}");
        }
    }
}

#[test]
fn a_listing_that_contradicts_an_app_is_not_believed_in_that_run() {
    let lists = [
        Switches {
            updated_at_in_list: UpdatedAtInList::Created,
            ..Switches::default()
        },
        Switches {
            updated_at_in_list: UpdatedAtInList::Absent,
            ..Switches::default()
        },
        Switches {
            deployment_in_list: DeploymentInList::Absent,
            ..Switches::default()
        },
    ];
    for switches in lists {
        let place = Place::with(switches.clone());
        (0..APPS).for_each(|number| place.meanwhile(number, Deed::SaveAgain));
        for _ in 0..2 {
            let (said, reads) = place.plan(2);
            assert!(
                said.contains("the cache was given up in this run, and everything was read: the list of apps and"),
                "{switches:?}: {said}"
            );
            assert!(reads >= APPS);
        }
        assert_eq!(place.entries().len(), 0, "{switches:?}");
    }
}

#[test]
fn a_save_that_the_listing_hides_is_found_by_the_sample() {
    let place = Place::with(Switches {
        updated_at_in_list: UpdatedAtInList::Created,
        ..Switches::default()
    });
    place.plan(0);
    place.meanwhile(7, Deed::Save);
    assert!(runs_until_seen(&place) <= APPS);
}

#[test]
fn a_protection_level_that_no_listing_shows_is_found_by_the_sample() {
    let place = Place::new();
    let file = place.root().join("apps/a5.json");
    let mut wanted: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    wanted["protectionLevel"] = json!("direct_publish");
    std::fs::write(&file, wanted.to_string()).unwrap();
    place.run(&["apply", "--yes"]).expect(0);
    place.plan(0);
    let writer = client(&place.server).writer();
    let level = ProtectionLevel::ApprovalRequired;
    let id = AppId(place.id(5));
    place
        .server
        .block_on(writer.set_protection_level(id, level))
        .unwrap();
    assert!(runs_until_seen(&place) <= APPS);
}

#[test]
fn a_damaged_entry_is_read_again() {
    let place = Place::new();
    place.plan(0);
    let entries = place.entries();
    assert_eq!(entries.len(), APPS);
    let bytes: Vec<_> = entries
        .iter()
        .map(|it| std::fs::read(it).unwrap())
        .collect();
    std::fs::write(&entries[0], "").unwrap();
    std::fs::write(&entries[1], &bytes[1][..bytes[1].len() / 2]).unwrap();
    std::fs::write(&entries[2], &bytes[3]).unwrap();
    std::fs::write(&entries[4], [&bytes[4][..], b" "].concat()).unwrap();
    std::fs::write(&entries[5], "x".repeat(100_000)).unwrap();
    let (said, reads) = place.plan(0);
    assert_eq!(
        (said.as_str(), reads),
        ("6 apps read, 6 taken from the cache\n", 6)
    );
    assert_eq!(place.plan(0).1, 1);
    assert_eq!(place.entries().len(), APPS);
}

#[test]
fn runs_share_a_cache_while_they_run() {
    let place = Place::new();
    let cache = place.cache();
    for _ in 0..3 {
        let runs = (0..4).map(|_| {
            let mut run = command(place.root(), Some(place.server.url()));
            run.args(["plan", "--detailed-exitcode", "--cache", &cache]);
            run.stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        });
        for mut run in runs.collect::<Vec<_>>() {
            assert_eq!(run.wait().unwrap().code(), Some(0));
        }
    }
    assert_eq!(place.plan(0).1, 1);
    let folder = place.entries()[0].parent().unwrap().to_owned();
    assert_eq!(
        std::fs::read_dir(folder).unwrap().count(),
        APPS,
        "something is left over"
    );
}

#[test]
fn everything_is_read_on_demand_and_kept() {
    let place = Place::new();
    place.plan(0);
    assert_eq!(place.plan_with(0, &["--refresh"]).1, APPS);
    assert_eq!(place.plan(0).1, 1);
    place.run(&["plan", "--refresh"]).expect(0);
    assert_eq!(place.reads(), APPS);
}

#[test]
fn other_keys_see_nothing_of_it_and_no_key_is_in_it() {
    let place = Place::new();
    place.plan(0);
    let other = command(place.root(), Some(place.server.url()))
        .env("DD_APP_KEY", "another-application-key")
        .args(["plan", "--cache", &place.cache()])
        .output()
        .unwrap();
    let said = String::from_utf8(other.stderr).unwrap();
    assert_eq!(said, "12 apps read, 0 taken from the cache\n");
    let entries = place.entries();
    assert_eq!(entries.len(), 2 * APPS);
    for entry in entries {
        let text = String::from_utf8_lossy(&std::fs::read(&entry).unwrap()).into_owned();
        let text = text + entry.to_str().unwrap();
        assert!(
            !text.contains("an-api-key") && !text.contains("application-key"),
            "{text}"
        );
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_no_failure() {
    let place = Place::new();
    place.workspace.write("cache", "a file");
    let (said, reads) = place.plan(0);
    assert_eq!(
        said.matches("the cache cannot be written").count(),
        1,
        "{said}"
    );
    assert_eq!(reads, APPS);
}

#[test]
fn bound_apps_are_taken_from_the_cache_too() {
    let place = Place::new();
    let bindings: String = (0..APPS)
        .map(|number| format!("  a{number}: {}\n", place.id(number)))
        .collect();
    let settings = format!("project: platform\napps:\n{bindings}");
    place.workspace.write("ddapps.yaml", &settings);
    assert_eq!(place.plan(0).1, APPS);
    assert_eq!(place.plan(0).1, 1);
}

#[test]
fn a_cache_in_memory_serves_the_next_look() {
    let place = Place::new();
    let settings = definition::read_settings(place.root()).unwrap();
    let target = settings.target(None).unwrap();
    let cache = Cache::memory();
    let question = Question {
        root: place.root(),
        settings: &settings,
        target: &target,
        selection: &Selection::default(),
        parallelism: 4,
        cache: Some(&cache),
        memory: None,
    };
    let client = client(&place.server);
    let look = || {
        let seen = place
            .server
            .block_on(observe(&client, &question, &|_| ()))
            .unwrap();
        assert_eq!(seen.live.apps.len(), APPS);
        (seen.reading.read, seen.reading.cached)
    };
    assert_eq!([look(), look()], [(APPS, 0), (1, APPS - 1)]);
    place.meanwhile(2, Deed::Save);
    assert_eq!(look(), (2, APPS - 2));
}

#[test]
fn what_is_read_again_and_did_not_change_is_not_compared_again() {
    let place = Place::new();
    let settings = definition::read_settings(place.root()).unwrap();
    let target = settings.target(None).unwrap();
    let (cache, memory) = (Cache::memory(), Memory::default());
    let question = Question {
        root: place.root(),
        settings: &settings,
        target: &target,
        selection: &Selection::default(),
        parallelism: 4,
        cache: Some(&cache),
        memory: Some(&memory),
    };
    let client = client(&place.server);
    // So often that each app was the sample of a page.
    for number in 0..=APPS {
        let seen = observe(&client, &question, &|_| ());
        let seen = place.server.block_on(seen).unwrap();
        let live = seen.live.apps.values().map(|live| {
            let mark = live.marks.first().expect("every app is ours");
            (&mark.key, &live.app.definition)
        });
        for (key, live) in live {
            let desired = &seen.desired.apps[key].app.definition;
            assert!(desired.is_known_as(live), "look {number}: {key}");
        }
    }
}
