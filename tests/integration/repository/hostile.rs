//! What strangers may put into a repository: it is bounded, and read without a panic.

use std::process::Command;
use std::time::{Duration, Instant};

use ddapps::model::AppKey;
use proptest::prelude::*;
use serde_json::json;

use super::{APP, PLAIN, rules};
use crate::definition::{Repository, shown};

#[test]
fn sizes_are_limited() {
    let repository = Repository::new(PLAIN);
    let padded = |size: usize| format!("{APP}#{}", "x".repeat(size - APP.len() - 1));
    repository.write("apps/a.yaml", padded(16 << 20));
    repository.write("apps/b.yaml", padded((16 << 20) + 1));
    repository.write(
        "apps/c.yaml",
        "name: C\ncomponents: [grid g: {}]\nqueries: {q: {type: function, js: {file: big.js}}}\n",
    );
    repository.write("apps/big.js", "x".repeat((1 << 20) + 1));
    assert_eq!(
        rules(&repository),
        [
            "apps/b.yaml:1:1 file-too-large",
            "apps/c.yaml:3:42 file-too-large"
        ]
    );
}

#[test]
fn bombs_of_files_are_refused() {
    let repository = Repository::new(PLAIN);
    for level in 0..40 {
        let next = format!("{{file: p{}.yaml}}", level + 1);
        let text = format!(
            "container c: {{children: [{}]}}\n",
            vec![next; 10].join(", ")
        );
        repository.write(&format!("parts/p{level}.yaml"), text);
    }
    repository.write("parts/p40.yaml", "text t: {}\n");
    repository.write(
        "apps/a.yaml",
        "name: A\ncomponents: [{file: ../parts/p0.yaml}]\n",
    );
    let started = Instant::now();
    let found = rules(&repository);
    assert!(
        found.iter().any(|rule| rule.ends_with("file-too-large")),
        "{found:?}"
    );
    assert!(
        found.len() < 100,
        "one bomb, not a finding for each of its parts: {}",
        found.len()
    );
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn bombs_of_variables_are_refused() {
    let long = "x".repeat(1 << 20);
    let repository = Repository::new(&format!(
        "project: p\nvariables: {{x: {long}, l: [[], [], []]}}\n"
    ));
    let names = "@{x}".repeat(100_000);
    repository.write(
        "apps/a.yaml",
        format!("name: A\ncomponents: [grid g: {{x: '{names}', y: '{names}'}}]\n"),
    );
    let many = vec!["'@{x}'"; 100_000].join(", ");
    repository.write(
        "apps/b.yaml",
        format!("name: A\ncomponents: [grid g: {{x: [{many}]}}]\n"),
    );
    assert_eq!(
        rules(&repository),
        [
            "apps/a.yaml:2:26 too-many-values",
            "apps/b.yaml:2:539 too-many-values"
        ]
    );
}

#[test]
fn too_many_findings_are_cut_short() {
    let repository = Repository::new(PLAIN);
    let many = vec!["'@{none}'"; 100_000].join(", ");
    repository.write(
        "apps/a.yaml",
        format!("name: A\ncomponents: [grid g: {{x: [{many}]}}]\n"),
    );
    let found = rules(&repository);
    assert_eq!(found.len(), 1001);
    assert_eq!(found[0], "apps/a.yaml:1:1 too-many-findings");
}

#[test]
fn nesting_is_limited_in_the_form_of_the_api() {
    let repository = Repository::new(PLAIN);
    let nested = |depth: usize| {
        let open: String = (0..depth)
            .map(|n| format!("{{container c{n}: {{children: ["))
            .collect();
        format!("name: A\ncomponents: [{open}{}]\n", "]}}".repeat(depth))
    };
    repository.write("apps/a.yaml", nested(80));
    assert_eq!(rules(&repository), Vec::<String>::new());
    repository.write("apps/b.yaml", nested(120));
    assert_eq!(rules(&repository).len(), 1);
    // As deep as a value may be: the body can still be taken apart.
    let value = format!("{}{}", "[".repeat(250), "]".repeat(250));
    repository.write(
        "apps/b.yaml",
        format!("name: A\ncomponents: [grid g: {{x: {value}}}]\n"),
    );
    let loaded = repository.load(None);
    assert_eq!(shown(&loaded), Vec::<String>::new());
    for app in loaded.desired.apps.values() {
        assert_eq!(app.app.definition.body().components.len(), 1);
    }
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let repository = Repository::new(PLAIN);
    let made = Command::new("mkfifo")
        .arg(repository.path("apps/pipe.yaml"))
        .status();
    assert!(made.is_ok_and(|status| status.success()));
    assert_eq!(rules(&repository), ["apps/pipe.yaml:1:1 unreadable-file"]);
}

/// Any JSON, with words of the format among its keys and strings.
fn anything() -> impl Strategy<Value = serde_json::Value> {
    let word = prop::sample::select(vec![
        "type",
        "name",
        "action",
        "connection",
        "inputs",
        "spec",
        "js",
        "events",
        "properties",
        "at",
        "children",
        "grid",
        "file",
        "when",
        "do",
        "queries",
        "components",
        "tags",
        "publish",
        "key",
        "data",
        "attributes",
        "text a",
        "modal b",
        "col",
        "row",
        "w",
        "h",
        "@{x}",
        "@@{x}",
        "${a",
        "${@{x}}",
        "aws",
        "true",
        "010",
        "<<",
        "",
        "a.yaml",
        "../x",
    ]);
    let text = prop_oneof![word.prop_map(str::to_owned), any::<String>()];
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|value| json!(value)),
        any::<i64>().prop_map(|value| json!(value)),
        text.clone().prop_map(|value| json!(value)),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|items| json!(items)),
            prop::collection::btree_map(text.clone(), inner, 0..6).prop_map(|map| json!(map)),
        ]
    })
}

fn load_bytes(name: &str, bytes: &[u8]) {
    let repository = Repository::new("project: p\nconnections: {aws: x}\nvariables: {x: [1]}\n");
    repository.write(name, bytes);
    let loaded = repository.load(None);
    for app in loaded.desired.apps.values() {
        app.app.definition.body();
    }
}

proptest! {
    #![proptest_config(crate::support::cases(200))]

    #[test]
    fn any_structure_is_read_without_panic(
        components in anything(), queries in anything(), extra in anything()
    ) {
        let whole = json!({"name": "A", "components": [components], "queries": queries, "extra": extra});
        load_bytes("apps/a.json", whole.to_string().as_bytes());
        load_bytes("apps/a.yaml", whole.to_string().as_bytes());
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        load_bytes("apps/a.yaml", &bytes);
        load_bytes("apps/a.json", &bytes);
    }

    #[test]
    fn any_yaml_like_text_is_read_without_panic(text in "[-:?&*!|>'\"{}\\[\\],#%@`<a1~. \n\t]{0,80}") {
        load_bytes("apps/a.yaml", text.as_bytes());
        load_bytes("apps/a.yaml", format!("name: A\ncomponents: [grid g: {{}}]\nx: {text}").as_bytes());
    }

    #[test]
    fn any_json_value_survives_raw(value in anything()) {
        let repository = Repository::new("project: p\n");
        let escaped = value.to_string().replace("@{", "@@{");
        // Keys are not unescaped, so only those without the mark are compared.
        prop_assume!(!escaped.contains("@@{") && !escaped.contains("children"));
        let text = format!(r#"{{"name": "A", "components": [{{"type": "t", "name": "n", "properties": {{"v": {escaped}}}}}]}}"#);
        repository.write("apps/a.json", &text);
        repository.write("apps/b.yaml", &text);
        let loaded = repository.load(None);
        for app in loaded.desired.apps.values() {
            prop_assert_eq!(&app.app.definition.body().components[0]["properties"]["v"], &value);
        }
        prop_assert!(loaded.desired.apps.contains_key(&AppKey::new("a").expect("a key")));
    }
}
