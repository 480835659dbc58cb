//! A server that lets only so many calls through: the limit is obeyed before it is hit.

use std::time::Duration;

use ddapps::emulator::{Failure, Fault, RateLimit, Settings};
use ddapps::model::Policy;
use serde_json::json;

use crate::support::cycle::{converge, plan, steps};
use crate::support::{Server, Workspace};

fn repository(apps: usize) -> Workspace {
    let workspace = Workspace::with_project();
    for number in 0..apps {
        let app = json!({
            "name": format!("App {number}"),
            "rootInstanceName": "grid0",
            "components": [{"type": "button", "name": "grid0", "events": [], "properties": {}}],
        });
        workspace.write(&format!("apps/app-{number}.json"), &app.to_string());
    }
    workspace
}

/// The shares of a thousand apps at 50 calls a second, in a fifth of the time: 200 apps, 600 writes, 250 calls a second.
#[test]
fn at_most_one_call_in_a_hundred_is_answered_429() {
    let server = Server::new(Settings {
        rate_limit: Some(RateLimit {
            calls: 250,
            period: Duration::from_secs(1),
        }),
        ..Settings::default()
    });
    let workspace = repository(200);
    let policy = Policy::default();
    let report = converge(&server, &plan(&server, workspace.root(), &policy).unwrap());
    let tally = report.tally();
    assert_eq!((tally.done, tally.failed, tally.skipped), (600, 0, 0));
    assert!(steps(&plan(&server, workspace.root(), &policy).unwrap()).is_empty());
    let requests = server.emulator().requests();
    let limited = requests.iter().filter(|it| it.status == Some(429)).count();
    println!("{limited} of {} calls were answered 429", requests.len());
    assert!(
        limited * 100 <= requests.len(),
        "{limited} of {}",
        requests.len()
    );
}

#[test]
fn a_storm_of_429_ends_where_a_calm_run_ends() {
    let server = Server::new(Settings::default());
    let storm = (1..200).filter(|number| number % 3 != 0);
    let storm = storm.map(|number| Fault::at(number, Failure::TooManyRequests { reset: 0 }));
    server.emulator().set_faults(storm.collect());
    let workspace = repository(10);
    let policy = Policy::default();
    let report = converge(&server, &plan(&server, workspace.root(), &policy).unwrap());
    let tally = report.tally();
    assert_eq!(
        (tally.done, tally.failed, tally.skipped),
        (30, 0, 0),
        "{report:#?}"
    );
    server.emulator().set_faults(Vec::new());
    assert!(steps(&plan(&server, workspace.root(), &policy).unwrap()).is_empty());
}
