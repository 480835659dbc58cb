//! What a network and a server in trouble do to requests, and what the client makes of it: above all whether a change may
//! be sent again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ddapps::api::{At, Client, Credentials, Error, Filter, Settings};
use ddapps::http::{self, Wait, Why};
use ddapps::model::AppId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::scripted::{Reply, Scripted, quick};

fn id() -> AppId {
    AppId(Uuid::from_u128(7))
}

fn created() -> Reply {
    Reply::json(
        201,
        &json!({"data": {"id": id().to_string(), "type": "appDefinitions"}}),
    )
}

fn none_listed() -> Reply {
    Reply::json(
        200,
        &json!({"data": [], "meta": {"page": {"totalCount": 0, "totalFilteredCount": 0}}}),
    )
}

/// Everything that may happen to a request of which nobody knows whether it was acted on.
fn ambiguous() -> Vec<Reply> {
    vec![
        Reply::drop(),
        created().truncated(),
        Reply::new(500, "oops"),
        Reply::new(502, "<html><title>Bad Gateway</title></html>"),
        Reply::new(503, "").header("retry-after", "0"),
        Reply::new(504, "x".repeat(100)).truncated(),
    ]
}

async fn create(client: &Client) -> Result<AppId, Error> {
    client.writer().create(&json!({"name": "x"})).await
}

fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[tokio::test]
async fn a_read_is_repeated_after_any_trouble() {
    for trouble in ambiguous() {
        let server = Scripted::play([trouble.clone(), trouble, none_listed()]).await;
        assert!(
            server
                .client()
                .list(&Filter::default())
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(server.received().len(), 3);
    }
}

#[tokio::test]
async fn a_state_is_set_again_after_any_trouble() {
    for trouble in ambiguous() {
        let server = Scripted::play([trouble, Reply::new(204, "")]).await;
        let writer = server.client().writer();
        writer
            .set_tags(id(), &["a".to_owned()].into())
            .await
            .unwrap();
        assert_eq!(server.received()[0].body, server.received()[1].body);
    }
}

#[tokio::test]
async fn a_creation_is_never_sent_again_when_it_may_have_happened() {
    for trouble in ambiguous() {
        let server = Scripted::play([trouble.clone(), created()]).await;
        let error = create(&server.client()).await.unwrap_err();
        assert!(error.is_ambiguous(), "{trouble:?}: {error:?}");
        assert_eq!(server.received().len(), 1, "{trouble:?}");
    }
}

#[tokio::test]
async fn no_change_that_counts_is_sent_twice() {
    for trouble in ambiguous() {
        let server = Scripted::play([trouble]).await;
        let writer = server.client().writer();
        let errors = [
            writer.update(id(), &json!({})).await.unwrap_err(),
            writer.publish(id()).await.unwrap_err(),
            writer.unpublish(id()).await.unwrap_err(),
            writer.request_publish(id(), "t", None).await.unwrap_err(),
            writer.revert(id(), At::Deployed).await.unwrap_err(),
            writer.delete_many(&[id()]).await.unwrap_err(),
        ];
        assert!(errors.iter().all(Error::is_ambiguous));
        assert_eq!(server.received().len(), errors.len());
    }
}

#[tokio::test]
async fn a_success_with_an_unusable_answer_may_have_happened() {
    for body in [
        "",
        "<html>ok</html>",
        "{}",
        "{\"data\":",
        r#"{"data":{"id":"x"}}"#,
    ] {
        let server = Scripted::play([Reply::new(201, body)]).await;
        let error = create(&server.client()).await.unwrap_err();
        assert!(error.is_ambiguous(), "{error}");
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_refused_creation_did_not_happen() {
    for status in [400, 401, 403, 404, 409, 410, 413, 422] {
        let server = Scripted::play([Reply::new(status, "")]).await;
        let error = create(&server.client()).await.unwrap_err();
        assert!(!error.is_ambiguous(), "{error}");
        assert_eq!(error.status(), Some(status));
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn without_a_connection_a_creation_is_tried_again_and_did_not_happen() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let waits: Arc<Mutex<Vec<Wait>>> = Arc::default();
    let log = waits.clone();
    let client = Client::new(Settings {
        endpoint: format!("http://{address}").parse().unwrap(),
        credentials: Credentials::new("the-api-key", "the-application-key").unwrap(),
        http: http::Settings {
            on_wait: Some(Arc::new(move |wait| log.lock().unwrap().push(wait))),
            ..quick()
        },
    })
    .unwrap();
    let error = create(&client).await.unwrap_err();
    assert!(!error.is_ambiguous());
    assert!(
        chain(&error).contains("no connection (4 attempts)"),
        "{}",
        chain(&error)
    );
    let attempts: Vec<Why> = waits.lock().unwrap().iter().map(|wait| wait.why).collect();
    let expected = [1, 2, 3].map(|attempts| Why::Repeat { attempts });
    assert_eq!(attempts, expected);
}

#[tokio::test]
async fn a_rate_limit_is_waited_for_also_by_a_creation() {
    for reset in ["0", "1"] {
        let limited = Reply::new(429, r#"{"errors":["Rate limited"]}"#)
            .header("x-ratelimit-reset", reset)
            .header("x-ratelimit-limit", "1");
        let server = Scripted::play([limited.clone(), limited, created()]).await;
        let waits: Arc<Mutex<Vec<Wait>>> = Arc::default();
        let log = waits.clone();
        let client = server.client_with(http::Settings {
            on_wait: Some(Arc::new(move |wait| log.lock().unwrap().push(wait))),
            ..quick()
        });
        assert_eq!(create(&client).await.unwrap(), id());
        assert_eq!(server.received().len(), 3);
        let waits = waits.lock().unwrap();
        assert!(waits.iter().all(|wait| wait.why == Why::RateLimit));
        // The asked second is cut to the longest wait of these settings.
        assert!(
            waits
                .iter()
                .all(|wait| wait.duration <= Duration::from_millis(20))
        );
    }
}

#[tokio::test]
async fn a_rate_limit_that_never_ends_ends_the_call() {
    let limited = Reply::new(429, r#"{"errors":["Rate limited"]}"#).header("retry-after", "3600");
    let server = Scripted::play([limited]).await;
    let error = create(&server.client()).await.unwrap_err();
    assert_eq!(error.status(), Some(429));
    assert!(!error.is_ambiguous());
    assert!(error.to_string().contains("Rate limited"), "{error}");
}

#[tokio::test]
async fn an_empty_bucket_is_not_drawn_from() {
    let last = none_listed()
        .header("X-RateLimit-Name", "apps")
        .header("X-RateLimit-Limit", "2")
        .header("X-RateLimit-Period", "1")
        .header("X-RateLimit-Remaining", "0")
        .header("X-RateLimit-Reset", "1");
    let server = Scripted::play([last, none_listed()]).await;
    let waits: Arc<Mutex<Vec<Wait>>> = Arc::default();
    let log = waits.clone();
    let mut settings = http::Settings {
        on_wait: Some(Arc::new(move |wait| log.lock().unwrap().push(wait))),
        ..quick()
    };
    settings.retry.longest_wait = Duration::from_secs(2);
    let client = server.client_with(settings);
    let start = std::time::Instant::now();
    client.list(&Filter::default()).await.unwrap();
    assert!(waits.lock().unwrap().is_empty());
    client.list(&Filter::default()).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(900));
    assert_eq!(waits.lock().unwrap()[0].route, "list the apps");
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_left_after_a_while() {
    let server = Scripted::play([Reply::hang()]).await;
    let client = server.client_with(http::Settings {
        timeout: Duration::from_millis(30),
        ..quick()
    });
    let error = create(&client).await.unwrap_err();
    assert!(error.is_ambiguous());
    assert!(
        chain(&error).contains("not answered in time"),
        "{}",
        chain(&error)
    );
    let error = client.list(&Filter::default()).await.unwrap_err();
    assert!(!error.is_ambiguous());
    assert_eq!(server.received().len(), 1 + 4);
}

#[tokio::test]
async fn an_answer_that_drips_is_left_after_a_while_however_alive_it_looks() {
    // Each byte comes well in time; all of them would take seconds.
    let drip = |reply: Reply| reply.dripping(Duration::from_millis(3));
    for slow in [
        drip(Reply::new(200, "x".repeat(2_000))),
        drip(Reply::new(500, "x".repeat(2_000))),
    ] {
        let server = Scripted::play([slow]).await;
        let client = server.client_with(http::Settings {
            timeout: Duration::from_millis(60),
            ..quick()
        });
        let start = std::time::Instant::now();
        let error = create(&client).await.unwrap_err();
        assert!(error.is_ambiguous(), "{error}");
        assert_eq!(server.received().len(), 1);
        client.list(&Filter::default()).await.unwrap_err();
        assert_eq!(server.received().len(), 1 + 4);
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
    }
}

/// What servers say whose clock jumped, or which mean nothing by it.
const ABSURD_WAITS: [(&str, &str); 11] = [
    ("x-ratelimit-reset", "18446744073709551615"),
    ("x-ratelimit-reset", "99999999999"),
    ("x-ratelimit-reset", "1000000001"),
    ("x-ratelimit-reset", "-1"),
    ("x-ratelimit-reset", "999999999"),
    ("retry-after", "18446744073709551615"),
    ("retry-after", "99999999999999999999"),
    ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT"),
    ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("retry-after", "soon"),
];

#[tokio::test]
async fn a_clock_that_jumped_neither_holds_a_call_for_ever_nor_lets_it_hammer() {
    for (name, value) in ABSURD_WAITS {
        let limited = Reply::new(429, r#"{"errors":["Rate limited"]}"#).header(name, value);
        let server = Scripted::play([limited.clone(), limited, created()]).await;
        let waits: Arc<Mutex<Vec<Wait>>> = Arc::default();
        let log = waits.clone();
        let client = server.client_with(http::Settings {
            on_wait: Some(Arc::new(move |wait| log.lock().unwrap().push(wait))),
            ..quick()
        });
        let made = create(&client).await;
        assert_eq!(made.unwrap(), id(), "{name}: {value}");
        let waits: Vec<_> = waits.lock().unwrap().iter().map(|it| it.duration).collect();
        let longest = quick().retry.longest_wait;
        assert!(waits.len() >= 2, "{name}: {value}: {waits:?}");
        assert!(
            waits.iter().all(|it| *it <= longest && !it.is_zero()),
            "{name}: {value}: {waits:?}"
        );
    }
}

#[tokio::test]
async fn a_window_that_never_ends_is_not_believed_for_long() {
    for (_, value) in ABSURD_WAITS
        .iter()
        .filter(|(name, _)| name.starts_with("x-"))
    {
        let last = none_listed()
            .header("x-ratelimit-name", "apps")
            .header("x-ratelimit-limit", "2")
            .header("x-ratelimit-period", value)
            .header("x-ratelimit-remaining", "0")
            .header("x-ratelimit-reset", value);
        let server = Scripted::play([last]).await;
        let client = server.client();
        let start = std::time::Instant::now();
        for _ in 0..2 {
            client.list(&Filter::default()).await.unwrap();
        }
        assert_eq!(server.received().len(), 2);
        assert!(start.elapsed() < Duration::from_secs(2), "{value}");
    }
}

#[tokio::test]
async fn keys_are_not_carried_to_where_a_redirect_points() {
    let elsewhere = Scripted::play([none_listed()]).await;
    let target = format!("{}/stolen", elsewhere.endpoint);
    let server = Scripted::play([Reply::new(307, "").header("location", &target)]).await;
    let error = server.client().list(&Filter::default()).await.unwrap_err();
    assert!(
        chain(&error).contains("redirect to `127.0.0.1`"),
        "{}",
        chain(&error)
    );
    assert!(elsewhere.received().is_empty());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let server = Scripted::play([Reply::new(200, "x".repeat(3 << 20))]).await;
    let client = server.client_with(http::Settings {
        largest_body: 1 << 20,
        ..quick()
    });
    let error = client.list(&Filter::default()).await.unwrap_err();
    assert!(
        chain(&error).contains("more than 1 MiB"),
        "{}",
        chain(&error)
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn what_is_no_json_is_called_what_it_is() {
    for (body, called) in [
        ("", "is an empty body and not JSON"),
        (
            "<html><title>Sign in</title>",
            "is an HTML page (\"Sign in\") and not JSON",
        ),
        (
            "{\"data\": [",
            "is no JSON that can be read (EOF while parsing",
        ),
        ("[]", "does not have an object at `/`"),
        ("{}", "does not have a list at `/data`"),
        (
            r#"{"data":[{"id":7}]}"#,
            "does not have a string at `/data/0/id`",
        ),
    ] {
        let server = Scripted::play([Reply::new(200, body)]).await;
        let error = server.client().list(&Filter::default()).await.unwrap_err();
        let text = chain(&error);
        assert!(
            text.starts_with("cannot list the apps: the answer to `GET /api/v2"),
            "{text}"
        );
        assert!(text.contains(called), "{text}");
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn an_error_names_the_call_and_never_a_key_or_a_query() {
    let reply = Reply::new(500, "\u{1b}[31mboom").header("x-request-id", "r-1");
    let server = Scripted::play([reply]).await;
    let filter = Filter {
        name: Some("secret-name".to_owned()),
        ..Filter::default()
    };
    let error = server.client().list(&filter).await.unwrap_err();
    let text = format!("{} {error:?}", chain(&error));
    for expected in [
        "`GET /api/v2/app-builder/apps` was answered 500 Internal Server Error",
        "(request id `r-1`): [31mboom (4 attempts)",
    ] {
        assert!(text.contains(expected), "{text}");
    }
    for secret in ["the-api-key", "the-application-key", "secret-name"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn forbidden_explains_itself() {
    let body: Value = json!({"errors": ["Forbidden"], "status": "403"});
    let server = Scripted::play([Reply::json(403, &body)]).await;
    let error = create(&server.client()).await.unwrap_err().to_string();
    for part in [
        "cannot create the app: `POST /api/v2/app-builder/apps` was answered 403 Forbidden: Forbidden",
        "`apps_write`, `connections_resolve`, `workflows_run`",
        "registered for the Actions API",
    ] {
        assert!(error.contains(part), "{error}");
    }
}
