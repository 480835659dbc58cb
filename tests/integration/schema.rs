//! The schemas: fresh, and right about real definitions.

use std::fs;
use std::path::{Path, PathBuf};

use ddapps::definition::app_schema;
use ddapps::model::Site;
use ddapps::validate::rules;
use jsonschema::Validator;
use serde_json::Value;

use crate::support::run::Run;
use crate::support::{Workspace, corpus};

fn manifest(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// With `DDAPPS_BLESS=1` the file is written instead.
fn assert_fresh(path: &str, schema: &Value) {
    let expected = format!("{schema:#}\n");
    let path = manifest(path);
    if std::env::var_os("DDAPPS_BLESS").is_some() {
        fs::write(&path, &expected).expect("the schema can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{} is stale; run with DDAPPS_BLESS=1",
        path.display()
    );
}

fn yaml(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("readable");
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// As `ddapps schema settings` prints it.
fn settings_schema() -> Value {
    let rules = rules().map(|rule| (rule.id, rule.why));
    ddapps::definition::settings_schema(rules, Site::ALL.map(Site::as_str))
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).expect("a valid schema")
}

fn assert_valid(validator: &Validator, value: &Value, name: &str) {
    let errors: Vec<_> = validator
        .iter_errors(value)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{name}");
}

#[test]
fn the_files_are_fresh() {
    assert_fresh("schemas/app.schema.json", &app_schema());
    assert_fresh("schemas/settings.schema.json", &settings_schema());
}

#[test]
fn the_schemas_are_valid_schemas() {
    for schema in [app_schema(), settings_schema()] {
        assert!(jsonschema::meta::is_valid(&schema));
    }
}

#[test]
fn examples_and_real_exports_are_valid() {
    let app = validator(&app_schema());
    for path in [
        "examples/quickstart/apps/approval-queue.yaml",
        "examples/quickstart/apps/cat-facts.yaml",
        "examples/quickstart/apps/create-s3-bucket/app.yaml",
        "examples/quickstart/apps/ecs-tasks.yaml",
    ] {
        assert_valid(&app, &yaml(&manifest(path)), path);
    }
    for entry in fs::read_dir(manifest("tests/corpus")).expect("the corpus exists") {
        let path = entry.expect("listed").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let text = fs::read_to_string(&path).expect("readable");
            let value = serde_json::from_str(&text).expect("JSON");
            assert_valid(&app, &value, &path.display().to_string());
        }
    }
    let settings = yaml(&manifest("examples/quickstart/ddapps.yaml"));
    assert_valid(&validator(&settings_schema()), &settings, "ddapps.yaml");
}

#[test]
fn imported_apps_are_valid() {
    let app = validator(&app_schema());
    for name in corpus() {
        let workspace = Workspace::with_project();
        let export = manifest(&format!("tests/corpus/{name}.json"));
        let arguments = ["import", "--from", export.to_str().unwrap()];
        Run::new(workspace.root(), None, &arguments).expect(0);
        let apps = workspace.path("apps");
        let mut files = fs::read_dir(apps).unwrap().map(|it| it.unwrap().path());
        let file = files.find(|file| file.is_file());
        assert_valid(&app, &yaml(&file.expect("an app was written")), &name);
    }
}

/// The places of `text` that a comment calls wrong, as JSON pointers.
fn wrong(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| Some(line.split_once("# wrong:")?.1.trim()))
        .collect()
}

/// The same files are shown to a real language server (`tests/editor`).
#[test]
fn mistakes_are_invalid_at_their_place() {
    for (folder, schema) in [("app", app_schema()), ("settings", settings_schema())] {
        let validator = validator(&schema);
        let files = fs::read_dir(manifest("tests/editor/wrong").join(folder)).unwrap();
        for path in files.map(|entry| entry.unwrap().path()) {
            let text = fs::read_to_string(&path).unwrap();
            let value = yaml(&path);
            let mut found: Vec<_> = validator
                .iter_errors(&value)
                .map(|error| error.instance_path().to_string())
                .collect();
            found.dedup();
            assert_eq!(found, wrong(&text), "{}", path.display());
        }
    }
}
