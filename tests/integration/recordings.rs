//! The emulator against recordings of the real API.
//!
//! The requests of each file in `tests/recordings` are sent in order to a fresh emulator. Every answer must have the
//! recorded status, content type and JSON shape, and the recorded values. Ids and times differ, but only as a
//! renaming: where the recording has the same one twice, so must the emulator. What cannot match is listed in
//! [`DEVIATIONS`]; a listed call that matches after all fails the test, so that the list stays true.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use ddapps::emulator::{Emulator, Settings, Switches};
use reqwest::Method;
use serde_json::{Map, Value, json};

/// Calls whose recorded answer the emulator does not give: file, numbers of the calls from 0, why.
const DEVIATIONS: &[(&str, &[usize], &str)] = &[
    (
        "apiclient-20241210__delete-multiple-apps-returns-bad-request",
        &[0],
        MIXED_AGES,
    ),
    (
        "apiclient-20241212__get-app-returns-ok",
        &[1],
        EMBEDDED_QUERIES,
    ),
    (
        "apiclient-20241212__update-app-returns-ok",
        &[1],
        EMBEDDED_QUERIES,
    ),
    (
        "apiclient-20241220__update-app-returns-ok",
        &[1],
        EMBEDDED_QUERIES,
    ),
    (
        "apiclient-20250109__get-app-returns-ok",
        &[1],
        EMBEDDED_QUERIES,
    ),
    (
        "apiclient-20250109__update-app-returns-ok",
        &[1],
        EMBEDDED_QUERIES,
    ),
    (
        "apiclient-20260518__list-blueprints-returns-ok",
        &[0],
        BLUEPRINTS,
    ),
    (
        "terraform-20250319__app-builder-app-data-source-inline-with-optional-fields",
        &[2, 3, 4, 5],
        NAMED_DEPLOYER,
    ),
    (
        "terraform-20250319__app-builder-app-resource-from-file",
        &[2, 3],
        NAMED_DEPLOYER,
    ),
    (
        "terraform-20250319__app-builder-app-resource-from-file-import",
        &[2, 3],
        NAMED_DEPLOYER,
    ),
    (
        "terraform-20250319__app-builder-app-resource-inline-with-optional-fields-import",
        &[2, 3],
        NAMED_DEPLOYER,
    ),
    (
        "terraform-20250326__app-builder-app-resource-escaped-interpolated",
        &[2, 3],
        NAMED_DEPLOYER,
    ),
    (
        "terraform-20250326__app-builder-app-resource-escaped-interpolated-import",
        &[2, 3],
        NAMED_DEPLOYER,
    ),
    (
        "terraform-20250326__app-builder-app-resource-from-file",
        &[2, 3],
        NAMED_DEPLOYER,
    ),
    (
        "terraform-20250326__app-builder-app-resource-from-file-import",
        &[2, 3],
        NAMED_DEPLOYER,
    ),
    (
        "terraform-20250326__app-builder-app-resource-inline-with-optional-fields",
        &[2, 3],
        NAMED_DEPLOYER,
    ),
];
const MIXED_AGES: &str = "the one answer of 2024-12 that had `status` and `title` beside `detail`";
const EMBEDDED_QUERIES: &str = "queries were called `embeddedQueries` before the API became public";
const BLUEPRINTS: &str = "the blueprints that Datadog ships are not emulated";
const NAMED_DEPLOYER: &str = "in 2025-03 GET named who published; since 2025-09 the name is empty";

/// Values that belong to the recorded organisation, in whatever answer.
const FOREIGN: [&str; 4] = ["org_id", "user_id", "user_uuid", "run_as_user"];
/// Values that may be renamed.
const RENAMED: [&str; 5] = [
    "id",
    "version_id",
    "app_version_id",
    "created_at",
    "updated_at",
];

#[tokio::test]
async fn the_emulator_answers_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder of recordings")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    assert!(files.len() > 60, "only {} recordings found", files.len());

    let client = client();
    let mut wrong = Vec::new();
    let mut calls = 0;
    for (name, _, _) in DEVIATIONS {
        assert!(
            files
                .iter()
                .any(|file| file.file_stem().is_some_and(|stem| stem == *name)),
            "no recording {name}"
        );
    }
    for file in files {
        let name = file
            .file_stem()
            .and_then(|name| name.to_str())
            .expect("a name")
            .to_owned();
        let text = fs::read_to_string(&file).expect("a readable recording");
        let recording: Vec<Value> = serde_json::from_str(&text).expect("a recording");
        calls += recording.len();
        wrong.extend(replay(&client, &name, &recording).await);
    }
    assert!(
        wrong.is_empty(),
        "{} of {calls} calls:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A client for plain HTTP that needs neither certificates nor the environment.
fn client() -> reqwest::Client {
    // Another test of this binary may have installed it; then there is one, which is all that counts.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .tls_certs_only([])
        .no_proxy()
        .build()
        .expect("a client")
}

/// Sends the calls of one recording; returns what is wrong.
async fn replay(client: &reqwest::Client, name: &str, recording: &[Value]) -> Vec<String> {
    let settings = Settings {
        switches: age(name),
        ..Settings::default()
    };
    let server = Emulator::from_json(&organisation(recording), settings)
        .expect("a state")
        .start()
        .await
        .expect("a server");
    let mut names = Renaming::default();
    for (_, numbers, _) in DEVIATIONS.iter().filter(|(file, _, _)| *file == name) {
        assert!(
            numbers.iter().all(|number| *number < recording.len()),
            "{name} is shorter"
        );
    }
    let mut wrong = Vec::new();
    for (number, call) in recording.iter().enumerate() {
        let (status, content_type, body) =
            send(client, server.url(), &call["request"], &names).await;
        let mut problems = Vec::new();
        let expected = &call["response"];
        if json!(status) != expected["status"] {
            problems.push(format!("status {status} instead of {}", expected["status"]));
        }
        if content_type.as_deref() != expected["headers"]["content-type"].as_str() {
            problems.push(format!("content type {content_type:?}"));
        }
        names.compare("", &expected["body"], &body, &mut problems);
        let listed = DEVIATIONS
            .iter()
            .find(|(file, at, _)| *file == name && at.contains(&number));
        match (listed, problems.is_empty()) {
            (None, false) => wrong.push(format!("{name} {number}: {}", problems.join("; "))),
            (Some(_), true) => wrong.push(format!(
                "{name} {number}: listed as a deviation but matches"
            )),
            (None, true) | (Some(_), false) => {}
        }
    }
    wrong
}

/// The switches of a server of the recording's age.
fn age(name: &str) -> Switches {
    let date: u32 = name
        .split(['-', '_'])
        .nth(1)
        .and_then(|date| date.parse().ok())
        .expect("a date");
    let mut switches = Switches::default();
    let ages = [
        (20250101, "detail"),
        (20250130, "title-and-detail"),
        (20250923, "title"),
    ];
    let form = ages
        .iter()
        .find(|(until, _)| date < *until)
        .map_or("newest", |(_, form)| form);
    switches.set("error-form", form).expect("a switch");
    if date < 20250923 {
        switches.set("version-id", "absent").expect("a switch");
    }
    switches
}

/// The apps that the organisation had before, as far as a recorded list shows them.
fn organisation(recording: &[Value]) -> Value {
    let Some(listed) = recording
        .iter()
        .map(|call| &call["response"]["body"])
        .find(|body| !body["meta"]["page"].is_null())
    else {
        return json!({});
    };
    let items = listed["data"].as_array().expect("a list");
    if items.iter().any(|item| item["type"] != "appDefinitions") {
        return json!({});
    }
    let mut apps: Vec<Value> = items.iter().map(app).collect();
    // Only a page was recorded; the rest is older.
    let total = listed["meta"]["page"]["totalCount"]
        .as_u64()
        .expect("a total");
    for number in items.len() as u64..total {
        apps.push(json!({ "id": format!("00000000-0000-4000-8000-{number:012}"), "name": "older", "created_at": "2020-01-01T00:00:00Z" }));
    }
    json!({ "apps": apps })
}

fn app(item: &Value) -> Value {
    let (attributes, meta) = (&item["attributes"], &item["meta"]);
    json!({
        "id": item["id"], "name": attributes["name"], "description": attributes["description"], "tags": attributes["tags"],
        "favorite": attributes["favorite"], "selfService": attributes["selfService"],
        "created_at": meta["created_at"], "updated_at": meta["updated_at"],
        "author": { "name": meta["user_name"], "id": meta["user_id"], "uuid": meta["user_uuid"] },
    })
}

async fn send(
    client: &reqwest::Client,
    url: &str,
    request: &Value,
    names: &Renaming,
) -> (u16, Option<String>, Value) {
    let text = |key: &str| request[key].as_str().expect("a text");
    let method: Method = text("method").parse().expect("a method");
    let query: BTreeMap<&String, &str> = request["query"]
        .as_object()
        .expect("a query")
        .iter()
        .map(|(key, value)| (key, value.as_str().expect("a text")))
        .collect();
    let mut call = client
        .request(method, format!("{url}{}", names.emulated(text("path"))))
        .query(&query)
        .header("DD-API-KEY", "key")
        .header("DD-APPLICATION-KEY", "key");
    for (name, value) in request["headers"].as_object().expect("headers") {
        call = call.header(name, value.as_str().expect("a text"));
    }
    if !request["body"].is_null() {
        // Only the newest recordings kept the content type of requests with a body.
        if request["headers"]["content-type"].is_null() {
            call = call.header("content-type", "application/json");
        }
        call = call.body(names.emulated(&request["body"].to_string()));
    }
    let response = call.send().await.expect("an answer");
    let status = response.status().as_u16();
    let content_type = response
        .headers()
        .get("content-type")
        .map(|value| value.to_str().expect("a text").to_owned());
    let body = response.text().await.expect("a body");
    let body = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&names.recorded(&body)).expect("JSON")
    };
    (status, content_type, body)
}

/// Which recorded id or time the emulator's stand for, both ways.
#[derive(Default)]
struct Renaming {
    to_emulated: BTreeMap<String, String>,
    to_recorded: BTreeMap<String, String>,
}

impl Renaming {
    fn emulated(&self, text: &str) -> String {
        replace(text, &self.to_emulated)
    }

    fn recorded(&self, text: &str) -> String {
        replace(text, &self.to_recorded)
    }

    /// Compares an answer, already in recorded names, and learns the names that are new.
    fn compare(&mut self, at: &str, expected: &Value, found: &Value, problems: &mut Vec<String>) {
        match (expected, found) {
            (Value::Object(expected), Value::Object(found)) => {
                self.compare_members(at, expected, found, problems)
            }
            (Value::Array(expected), Value::Array(found)) => {
                if expected.len() != found.len() {
                    problems.push(format!(
                        "{at}: {} items instead of {}",
                        found.len(),
                        expected.len()
                    ));
                }
                for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                    self.compare(&format!("{at}/{index}"), expected, found, problems);
                }
            }
            _ if expected == found => {}
            _ => problems.push(format!("{at}: {found} instead of {expected}")),
        }
    }

    fn compare_members(
        &mut self,
        at: &str,
        expected: &Map<String, Value>,
        found: &Map<String, Value>,
        problems: &mut Vec<String>,
    ) {
        let keys = |members: &Map<String, Value>| members.keys().cloned().collect::<Vec<_>>();
        if keys(expected) != keys(found) {
            problems.push(format!(
                "{at}: members {:?} instead of {:?}",
                keys(found),
                keys(expected)
            ));
        }
        for (key, expected) in expected {
            let (at, Some(found)) = (format!("{at}/{key}"), found.get(key)) else {
                continue;
            };
            let foreign = FOREIGN.contains(&key.as_str())
                || (key == "user_name" && expected != "" && found != "");
            match (expected, found) {
                _ if foreign && same_type(expected, found) => {}
                (Value::String(expected), Value::String(found))
                    if RENAMED.contains(&key.as_str()) && !at.contains("/attributes/q") =>
                {
                    self.learn(&at, expected, found, problems);
                }
                _ => self.compare(&at, expected, found, problems),
            }
        }
    }

    fn learn(&mut self, at: &str, expected: &str, found: &str, problems: &mut Vec<String>) {
        const NIL: &str = "00000000-0000-0000-0000-000000000000";
        // The body was translated before this very answer taught a name.
        if expected == found
            || self
                .to_emulated
                .get(expected)
                .is_some_and(|known| known == found)
        {
            return;
        }
        let known = self.to_emulated.contains_key(expected) || self.to_recorded.contains_key(found);
        if known || expected == NIL || found == NIL {
            problems.push(format!("{at}: {found} instead of {expected}"));
            return;
        }
        self.to_emulated
            .insert(expected.to_owned(), found.to_owned());
        self.to_recorded
            .insert(found.to_owned(), expected.to_owned());
    }
}

fn replace(text: &str, names: &BTreeMap<String, String>) -> String {
    names
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn same_type(a: &Value, b: &Value) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}
