//! Values under variables: what explains the new one stays, and what does not is written out and told.

use serde_json::json;

use super::kinds::{Change, becomes, first, outcome};

#[test]
fn variables_stay_where_they_explain_the_value() {
    let before = "name: A\ncomponents:\n- grid g:\n    a: in @{region} now\n    b: '@{count}'\n    c: '@{region}'\n";
    becomes(
        before,
        "name: A\ncomponents:\n- grid g:\n    a: in @{region} then\n    b: '@{count}'\n    c: '@{zone}'\n",
        |body| {
            first(body)["a"] = json!("in us-east-1 then");
            first(body)["c"] = json!("b");
        },
    );
    let (files, notes) = outcome(&[("apps/it.yaml", before)], |body| {
        first(body)["a"] = json!("in eu-west-1 now");
        first(body)["b"] = json!(4);
    });
    let after = files[0].after.as_deref().unwrap();
    assert!(after.contains("a: in eu-west-1 now\n    b: 4\n"), "{after}");
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(
        notes[0].contains("`region` no longer explains `a`"),
        "{notes:?}"
    );
}

#[test]
fn a_variable_is_no_part_of_a_word_that_it_was_the_whole_of() {
    let before = "name: A\ncomponents:\n- grid g:\n    a: '@{region}'\n    b: in @{zone}\n    c: '@{region}b'\n";
    let changed = |change: Change| {
        let (files, notes) = outcome(&[("apps/it.yaml", before)], change);
        (files[0].after.clone().unwrap(), notes)
    };
    let (after, notes) = changed(|body| {
        first(body)["a"] = json!("us-east-12");
        first(body)["b"] = json!("in bed");
    });
    assert!(
        after.contains("a: 'us-east-12'\n    b: in bed\n"),
        "{after}"
    );
    assert_eq!(notes.len(), 2, "{notes:?}");
    // What is kept is not told of as lost; what was a part of a word may stay one.
    let (after, notes) = changed(|body| {
        first(body)["a"] = json!("us-east-1 now");
        first(body)["c"] = json!("us-east-1c");
    });
    assert!(
        after.contains("a: '@{region} now'") && after.contains("c: '@{region}c'"),
        "{after}"
    );
    assert_eq!(notes, Vec::<String>::new());
}
