//! The schemas: fresh, and right about real definitions.

use std::fs;
use std::path::{Path, PathBuf};

use ddapps::definition::{app_schema, settings_schema};
use jsonschema::Validator;
use serde_json::{Value, json};

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
fn mistakes_are_invalid() {
    let app = validator(&app_schema());
    for value in [
        json!({"name": "A"}),
        json!({"name": 1, "components": []}),
        json!({"name": "A", "components": [{"grid": {}}]}),
        json!({"name": "A", "components": [], "publish": "yes"}),
        json!({"name": "A", "components": [], "tags": [1]}),
        json!({"name": "A", "components": [{"text a": {"at": {"col": 1}}}]}),
        json!({"name": "A", "components": [], "queries": {"q": {"inputs": {}}}}),
    ] {
        assert!(!app.is_valid(&value), "{value}");
    }
    let settings = validator(&settings_schema());
    for value in [
        json!({}),
        json!({"project": "A b"}),
        json!({"project": "a", "sites": "x"}),
    ] {
        assert!(!settings.is_valid(&value), "{value}");
    }
}
