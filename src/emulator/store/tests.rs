//! The state machine, operation by operation and switch by switch.

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

mod document;
mod listing;
mod publication;

const NIL: &str = "00000000-0000-0000-0000-000000000000";

fn store(switches: &[(&str, &str)]) -> Store {
    let mut set = Switches::default();
    for (name, value) in switches {
        set.set(name, value).expect("a switch");
    }
    Store::new(set, Source::Counted { ids: 0, ticks: 0 })
}

fn body(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).expect("JSON")
}

fn attributes(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

fn create(store: &mut Store, extra: Value) -> Uuid {
    let mut given = attributes(json!({ "name": "app", "rootInstanceName": "grid0" }));
    given.extend(attributes(extra));
    let answer = store.apply(Operation::Create(given));
    assert_eq!(answer.status, 201);
    body(&answer)["data"]["id"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .expect("an id")
}

fn on(store: &mut Store, id: Uuid, operation: AppOperation) -> Answer {
    store.apply(Operation::App(id, operation))
}

fn get(store: &mut Store, id: Uuid) -> Value {
    body(&on(store, id, AppOperation::Get(VersionRef::Latest)))
}

fn update(store: &mut Store, id: Uuid, extra: Value) -> Value {
    body(&on(store, id, AppOperation::Update(attributes(extra))))
}

fn list(store: &mut Store, listing: Listing) -> Value {
    body(&store.apply(Operation::List(listing)))
}

#[test]
fn an_app_that_was_never_deployed_shows_no_deployment() {
    let mut store = store(&[]);
    let id = create(&mut store, json!({}));
    let shown = get(&mut store, id);
    assert_eq!(shown.get("included"), None);
    assert_eq!(shown["data"].get("relationships"), None);
    assert_eq!(
        shown["data"]["meta"]["updated_since_deployment"],
        json!(false)
    );
    assert_eq!(
        shown["data"]["meta"]["deleted_at"],
        json!("0001-01-01T00:00:00Z")
    );
}

#[test]
fn every_update_makes_a_version_even_with_the_same_content() {
    let mut store = store(&[]);
    let id = create(&mut store, json!({}));
    let first = update(&mut store, id, json!({ "name": "app" }));
    let second = update(&mut store, id, json!({ "name": "app" }));
    assert_eq!(
        (
            &first["data"]["meta"]["version"],
            &second["data"]["meta"]["version"]
        ),
        (&json!(2), &json!(3))
    );
    assert_ne!(
        first["data"]["meta"]["version_id"],
        second["data"]["meta"]["version_id"]
    );
}

#[test]
fn a_refused_update_changes_nothing() {
    let mut store = store(&[]);
    let id = create(&mut store, json!({}));
    let before = get(&mut store, id);
    let answer = on(
        &mut store,
        id,
        AppOperation::Update(attributes(json!({ "name": "b", "queries": 1 }))),
    );
    assert_eq!(answer.status, 400);
    assert_eq!(get(&mut store, id), before);
}

#[test]
fn the_protection_level_shows_where_and_when_it_is_switched_to() {
    let shown = |value: &str, set: bool| {
        let mut store = store(&[
            ("protection-level-in-get", value),
            ("protection-level-in-list", value),
        ]);
        let id = create(&mut store, json!({}));
        if set {
            let answer = body(&on(
                &mut store,
                id,
                AppOperation::Protect("direct_publish".to_owned()),
            ));
            assert_eq!(
                answer["data"]["attributes"]["protectionLevel"],
                json!("direct_publish")
            );
            assert_eq!(answer["data"]["meta"]["version"], json!(1));
        }
        let in_get = get(&mut store, id)["data"]["attributes"]
            .get("protectionLevel")
            .is_some();
        let in_list = list(&mut store, Listing::default())["data"][0]["attributes"]
            .get("protectionLevel")
            .is_some();
        (in_get, in_list)
    };
    assert_eq!(
        (shown("never", false), shown("never", true)),
        ((false, false), (false, false))
    );
    assert_eq!(
        (shown("once-set", false), shown("once-set", true)),
        ((false, false), (true, true))
    );
    assert_eq!(
        (shown("always", false), shown("always", true)),
        ((true, true), (true, true))
    );
}

#[test]
fn a_change_of_settings_moves_what_it_is_switched_to() {
    for (value, newer, version) in [
        ("nothing", false, 1),
        ("updated-at", true, 1),
        ("version", true, 2),
    ] {
        let mut store = store(&[("settings-change", value)]);
        let id = create(&mut store, json!({}));
        assert_eq!(
            on(&mut store, id, AppOperation::SetTags(vec!["a".to_owned()])),
            Answer::no_content()
        );
        let shown = get(&mut store, id);
        let meta = &shown["data"]["meta"];
        assert_eq!(meta["version"], json!(version), "{value}");
        assert_eq!(meta["updated_at"] != meta["created_at"], newer, "{value}");
        assert_eq!(shown["data"]["attributes"]["tags"], json!(["a"]));
    }
}

#[test]
fn tags_and_self_service_in_bodies_count_only_when_switched_on() {
    let given = json!({ "tags": ["a"], "selfService": true });
    let mut plain = store(&[]);
    let id = create(&mut plain, given.clone());
    let attributes = &update(&mut plain, id, given.clone())["data"]["attributes"];
    assert_eq!(
        (&attributes["tags"], &attributes["selfService"]),
        (&json!([]), &json!(false))
    );

    let mut honouring = store(&[
        ("tags-in-create", "honoured"),
        ("self-service-in-body", "honoured"),
    ]);
    let id = create(&mut honouring, given);
    let attributes = &get(&mut honouring, id)["data"]["attributes"];
    assert_eq!(
        (&attributes["tags"], &attributes["selfService"]),
        (&json!(["a"]), &json!(true))
    );

    let mut later = store(&[("tags-in-update", "honoured")]);
    let id = create(&mut later, json!({ "tags": ["a"] }));
    assert_eq!(
        update(&mut later, id, json!({ "tags": ["b"] }))["data"]["attributes"]["tags"],
        json!(["b"])
    );
    assert_eq!(
        update(&mut later, id, json!({ "name": "x" }))["data"]["attributes"]["tags"],
        json!(["b"])
    );
}

#[test]
fn a_version_that_is_not_there_is_gone_and_a_missing_app_is_not_found() {
    for (value, status) in [("410", 410), ("404", 404)] {
        let mut store = store(&[("deployed-when-unpublished", value)]);
        let id = create(&mut store, json!({}));
        assert_eq!(
            on(&mut store, id, AppOperation::Get(VersionRef::Number(31))).status,
            410
        );
        assert_eq!(
            on(&mut store, id, AppOperation::Get(VersionRef::Deployed)).status,
            status
        );
        assert_eq!(
            on(
                &mut store,
                Uuid::nil(),
                AppOperation::Get(VersionRef::Deployed)
            )
            .status,
            404
        );
    }
}

#[test]
fn reverting_makes_the_old_content_the_newest_version() {
    let mut store = store(&[]);
    let id = create(&mut store, json!({ "description": "old" }));
    update(&mut store, id, json!({ "description": "new" }));
    let reverted = body(&on(
        &mut store,
        id,
        AppOperation::Revert(VersionRef::Number(1)),
    ));
    assert_eq!(reverted["data"]["attributes"]["description"], json!("old"));
    assert_eq!(reverted["data"]["meta"]["version"], json!(3));
    assert_eq!(
        on(&mut store, id, AppOperation::Revert(VersionRef::Number(9))).status,
        404
    );
}

#[test]
fn versions_are_listed_with_their_names_and_whether_they_were_live() {
    let mut store = store(&[]);
    let id = create(&mut store, json!({}));
    on(&mut store, id, AppOperation::Publish);
    update(&mut store, id, json!({}));
    on(
        &mut store,
        id,
        AppOperation::NameVersion(VersionRef::Deployed, "v1".to_owned()),
    );
    let listed = body(&on(&mut store, id, AppOperation::Versions(Page::default())));
    let told = |index: usize| {
        let attributes = &listed["data"][index]["attributes"];
        (
            attributes["version"].clone(),
            attributes["has_ever_been_published"].clone(),
            attributes.get("name").cloned(),
        )
    };
    assert_eq!(told(0), (json!(2), json!(false), None));
    assert_eq!(told(1), (json!(1), json!(true), Some(json!("v1"))));
    assert_eq!(
        listed["meta"]["page"],
        json!({ "totalCount": 2, "totalFilteredCount": 0 })
    );
}

#[test]
fn deleting_many_with_an_unknown_one_does_what_it_is_switched_to() {
    for (value, status, left) in [
        ("nothing", 404, 1),
        ("known-then-404", 404, 0),
        ("known", 200, 0),
    ] {
        let mut store = store(&[("delete-many-partial", value)]);
        let id = create(&mut store, json!({}));
        let answer = store.apply(Operation::DeleteMany(vec![id, Uuid::nil()]));
        let apps = list(&mut store, Listing::default());
        assert_eq!(
            (answer.status, apps["meta"]["page"]["totalCount"].clone()),
            (status, json!(left)),
            "{value}"
        );
        assert_eq!(
            store.apply(Operation::DeleteMany(vec![Uuid::nil()])).status,
            404,
            "{value}"
        );
    }
}

#[test]
fn connections_are_listed_once_each_when_switched_on() {
    let mut store = store(&[("connections-relationship", "present")]);
    let query = json!({ "name": "q", "type": "action", "properties": { "spec": { "connectionId": "c1" } } });
    let id = create(
        &mut store,
        json!({ "queries": [query, query, { "name": "t", "properties": { "spec": "${x}" } }] }),
    );
    let shown = get(&mut store, id);
    let connections = shown["data"]["relationships"]["connections"]
        .as_array()
        .expect("a list");
    assert_eq!(
        connections
            .iter()
            .map(|connection| &connection["id"])
            .collect::<Vec<_>>(),
        [&json!("c1")]
    );
}

#[test]
fn an_old_server_has_no_version_id() {
    let mut store = store(&[("version-id", "absent")]);
    let id = create(&mut store, json!({}));
    let meta = get(&mut store, id)["data"]["meta"].clone();
    assert_eq!(
        (meta.get("version_id"), meta.get("run_as_user")),
        (None, None)
    );
}

#[test]
fn unknown_attributes_are_dropped_when_switched_so() {
    let mut store = store(&[("extra-attributes", "dropped")]);
    let id = create(&mut store, json!({ "scripts": [] }));
    assert_eq!(
        get(&mut store, id)["data"]["attributes"].get("scripts"),
        None
    );
}
