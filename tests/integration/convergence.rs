//! Real apps, put in a repository as they are: applied, they are live value for value, and then there is nothing to do.

use std::collections::BTreeMap;

use ddapps::emulator::{Settings, Switches};
use ddapps::model::Policy;
use serde_json::Value;

use crate::support::cycle::{converge, plan, steps};
use crate::support::{Server, Workspace, copy, corpus, project};

/// Every real app in a repository, as it is.
fn all_apps() -> Workspace {
    let workspace = Workspace::with_project();
    copy(&project("tests/corpus"), &workspace.path("apps"));
    std::fs::remove_file(workspace.path("apps/README.md")).unwrap();
    workspace
}

/// The real apps but for the one that is as large as all others together.
fn most_apps() -> Workspace {
    let workspace = all_apps();
    std::fs::remove_file(workspace.path("apps/aws-service-console.json")).unwrap();
    workspace
}

/// The definition part of an export's attributes, without what the server owns or drops.
fn definition(file: &str) -> Value {
    let text = std::fs::read_to_string(project(&format!("tests/corpus/{file}.json"))).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let attributes = match document.get("data") {
        Some(data) => data["attributes"].clone(),
        None => document,
    };
    comparable(attributes)
}

fn comparable(mut attributes: Value) -> Value {
    let fields = attributes.as_object_mut().unwrap();
    fields.retain(|name, _| {
        [
            "name",
            "description",
            "rootInstanceName",
            "components",
            "queries",
        ]
        .contains(&name.as_str())
    });
    for query in fields.get_mut("queries").unwrap().as_array_mut().unwrap() {
        let query = query.as_object_mut().unwrap();
        query.remove("id");
        if query.get("events") == Some(&Value::Array(Vec::new())) {
            query.remove("events");
        }
    }
    attributes
}

/// What the server shows of each of our apps, by key.
fn live_apps(server: &Server) -> BTreeMap<String, Value> {
    let http = reqwest::Client::new();
    let get = async |path: String| -> Value {
        let request = http.get(format!("{}/api/v2/app-builder/{path}", server.url()));
        let request = request
            .header("DD-API-KEY", "a")
            .header("DD-APPLICATION-KEY", "b");
        request.send().await.unwrap().json().await.unwrap()
    };
    server.block_on(async {
        let mut apps = BTreeMap::new();
        let mut page = 0;
        loop {
            let listed = get(format!("apps?limit=100&page={page}")).await;
            let items = listed["data"].as_array().unwrap().clone();
            if items.is_empty() && page > 0 {
                return apps;
            }
            for item in items {
                let tags = item["attributes"]["tags"].as_array().unwrap();
                let key = tags
                    .iter()
                    .find_map(|tag| tag.as_str()?.strip_prefix("ddapps:platform/"));
                let whole = get(format!("apps/{}", item["id"].as_str().unwrap())).await;
                apps.insert(
                    key.unwrap().to_owned(),
                    comparable(whole["data"]["attributes"].clone()),
                );
            }
            page += 1;
        }
    })
}

/// Applies a repository, and checks that afterwards there is nothing left to do.
#[track_caller]
fn converges(server: &Server, workspace: &Workspace, policy: &Policy, about: &str) {
    let first = plan(server, workspace.root(), policy).unwrap();
    let report = converge(server, &first);
    let tally = report.tally();
    assert_eq!(
        (tally.failed, tally.skipped),
        (0, 0),
        "{about}: {report:#?}"
    );
    let second = plan(server, workspace.root(), policy).unwrap();
    assert_eq!(steps(&second), BTreeMap::new(), "{about}");
    server.emulator().clear_requests();
    converge(server, &second);
    assert_eq!(server.writes(), Vec::<String>::new(), "{about}");
}

#[test]
fn every_real_app_is_live_value_for_value_and_then_there_is_nothing_to_do() {
    let server = Server::new(Settings::default());
    converges(&server, &all_apps(), &Policy::default(), "as recorded");
    let live = live_apps(&server);
    assert_eq!(live.len(), corpus().len());
    for file in corpus() {
        assert!(live[&file] == definition(&file), "{file}");
    }
}

#[test]
fn real_apps_converge_whatever_the_answers_to_the_open_questions() {
    let workspace = most_apps();
    for (name, values) in Switches::all() {
        for value in *values {
            let mut switches = Switches::default();
            switches.set(name, value).unwrap();
            let server = Server::new(Settings {
                switches,
                ..Settings::default()
            });
            converges(
                &server,
                &workspace,
                &Policy::default(),
                &format!("{name}={value}"),
            );
        }
    }
}
