//! Laws of the comparison, on apps nastier than life.

use std::collections::{BTreeMap, BTreeSet};

use ddapps::diff::{Apart, ChangeKind, Difference, FieldChange, Sides, diff, pairings, unlike};
use ddapps::model::{
    App, AppId, AppKey, Body, Definition, Desired, DesiredApp, Live, LiveApp, Location, Mark,
    Owner, Publication, Saved, Version,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::generate;
use crate::support::patch::{patched, plain};

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
    };
    Desired {
        owner: owner(),
        apps: BTreeMap::from([(key(), app)]),
        bindings: BTreeMap::new(),
        connections: BTreeMap::new(),
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

/// What differs between two definitions.
fn differences(app: &App, before: &Body, after: &Body) -> Vec<FieldChange> {
    let live = live(stored(&with_definition(app, before.clone())));
    let desired = desired(with_definition(app, after.clone()));
    diff(&desired, &live).remove(0).fields
}

/// The differences as they are seen from the other side, and as far as they can be told apart there: what has no name is
/// called by its place on one side, and by another one on the other.
fn mirrored(fields: Vec<FieldChange>, swap: bool) -> Vec<String> {
    let renamed: Vec<_> = fields
        .iter()
        .filter_map(|field| match &field.difference {
            Difference::Renamed { before, after, .. } => {
                let (list, _) = field.path.split_once('[').unwrap();
                let item = |name: &str| format!("{list}[{name}]");
                Some((item(&after.name), item(&before.name)))
            }
            _ => None,
        })
        .collect();
    let unnumbered = |path: &str| {
        let own = renamed
            .iter()
            .find(|(after, _)| path.starts_with(after.as_str()));
        let path = match own {
            Some((after, before)) if swap => path.replacen(after, before, 1),
            _ => path.to_owned(),
        };
        path.replace(|c: char| c.is_ascii_digit() || c == '#', "")
    };
    // New queries get ids from us, others have theirs from the server.
    let whole = |value: &Value| {
        let mut value = value.clone();
        value.as_object_mut().map(|it| it.remove("id"));
        value
    };
    let mut lines: Vec<_> = fields
        .iter()
        .map(|field| {
            let path = unnumbered(&field.path);
            match (&field.difference, swap) {
                (Difference::Added { after, place }, false)
                | (
                    Difference::Removed {
                        before: after,
                        place,
                    },
                    true,
                ) => {
                    format!("+ {path} {} {place:?}", whole(after))
                }
                (Difference::Removed { before, place }, false)
                | (
                    Difference::Added {
                        after: before,
                        place,
                    },
                    true,
                ) => {
                    format!("- {path} {} {place:?}", whole(before))
                }
                (Difference::Changed { before, after }, false)
                | (
                    Difference::Changed {
                        before: after,
                        after: before,
                    },
                    true,
                ) => {
                    format!("~ {path} {before} → {after}")
                }
                // Which of several items moved may be told in more ways than one; how many did may not.
                (Difference::Moved { .. }, _) => "moved".into(),
                (
                    Difference::Renamed {
                        before,
                        after,
                        followed,
                    },
                    false,
                )
                | (
                    Difference::Renamed {
                        before: after,
                        after: before,
                        followed,
                    },
                    true,
                ) => {
                    format!("renamed {before:?} → {after:?}, {}", followed.len())
                }
            }
        })
        .collect();
    lines.sort();
    lines
}

/// The names of the components and queries of a body.
fn names(body: &Body) -> Vec<String> {
    fn add(items: &[Value], out: &mut Vec<String>) {
        for item in items {
            out.extend(item["name"].as_str().map(str::to_owned));
            let children = item["properties"].get("children").and_then(Value::as_array);
            add(children.map_or(&[], Vec::as_slice), out);
        }
    }
    let mut names = Vec::new();
    add(&body.components, &mut names);
    let queries = body.queries.iter().filter_map(|it| it["name"].as_str());
    names.extend(queries.map(str::to_owned));
    names
}

/// The same with one component more, which refers to `targets`; where it has been put already, it is replaced.
fn with_references(mut body: Body, name: &str, targets: [&str; 4]) -> Body {
    let [a, b, c, d] = targets;
    body.components.retain(|it| it["name"] != "refers");
    body.components.push(json!({
        "type": "button", "name": "refers",
        "properties": {"link": format!("${{{a}.value}}"), "code": format!("${{{b} + '{name}' + x.{name} + {c}}}")},
        "events": [{"name": "click", "type": "triggerQuery", "queryName": d}],
    }));
    body
}

/// The same with everything of a name called `renamed`; references stay as they are.
fn renamed(mut body: Body, name: &str) -> Body {
    fn rename(items: &mut [Value], name: &str) {
        for item in items {
            if item["name"] == name {
                item["name"] = "renamed".into();
            }
            if let Some(Value::Array(children)) = item["properties"].get_mut("children") {
                rename(children, name);
            }
        }
    }
    rename(&mut body.components, name);
    for query in body.queries.iter_mut().filter(|it| it["name"] == name) {
        query["name"] = "renamed".into();
    }
    body
}

/// The same with plain names and texts, but for the component that refers to others.
fn plain_but_code(mut body: Body) -> Body {
    let refers = |it: &Value| it["name"] == "refers";
    let code: Vec<_> = body
        .components
        .iter()
        .filter(|it| refers(it))
        .cloned()
        .collect();
    body.components.retain(|it| !refers(it));
    let mut body = plain(body);
    body.components.extend(code);
    body
}

const MATCHED_BY: [&str; 5] = ["name", "type", "dataPath", "id", "queryName"];

fn with_definition(app: &App, body: Body) -> App {
    App {
        definition: Definition::new(body),
        ..app.clone()
    }
}

proptest! {
    #![proptest_config(crate::support::cases(256))]

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
    fn the_differences_lead_from_one_side_to_the_other(
        app in generate::app(), other in generate::body(), at in any::<prop::sample::Index>(), value in generate::value(),
    ) {
        let old = plain(without_carried(app.definition.body()));
        for new in [other, with_one_value_replaced(old.clone(), at, value)] {
            let new = plain(without_carried(new));
            let fields = differences(&app, &old, &new);
            prop_assert_eq!(canonical(&patched(&old, &fields)), canonical(&new), "{:#?}", fields);
        }
    }

    #[test]
    fn what_a_rename_explains_is_the_rename_and_nothing_else(
        app in generate::app(), which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(),
        value in generate::value(), edits in any::<bool>(), follows in prop::collection::vec(any::<bool>(), 4),
    ) {
        let old = plain(without_carried(app.definition.body()));
        let mut names = names(&old);
        names.retain(|name| name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(char::is_alphanumeric));
        prop_assume!(!names.is_empty());
        let name = &names[which.index(names.len())];
        let old = with_references(old, name, [name; 4]);
        let targets = [0, 1, 2, 3].map(|nth| if follows[nth] { "renamed" } else { name.as_str() });
        let mut new = renamed(with_references(old.clone(), name, targets), name);
        if edits {
            new = plain_but_code(without_carried(with_one_value_replaced(new, at, value)));
        }
        let fields = differences(&app, &old, &new);
        prop_assert_eq!(canonical(&patched(&old, &fields)), canonical(&new), "{:#?}", fields);
    }

    #[test]
    fn swapping_the_sides_swaps_the_differences(
        app in generate::app(), other in generate::body(), at in any::<prop::sample::Index>(), value in generate::value(),
    ) {
        let old = without_carried(app.definition.body());
        for new in [without_carried(other), without_carried(with_one_value_replaced(old.clone(), at, value))] {
            let forth = mirrored(differences(&app, &old, &new), false);
            let back = mirrored(differences(&app, &new, &old), true);
            prop_assert_eq!(forth, back);
        }
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

    #[test]
    fn who_asks_only_how_far_apps_are_apart_is_told_the_same(
        app in generate::app(), other in generate::body(), at in any::<prop::sample::Index>(), value in generate::value(),
        says in any::<bool>(),
    ) {
        let old = app.definition.body();
        let bare = without_carried(old.clone());
        let touched = |body: &Body| with_one_value_replaced(body.clone(), at, value.clone());
        let other = match says {
            true => other,
            false => old.clone(),
        };
        for (git, now) in [(&old, &other), (&bare, &old), (&old, &bare), (&touched(&bare), &old), (&touched(&old), &old), (&old, &touched(&old))] {
            let live = live(stored(&with_definition(&app, now.clone())));
            let mut desired = desired(with_definition(&app, git.clone()));
            if says {
                desired.apps.values_mut().for_each(|it| it.app.tags = Some(BTreeSet::from(["new".to_owned()])));
            }
            let changes = diff(&desired, &live);
            let found = unlike(&desired, &live);
            let sides = found.as_ref().map(|it| Sides::of(it.live, it.git));
            let apart = match (&changes[0].body, &changes[0].kind) {
                (Some(_), _) => Apart::Version,
                (None, ChangeKind::NoOp) => Apart::Nothing,
                (None, _) => Apart::Settings,
            };
            prop_assert_eq!(pairings(&desired, &live, None)[0].apart, apart, "{:?}", changes[0].fields);
            prop_assert_eq!(pairings(&desired, &live, sides.as_ref())[0].apart, apart);
            // What is plainly the same is the same.
            prop_assert!(found.is_some() || apart != Apart::Version);
        }
    }
}
