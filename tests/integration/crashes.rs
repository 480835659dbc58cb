//! The crash matrix: a run of fourteen apps that creates, updates, publishes, requests, tags, protects, offers, unpublishes
//! and deletes, broken at every request in every way; then run again. Live is as git wants it, nothing is there twice, no
//! version is made that the run does not need, the next plan is empty, and the first report said nothing false.

use std::collections::BTreeMap;
use std::time::Duration;

use ddapps::apply::{Outcome, Report};
use ddapps::emulator::{
    Emulator, Failure, Fault, ProtectionLevelInGet, Settings, SettingsChange, Switches,
};
use ddapps::model::{Policy, VersionName};
use ddapps::plan::Call;
use serde_json::{Value, json};

use crate::support::answers::unlikely;
use crate::support::cycle::{converge, plan, steps};
use crate::support::{Server, Workspace};

/// The smallest app of each kind that matters: with queries, which bear our ids, and without.
fn app(name: &str, label: &str, more: &Value) -> String {
    let mut app = json!({
        "name": name,
        "rootInstanceName": "grid0",
        "components": [{"type": "grid", "name": "grid0", "events": [], "properties": {"children": [
            {"type": "button", "name": "button0", "events": [], "properties": {"label": label}},
        ]}}],
        "queries": [{"type": "stateVariable", "name": "state0", "properties": {"defaultValue": ""}}],
    });
    app.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    app.to_string()
}

/// Git before the run, and git at the run. `None`: no such file.
fn files() -> Vec<(&'static str, Option<String>, Option<String>)> {
    let of = |name: &str, label: &str, more: Value| Some(app(name, label, &more));
    let approval = json!({"protectionLevel": "approval_required", "publish": true});
    vec![
        ("created", None, of("Created", "a", json!({}))),
        (
            "created-published",
            None,
            of(
                "Created published",
                "a",
                json!({"publish": true, "tags": ["team:a"]}),
            ),
        ),
        (
            "created-without-queries",
            None,
            of("Created without queries", "a", json!({"queries": []})),
        ),
        (
            "created-protected",
            None,
            of(
                "Created protected",
                "a",
                json!({"protectionLevel": "direct_publish", "selfService": true}),
            ),
        ),
        (
            "created-requested",
            None,
            of("Created requested", "a", approval.clone()),
        ),
        (
            "updated",
            of("Updated", "a", json!({})),
            of("Updated", "b", json!({})),
        ),
        (
            "updated-published",
            of("Updated published", "a", json!({"publish": true})),
            of("Updated published", "b", json!({"publish": true})),
        ),
        (
            "updated-tagged",
            of("Updated tagged", "a", json!({"tags": ["team:a"]})),
            of(
                "Updated tagged",
                "b",
                json!({"tags": ["team:b"], "publish": true}),
            ),
        ),
        (
            "requested",
            of("Requested", "a", json!({})),
            of("Requested", "b", approval),
        ),
        (
            "published",
            of("Published", "a", json!({})),
            of("Published", "a", json!({"publish": true})),
        ),
        (
            "unpublished",
            of("Unpublished", "a", json!({"publish": true})),
            of("Unpublished", "a", json!({"publish": false})),
        ),
        (
            "tagged",
            of("Tagged", "a", json!({"tags": ["team:a"]})),
            of("Tagged", "a", json!({"tags": ["team:a", "team:b"]})),
        ),
        ("deleted", of("Deleted", "a", json!({})), None),
        (
            "deleted-published",
            of("Deleted published", "a", json!({"publish": true})),
            None,
        ),
        (
            "equal",
            of("Equal", "a", json!({})),
            of("Equal", "a", json!({})),
        ),
    ]
}

/// The repository at the run, and the server's state before it.
fn before(switches: &Switches) -> (Workspace, Value) {
    let workspace = Workspace::with_project();
    for (key, before, _) in files() {
        if let Some(text) = before {
            workspace.write(&format!("apps/{key}.json"), &text);
        }
    }
    let server = Server::new(settings(switches));
    converge(
        &server,
        &plan(&server, workspace.root(), &policy()).unwrap(),
    );
    for (key, before, after) in files() {
        let file = format!("apps/{key}.json");
        match after {
            Some(text) => workspace.write(&file, &text),
            None if before.is_some() => std::fs::remove_file(workspace.path(&file)).unwrap(),
            None => {}
        }
    }
    (workspace, server.emulator().to_json())
}

fn settings(switches: &Switches) -> Settings {
    Settings {
        switches: switches.clone(),
        ..Settings::default()
    }
}

fn policy() -> Policy {
    Policy {
        prune: true,
        max_deletes: "10".parse().unwrap(),
        ..Policy::default()
    }
}

/// The apps of a server by the key in their mark.
fn live(emulator: &Emulator) -> BTreeMap<String, Value> {
    let state = emulator.to_json();
    let apps = state["apps"].as_array().unwrap().iter();
    let mut by_key = BTreeMap::new();
    for app in apps {
        let tags = app["tags"].as_array().unwrap().iter();
        let mut marks = tags.filter_map(|tag| tag.as_str()?.strip_prefix("ddapps:platform/"));
        let key = marks.next().expect("every app is marked in the end");
        let other = by_key.insert(key.to_owned(), app.clone());
        assert!(other.is_none(), "{key} is there twice");
    }
    by_key
}

fn versions(app: &Value) -> &Vec<Value> {
    app["versions"].as_array().unwrap()
}

/// How many versions and publish requests each app has after a run that nothing disturbs.
fn undisturbed(
    workspace: &Workspace,
    state: &Value,
    switches: &Switches,
) -> (BTreeMap<String, (usize, usize)>, u64) {
    let server = Server::with_state(state, settings(switches));
    let report = converge(
        &server,
        &plan(&server, workspace.root(), &policy()).unwrap(),
    );
    let tally = report.tally();
    assert_eq!(
        (tally.failed, tally.skipped, tally.notices),
        (0, 0, 0),
        "{report:#?}"
    );
    let counts = live(server.emulator()).into_iter().map(|(key, app)| {
        let requests = app["publish_requests"].as_array().unwrap().len();
        (key, (versions(&app).len(), requests))
    });
    let requests = server.emulator().requests().len() as u64;
    (counts.collect(), requests)
}

/// One cell: a fault at request `k`, then a run without.
fn survives(
    workspace: &Workspace,
    state: &Value,
    switches: &Switches,
    expected: &BTreeMap<String, (usize, usize)>,
    k: u64,
    failure: &Failure,
) -> bool {
    let about = format!("{failure:?} at request {k} under {switches:?}");
    let server = Server::with_state(state, settings(switches));
    let fault = Fault::at(k, failure.clone());
    server.emulator().set_faults(vec![fault]);
    let first = plan(&server, workspace.root(), &policy());
    let report = first.as_ref().ok().map(|plan| converge(&server, plan));
    let struck = server.emulator().requests().len() as u64 >= k;
    server.emulator().set_faults(Vec::new());
    if let Some(report) = &report {
        assert_truth(server.emulator(), report, &about);
    }
    let second = plan(&server, workspace.root(), &policy()).unwrap();
    let tally = converge(&server, &second).tally();
    assert_eq!(
        (tally.failed, tally.skipped, tally.refused),
        (0, 0, 0),
        "{about}"
    );
    let third = plan(&server, workspace.root(), &policy()).unwrap();
    let mut left = steps(&third);
    // A level that no answer shows is set again by every run, which changes nothing.
    if switches.protection_level_in_get == ProtectionLevelInGet::Never {
        left.retain(|_, steps| *steps != ["set-protection-level"]);
    }
    assert_eq!(left, BTreeMap::new(), "{about}");

    let live = live(server.emulator());
    assert_eq!(
        live.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>(),
        "{about}"
    );
    for (key, app) in &live {
        let (most, requests) = expected[key];
        // Tags and the like are set again without a look, and some servers make a version of that.
        let most = most + usize::from(switches.settings_change == SettingsChange::Version);
        assert!(
            versions(app).len() <= most,
            "{about}: {key} has more versions than it needs"
        );
        // The request that nobody could see arrive is filed once more, and that is the window that is documented.
        let filed = app["publish_requests"].as_array().unwrap().len();
        assert!(
            filed <= requests + 1,
            "{about}: {key} was requested {filed} times"
        );
    }
    struck
}

/// What a report calls done must be so, whether or not the rest of the run failed.
fn assert_truth(emulator: &Emulator, report: &Report, about: &str) {
    let state = emulator.to_json();
    let apps = state["apps"].as_array().unwrap();
    for app in &report.apps {
        let found = app.id.and_then(|id| {
            let id = id.to_string();
            apps.iter().find(|it| it["id"] == id.as_str())
        });
        for (step, outcome) in &app.steps {
            let Outcome::Done(_) = outcome else { continue };
            let about = format!("{about}: {} of {}", step.call.kind(), app.key);
            let newest = || versions(found.expect(&about)).last().unwrap();
            match &step.call {
                Call::Delete => assert!(found.is_none(), "{about}"),
                Call::Create { attributes } | Call::Update { attributes } => {
                    assert_eq!(
                        newest()["attributes"]["components"],
                        attributes["components"],
                        "{about}"
                    );
                }
                Call::SetTags { tags } => {
                    let live = found.expect(&about)["tags"].as_array().unwrap();
                    assert!(tags.iter().all(|tag| live.contains(&json!(tag))), "{about}");
                }
                Call::NameVersion { name } => {
                    let named = versions(found.expect(&about)).iter();
                    let mut names = named.filter_map(|it| VersionName::parse(it["name"].as_str()?));
                    let ours = VersionName::parse(name).unwrap();
                    assert!(names.any(|it| it.digest == ours.digest), "{about}");
                }
                Call::Publish => {
                    let runs = &found.expect(&about)["deployment"]["version_id"];
                    assert_eq!(*runs, newest()["id"], "{about}");
                }
                Call::RequestPublish { .. } => {
                    let filed = found.expect(&about)["publish_requests"].as_array().unwrap();
                    assert!(!filed.is_empty(), "{about}");
                }
                Call::SetProtectionLevel { level } => {
                    assert_eq!(
                        found.expect(&about)["protectionLevel"],
                        level.as_str(),
                        "{about}"
                    );
                }
                Call::SetSelfService { self_service } => {
                    assert_eq!(
                        found.expect(&about)["selfService"],
                        *self_service,
                        "{about}"
                    );
                }
                Call::Unpublish | Call::Revert { .. } => {}
            }
        }
    }
}

/// Every failure that a client goes on after, with the distance between the requests it strikes: every one for what
/// leaves open what happened. SIGKILL is in `kills`.
fn failures() -> [(Failure, u64); 10] {
    [
        (Failure::DropBefore, 1),
        (Failure::DropAfter, 1),
        (Failure::ErrorBefore, 1),
        (Failure::ErrorAfter, 1),
        (Failure::Truncated, 1),
        (Failure::HtmlPage, 3),
        (Failure::EmptyBody, 3),
        (Failure::Forbidden, 3),
        (Failure::TooManyRequests { reset: 0 }, 9),
        (Failure::Slow(Duration::from_millis(1)), 23),
    ]
}

/// Strikes requests as far apart as each failure says, times `thinned`.
fn matrix(switches: &Switches, under: &str, thinned: u64) -> u64 {
    let (workspace, state) = before(switches);
    let (expected, requests) = undisturbed(&workspace, &state, switches);
    let mut cells = 0;
    for (index, (failure, distance)) in failures().iter().enumerate() {
        let distance = distance * thinned;
        let mut k = 1 + index as u64 % distance;
        while survives(&workspace, &state, switches, &expected, k, failure) {
            cells += 1;
            k += distance;
        }
    }
    println!(
        "crash matrix under {under}: {cells} cells of a run of {requests} requests, all converged"
    );
    cells
}

#[test]
fn a_run_broken_at_any_request_in_any_way_converges_when_it_is_run_again() {
    let cells = matrix(&Switches::default(), "the likeliest answers", 1);
    assert!(cells > 300, "{cells}");
}

#[test]
fn a_broken_run_converges_whatever_the_answers_to_the_open_questions() {
    // Only some requests, other ones for each failure.
    for (under, switches) in unlikely() {
        assert!(matrix(&switches, &under, 41) > 10, "{under}");
    }
}
