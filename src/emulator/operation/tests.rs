//! What a call is taken for, and what is refused in it.

use serde_json::json;

use super::*;
use crate::emulator::switch::ErrorForm;

const ID: &str = "71c0d358-eac5-41e3-892d-a7467571b9b0";

fn call(method: &str, path: &str, query: &[(&str, &str)], body: Option<Value>) -> Call {
    Call {
        method: method.to_owned(),
        path: format!("{BASE}{path}"),
        query: query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        content_type: body
            .as_ref()
            .map(|_| "application/json; charset=utf-8".to_owned()),
        body: body.map(|body| body.to_string().into()).unwrap_or_default(),
    }
}

/// The status and the source of a refusal.
fn refused(call: &Call) -> (u16, Value) {
    let problem = parse(call).expect_err("refused");
    let answer = problem.answer(ErrorForm::Newest, Uuid::nil());
    let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
    (answer.status, body["errors"][0]["source"].clone())
}

fn of_app(method: &str, rest: &str, body: Option<Value>) -> Call {
    call(method, &format!("/apps/{ID}{rest}"), &[], body)
}

fn resource(kind: &str, attributes: Value) -> Value {
    json!({ "data": { "type": kind, "attributes": attributes } })
}

#[test]
fn each_operation_is_known_by_method_and_path() {
    let app = |operation| Operation::App(ID.parse().expect("an id"), operation);
    for (call, expected) in [
        (
            call("GET", "/apps", &[], None),
            Operation::List(Listing::default()),
        ),
        (call("GET", "/tags", &[], None), Operation::ListTags),
        (
            call("GET", "/blueprints", &[("limit", "5")], None),
            Operation::ListBlueprints,
        ),
        (
            call("GET", "/blueprints/slugs/a,b", &[], None),
            Operation::ListBlueprints,
        ),
        (
            of_app("GET", "", None),
            app(AppOperation::Get(VersionRef::Latest)),
        ),
        (of_app("DELETE", "", None), app(AppOperation::Delete)),
        (
            of_app("POST", "/deployment", None),
            app(AppOperation::Publish),
        ),
        (
            of_app("DELETE", "/deployment", None),
            app(AppOperation::Unpublish),
        ),
        (
            of_app("GET", "/versions", None),
            app(AppOperation::Versions(Page::default())),
        ),
        (
            of_app(
                "PATCH",
                "/favorite",
                Some(resource("favorites", json!({ "favorite": true }))),
            ),
            app(AppOperation::Favorite(true)),
        ),
        (
            of_app(
                "PATCH",
                "/tags",
                Some(resource("tags", json!({ "tags": ["b", "a"] }))),
            ),
            app(AppOperation::SetTags(vec!["b".to_owned(), "a".to_owned()])),
        ),
    ] {
        assert_eq!(parse(&call), Ok(expected));
    }
}

#[test]
fn a_path_or_method_that_is_not_there_is_not_found() {
    for call in [
        call("GET", "/app", &[], None),
        call("PUT", "/apps", &[], None),
        of_app("POST", "", None),
        of_app("GET", "/deployment", None),
        of_app("GET", "/versions/1", None),
        Call {
            path: "/api/v1/dashboard".to_owned(),
            ..call("GET", "", &[], None)
        },
    ] {
        assert_eq!(refused(&call).0, 404, "{} {}", call.method, call.path);
    }
}

#[test]
fn an_id_that_is_no_uuid_is_named_by_its_parameter() {
    for id in [
        "invalid-uuid",
        "",
        "71c0d358eac541e3892da7467571b9b0",
        "71c0d358-eac5-41e3-892d-a7467571b9b",
    ] {
        let call = call("GET", &format!("/apps/{id}"), &[], None);
        assert_eq!(
            refused(&call),
            (400, json!({ "parameter": "appId" })),
            "{id}"
        );
    }
}

#[test]
fn a_query_parameter_that_is_unknown_wrong_or_double_is_named() {
    for (query, name) in [
        (vec![("pages", "1")], "pages"),
        (vec![("limit", "0")], "limit"),
        (vec![("limit", "-1")], "limit"),
        (vec![("page", "1"), ("page", "2")], "page"),
        (vec![("filter[deployed]", "yes")], "filter[deployed]"),
        (vec![("sort", "size")], "sort"),
    ] {
        assert_eq!(
            refused(&call("GET", "/apps", &query, None)),
            (400, json!({ "parameter": name }))
        );
    }
    assert_eq!(
        refused(&of_app("POST", "/revert", None)).1,
        json!({ "parameter": "version" })
    );
    let latest = call(
        "POST",
        &format!("/apps/{ID}/revert"),
        &[("version", "latest")],
        None,
    );
    assert_eq!(refused(&latest).1, json!({ "parameter": "version" }));
}

#[test]
fn sorting_may_be_joined_or_repeated() {
    let joined = parse(&call("GET", "/apps", &[("sort", "name,-created_at")], None));
    let repeated = parse(&call(
        "GET",
        "/apps",
        &[("sort", "name"), ("sort", "-created_at")],
        None,
    ));
    assert!(joined.is_ok());
    assert_eq!(joined, repeated);
}

#[test]
fn a_body_is_refused_where_none_belongs_and_missed_where_one_does() {
    assert_eq!(
        refused(&of_app("POST", "/deployment", Some(json!({})))).0,
        400
    );
    assert_eq!(refused(&of_app("GET", "", Some(json!({})))).0, 400);
    assert_eq!(refused(&of_app("PATCH", "", None)).0, 400);
}

#[test]
fn a_body_must_be_json_of_the_right_type() {
    let valid = call(
        "POST",
        "/apps",
        &[],
        Some(resource("appDefinitions", json!({}))),
    );
    assert!(parse(&valid).is_ok());
    let text = Call {
        content_type: Some("text/plain".to_owned()),
        ..valid.clone()
    };
    let broken = Call {
        body: "{".into(),
        ..valid
    };
    assert_eq!((refused(&text).0, refused(&broken).0), (400, 400));
    for (body, pointer) in [
        (json!({}), "/data"),
        (json!({ "data": [] }), "/data"),
        (json!({ "data": { "attributes": {} } }), "/data/type"),
        (resource("app", json!({})), "/data/type"),
        (
            json!({ "data": { "type": "appDefinitions" } }),
            "/data/attributes",
        ),
        (resource("appDefinitions", json!([])), "/data/attributes"),
    ] {
        assert_eq!(
            refused(&call("POST", "/apps", &[], Some(body))),
            (400, json!({ "pointer": pointer }))
        );
    }
}

#[test]
fn an_update_may_name_its_app_but_no_other() {
    let named = |id: &str| {
        let body = json!({ "data": { "id": id, "type": "appDefinitions", "attributes": {} } });
        parse(&of_app("PATCH", "", Some(body))).is_ok()
    };
    assert!(named(ID) && named(&ID.to_uppercase()));
    assert!(!named("71c0d358-eac5-41e3-892d-a7467571b9b1") && !named("x"));
}

#[test]
fn settings_are_refused_with_the_place_of_the_fault() {
    for (path, kind, attributes, name) in [
        ("/tags", "tags", json!({ "tags": "a" }), "tags"),
        ("/tags", "tags", json!({ "tags": [1] }), "tags"),
        ("/tags", "tags", json!({}), "tags"),
        (
            "/self-service",
            "selfService",
            json!({ "selfService": "true" }),
            "selfService",
        ),
        (
            "/protection-level",
            "protectionLevel",
            json!({ "protectionLevel": "none" }),
            "protectionLevel",
        ),
    ] {
        let call = of_app("PATCH", path, Some(resource(kind, attributes)));
        assert_eq!(
            refused(&call),
            (
                400,
                json!({ "pointer": format!("/data/attributes/{name}") })
            )
        );
    }
    let untitled = of_app(
        "POST",
        "/publish-request",
        Some(resource("publishRequest", json!({ "title": "" }))),
    );
    assert_eq!(
        refused(&untitled),
        (400, json!({ "pointer": "/data/attributes/title" }))
    );
}

#[test]
fn a_list_of_ids_says_how_long_a_broken_one_is() {
    let body = json!({ "data": [{ "id": "71c0d358-eac5-41e3-892d-a7467571b9b", "type": "appDefinitions" }] });
    let problem = parse(&call("DELETE", "/apps", &[], Some(body))).expect_err("refused");
    assert_eq!(
        problem,
        Problem::new(400, "Bad Request").detail("invalid UUID length: 35")
    );
    assert_eq!(
        refused(&call("DELETE", "/apps", &[], Some(json!({ "data": [] })))).0,
        400
    );
}
