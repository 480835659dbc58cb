//! What users run: publications, their end, and those that somebody has to approve.

use super::*;

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
