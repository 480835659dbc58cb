//! Laws of the whole cycle, on generated apps: after an apply the next plan is empty, and after a fault a second run
//! converges without duplicates.

use std::collections::BTreeMap;

use ddapps::emulator::{Failure, Fault, Settings};
use ddapps::model::{App, Body, Policy};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::support::cycle::{converge, plan, steps};
use crate::support::{Server, Workspace, generate};

/// An app as an export would have it. A literal `@{` is written as the format wants it.
fn document(app: &App) -> Value {
    let Body {
        root_instance_name,
        components,
        queries,
        ..
    } = app.definition.body();
    let mut document = json!({
        "name": app.name,
        "rootInstanceName": root_instance_name,
        "components": components,
        "queries": queries,
    });
    let optional = [
        ("description", app.description.clone().map(Value::from)),
        ("tags", app.tags.as_ref().map(|tags| json!(tags))),
        (
            "protectionLevel",
            app.protection_level.map(|level| level.as_str().into()),
        ),
        ("selfService", app.self_service.map(Value::from)),
        ("publish", app.publish.map(Value::from)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            document[name] = value;
        }
    }
    literal(&mut document);
    document
}

fn literal(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace("@{", "@@{"),
        Value::Array(items) => items.iter_mut().for_each(literal),
        Value::Object(fields) => fields.values_mut().for_each(literal),
        _ => {}
    }
}

fn repository(apps: &[App]) -> Workspace {
    let workspace = Workspace::with_project();
    for (number, app) in apps.iter().enumerate() {
        // The same name for all, since names say nothing; an approval would leave something to do.
        let app = App {
            name: "generated".into(),
            protection_level: None,
            ..app.clone()
        };
        workspace.write(
            &format!("apps/app-{number}.json"),
            &document(&app).to_string(),
        );
    }
    workspace
}

proptest! {
    #![proptest_config(crate::support::cases(32))]

    #[test]
    fn after_an_apply_the_next_plan_is_empty(apps in prop::collection::vec(generate::app(), 1..6)) {
        let (server, workspace) = (Server::new(Settings::default()), repository(&apps));
        let first = plan(&server, workspace.root(), &Policy::default()).unwrap();
        let tally = converge(&server, &first).tally();
        prop_assert_eq!((tally.failed, tally.skipped, tally.refused), (0, 0, 0));
        let second = plan(&server, workspace.root(), &Policy::default()).unwrap();
        prop_assert_eq!(steps(&second), BTreeMap::new(), "{:?}", second.apps);
    }

    #[test]
    fn after_a_fault_a_second_run_converges_without_duplicates(
        apps in prop::collection::vec(generate::app(), 1..4), edited in prop::collection::vec(generate::app(), 1..4),
        at in any::<Index>(), failure in any::<Index>(),
    ) {
        let server = Server::new(Settings::default());
        let failures = Failure::all();
        // Once from nothing, once from other apps under the same keys.
        for apps in [&apps, &edited] {
            let workspace = repository(apps);
            let request = at.index(apps.len() * 6) as u64 + 1;
            let failure = failures[failure.index(failures.len())].clone();
            server.emulator().set_faults(vec![Fault::at(request, failure)]);
            if let Ok(first) = plan(&server, workspace.root(), &Policy::default()) {
                converge(&server, &first);
            }
            server.emulator().set_faults(Vec::new());
            let second = plan(&server, workspace.root(), &Policy::default()).unwrap();
            let tally = converge(&server, &second).tally();
            prop_assert_eq!((tally.failed, tally.skipped, tally.refused), (0, 0, 0));
            let third = plan(&server, workspace.root(), &Policy::default()).unwrap();
            prop_assert_eq!(steps(&third), BTreeMap::new(), "{:?}", third.apps);
            let live = server.emulator().to_json()["apps"].as_array().unwrap().len();
            let owned = third.apps.iter().filter(|app| app.live.is_some()).count();
            prop_assert_eq!(live, owned, "an app that is not ours any more");
        }
    }
}
