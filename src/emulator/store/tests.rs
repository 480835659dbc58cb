//! The state machine, operation by operation and switch by switch.

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::emulator::operation::{Sort, SortField};

mod document;

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

fn ids(list: &Value) -> Vec<Uuid> {
    let items = list["data"].as_array().expect("a list");
    items
        .iter()
        .map(|item| {
            item["id"]
                .as_str()
                .and_then(|id| id.parse().ok())
                .expect("an id")
        })
        .collect()
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
fn publishing_pins_the_newest_version_until_the_next_publish() {
    let mut store = store(&[]);
    let id = create(&mut store, json!({}));
    let version = get(&mut store, id)["data"]["meta"]["version_id"].clone();
    let published = body(&on(&mut store, id, AppOperation::Publish));
    assert_eq!(published["data"]["attributes"]["app_version_id"], version);
    assert_ne!(published["data"]["meta"]["user_name"], json!(""));
    let updated = update(&mut store, id, json!({ "description": "new" }));
    assert_eq!(
        updated["included"][0]["attributes"]["app_version_id"],
        version
    );
    assert_eq!(updated["included"][0]["meta"]["user_name"], json!(""));
    assert_eq!(
        updated["data"]["meta"]["updated_since_deployment"],
        json!(true)
    );
    let deployed = body(&on(&mut store, id, AppOperation::Get(VersionRef::Deployed)));
    assert_eq!(deployed["data"]["attributes"]["description"], json!(""));
    assert_eq!(on(&mut store, id, AppOperation::Publish).status, 201);
}

#[test]
fn unpublishing_works_once_even_if_never_published() {
    for (name, status) in [("400", 400), ("409", 409)] {
        let mut store = store(&[("reunpublish", name)]);
        let id = create(&mut store, json!({}));
        let answer = on(&mut store, id, AppOperation::Unpublish);
        assert_eq!(
            (
                answer.status,
                &body(&answer)["data"]["attributes"]["app_version_id"]
            ),
            (200, &json!(NIL))
        );
        let again = on(&mut store, id, AppOperation::Unpublish);
        assert_eq!(again.status, status);
        assert!(
            body(&again)
                .to_string()
                .contains("already been unpublished")
        );
        assert_eq!(
            get(&mut store, id)["data"]["meta"]["updated_since_deployment"],
            json!(false)
        );
    }
}

#[test]
fn publishing_twice_or_under_approval_is_refused_as_switched() {
    for (again, approval, statuses) in [
        ("400", "403", (400, 403)),
        ("409", "409", (409, 409)),
        ("400", "400", (400, 400)),
    ] {
        let mut store = store(&[("republish", again), ("publish-under-approval", approval)]);
        let id = create(&mut store, json!({}));
        on(&mut store, id, AppOperation::Publish);
        let twice = on(&mut store, id, AppOperation::Publish).status;
        on(
            &mut store,
            id,
            AppOperation::Protect("approval_required".to_owned()),
        );
        let protected = on(&mut store, id, AppOperation::Publish).status;
        assert_eq!((twice, protected), statuses);
    }
}

#[test]
fn a_publish_request_publishes_nothing_and_is_kept() {
    for (value, nil) in [("nil", true), ("newest", false)] {
        let mut store = store(&[("publish-request-version", value)]);
        let id = create(&mut store, json!({}));
        let answer = on(
            &mut store,
            id,
            AppOperation::RequestPublish("please".to_owned(), String::new()),
        );
        assert_eq!(answer.status, 201);
        assert_eq!(
            body(&answer)["data"]["attributes"]["app_version_id"] == json!(NIL),
            nil
        );
        assert_eq!(get(&mut store, id).get("included"), None);
        assert_eq!(
            store.to_json()["apps"][0]["publish_requests"][0]["title"],
            json!("please")
        );
    }
}

#[test]
fn an_approval_publishes_what_was_asked_for_once() {
    let mut store = store(&[]);
    let id = create(&mut store, json!({}));
    on(
        &mut store,
        id,
        AppOperation::Protect("approval_required".to_owned()),
    );
    assert_eq!(store.approve(id).status, 404);
    on(
        &mut store,
        id,
        AppOperation::RequestPublish("please".to_owned(), String::new()),
    );
    assert_eq!(store.approve(id).status, 201);
    let shown = get(&mut store, id);
    assert_eq!(
        shown["included"][0]["attributes"]["app_version_id"],
        shown["data"]["meta"]["version_id"]
    );
    assert_eq!(store.approve(id).status, 404);
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
fn a_list_shows_ten_apps_the_newest_first_and_deployments_beside_them() {
    let mut store = store(&[]);
    let made: Vec<Uuid> = (0..12).map(|_| create(&mut store, json!({}))).collect();
    on(&mut store, made[11], AppOperation::Publish);
    let page = list(&mut store, Listing::default());
    let newest: Vec<Uuid> = made.iter().rev().take(10).copied().collect();
    assert_eq!(ids(&page), newest);
    assert_eq!(
        page["meta"]["page"],
        json!({ "totalCount": 12, "totalFilteredCount": 12 })
    );
    assert_eq!(
        page["data"][0]["relationships"]["deployment"]["data"]["id"],
        page["included"][0]["id"]
    );
    assert_eq!(page["data"][0]["meta"]["version"], json!(0));
    assert_eq!(page["data"][0]["meta"].get("version_id"), None);
}

#[test]
fn pages_start_where_they_are_switched_to_and_are_capped() {
    let lengths = |first: &str| {
        let mut store = store(&[("first-page", first), ("max-limit", "10")]);
        (0..12).for_each(|_| {
            create(&mut store, json!({}));
        });
        [0, 1, 2].map(|number| {
            let page = Page {
                limit: Some(50),
                number: Some(number),
            };
            ids(&list(
                &mut store,
                Listing {
                    page,
                    ..Listing::default()
                },
            ))
            .len()
        })
    };
    assert_eq!(lengths("zero"), [10, 2, 0]);
    assert_eq!(lengths("zero-or-one"), [10, 10, 2]);
    assert_eq!(lengths("one"), [0, 10, 2]);
}

#[test]
fn names_and_tags_match_as_switched() {
    let found = |switches: &[(&str, &str)], name: Option<&str>, tags: Option<&str>| {
        let mut store = store(switches);
        for (name, tags) in [
            ("Cats", vec!["a", "b"]),
            ("Cat", vec!["a"]),
            ("Dog", vec!["a,b"]),
        ] {
            let id = create(&mut store, json!({ "name": name }));
            on(
                &mut store,
                id,
                AppOperation::SetTags(tags.into_iter().map(str::to_owned).collect()),
            );
        }
        let listing = Listing {
            name: name.map(str::to_owned),
            tags: tags.map(str::to_owned),
            ..Listing::default()
        };
        ids(&list(&mut store, listing)).len()
    };
    assert_eq!(found(&[], Some("cat"), None), 2);
    assert_eq!(found(&[("name-filter", "exact")], Some("Cat"), None), 1);
    assert_eq!(found(&[], None, Some("a,b")), 1);
    assert_eq!(found(&[("tags-filter", "any")], None, Some("a,b")), 2);
    assert_eq!(found(&[("tags-filter", "whole")], None, Some("a,b")), 1);
}

#[test]
fn a_list_is_sorted_by_the_fields_in_their_order() {
    let mut store = store(&[]);
    let made = ["b", "a", "b"].map(|name| create(&mut store, json!({ "name": name })));
    let by = |by, descending| Sort { by, descending };
    let sort = vec![by(SortField::Name, true), by(SortField::CreatedAt, false)];
    assert_eq!(
        ids(&list(
            &mut store,
            Listing {
                sort,
                ..Listing::default()
            }
        )),
        [made[0], made[2], made[1]]
    );
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
