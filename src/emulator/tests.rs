//! The emulator over TCP: keys, faults, limits and the state file.
//!
//! The client here is a socket, since what is tested is what a socket sees: bytes, or their absence.

use std::fs;

use proptest::prelude::*;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

const APPS: &str = "/api/v2/app-builder/apps";
const KEYS: &str = "DD-API-KEY: k\r\nDD-APPLICATION-KEY: a\r\n";

/// All bytes that come back for one request on a connection of its own.
async fn raw(server: &Running, method: &str, path: &str, headers: &str, body: &str) -> String {
    let address = server.url().strip_prefix("http://").expect("plain HTTP");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut bytes = Vec::new();
    // A reset connection counts as closed: what came before is what there is.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8(bytes).expect("text")
}

async fn started(settings: Settings) -> Running {
    Emulator::new(settings).start().await.expect("a server")
}

async fn create(server: &Running) -> String {
    let attributes = json!({ "name": "app", "rootInstanceName": "grid0" });
    let body = json!({ "data": { "type": "appDefinitions", "attributes": attributes } });
    raw(server, "POST", APPS, KEYS, &body.to_string()).await
}

fn apps(emulator: &Emulator) -> usize {
    emulator.to_json()["apps"].as_array().map_or(0, Vec::len)
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[tokio::test]
async fn missing_and_wrong_keys_are_forbidden_in_the_form_switched_to() {
    let mut settings = Settings::default();
    let open = started(settings.clone()).await;
    for headers in [
        "",
        "DD-API-KEY: k\r\n",
        "DD-API-KEY: k\r\nDD-APPLICATION-KEY:\r\n",
    ] {
        let answer = raw(&open, "GET", APPS, headers, "").await;
        assert_eq!(status(&answer), "403", "{headers}");
        assert!(answer.ends_with(r#"{"errors":["Forbidden"]}"#), "{answer}");
    }
    settings.keys = Some(("k".to_owned(), "b".to_owned()));
    settings
        .switches
        .set("forbidden-body", "json-api")
        .expect("a switch");
    let closed = started(settings).await;
    let answer = raw(&closed, "GET", APPS, KEYS, "").await;
    assert!(
        status(&answer) == "403" && answer.contains(r#""title":"Forbidden""#),
        "{answer}"
    );
}

#[tokio::test]
async fn a_204_has_neither_a_body_nor_a_content_type() {
    let server = started(Settings {
        deterministic: true,
        ..Settings::default()
    })
    .await;
    assert_eq!(status(&create(&server).await), "201");
    let path = format!("{APPS}/00000000-0000-4000-8000-000000000001/tags");
    let body = json!({ "data": { "type": "tags", "attributes": { "tags": [] } } });
    let answer = raw(&server, "PATCH", &path, KEYS, &body.to_string()).await;
    assert_eq!(status(&answer), "204");
    assert!(
        !answer.to_lowercase().contains("content-type") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );
}

#[tokio::test]
async fn each_failure_acts_or_not_and_answers_or_not_as_it_says() {
    for (failure, made, answered) in [
        (Failure::DropBefore, 0, ""),
        (Failure::DropAfter, 1, ""),
        (Failure::ErrorBefore, 0, "500"),
        (Failure::ErrorAfter, 1, "500"),
        (Failure::Truncated, 1, "201"),
        (Failure::EmptyBody, 1, "201"),
        (Failure::HtmlPage, 0, "502"),
        (Failure::Forbidden, 0, "403"),
        (Failure::TooManyRequests { reset: 3 }, 0, "429"),
        (Failure::Slow(Duration::from_millis(1)), 1, "201"),
    ] {
        let server = started(Settings {
            faults: vec![Fault::at(1, failure.clone())],
            ..Settings::default()
        })
        .await;
        let answer = create(&server).await;
        assert_eq!(
            (apps(server.emulator()), status(&answer)),
            (made, answered),
            "{failure:?}"
        );
        let logged = server.emulator().requests();
        let logged = logged
            .first()
            .expect("a request")
            .status
            .map(|status| status.to_string());
        assert_eq!(logged.unwrap_or_default(), answered, "{failure:?}");
        assert_eq!(
            status(&create(&server).await),
            "201",
            "only the first fails"
        );
    }
}

#[tokio::test]
async fn a_dropped_connection_sends_not_one_byte_and_a_truncated_answer_sends_half() {
    let server = started(Settings::default()).await;
    server.emulator().set_faults(vec![
        Fault::at(1, Failure::DropAfter),
        Fault::at(2, Failure::Truncated),
    ]);
    assert_eq!(raw(&server, "GET", APPS, KEYS, "").await, "");
    let answer = raw(&server, "GET", APPS, KEYS, "").await;
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let whole =
        json!({ "data": [], "meta": { "page": { "totalCount": 0, "totalFilteredCount": 0 } } })
            .to_string();
    assert!(
        head.contains(&format!("content-length: {}", whole.len())),
        "{head}"
    );
    assert_eq!(body, &whole[..whole.len() / 2]);
}

#[tokio::test]
async fn a_hanging_request_does_nothing_and_leaves_others_alone() {
    let server = started(Settings {
        faults: vec![Fault::on("POST", APPS, 1, Failure::Hang)],
        ..Settings::default()
    })
    .await;
    let waited = tokio::time::timeout(Duration::from_millis(50), create(&server)).await;
    assert!(waited.is_err());
    assert_eq!(status(&create(&server).await), "201");
    assert_eq!(apps(server.emulator()), 1);
}

#[tokio::test]
async fn a_refusal_for_haste_says_when_to_come_back() {
    let fault = Fault::at(1, Failure::TooManyRequests { reset: 7 });
    let server = started(Settings {
        faults: vec![fault],
        ..Settings::default()
    })
    .await;
    let answer = raw(&server, "GET", APPS, KEYS, "").await;
    assert!(
        answer.contains("x-ratelimit-reset: 7") && answer.contains("retry-after: 7"),
        "{answer}"
    );
}

#[tokio::test]
async fn the_rate_limit_is_told_and_kept() {
    let limit = RateLimit {
        calls: 1,
        period: Duration::from_secs(60),
    };
    let server = started(Settings {
        rate_limit: Some(limit),
        ..Settings::default()
    })
    .await;
    let first = raw(&server, "GET", APPS, KEYS, "").await;
    assert!(
        status(&first) == "200" && first.contains("x-ratelimit-remaining: 0"),
        "{first}"
    );
    let second = raw(&server, "GET", APPS, KEYS, "").await;
    assert!(
        status(&second) == "429" && second.contains("x-ratelimit-name"),
        "{second}"
    );
}

#[tokio::test]
async fn requests_are_logged_in_order_with_their_status() {
    let server = started(Settings::default()).await;
    create(&server).await;
    raw(&server, "GET", &format!("{APPS}?limit=x"), KEYS, "").await;
    let log = server.emulator().requests();
    let told: Vec<_> = log
        .iter()
        .map(|request| {
            (
                request.number,
                request.write,
                request.query.as_str(),
                request.status,
            )
        })
        .collect();
    assert_eq!(
        told,
        [(1, true, "", Some(201)), (2, false, "limit=x", Some(400))]
    );
    server.emulator().clear_requests();
    assert_eq!(server.emulator().requests(), []);
}

#[tokio::test]
async fn a_server_that_is_dropped_no_longer_answers_open_connections() {
    let server = started(Settings::default()).await;
    let address = server
        .url()
        .strip_prefix("http://")
        .expect("plain HTTP")
        .to_owned();
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!("GET {APPS} HTTP/1.1\r\nHost: x\r\n{KEYS}\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut buffer = [0; 4096];
    assert!(stream.read(&mut buffer).await.expect("an answer") > 0);
    drop(server);
    // The server's task ends at the runtime's next turn, and then the connection closes or is reset.
    tokio::task::yield_now().await;
    let _ = stream.write_all(request.as_bytes()).await;
    assert_eq!(stream.read(&mut buffer).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn each_write_is_in_the_file_and_a_new_server_goes_on_from_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("deep/state.json");
    let open = || {
        Emulator::open(
            &file,
            Settings {
                deterministic: true,
                ..Settings::default()
            },
        )
    };
    let server = open().expect("empty").start().await.expect("a server");
    create(&server).await;
    create(&server).await;
    let again = open().expect("a state");
    assert_eq!(again.to_json(), server.emulator().to_json());
    assert_eq!(apps(&again), 2);
    let names: Vec<_> = fs::read_dir(folder.path().join("deep"))
        .expect("a folder")
        .collect();
    assert_eq!(names.len(), 1, "nothing is left beside the file");
}

#[test]
fn a_broken_file_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    for text in ["", "{", r#"{"apps":[{"id":"x"}]}"#, r#"{"apps":{}}"#] {
        fs::write(&file, text).expect("written");
        let error = Emulator::open(&file, Settings::default())
            .expect_err("broken")
            .to_string();
        assert!(error.contains("state.json"), "{error}");
        assert_eq!(fs::read_to_string(&file).expect("a file"), text);
    }
}

#[tokio::test]
async fn a_write_that_cannot_be_saved_did_not_happen() {
    let folder = tempfile::tempdir().expect("a folder");
    let emulator =
        Emulator::open(&folder.path().join("state.json"), Settings::default()).expect("empty");
    let server = emulator.start().await.expect("a server");
    // A folder where the file should be cannot be replaced by a file.
    fs::create_dir(folder.path().join("state.json")).expect("a folder");
    assert_eq!(status(&create(&server).await), "500");
    assert_eq!(apps(server.emulator()), 0);
}

/// A call put together from parts that are each likely to be right.
fn any_call() -> impl Strategy<Value = Call> {
    let method = prop::sample::select(vec!["GET", "POST", "PATCH", "DELETE", "PUT"]);
    let id = prop::sample::select(vec![
        "00000000-0000-4000-8000-000000000001",
        "00000000-0000-4000-8000-000000000003",
        "x",
    ]);
    let rest = prop::sample::select(vec![
        "",
        "/deployment",
        "/self-service",
        "/favorite",
        "/protection-level",
        "/tags",
        "/publish-request",
        "/revert",
        "/version-name",
        "/versions",
        "/..",
    ]);
    let path = prop_oneof![
        Just(APPS.to_owned()),
        (id, rest).prop_map(|(id, rest)| format!("{APPS}/{id}{rest}")),
        ".*"
    ];
    let name = prop::sample::select(vec!["version", "limit", "page", "sort", "filter[tags]"]);
    let value = prop_oneof![
        Just("1".to_owned()),
        Just("deployed".to_owned()),
        "[a-z,-]{0,5}"
    ];
    let query = prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec((name.prop_map(str::to_owned), value), 1..3)];
    let kind = prop::sample::select(vec![
        "appDefinitions",
        "tags",
        "selfService",
        "favorites",
        "protectionLevel",
        "publishRequest",
        "versionNames",
    ]);
    let body = prop_oneof![
        2 => Just(String::new()),
        4 => kind.prop_map(|kind| {
            let attributes = json!({
                "name": "n", "rootInstanceName": "g", "queries": [{ "events": [], "n": 1.0 }], "tags": ["t"], "title": "t",
                "favorite": true, "selfService": true, "protectionLevel": "approval_required",
            });
            json!({ "data": { "type": kind, "attributes": attributes } }).to_string()
        }),
        1 => ".*",
    ];
    (method, path, query, body).prop_map(|(method, path, query, body)| Call {
        method: method.to_owned(),
        path,
        query,
        content_type: Some("application/json".to_owned()),
        body: body.into(),
    })
}

/// One switch at one of its values.
fn any_switches() -> impl Strategy<Value = Switches> {
    let values = Switches::all()
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (*name, *value)));
    prop::sample::select(values.collect::<Vec<_>>()).prop_map(|(name, value)| {
        let mut switches = Switches::default();
        switches.set(name, value).expect("listed");
        switches
    })
}

proptest! {
    #![proptest_config(crate::cases::cases(256))]

    #[test]
    fn whatever_is_asked_is_answered_and_the_state_stays_loadable(
        switches in any_switches(),
        calls in prop::collection::vec(any_call(), 1..40),
    ) {
        let settings = Settings { switches, deterministic: true, ..Settings::default() };
        let emulator = Emulator::new(settings.clone());
        // With two apps to start from, most calls have something to act on.
        let attributes = json!({ "name": "app", "rootInstanceName": "grid0" });
        let body = json!({ "data": { "type": "appDefinitions", "attributes": attributes } }).to_string();
        let create = Call {
            method: "POST".to_owned(),
            path: APPS.to_owned(),
            query: Vec::new(),
            content_type: Some("application/json".to_owned()),
            body: body.into(),
        };
        for call in [create.clone(), create].into_iter().chain(calls) {
            let before = emulator.to_json();
            let answer = emulator.act(&call);
            let valid = answer.status == 204 || serde_json::from_slice::<Value>(&answer.body).is_ok();
            prop_assert!(valid, "{call:?} gives {answer:?}");
            let changed = emulator.to_json() != before;
            let refused_in_part = answer.status == 404 && call.method == "DELETE";
            prop_assert!(!changed || answer.status < 300 || refused_in_part, "{call:?} gives {answer:?}");
            prop_assert!(!changed || call.method != "GET", "{call:?} changed the state");
        }
        let state = emulator.to_json();
        let again = Emulator::from_json(&state, settings).expect("a state");
        prop_assert_eq!(again.to_json(), state);
    }
}
