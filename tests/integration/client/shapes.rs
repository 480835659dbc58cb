//! Answers in the shapes that no recording shows, but the specification or a stranger might.

use ddapps::api::{At, Error, Filter};
use ddapps::model::{AppId, LiveApp, Publication, VersionId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::scripted::{Reply, Scripted};

fn uuid(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

fn app() -> Value {
    json!({
        "data": {
            "id": uuid(1),
            "type": "appDefinitions",
            "attributes": {
                "name": "x", "description": "", "rootInstanceName": "grid0", "components": [], "queries": [],
                "tags": ["b", "ddapps:platform.prod/x", "a"], "selfService": true, "favorite": true,
                "inputSchema": {"big": 1}, "protectionLevel": "direct_publish"
            },
            "meta": {"version": 3, "version_id": uuid(33), "user_uuid": uuid(9), "user_name": "", "updated_at": "then"}
        }
    })
}

async fn read(answer: impl ToString) -> Result<Option<LiveApp>, Error> {
    let server = Scripted::play([Reply::new(200, answer.to_string())]).await;
    server
        .client()
        .app(AppId(Uuid::from_u128(1)), At::Latest)
        .await
}

async fn publication(answer: Value) -> Publication {
    read(answer).await.unwrap().unwrap().publication
}

#[tokio::test]
async fn what_is_unknown_is_kept_and_what_the_server_owns_is_not() {
    let app = read(app()).await.unwrap().unwrap();
    let body = app.app.definition.body();
    assert_eq!(Value::from(body.extra), json!({"inputSchema": {"big": 1}}));
    assert_eq!(app.app.tags, Some(["a".to_owned(), "b".to_owned()].into()));
    assert_eq!(
        app.marks.first().unwrap().to_string(),
        "ddapps:platform.prod/x"
    );
    assert_eq!(app.app.self_service, Some(true));
    assert_eq!(app.app.protection_level.unwrap().as_str(), "direct_publish");
    assert_eq!((app.saved.by, app.saved.at), (uuid(9), "then".to_owned()));
}

#[tokio::test]
async fn the_shape_of_the_specification_is_read_too() {
    let mut answer = app();
    let meta = answer["data"]
        .as_object_mut()
        .unwrap()
        .remove("meta")
        .unwrap();
    answer["meta"] = meta;
    answer["relationship"] = json!({"deployment": {"data": {"id": uuid(5), "type": "deployment"}}});
    answer["included"] = json!([
        {"id": uuid(4), "type": "deployment", "attributes": {"app_version_id": uuid(40)}},
        {"id": uuid(5), "type": "deployment", "attributes": {"app_version_id": uuid(33)}}
    ]);
    let app = read(answer).await.unwrap().unwrap();
    assert_eq!(app.version.0, 3);
    assert_eq!(
        app.publication,
        Publication::Current(Some(VersionId(Uuid::from_u128(33))))
    );
}

#[tokio::test]
async fn the_published_state_follows_from_version_ids() {
    let with = |deployed: u128, newest: Option<u128>, behind: Value| {
        let mut answer = app();
        answer["data"]["meta"]["version_id"] = newest.map(uuid).into();
        answer["data"]["meta"]["updated_since_deployment"] = behind;
        answer["included"] = json!([
            {"id": uuid(5), "type": "deployment", "attributes": {"app_version_id": uuid(deployed)}}
        ]);
        answer
    };
    let version = |number| Some(VersionId(Uuid::from_u128(number)));
    assert_eq!(publication(app()).await, Publication::Unpublished);
    // The nil version, whatever the flag says.
    assert_eq!(
        publication(with(0, Some(3), json!(true))).await,
        Publication::Unpublished
    );
    // The ids decide against the flag.
    assert_eq!(
        publication(with(3, Some(3), json!(true))).await,
        Publication::Current(version(3))
    );
    assert_eq!(
        publication(with(2, Some(3), json!(false))).await,
        Publication::Behind(version(2))
    );
    // Without the newest id the flag is all there is.
    assert_eq!(
        publication(with(2, None, json!(true))).await,
        Publication::Behind(version(2))
    );
    assert_eq!(
        publication(with(2, None, Value::Null)).await,
        Publication::Current(version(2))
    );
}

#[tokio::test]
async fn a_deployment_that_is_named_and_not_shown_is_no_guess() {
    let mut answer = app();
    answer["data"]["relationships"] = json!({"deployment": {"data": {"id": uuid(5)}}});
    let error = read(answer).await.unwrap_err().to_string();
    assert!(
        error.contains("the deployment that the app names at `/included`"),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_not_shown_is_unknown() {
    let answer =
        json!({"data": {"id": uuid(1), "attributes": {"name": "x"}, "meta": {"version": 1}}});
    let app = read(answer).await.unwrap().unwrap();
    assert_eq!(app.app.tags, None);
    assert_eq!(app.app.description, None);
    assert_eq!(app.app.self_service, None);
    assert_eq!(app.app.protection_level, None);
    assert_eq!(app.version_id, None);
    assert_eq!(app.app.publish, Some(false));
    assert!(app.app.definition.body().components.is_empty());
}

#[tokio::test]
async fn numbers_survive_from_the_answer_to_the_next_request() {
    let numbers = "[123456789012345678901234567890,1e400,0.10,-0.0,1.0]";
    let answer = app()
        .to_string()
        .replace("\"queries\":[]", &format!("\"queries\":{numbers}"));
    let app = read(&answer).await.unwrap().unwrap();
    let queries = Value::from(app.app.definition.body().queries);
    let server = Scripted::play([Reply::new(200, answer)]).await;
    let attributes = json!({"queries": queries});
    server
        .client()
        .writer()
        .update(app.id, &attributes)
        .await
        .unwrap();
    let sent = String::from_utf8(server.received()[0].body.clone()).unwrap();
    assert!(
        sent.contains(numbers.replace("1e400", "1e+400").as_str()) || sent.contains(numbers),
        "{sent}"
    );
}

#[tokio::test]
async fn a_wrong_type_is_an_error_that_says_where() {
    for (pointer, wrong, expected) in [
        (
            "/data/attributes/tags",
            json!("a"),
            "a list at `/data/attributes/tags`",
        ),
        (
            "/data/attributes/tags/1",
            json!(1),
            "a string at `/data/attributes/tags/1`",
        ),
        (
            "/data/attributes/components",
            json!({}),
            "a list at `/data/attributes/components`",
        ),
        (
            "/data/attributes/selfService",
            json!("no"),
            "true or false at",
        ),
        (
            "/data/attributes/name",
            json!(null),
            "a string at `/data/attributes/name`",
        ),
        (
            "/data/meta/version",
            json!(-1),
            "a count at `/data/meta/version`",
        ),
        (
            "/data/meta/version_id",
            json!("x"),
            "a uuid at `/data/meta/version_id`",
        ),
        ("/data/meta", json!(null), "an object at `/meta`"),
        (
            "/data/id",
            json!(uuid(2)),
            "the id that was asked for at `/data/id`",
        ),
        ("/data", json!([]), "an object at `/data`"),
    ] {
        let mut answer = app();
        *answer.pointer_mut(pointer).unwrap() = wrong;
        let error = read(answer).await.unwrap_err().to_string();
        assert!(
            error.starts_with("cannot read the app: the answer to `GET "),
            "{error}"
        );
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn nesting_without_end_is_an_error_and_no_crash() {
    let deep = "[".repeat(100_000);
    let answer = app()
        .to_string()
        .replace("\"queries\":[]", &format!("\"queries\":{deep}"));
    assert!(matches!(read(answer).await, Err(Error::Answer { .. })));
}

#[tokio::test]
async fn an_app_that_says_it_is_deleted_is_absent() {
    let mut answer = app();
    answer["data"]["meta"]["deleted_at"] = json!("0001-01-01T00:00:00Z");
    assert!(read(answer.clone()).await.unwrap().is_some());
    answer["data"]["meta"]["deleted_at"] = json!("2026-01-01T00:00:00Z");
    assert!(read(answer).await.unwrap().is_none());
}

#[tokio::test]
async fn a_listing_shows_marks_and_deployments() {
    let item = |id: u128, deployment: Value| {
        json!({
            "id": uuid(id),
            "attributes": {"name": format!("app {id}"), "tags": ["a", "ddapps:p/k"]},
            "relationships": {"deployment": {"data": deployment}},
            "meta": {"version": 0}
        })
    };
    let answer = json!({
        "data": [item(2, json!({"id": uuid(5)})), item(1, Value::Null)],
        "included": [
            {"id": uuid(9), "type": "user"},
            {"id": uuid(5), "type": "deployment", "attributes": {"app_version_id": uuid(50)}}
        ],
        "meta": {"page": {"totalCount": 2, "totalFilteredCount": 2}}
    });
    let server = Scripted::play([Reply::json(200, &answer)]).await;
    let apps = server.client().list(&Filter::default()).await.unwrap();
    let names: Vec<&str> = apps.iter().map(|app| app.name.as_str()).collect();
    assert_eq!(names, ["app 1", "app 2"]);
    assert_eq!(apps[0].tags.as_ref().unwrap().len(), 2);
    assert_eq!(apps[0].marks.len(), 1);
    assert_eq!(apps[0].deployment, None);
    let version = apps[1].deployment.unwrap().version_id;
    assert_eq!(version, Some(VersionId(Uuid::from_u128(50))));
    let request = &server.received()[0];
    assert_eq!(request.query, "limit=100&page=0&sort=created_at");
}
