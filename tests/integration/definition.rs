//! Definitions from files on disk, as the run sees them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ddapps::definition::{Loaded, load, read_settings};
use ddapps::model::{AppKey, DesiredApp, Severity};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A repository in a temporary folder.
pub struct Repository(TempDir);

impl Repository {
    /// One with the given settings, and no files yet.
    pub fn new(settings: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let repository = Self(folder);
        repository.write("ddapps.yaml", settings);
        fs::create_dir_all(repository.path("apps")).expect("a folder can be made");
        repository
    }

    /// A path in it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Writes a file, and makes its folder.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file has a folder"))
            .expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    /// Loads it for an environment.
    pub fn load(&self, environment: Option<&str>) -> Loaded {
        let settings = read_settings(self.0.path()).expect("the settings are valid");
        let target = settings
            .target(environment)
            .expect("the environment exists");
        load(self.0.path(), &settings, &target)
    }
}

fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the corpus exists")
        .map(|entry| entry.expect("the corpus can be listed").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    files
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("valid JSON")
}

/// The attributes of an export.
fn attributes(whole: &Value) -> &Value {
    match whole.get("data") {
        Some(data) => &data["attributes"],
        None => whole,
    }
}

fn without_query_ids(queries: &Value) -> Vec<Value> {
    let mut queries = queries.as_array().cloned().unwrap_or_default();
    for query in &mut queries {
        query
            .as_object_mut()
            .expect("queries are objects")
            .remove("id");
    }
    queries
}

/// That `app` is the app that `whole` exports, value for value.
fn assert_same(app: &DesiredApp, whole: &Value, name: &str) {
    let expected = attributes(whole);
    let body = app.app.definition.body();
    assert_eq!(json!(app.app.name), expected["name"], "{name}");
    assert_eq!(
        json!(app.app.description),
        expected["description"],
        "{name}"
    );
    let tags = expected["tags"].as_array().map(|tags| {
        let tags = tags.iter().filter_map(Value::as_str).map(str::to_owned);
        tags.collect::<BTreeSet<_>>()
    });
    assert_eq!(app.app.tags, tags, "{name}");
    assert_eq!(
        app.app.self_service,
        expected["selfService"].as_bool(),
        "{name}"
    );
    let level = app.app.protection_level.map(|level| level.as_str());
    assert_eq!(level, expected["protectionLevel"].as_str(), "{name}");
    assert_eq!(
        body.root_instance_name, expected["rootInstanceName"],
        "{name}"
    );
    assert_eq!(json!(body.components), expected["components"], "{name}");
    assert_eq!(
        body.queries,
        without_query_ids(&expected["queries"]),
        "{name}"
    );
    assert_eq!(body.extra, serde_json::Map::new(), "{name}");
}

/// The app with this key.
pub fn app<'a>(loaded: &'a Loaded, key: &str) -> &'a DesiredApp {
    let key = AppKey::new(key).expect("a valid key");
    loaded
        .desired
        .apps
        .get(&key)
        .unwrap_or_else(|| panic!("no app `{key}`: {:#?}", loaded.findings))
}

/// Each finding in a line: place, severity, rule, message.
pub fn shown(loaded: &Loaded) -> Vec<String> {
    let line = |finding: &ddapps::model::Finding| {
        let place = finding.location.as_ref().map(ToString::to_string);
        format!(
            "{} {} {}: {}",
            place.unwrap_or_default(),
            finding.severity.as_str(),
            finding.rule,
            finding.message
        )
    };
    loaded.findings.iter().map(line).collect()
}

#[test]
fn every_real_export_loads_value_for_value() {
    let repository = Repository::new("project: platform\n");
    for path in corpus() {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        repository.write(&format!("apps/{name}"), fs::read(&path).expect("readable"));
    }
    let loaded = repository.load(None);
    assert_eq!(shown(&loaded), Vec::<String>::new());
    assert_eq!(loaded.desired.apps.len(), corpus().len());
    for path in corpus() {
        let key = path
            .file_stem()
            .expect("a stem")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("readable");
        assert_same(app(&loaded, &key), &parsed(&text), &key);
    }
}

#[test]
fn every_real_export_written_as_yaml_loads_value_for_value() {
    let repository = Repository::new("project: platform\n");
    for path in corpus() {
        let key = path
            .file_stem()
            .expect("a stem")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("readable");
        let yaml =
            serde_yaml::to_string(&serde_json::from_str::<serde_yaml::Value>(&text).expect("JSON"));
        repository.write(&format!("apps/{key}.yaml"), yaml.expect("YAML"));
        // JSON is YAML, too.
        repository.write(&format!("apps/{key}-flow.yml"), &text);
    }
    let loaded = repository.load(None);
    assert_eq!(shown(&loaded), Vec::<String>::new());
    for path in corpus() {
        let key = path
            .file_stem()
            .expect("a stem")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("readable");
        assert_same(app(&loaded, &key), &parsed(&text), &key);
        assert_same(app(&loaded, &format!("{key}-flow")), &parsed(&text), &key);
    }
}

#[test]
fn an_error_leaves_other_apps_readable() {
    let repository = Repository::new("project: platform\n");
    repository.write("apps/a.yaml", "name: [");
    repository.write("apps/b.yaml", "name: B\ncomponents:\n  - grid grid0:\n");
    let loaded = repository.load(None);
    assert!(
        loaded
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    );
    assert_eq!(app(&loaded, "b").app.name, "B");
}

/// The apps of the quick start and the exports that they were made from.
const QUICKSTART: [(&str, &str); 4] = [
    ("approval-queue", "approval-queue"),
    ("cat-facts", "cat-facts"),
    ("create-s3-bucket", "github-pr-create-s3-bucket"),
    ("ecs-tasks", "aws-ecs-tasks.rev1"),
];

fn manifest(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn the_quick_start_is_the_real_apps_in_compact_form() {
    let root = manifest("examples/quickstart");
    let settings = read_settings(&root).expect("the settings are valid");
    let loaded = load(
        &root,
        &settings,
        &settings.target(Some("dev")).expect("dev exists"),
    );
    assert_eq!(shown(&loaded), Vec::<String>::new());
    assert_eq!(loaded.desired.apps.len(), QUICKSTART.len());
    for (key, export) in QUICKSTART {
        let text = fs::read_to_string(manifest(&format!("tests/corpus/{export}.json")));
        let whole = parsed(&text.expect("readable"));
        let expected = attributes(&whole);
        let app = &app(&loaded, key).app;
        let body = app.definition.body();
        assert_eq!(json!(app.name), expected["name"], "{key}");
        assert_eq!(json!(app.description), expected["description"], "{key}");
        assert_eq!(
            body.root_instance_name, expected["rootInstanceName"],
            "{key}"
        );
        assert_eq!(json!(body.components), expected["components"], "{key}");
        assert_eq!(
            body.queries,
            without_query_ids(&expected["queries"]),
            "{key}"
        );
    }
}

#[test]
fn the_quick_start_loads_in_every_environment() {
    let root = manifest("examples/quickstart");
    let settings = read_settings(&root).expect("the settings are valid");
    for environment in settings.environments.keys() {
        let target = settings.target(Some(environment)).expect("it exists");
        let loaded = load(&root, &settings, &target);
        assert_eq!(shown(&loaded), Vec::<String>::new());
        let app = &app(&loaded, "ecs-tasks").app;
        let region = &app.definition.body().queries[0]["properties"]["spec"]["inputs"]["region"];
        assert_eq!(*region, target.environment.variables["region"]);
    }
}
