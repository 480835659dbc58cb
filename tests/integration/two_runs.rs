//! Two runs at once, each planned before the other has done anything. Nothing is lost without being said.

use ddapps::apply::{Notice, Outcome, Report};
use ddapps::emulator::Settings;
use ddapps::model::Policy;
use serde_json::json;

use crate::support::cycle::{converge, plan};
use crate::support::run::Run;
use crate::support::{Server, Workspace};

fn app(label: &str) -> String {
    json!({
        "name": "Cats",
        "components": [{"grid grid0": {"children": [{"button b": {"label": label}}]}}],
        "queries": {"s": {"type": "stateVariable"}},
    })
    .to_string()
}

fn notices(report: &Report) -> Vec<&Notice> {
    let steps = report.apps.iter().flat_map(|app| &app.steps);
    let notices = steps.filter_map(|(_, outcome)| match outcome {
        Outcome::Done(notice) => notice.as_ref(),
        _ => None,
    });
    notices.collect()
}

#[test]
fn of_two_updates_the_second_is_refused_as_stale() {
    let (server, workspace) = (Server::new(Settings::default()), Workspace::with_project());
    let policy = Policy::default();
    workspace.write("apps/cats.json", &app("a"));
    converge(&server, &plan(&server, workspace.root(), &policy).unwrap());
    workspace.write("apps/cats.json", &app("b"));
    let first = plan(&server, workspace.root(), &policy).unwrap();
    workspace.write("apps/cats.json", &app("c"));
    let second = plan(&server, workspace.root(), &policy).unwrap();
    assert_eq!(converge(&server, &first).tally().failed, 0);
    let tally = converge(&server, &second).tally();
    assert_eq!((tally.done, tally.stale), (0, 1));
}

#[test]
fn of_two_creations_the_run_that_ends_later_says_that_there_are_two() {
    let (server, workspace) = (Server::new(Settings::default()), Workspace::with_project());
    let policy = Policy::default();
    workspace.write("apps/cats.json", &app("a"));
    let plans = [(); 2].map(|()| plan(&server, workspace.root(), &policy).unwrap());
    let first = converge(&server, &plans[0]);
    assert_eq!(notices(&first), Vec::<&Notice>::new());
    let second = converge(&server, &plans[1]);
    let ids = [&first, &second].map(|report| report.apps[0].id.unwrap());
    let twice = Notice::MadeTwice {
        key: plans[0].apps[0].key.clone(),
        others: vec![ids[0]],
    };
    assert_eq!(notices(&second), [&twice]);
    // As long as there are two, nobody touches either.
    let again = Run::new(workspace.root(), Some(server.url()), &["apply", "--yes"]);
    assert!(
        again.stdout.contains(&ids[1].to_string()),
        "{}",
        again.stdout
    );
    again.expect(4);
}
