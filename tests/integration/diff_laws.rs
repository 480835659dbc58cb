//! Laws of the comparison, on apps nastier than life.

use std::collections::{BTreeMap, BTreeSet};

use ddapps::diff::{ChangeKind, diff};
use ddapps::model::{
    App, AppId, AppKey, Body, Definition, DefinitionPlaces, Desired, DesiredApp, Live, LiveApp,
    Location, Mark, Owner, Publication, Saved, Version,
};
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::support::generate;

fn owner() -> Owner {
    Owner {
        project: "platform".into(),
        environment: None,
    }
}

fn key() -> AppKey {
    AppKey::new("refunds").unwrap()
}

/// The side of git, with this app alone.
pub fn desired(app: App) -> Desired {
    let app = DesiredApp {
        app,
        location: Location::start("apps/refunds.yaml"),
        places: DefinitionPlaces::default(),
    };
    Desired {
        owner: owner(),
        apps: BTreeMap::from([(key(), app)]),
        bindings: BTreeMap::new(),
    }
}

/// The side of the server, with this app alone, under our mark.
pub fn live(app: App) -> Live {
    let id = AppId(Uuid::from_u128(1));
    let mark = Mark {
        owner: owner(),
        key: key(),
    };
    let app = LiveApp {
        id,
        marks: BTreeSet::from([mark]),
        publication: match app.publish {
            Some(true) => Publication::Current(None),
            _ => Publication::Unpublished,
        },
        app,
        version: Version(1),
        version_id: None,
        saved: Saved::default(),
    };
    Live {
        apps: BTreeMap::from([(id, app)]),
        ..Live::default()
    }
}

/// What the server would hold after applying `app`: with query ids, without empty query events.
pub fn stored(app: &App) -> App {
    let mut body = app.definition.body();
    for (index, query) in body.queries.iter_mut().enumerate() {
        query["id"] = format!("id-{index}").into();
        if query.get("events") == Some(&Value::Array(Vec::new())) {
            query.as_object_mut().unwrap().remove("events");
        }
    }
    App {
        definition: Definition::new(body),
        ..app.clone()
    }
}

/// The canonical text of a definition, as far as two of them can be told apart.
fn canonical(body: &Body) -> String {
    let mut body = body.clone();
    for query in &mut body.queries {
        let query = query.as_object_mut().unwrap();
        query.remove("id");
        if query.get("events") == Some(&Value::Array(Vec::new())) {
            query.remove("events");
        }
    }
    for item in body.components.iter_mut().chain(&mut body.queries) {
        plain_numbers(item);
    }
    Definition::new(body).text().replace("\\r\\n", "\\n")
}

/// Writes the numbers that the generator writes in two ways in one.
fn plain_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => match number.to_string().as_str() {
            "1.0" => *value = 1.into(),
            "-0" => *value = 0.into(),
            _ => {}
        },
        Value::Array(items) => items.iter_mut().for_each(plain_numbers),
        Value::Object(fields) => fields.values_mut().for_each(plain_numbers),
        _ => {}
    }
}

/// A body without the fields that are carried over from the live app, where a file that leaves them out says nothing.
fn without_carried(mut body: Body) -> Body {
    fn strip(value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(strip),
            Value::Object(fields) => {
                fields.retain(|name, _| !["id", "uuid", "isDeleted"].contains(&name.as_str()));
                fields.values_mut().for_each(strip);
            }
            _ => {}
        }
    }
    body.components
        .iter_mut()
        .chain(&mut body.queries)
        .for_each(strip);
    body
}

/// Replaces one value somewhere in the components or queries; their own objects stay objects.
fn with_one_value_replaced(mut body: Body, at: prop::sample::Index, new: Value) -> Body {
    fn inner(value: &mut Value) -> Vec<&mut Value> {
        match value {
            Value::Array(items) => items.iter_mut().collect(),
            Value::Object(fields) => fields.values_mut().collect(),
            _ => Vec::new(),
        }
    }
    fn count(value: &mut Value) -> usize {
        1 + inner(value).into_iter().map(count).sum::<usize>()
    }
    fn replace(value: &mut Value, nth: &mut usize, new: &Value) {
        for part in inner(value) {
            match nth.checked_sub(1) {
                None => return *part = new.clone(),
                Some(left) => *nth = left,
            }
            let parts = count(part) - 1;
            match *nth < parts {
                true => return replace(part, nth, new),
                false => *nth -= parts,
            }
        }
    }
    let total: usize = body
        .components
        .iter_mut()
        .chain(&mut body.queries)
        .map(|item| count(item) - 1)
        .sum();
    let mut nth = at.index(total.max(1));
    for item in body.components.iter_mut().chain(&mut body.queries) {
        let parts = count(item) - 1;
        if nth < parts {
            replace(item, &mut nth, &new);
            break;
        }
        nth -= parts;
    }
    body
}

/// Gives every value, but not the names by which things are matched, unix line ends.
fn unix(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace("\r\n", "\n"),
        Value::Array(items) => items.iter_mut().for_each(unix),
        Value::Object(fields) => {
            for (field, value) in fields {
                if !MATCHED_BY.contains(&field.as_str()) {
                    unix(value);
                }
            }
        }
        _ => {}
    }
}

const MATCHED_BY: [&str; 5] = ["name", "type", "dataPath", "id", "queryName"];

fn with_definition(app: &App, body: Body) -> App {
    App {
        definition: Definition::new(body),
        ..app.clone()
    }
}

proptest! {
    #[test]
    fn an_app_does_not_differ_from_itself(app in generate::app()) {
        let (desired, live) = (desired(app.clone()), live(stored(&app)));
        let changes = diff(&desired, &live);
        prop_assert_eq!(changes.len(), 1);
        prop_assert_eq!(&changes[0].kind, &ChangeKind::NoOp, "{:?}", changes[0].fields);
    }

    #[test]
    fn line_ends_and_the_writing_of_numbers_are_no_difference(app in generate::app()) {
        let rewrite = |value: &Value| {
            let mut value = value.clone();
            plain_numbers(&mut value);
            unix(&mut value);
            value
        };
        let mut body = app.definition.body();
        body.components = body.components.iter().map(rewrite).collect();
        body.queries = body.queries.iter().map(rewrite).collect();
        let (desired, live) = (desired(app.clone()), live(stored(&with_definition(&app, body))));
        let changes = diff(&desired, &live);
        prop_assert_eq!(&changes[0].kind, &ChangeKind::NoOp, "{:?}", changes[0].fields);
    }

    #[test]
    fn whatever_differs_is_found_and_what_is_found_differs(
        app in generate::app(), other in generate::body(), at in any::<prop::sample::Index>(), value in generate::value(),
    ) {
        let old = without_carried(app.definition.body());
        // Once a wholly different app, once the same app with one value replaced.
        for new in [without_carried(other), without_carried(with_one_value_replaced(old.clone(), at, value))] {
            let live = live(stored(&with_definition(&app, old.clone())));
            let desired = desired(with_definition(&app, new.clone()));
            let changes = diff(&desired, &live);
            match canonical(&old) == canonical(&new) {
                true => prop_assert_eq!(&changes[0].kind, &ChangeKind::NoOp, "{:?}", changes[0].fields),
                false => prop_assert_eq!(&changes[0].kind, &ChangeKind::Update),
            }
            prop_assert_eq!(changes[0].kind == ChangeKind::Update, changes[0].body.is_some());
        }
    }
}
