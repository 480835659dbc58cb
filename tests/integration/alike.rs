//! Apps that are hard to tell from others: equal but for their keys, without queries, or under names that the server does not
//! find. Each is there once all the same.

use std::collections::BTreeSet;

use ddapps::apply::{Failure as Failed, Outcome, Report};
use ddapps::emulator::{Failure, Fault, Settings, Switches};
use ddapps::model::Policy;
use serde_json::json;

use crate::support::cycle::{converge, plan, steps};
use crate::support::{Server, Workspace};

const APPS: &str = "/api/v2/app-builder/apps";

fn twins(keys: &[&str]) -> Workspace {
    let workspace = Workspace::with_project();
    let app = json!({
        "name": "Twin",
        "components": [{"grid grid0": {"children": [{"button b": {"label": "x"}}]}}],
    });
    for key in keys {
        workspace.write(&format!("apps/{key}.json"), &app.to_string());
    }
    workspace
}

/// The apps that a report calls made.
fn made(report: &Report) -> Vec<String> {
    let is_done = |outcome: &Outcome| matches!(outcome, Outcome::Done(_));
    let done = report.apps.iter().filter(|app| is_done(&app.steps[0].1));
    done.map(|app| app.id.unwrap().to_string()).collect()
}

#[test]
fn a_creation_without_an_answer_does_not_take_an_equal_app_that_has_no_mark_yet() {
    for lost in [Failure::DropBefore, Failure::DropAfter] {
        let (server, workspace) = (Server::new(Settings::default()), twins(&["a", "b"]));
        let policy = Policy::default();
        let first = plan(&server, workspace.root(), &policy).unwrap();
        // The mark of the first app waits for the client's patience, while the second one is looked for.
        server.emulator().set_faults(vec![
            Fault::on("POST", APPS, 2, lost.clone()),
            Fault::on("PATCH", APPS, 1, Failure::Hang),
        ]);
        let report = converge(&server, &first);
        let made = made(&report);
        let different: BTreeSet<_> = made.iter().collect();
        assert_eq!(made.len(), different.len(), "{lost:?}: {report:?}");
        let unknown = report.apps.iter().flat_map(|app| &app.steps);
        let unknown = unknown.filter(|(_, it)| {
            matches!(
                it,
                Outcome::Failed(Failed::Call {
                    ambiguous: true,
                    ..
                })
            )
        });
        match (unknown.count(), &lost) {
            (1, _) => {}
            // The lost app was looked for before the other one was there, so that nothing looked like it.
            (0, Failure::DropBefore) => assert_eq!(report.tally().failed, 0, "{report:?}"),
            (count, _) => panic!("{count} unknown, {lost:?}: {report:?}"),
        }

        server.emulator().set_faults(Vec::new());
        let second = plan(&server, workspace.root(), &policy).unwrap();
        assert_eq!(converge(&server, &second).tally().failed, 0);
        let third = plan(&server, workspace.root(), &policy).unwrap();
        assert!(steps(&third).is_empty(), "{lost:?}: {third:?}");
        assert_eq!(third.apps.len(), 2);
        let state = server.emulator().to_json();
        assert_eq!(state["apps"].as_array().unwrap().len(), 2, "{lost:?}");
    }
}

#[test]
fn a_creation_without_an_answer_is_found_where_the_server_does_not_find_names() {
    let mut switches = Switches::default();
    switches.set("name-filter", "word").unwrap();
    let server = Server::new(Settings {
        switches,
        ..Settings::default()
    });
    let workspace = Workspace::with_project();
    let app = json!({"name": "Two words", "components": [{"grid grid0": {}}], "queries": {"s": {"type": "stateVariable"}}});
    workspace.write("apps/words.json", &app.to_string());
    let plan = plan(&server, workspace.root(), &Policy::default()).unwrap();
    let lost = Fault::on("POST", APPS, 1, Failure::DropAfter);
    server.emulator().set_faults(vec![lost]);
    assert_eq!(converge(&server, &plan).tally().failed, 0);
    let state = server.emulator().to_json();
    assert_eq!(state["apps"].as_array().unwrap().len(), 1);
}
