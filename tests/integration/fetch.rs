//! The live side, read from a server that pages, breaks and hides.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ddapps::definition::read_settings;
use ddapps::fetch::{Event, Fetched, Scope, fetch, read_more};
use ddapps::model::{AppId, AppKey, Occasion, Owner, Policy, Selection};
use ddapps::plan::Action;
use ddapps::reconcile::{NotLocated, Question, locate, observe, propose};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::scripted::{Received, Reply, Scripted, quick};
use crate::support::Workspace;

/// An app of the server: its number and its tags.
type Apps = BTreeMap<u128, Vec<String>>;

fn id(number: u128) -> AppId {
    AppId(Uuid::from_u128(number))
}

fn key(text: &str) -> AppKey {
    AppKey::new(text).unwrap()
}

fn scope(parallelism: usize, bound: &[(&str, u128)]) -> Scope {
    Scope {
        owner: Owner {
            project: "p".to_owned(),
            environment: None,
        },
        bound: bound
            .iter()
            .map(|(name, number)| (key(name), id(*number)))
            .collect(),
        selected: Arc::new(|key| !key.as_str().starts_with("skip")),
        parallelism,
        cache: None,
        on_app: None,
    }
}

fn apps(apps: &[(u128, &str)]) -> Apps {
    let tags = |tag: &str| tag.split_whitespace().map(str::to_owned).collect();
    apps.iter()
        .map(|(number, tag)| (*number, tags(tag)))
        .collect()
}

fn resource(number: u128, tags: &[String]) -> Value {
    json!({
        "id": id(number).to_string(),
        "type": "appDefinitions",
        "attributes": {"name": format!("app {number}"), "tags": tags, "components": [], "queries": []},
        "meta": {"version": 1}
    })
}

/// What an honest server answers.
fn honest(apps: &Apps, request: &Received) -> Reply {
    let Some(path) = request.path.strip_prefix("/api/v2/app-builder/apps/") else {
        let number = |name| request.query_value(name).unwrap().parse::<usize>().unwrap();
        let (limit, page) = (number("limit"), number("page"));
        let items = apps.iter().skip(page * limit).take(limit);
        let data: Vec<Value> = items
            .map(|(number, tags)| resource(*number, tags))
            .collect();
        let count = apps.len();
        let meta = json!({"page": {"totalCount": count, "totalFilteredCount": count}});
        return Reply::json(200, &json!({"data": data, "meta": meta}));
    };
    let number = path.parse::<Uuid>().unwrap().as_u128();
    match apps.get(&number) {
        Some(tags) => Reply::json(200, &json!({"data": resource(number, tags)})),
        None => Reply::new(404, r#"{"errors":["app not found"]}"#),
    }
}

async fn serve(apps: Apps) -> Scripted {
    Scripted::start(move |_, request| honest(&apps, request)).await
}

async fn fetched(server: &Scripted, scope: &Scope) -> Fetched {
    fetch(&server.client(), scope, &|_| ()).await.unwrap()
}

fn numbers(fetched: &Fetched) -> Vec<u128> {
    fetched.live.apps.keys().map(|id| id.0.as_u128()).collect()
}

#[tokio::test]
async fn ours_and_bound_apps_are_read_and_nothing_else() {
    let server = serve(apps(&[
        (1, "ddapps:p/a team:x"),
        (2, "ddapps:q/a"),
        (3, ""),
        (4, "ddapps:p/skipped"),
        (5, "ddapps:p/a"),
        (6, "ddapps:p.prod/a"),
    ]))
    .await;
    let fetched = fetched(&server, &scope(4, &[("b", 3), ("gone", 99)])).await;
    // Two apps with one mark are both kept: which is meant is decided elsewhere.
    assert_eq!(numbers(&fetched), [1, 3, 5]);
    assert_eq!(fetched.live.missing, [id(99)].into());
    assert!(fetched.live.unread.is_empty());
    assert!(fetched.unmarked.is_empty());
    assert_eq!(server.received().len(), 1 + 4);
}

#[tokio::test]
async fn unmarked_apps_are_noted_by_name_and_not_read() {
    let server = serve(apps(&[(1, "team:x"), (2, "ddapps:p/a"), (3, "")])).await;
    let mut fetched = fetched(&server, &scope(4, &[])).await;
    assert_eq!(fetched.unmarked["app 1"], [id(1)]);
    assert_eq!(fetched.unmarked.len(), 2);
    let live = &mut fetched.live;
    read_more(&server.client(), live, &[id(1), id(2), id(50)], 4).await;
    assert_eq!(numbers(&fetched), [1, 2]);
    assert_eq!(server.received().len(), 1 + 1 + 2);
}

#[tokio::test]
async fn an_app_that_cannot_be_read_is_unread_and_not_absent() {
    let all = apps(&[(1, "ddapps:p/a"), (2, "ddapps:p/b")]);
    let server = Scripted::start(move |_, request| match request.path.ends_with("001") {
        true => Reply::new(500, "oops"),
        false => honest(&all, request),
    })
    .await;
    let mut fetched = fetched(&server, &scope(4, &[("a", 1)])).await;
    assert_eq!(numbers(&fetched), [2]);
    let unread = &fetched.live.unread[0];
    assert_eq!(
        (unread.id, unread.name.as_deref()),
        (Some(id(1)), Some("app 1"))
    );
    assert_eq!(unread.marks.iter().flatten().next().unwrap().key, key("a"));
    assert!(
        unread.why.starts_with("cannot read the app: `GET "),
        "{}",
        unread.why
    );
    read_more(&server.client(), &mut fetched.live, &[id(1)], 4).await;
    assert_eq!(fetched.live.unread.len(), 2);
}

#[tokio::test]
async fn an_app_that_vanishes_after_it_was_listed_is_absent() {
    let (listed, left) = (apps(&[(1, "ddapps:p/a")]), Apps::new());
    let server = Scripted::start(move |index, request| match index {
        0 => honest(&listed, request),
        _ => honest(&left, request),
    })
    .await;
    let fetched = fetched(&server, &scope(4, &[])).await;
    assert!(fetched.live.apps.is_empty() && fetched.live.unread.is_empty());
    assert!(fetched.live.missing.is_empty() && fetched.unmarked.is_empty());
}

#[tokio::test]
async fn a_listing_that_breaks_off_leaves_what_was_read_and_a_warning() {
    let all: Apps = (1..=250)
        .map(|number| (number, vec![format!("ddapps:p/k{number}")]))
        .collect();
    let server = Scripted::start(move |_, request| match request.query_value("page") {
        Some("2") => Reply::new(502, "<html>"),
        _ => honest(&all, request),
    })
    .await;
    let fetched = fetched(&server, &scope(8, &[])).await;
    assert_eq!(fetched.live.unread.len(), 1);
    assert_eq!(fetched.live.unread[0].id, None);
    assert!(
        fetched.live.unread[0]
            .why
            .starts_with("cannot list the apps: ")
    );
    assert!(fetched.live.apps.len() >= 100);
}

#[tokio::test]
async fn a_listing_that_shows_less_than_it_announces_is_broken_off() {
    let answer = json!({"data": [resource(1, &[])], "meta": {"page": {"totalFilteredCount": 7}}});
    let server = Scripted::play([Reply::json(200, &answer)]).await;
    let fetched = fetched(&server, &scope(4, &[])).await;
    assert_eq!(fetched.live.unread[0].id, None);
    assert!(
        fetched.live.unread[0]
            .why
            .ends_with("the server announced 7 and showed 1")
    );
}

#[tokio::test]
async fn without_a_first_page_nothing_is_known() {
    let server = Scripted::play([Reply::new(403, r#"{"errors":["Forbidden"]}"#)]).await;
    let error = fetch(&server.client(), &scope(4, &[]), &|_| ())
        .await
        .unwrap_err();
    assert_eq!(error.status(), Some(403));
}

#[tokio::test]
async fn where_the_listing_shows_no_tags_the_apps_are_asked() {
    let all = apps(&[(1, "ddapps:p/a"), (2, ""), (3, "ddapps:q/a")]);
    let server = Scripted::start(move |index, request| {
        if index > 0 {
            return honest(&all, request);
        }
        let item = |number: &u128| {
            json!({"id": id(*number).to_string(), "attributes": {"name": format!("app {number}")}})
        };
        let data: Vec<Value> = all.keys().map(item).collect();
        Reply::json(200, &json!({"data": data, "meta": {"page": {"totalFilteredCount": 3}}}))
    })
    .await;
    let fetched = fetched(&server, &scope(4, &[])).await;
    assert_eq!(numbers(&fetched), [1]);
    assert_eq!(fetched.unmarked, [("app 2".to_owned(), vec![id(2)])].into());
}

#[tokio::test]
async fn an_app_that_nobody_can_read_could_be_any_where_the_listing_shows_no_tags() {
    let server = Scripted::start(|_, request| match request.query.is_empty() {
        true => Reply::new(403, r#"{"errors":["forbidden"]}"#),
        false => {
            let item = json!({"id": id(1).to_string(), "attributes": {"name": "an old name"}});
            Reply::json(
                200,
                &json!({"data": [item], "meta": {"page": {"totalFilteredCount": 1}}}),
            )
        }
    })
    .await;
    let workspace = Workspace::with_project();
    let definition = json!({"name": "a new name", "components": [{"grid grid0": {}}]});
    workspace.write("apps/a.json", &definition.to_string());
    let settings = read_settings(workspace.root()).unwrap();
    let target = settings.target(None).unwrap();
    let client = server.client();

    // Absent would be a lie: a rollback would say that there is no such app.
    let located = locate(&client, &target, &key("a"), 4).await;
    assert!(matches!(located, Err(NotLocated::Unread { .. })));

    // And an apply would make a second one, since the app was renamed in git.
    let question = Question {
        root: workspace.root(),
        settings: &settings,
        target: &target,
        selection: &Selection::default(),
        parallelism: 4,
        cache: None,
        memory: None,
    };
    let observed = observe(&client, &question, &|_| ()).await.unwrap();
    let (policy, occasion) = (Policy::default(), Occasion::default());
    let plan = propose(&client, &observed, &policy, &occasion, 4).await;
    assert_eq!(plan.apps[0].action, Action::Refused);
}

#[tokio::test]
async fn a_thousand_apps_take_one_request_each_and_sixteen_at_a_time() {
    let latency = Duration::from_millis(50);
    let all: Apps = (1..=1000)
        .map(|number| (number, vec![format!("ddapps:p/k{number}")]))
        .collect();
    let (running, most) = (
        Arc::new(Mutex::new(BTreeMap::new())),
        Arc::new(Mutex::new(0)),
    );
    let (log, peak) = (running, most.clone());
    let server = Scripted::start(move |index, request| {
        // Requests that arrived within one latency are under way together.
        let now = Instant::now();
        let mut log = log.lock().unwrap();
        log.retain(|_, arrived| now.duration_since(*arrived) < Duration::from_millis(45));
        log.insert(index, now);
        let mut peak = peak.lock().unwrap();
        *peak = log.len().max(*peak);
        honest(&all, request).after(latency)
    })
    .await;
    let events = Mutex::new(Vec::new());
    let on_event = |event| events.lock().unwrap().push(event);
    let fetched = fetch(&server.client(), &scope(16, &[]), &on_event)
        .await
        .unwrap();
    assert_eq!(fetched.live.apps.len(), 1000);
    assert_eq!(server.received().len(), 1010);
    assert!(*most.lock().unwrap() <= 16, "{most:?} requests at once");
    // Apps are read while pages load, and pages do not wait behind apps.
    let is_page: Vec<bool> = server
        .received()
        .iter()
        .map(|request| request.path.ends_with("/apps"))
        .collect();
    assert!(is_page[..17].contains(&false));
    assert!(!is_page[17..].contains(&true));
    let events = events.into_inner().unwrap();
    assert_eq!(
        events.last(),
        Some(&Event::Read {
            done: 1000,
            wanted: 1000
        })
    );
    assert!(events.contains(&Event::Listed { apps: 1000 }));
}

#[tokio::test]
async fn many_requests_under_a_tight_limit_are_all_answered_in_the_end() {
    let all: Apps = (1..=40)
        .map(|number| (number, vec![format!("ddapps:p/k{number}")]))
        .collect();
    let window = Mutex::new((Instant::now(), 0));
    let server = Scripted::start(move |_, request| {
        let mut window = window.lock().unwrap();
        if window.0.elapsed() > Duration::from_millis(20) {
            *window = (Instant::now(), 0);
        }
        window.1 += 1;
        match window.1 {
            1..=5 => honest(&all, request),
            _ => Reply::new(429, r#"{"errors":["Rate limited"]}"#).header("x-ratelimit-reset", "0"),
        }
    })
    .await;
    let mut settings = quick();
    settings.retry.patience = Duration::from_secs(30);
    let client = server.client_with(settings);
    let fetched = fetch(&client, &scope(16, &[]), &|_| ()).await.unwrap();
    assert_eq!(fetched.live.apps.len(), 40);
    assert!(server.received().len() > 41, "the limit was never met");
}

#[tokio::test]
async fn a_fetch_can_run_on_any_thread() {
    let server = serve(apps(&[(1, "ddapps:p/a")])).await;
    let (client, scope) = (server.client(), scope(2, &[]));
    let task = tokio::spawn(async move { fetch(&client, &scope, &|_| ()).await });
    assert_eq!(numbers(&task.await.unwrap().unwrap()), [1]);
}
