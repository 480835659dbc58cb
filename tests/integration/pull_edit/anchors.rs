//! Anchors and aliases: they stay where they say what is wanted, and are written out where they cannot.

use ddapps::model::App;
use serde_json::json;

use super::kinds::{becomes, first, repository};
use super::{edited, only_app};

#[test]
fn keys_keep_their_anchors() {
    becomes(
        "? &k name\n: A\ncomponents:\n- grid g:\n    &x a: *k # one\n    b: [*x, {&y c: 1, *x : 2}]\n    c:\n      &z d: 1\n      e: *z\n",
        "? &k name\n: A\ncomponents:\n- grid g:\n    &x a: *k # one\n    b: [*x, {&y c: 3, *x : 2}]\n    c:\n      &z d: 2\n      e: f\n",
        |body| {
            let first = first(body);
            assert_eq!(
                *first,
                json!({"a": "name", "b": ["a", {"c": 1, "a": 2}], "c": {"d": 1, "e": "d"}})
            );
            first["b"][1] = json!({"c": 3, "a": 2});
            first["c"] = json!({"d": 2, "e": "f"});
        },
    );
    // What has the name goes: the others say it themselves.
    becomes(
        "name: A\ncomponents:\n- grid g:\n    a:\n      &x x y: 1\n      z: 2\n    b: {*x : 1, c: *x} # two\n",
        "name: A\ncomponents:\n- grid g:\n    a:\n      z: 2\n    b: {x y : 1, c: x y} # two\n",
        |body| first(body)["a"] = json!({"z": 2}),
    );
    for text in [
        "? &k name\n: A\ncomponents: [{grid g: {}}]\n",
        "&k name: A\ncomponents: &c [{grid g: {&x a: 1}}]\n",
    ] {
        let workspace = repository(&[("apps/it.yaml", text)]);
        let app = only_app(&workspace);
        let wanted = App {
            name: "B".into(),
            ..app.app.clone()
        };
        let edited = edited(&workspace, &app, &wanted).unwrap();
        let after = edited.files[0].after.as_deref().unwrap();
        assert_eq!(after, text.replace("A\n", "B\n"));
    }
}

#[test]
fn aliases_stay_where_they_still_say_what_is_wanted() {
    let before =
        "name: A\ncomponents:\n- grid g:\n    a: &x [1, 2] # anchor\n    b: *x # same\n    c: *x\n";
    becomes(
        before,
        "name: A\ncomponents:\n- grid g:\n    a: &x [1, 3] # anchor\n    b: *x # same\n    c: [1, 2]\n",
        |body| {
            first(body)["a"] = json!([1, 3]);
            first(body)["b"] = json!([1, 3]);
        },
    );
    becomes(
        before,
        "name: A\ncomponents:\n- grid g:\n    b: [1, 2] # same\n    c: [1, 2]\n",
        |body| drop(first(body).as_object_mut().unwrap().remove("a")),
    );
}

#[test]
fn what_has_an_anchor_may_come_to_stand_below_its_alias() {
    let before = "name: A\ncomponents:\n- grid g:\n    children:\n    - text a:\n        l: &l # all\n          - &one 1\n          - {k: \"x, y\", 'n': ~} # two\n        s: &s hi\n    - text b: {l: *l, o: *one} # b\n    - text c:\n        s: *s\n";
    becomes(
        before,
        "name: A\ncomponents:\n- grid g:\n    children:\n    - text c:\n        s: hi\n    - text b: {l: [1, {k: 'x, y', 'n': null}], o: 1} # b\n    - text a:\n        l: &l # all\n          - &one 1\n          - {k: \"x, y\", 'n': ~} # two\n        s: &s hi\n",
        |body| {
            let children = first(body)["children"].as_array_mut().unwrap();
            children.reverse();
        },
    );
    // Lists and mappings keep their aliases where it is enough to write scalars out.
    becomes(
        before,
        "name: A\ncomponents:\n- grid g:\n    children:\n    - text c:\n        s: hi\n    - text a:\n        l: &l # all\n          - &one 1\n          - {k: \"x, y\", 'n': ~} # two\n        s: &s hi\n    - text b: {l: *l, o: 1} # b\n",
        |body| {
            let children = first(body)["children"].as_array_mut().unwrap();
            children.rotate_right(1);
        },
    );
}
