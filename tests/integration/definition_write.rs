//! Laws of writing: what is written loads as the same app, and is written again byte for byte.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ddapps::definition::write::{Options, PartsIn, Written, write};
use ddapps::definition::{load, read_settings};
use ddapps::diff::{ChangeKind, diff};
use ddapps::model::{App, AppKey, Body, Definition, DesiredApp, Severity};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::diff_laws;
use crate::support::{Workspace, corpus, nasty, project};

const SETTINGS: &str = "project: platform\nvariables: {region: us-east-1, x: '1'}\n\
    connections: {aws: 11111111-1111-4111-8111-111111111111, odd: no-uuid}\n";

fn connections() -> BTreeMap<String, String> {
    BTreeMap::from([
        (
            "aws".to_owned(),
            "11111111-1111-4111-8111-111111111111".to_owned(),
        ),
        ("odd".to_owned(), "no-uuid".to_owned()),
    ])
}

fn written(app: &App, parts: PartsIn<'_>) -> Written {
    let options = Options {
        file: "apps/app.yaml",
        key: Some(&AppKey::new("refunds").unwrap()),
        connections: &connections(),
        parts,
    };
    write(app, &options)
}

/// What the files say.
fn loaded(written: &Written) -> Result<App, String> {
    let workspace = Workspace::new();
    workspace.write("ddapps.yaml", SETTINGS);
    for file in &written.files {
        workspace.write(&file.path, &file.text);
    }
    let settings = read_settings(workspace.root()).unwrap();
    let loaded = load(workspace.root(), &settings, &settings.target(None).unwrap());
    let errors = loaded
        .findings
        .iter()
        .filter(|it| it.severity == Severity::Error);
    let errors: Vec<_> = errors
        .map(|it| format!("{:?} {}", it.location, it.message))
        .collect();
    let mut apps = loaded.desired.apps.into_values();
    match (apps.next(), apps.next()) {
        (Some(DesiredApp { app, .. }), None) if errors.is_empty() => Ok(app),
        _ => Err(format!("{errors:#?}")),
    }
}

/// `body` without the carried fields, found in another way than the writer finds them.
fn without_carried(mut body: Body) -> Body {
    for query in &mut body.queries {
        let query = query.as_object_mut().unwrap();
        query.remove("id");
        without_uuids(
            "events",
            query.get_mut("events").unwrap_or(&mut Value::Null),
        );
        if query.get("events") == Some(&json!([])) {
            query.remove("events");
        }
    }
    for component in &mut body.components {
        without_ids(component);
    }
    body
}

fn without_ids(component: &mut Value) {
    let is_table = component["type"] == "table";
    without_uuids(
        "events",
        component.get_mut("events").unwrap_or(&mut Value::Null),
    );
    let Some(properties) = component
        .get_mut("properties")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for (key, value) in properties {
        match value {
            Value::Array(children) if key == "children" => {
                children
                    .iter_mut()
                    .filter(|it| it.is_object())
                    .for_each(without_ids);
            }
            Value::Array(columns) if key == "columns" && is_table => {
                columns.retain(|column| column["isDeleted"] != true);
                for column in columns.iter_mut().filter_map(Value::as_object_mut) {
                    column.remove("id");
                }
            }
            value => without_uuids(key, value),
        }
    }
}

fn without_uuids(name: &str, value: &mut Value) {
    match value {
        Value::Array(items) => {
            for item in items {
                if let (Value::Object(event), "events") = (&mut *item, name) {
                    event.remove("uuid");
                }
                without_uuids("", item);
            }
        }
        Value::Object(map) => map
            .iter_mut()
            .for_each(|(name, value)| without_uuids(name, value)),
        _ => {}
    }
}

/// That the files of `app` mean it: the same value, no difference for a plan, and the same bytes when written again.
fn is_lossless(app: &App, parts: PartsIn<'_>) -> Result<(), String> {
    let first = written(app, parts);
    let again = loaded(&first).map_err(|error| format!("{error}\n{}", shown(&first)))?;
    let expected = App {
        definition: Definition::new(without_carried(app.definition.body())),
        ..app.clone()
    };
    if again != expected {
        return Err(format!(
            "{again:#?}\nis not\n{expected:#?}\nin\n{}",
            shown(&first)
        ));
    }
    let second = written(&again, parts);
    if second.files != first.files {
        return Err(format!("{}\nis then\n{}", shown(&first), shown(&second)));
    }
    let (desired, live) = (
        diff_laws::desired(again),
        diff_laws::live(diff_laws::stored(app)),
    );
    match &diff(&desired, &live)[0] {
        change if change.kind == ChangeKind::NoOp => Ok(()),
        change => Err(format!("{:?}\n{}", change.fields, shown(&first))),
    }
}

fn shown(written: &Written) -> String {
    let mut text = String::new();
    for file in &written.files {
        let _ = writeln!(text, "=== {}\n{}", file.path, file.text);
    }
    text
}

/// Each real app, by its name in the corpus.
pub fn real_apps() -> Vec<(String, App)> {
    let workspace = Workspace::with_project();
    for name in corpus() {
        let text = std::fs::read_to_string(project(&format!("tests/corpus/{name}.json"))).unwrap();
        workspace.write(&format!("apps/{name}.json"), &text);
    }
    let settings = read_settings(workspace.root()).unwrap();
    let loaded = load(workspace.root(), &settings, &settings.target(None).unwrap());
    assert_eq!(loaded.findings, []);
    let apps = loaded.desired.apps.into_iter();
    apps.map(|(key, app)| (key.to_string(), app.app)).collect()
}

/// The real app as the server shows it: the loader leaves the query ids out.
fn with_query_ids(app: App, name: &str) -> App {
    let text = std::fs::read_to_string(project(&format!("tests/corpus/{name}.json"))).unwrap();
    let whole: Value = serde_json::from_str(&text).unwrap();
    let attributes = whole.get("data").map_or(&whole, |data| &data["attributes"]);
    let mut body = app.definition.body();
    body.queries = attributes["queries"].as_array().unwrap().clone();
    App {
        definition: Definition::new(body),
        ..app
    }
}

const LAYOUTS: [PartsIn<'static>; 3] = [
    PartsIn::Nowhere,
    PartsIn::Components("x"),
    PartsIn::Folder(""),
];

#[test]
fn every_real_app_is_written_without_loss() {
    for (name, app) in real_apps() {
        let app = with_query_ids(app, &name);
        for parts in LAYOUTS {
            is_lossless(&app, parts).unwrap_or_else(|error| panic!("{name} {parts:?}: {error}"));
        }
    }
}

#[test]
fn a_raw_query_whose_name_looks_like_a_variable_is_written_without_loss() {
    let body = Body {
        root_instance_name: "grid0".into(),
        components: vec![json!({"type": "grid", "name": "grid0", "properties": {}})],
        queries: vec![
            json!({"type": "action", "name": "@{region}", "properties": {}, "events": null}),
        ],
        extra: serde_json::Map::new(),
    };
    let app = App {
        name: "Refunds".into(),
        description: None,
        tags: None,
        protection_level: None,
        self_service: None,
        publish: None,
        definition: Definition::new(body),
    };
    is_lossless(&app, LAYOUTS[0]).unwrap();
}

#[test]
fn code_goes_to_a_file_only_where_the_definition_names_the_file() {
    let code: String = (0..40)
        .map(|line| format!("const x{line} = {line};\n"))
        .collect();
    let query = |name: &str| {
        json!({"type": "dataTransform", "name": name,
            "properties": {"outputs": format!("${{(() => {{{code}}})()}}")}})
    };
    // Of two queries of one name each is an item of a list, where one called like a word of the raw form is raw.
    let app = App {
        name: "Refunds".into(),
        description: None,
        tags: None,
        protection_level: None,
        self_service: None,
        publish: None,
        definition: Definition::new(Body {
            root_instance_name: "grid0".into(),
            components: vec![json!({"type": "grid", "name": "grid0", "properties": {}})],
            queries: vec![query("twice"), query("twice"), query("events")],
            extra: serde_json::Map::new(),
        }),
    };
    is_lossless(&app, PartsIn::Folder("")).unwrap();
    let files = written(&app, PartsIn::Folder("")).files;
    let definition = files.iter().find(|it| it.path.ends_with(".yaml")).unwrap();
    let code: Vec<_> = files.iter().filter(|it| it.path.ends_with(".js")).collect();
    assert_eq!(code.len(), 2);
    for file in code {
        let name = file.path.rsplit('/').next().unwrap();
        assert!(
            definition.text.contains(name),
            "{name} in\n{}",
            definition.text
        );
    }
}

#[test]
pub fn real_apps_take_less_than_half_of_the_lines_of_their_json() {
    let mut table =
        String::from("app: lines of JSON, of YAML, share; with all code in place; YAML files\n");
    for (name, app) in real_apps() {
        let text = std::fs::read_to_string(project(&format!("tests/corpus/{name}.json"))).unwrap();
        let whole: Value = serde_json::from_str(&text).unwrap();
        let attributes = whole.get("data").map_or(&whole, |data| &data["attributes"]);
        let json = serde_json::to_string_pretty(attributes)
            .unwrap()
            .lines()
            .count();
        let lines = |parts| -> Vec<usize> {
            let files = written(&app, parts).files.into_iter();
            let yaml = files.filter(|file| file.path.ends_with(".yaml"));
            yaml.map(|file| file.text.lines().count()).collect()
        };
        let [folder, inline] = [PartsIn::Folder(""), PartsIn::Nowhere].map(lines);
        let share = |files: &[usize]| files.iter().sum::<usize>() * 100 / json;
        let _ = writeln!(
            table,
            "{name}: {json}, {}, {} %; {} %; {}",
            folder.iter().sum::<usize>(),
            share(&folder),
            share(&inline),
            folder.len()
        );
        assert!(share(&folder) <= 45, "{table}");
    }
    insta::assert_snapshot!(table);
}

/// What a number is worth, as far as a float can tell; YAML has no negative zero among the integers.
fn worth(number: f64) -> String {
    format!("{:e}", if number == 0.0 { 0.0 } else { number })
}

/// A plain value as an independent reader of YAML sees it, with numbers by what they are worth.
fn second_opinion(value: &serde_yaml::Value) -> Value {
    match value {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(value) => json!(value),
        serde_yaml::Value::Number(number) => json!(worth(number.as_f64().unwrap())),
        serde_yaml::Value::String(text) => json!({ "text": text }),
        serde_yaml::Value::Sequence(items) => items.iter().map(second_opinion).collect(),
        serde_yaml::Value::Mapping(map) => {
            let entries = map.iter();
            let key = |key: &serde_yaml::Value| key.as_str().expect("keys are strings").to_owned();
            Value::Object(
                entries
                    .map(|(name, value)| (key(name), second_opinion(value)))
                    .collect(),
            )
        }
        serde_yaml::Value::Tagged(_) => panic!("nothing is tagged"),
    }
}

/// The same of our own reader: what it makes of a top-level attribute that it does not know, it keeps as it is.
fn own_opinion(value: &Value) -> Value {
    match value {
        Value::Number(number) => {
            json!(worth(number.to_string().parse().unwrap()))
        }
        Value::String(text) => json!({ "text": text }),
        Value::Array(items) => items.iter().map(own_opinion).collect(),
        Value::Object(map) => {
            let entries = map.iter();
            Value::Object(
                entries
                    .map(|(name, value)| (name.clone(), own_opinion(value)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

/// The value without what only our reader knows to undo, and without integers beyond 64 bits, which the other one
/// refuses.
fn without_our_own(value: &mut Value) {
    match value {
        Value::Number(number) if number.to_string().len() > 18 => *value = json!(1),
        Value::String(text) => *text = text.replace("@{", "@"),
        Value::Array(items) => items.iter_mut().for_each(without_our_own),
        Value::Object(map) => map.values_mut().for_each(without_our_own),
        _ => {}
    }
}

proptest! {
    #![proptest_config(crate::support::cases(256))]

    #[test]
    fn nasty_apps_are_written_without_loss(app in nasty::app(), layout in 0..3_usize) {
        if let Err(error) = is_lossless(&app, LAYOUTS[layout]) {
            return Err(TestCaseError::fail(error));
        }
    }

    #[test]
    fn an_independent_reader_reads_the_same_value(mut value in crate::support::generate::value()) {
        without_our_own(&mut value);
        let body = Body {
            root_instance_name: "grid0".into(),
            components: Vec::new(),
            queries: Vec::new(),
            extra: serde_json::Map::from_iter([("value".to_owned(), value.clone())]),
        };
        let app = App {
            name: "x".into(), description: None, tags: None, protection_level: None, self_service: None, publish: None,
            definition: Definition::new(body),
        };
        let text = &written(&app, PartsIn::Nowhere).files[0].text;
        let read: serde_yaml::Value = serde_yaml::from_str(text)
            .map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(second_opinion(&read["value"]), own_opinion(&value), "{}", text);
    }
}

#[test]
fn an_independent_reader_reads_every_real_app() {
    for (name, app) in real_apps() {
        for file in written(&app, PartsIn::Components("")).files {
            let read: Result<serde_yaml::Value, _> = serde_yaml::from_str(&file.text);
            read.unwrap_or_else(|error| panic!("{name} {}: {error}", file.path));
        }
    }
}
