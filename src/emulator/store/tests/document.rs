//! The state document: what is saved loads back, what is short has defaults, what is wrong is placed.

use super::*;

fn loaded(state: &Value) -> Result<Store, StateError> {
    Store::from_json(
        state,
        Switches::default(),
        Source::Counted { ids: 0, ticks: 0 },
    )
}

const ID: &str = "71c0d358-eac5-41e3-892d-a7467571b9b0";

#[test]
fn a_saved_state_loads_back_equal_after_everything_was_done_to_it() {
    let mut store = store(&[]);
    let id = create(
        &mut store,
        json!({ "components": [{ "n": 1, "null": null }], "scripts": [] }),
    );
    on(&mut store, id, AppOperation::Publish);
    update(&mut store, id, json!({ "description": "new" }));
    on(&mut store, id, AppOperation::SetTags(vec!["a".to_owned()]));
    on(&mut store, id, AppOperation::SelfService(true));
    on(&mut store, id, AppOperation::Favorite(true));
    on(
        &mut store,
        id,
        AppOperation::Protect("approval_required".to_owned()),
    );
    on(
        &mut store,
        id,
        AppOperation::RequestPublish("t".to_owned(), "d".to_owned()),
    );
    on(
        &mut store,
        id,
        AppOperation::NameVersion(VersionRef::Latest, "v2".to_owned()),
    );
    let saved = store.to_json();
    let mut again = loaded(&saved).expect("a state");
    assert_eq!(again.to_json(), saved);
    assert_eq!(get(&mut again, id), get(&mut store, id));
    let text: Value = serde_json::from_str(&store.to_text()).expect("JSON");
    assert_eq!(text, saved);
    assert_eq!(create(&mut again, json!({})), create(&mut store, json!({})));
}

#[test]
fn the_shortest_form_is_one_version_that_was_never_deployed() {
    let mut store = loaded(&json!({ "apps": [{ "id": ID, "name": "short" }] })).expect("a state");
    let shown = get(&mut store, ID.parse().expect("an id"));
    assert_eq!(shown["data"]["meta"]["version"], json!(1));
    assert_eq!(shown.get("included"), None);
    assert_eq!(shown["data"]["attributes"]["components"], json!([]));
}

#[test]
fn the_short_forms_say_what_is_live() {
    let state = |extra: Value| {
        let mut app = json!({ "id": ID, "definition": { "name": "short" } });
        app.as_object_mut()
            .expect("an object")
            .extend(attributes(extra));
        let mut store = loaded(&json!({ "apps": [app] })).expect("a state");
        let shown = get(&mut store, ID.parse().expect("an id"));
        let live = shown["included"][0]["attributes"]["app_version_id"].clone();
        (
            live == shown["data"]["meta"]["version_id"],
            live == json!(NIL),
            shown["data"]["meta"]["updated_since_deployment"] == json!(true),
        )
    };
    assert_eq!(state(json!({ "published": true })), (true, false, false));
    assert_eq!(
        state(json!({ "version": 3, "published": true })),
        (true, false, false)
    );
    assert_eq!(
        state(json!({ "version": 3, "deployed_version": 2 })),
        (false, false, true)
    );
    assert_eq!(
        state(json!({ "version": 3, "deployed_version": null })),
        (false, true, false)
    );
}

#[test]
fn what_is_wrong_with_a_state_is_said_with_its_place() {
    let versions = json!([{ "version": 2, "attributes": { "name": "a" } }, { "version": 1, "attributes": { "name": "a" } }]);
    for (app, place) in [
        (json!(1), "/apps/0"),
        (json!({ "name": "a" }), "/apps/0/id"),
        (json!({ "id": "x", "name": "a" }), "/apps/0/id"),
        (json!({ "id": ID }), "/apps/0"),
        (
            json!({ "id": ID, "name": "a", "definition": { "name": "b" } }),
            "/apps/0",
        ),
        (
            json!({ "id": ID, "name": "a", "tags": [1] }),
            "/apps/0/tags",
        ),
        (
            json!({ "id": ID, "name": "a", "protectionLevel": "none" }),
            "/apps/0/protectionLevel",
        ),
        (
            json!({ "id": ID, "name": "a", "created_at": "yesterday" }),
            "/apps/0/created_at",
        ),
        (
            json!({ "id": ID, "name": "a", "version": 0 }),
            "/apps/0/version",
        ),
        (
            json!({ "id": ID, "name": "a", "deployed_version": 2 }),
            "/apps/0/deployed_version",
        ),
        (
            json!({ "id": ID, "name": "a", "deployed_version": 1, "published": true }),
            "/apps/0/published",
        ),
        (
            json!({ "id": ID, "name": "a", "connections": [] }),
            "/apps/0/connections",
        ),
        (
            json!({ "id": ID, "versions": versions }),
            "/apps/0/versions",
        ),
        (json!({ "id": ID, "versions": [] }), "/apps/0/versions"),
        (
            json!({ "id": ID, "versions": [{ "version": 1, "attributes": { "name": "a" }, "x": 1 }] }),
            "/apps/0/versions/0/x",
        ),
    ] {
        let error = loaded(&json!({ "apps": [app] }))
            .expect_err("broken")
            .to_string();
        assert!(error.starts_with(&format!("at `{place}`: ")), "{error}");
    }
    let twice = json!({ "id": ID, "name": "a" });
    assert!(loaded(&json!({ "apps": [twice, twice] })).is_err());
    assert!(loaded(&json!({ "app": [] })).is_err());
}

#[test]
fn an_id_from_a_file_is_never_given_out_again() {
    let first = "00000000-0000-4000-8000-000000000001";
    let mut store = loaded(&json!({ "apps": [{ "id": first, "name": "a" }] })).expect("a state");
    assert_ne!(create(&mut store, json!({})).to_string(), first);
    assert_eq!(
        list(&mut store, Listing::default())["meta"]["page"]["totalCount"],
        json!(2)
    );
}
