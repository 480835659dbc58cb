//! Repositories as a whole: which files count, settings and environments, and files that mean harm.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::{Duration, Instant};

use ddapps::definition::{TargetError, find_root, read_settings};
use ddapps::model::{AppKey, MaxDeletes};
use proptest::prelude::*;
use serde_json::json;

use crate::definition::{Repository, shown};

const PLAIN: &str = "project: platform\n";
const APP: &str = "name: A\ncomponents: [grid g: {}]\n";

fn keys(repository: &Repository) -> Vec<String> {
    let loaded = repository.load(None);
    assert_eq!(shown(&loaded), Vec::<String>::new());
    loaded
        .desired
        .apps
        .keys()
        .map(ToString::to_string)
        .collect()
}

fn rules(repository: &Repository) -> Vec<String> {
    let findings = repository.load(None).findings;
    let place = |finding: &ddapps::model::Finding| {
        let place = finding.location.as_ref().map(ToString::to_string);
        format!("{} {}", place.unwrap_or_default(), finding.rule)
    };
    findings.iter().map(place).collect()
}

#[test]
fn definitions_are_the_visible_files_below_the_folder() {
    let repository = Repository::new(PLAIN);
    for path in [
        "apps/one.yaml",
        "apps/two.yml",
        "apps/three.rev1.json",
        "apps/deep/er/four.yaml",
        "apps/folder/app.yaml",
        "apps/folder/other.yaml",
        "apps/folder/deep/more.yaml",
        "apps/json/app.json",
        "apps/.hidden.yaml",
        "apps/.git/five.yaml",
        "apps/notes.txt",
        "elsewhere/six.yaml",
    ] {
        let text = match path.ends_with("json") {
            true => r#"{"name": "A", "components": [{"grid g": {}}]}"#,
            false => APP,
        };
        repository.write(path, text);
    }
    assert_eq!(
        keys(&repository),
        ["folder", "four", "json", "one", "three.rev1", "two"]
    );
}

#[test]
fn a_file_that_another_names_is_no_app() {
    let repository = Repository::new(PLAIN);
    repository.write(
        "apps/a.yaml",
        "name: A\ncomponents:\n  - grid g: {children: [{file: parts/b.yaml}, {file: parts/b.yaml}]}\n",
    );
    repository.write(
        "apps/parts/b.yaml",
        "container b: {children: [{file: c.json}]}\n",
    );
    repository.write(
        "apps/parts/c.json",
        r#"{"type": "text", "name": "c", "properties": {}}"#,
    );
    assert_eq!(keys(&repository), ["a"]);
}

#[test]
fn circles_of_files_are_errors() {
    let repository = Repository::new(PLAIN);
    let naming = |file: &str| format!("name: A\ncomponents: [{{file: {file}}}]\n");
    repository.write("apps/a.yaml", naming("b.yaml"));
    repository.write("apps/b.yaml", naming("a.yaml"));
    repository.write("apps/self.yaml", naming("self.yaml"));
    let found = rules(&repository);
    assert!(
        found.contains(&"apps/self.yaml:2:21 circular-file".to_owned()),
        "{found:?}"
    );
    assert!(
        found.iter().any(|rule| rule.starts_with("apps/a.yaml")),
        "{found:?}"
    );
}

#[test]
fn several_documents_are_several_apps() {
    let repository = Repository::new(PLAIN);
    repository.write(
        "apps/a.yaml",
        format!("key: x\n{APP}---\nkey: y\n{APP}---\n"),
    );
    assert_eq!(keys(&repository), ["x", "y"]);
}

#[test]
fn a_key_taken_twice_is_an_error_that_names_both() {
    let repository = Repository::new(PLAIN);
    repository.write("apps/a.yaml", format!("\n\n{APP}"));
    repository.write("apps/b/a.yaml", APP);
    assert_eq!(
        shown(&repository.load(None)),
        ["apps/b/a.yaml:1:1 error duplicate-app: key `a` is taken; first at apps/a.yaml:3:1"]
    );
}

#[test]
fn two_app_files_in_one_folder_are_an_error() {
    let repository = Repository::new(PLAIN);
    repository.write("apps/a/app.yaml", APP);
    repository.write("apps/a/app.json", "{}");
    assert!(rules(&repository).contains(&"apps/a/app.yaml:1:1 duplicate-app".to_owned()));
}

#[test]
fn links_may_lead_around_in_the_repository_but_not_out() {
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("secret.yaml"), "password: x\n").expect("written");
    let repository = Repository::new(PLAIN);
    repository.write("shared/b.yaml", APP);
    repository.write("apps/c/d.yaml", APP);
    symlink("../shared/b.yaml", repository.path("apps/a.yaml")).expect("a link");
    symlink("../../shared", repository.path("apps/c/linked")).expect("a link");
    symlink("..", repository.path("apps/c/up")).expect("a link");
    assert_eq!(keys(&repository), ["a", "b", "d"]);
    symlink(
        outside.path().join("secret.yaml"),
        repository.path("apps/out.yaml"),
    )
    .expect("a link");
    symlink(outside.path(), repository.path("apps/folder")).expect("a link");
    assert_eq!(
        rules(&repository),
        [
            "apps/folder:1:1 path-outside-repository",
            "apps/out.yaml:1:1 path-outside-repository"
        ]
    );
    assert!(!shown(&repository.load(None)).join("").contains("password"));
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
fn a_missing_definitions_folder_is_an_error() {
    let repository = Repository::new("project: platform\ndefinitions: none\n");
    assert_eq!(rules(&repository), ["ddapps.yaml:1:1 unreadable-file"]);
}

#[test]
fn the_root_is_the_nearest_folder_with_settings() {
    let repository = Repository::new(PLAIN);
    repository.write("apps/deep/a.yaml", APP);
    let root = repository.path("");
    assert_eq!(
        find_root(&repository.path("apps/deep")),
        Some(root.components().collect())
    );
}

#[test]
fn settings_are_read_with_the_policy_of_the_environment_first() {
    let repository = Repository::new(
        "project: p-1\ndefinitions: defs\npolicy: {prune: true, max_deletes: 3}\nenvironments:\n  dev:\n    \
         site: datadoghq.eu\n    connections: {aws: x}\n    variables: {big: 12345678901234567890123, list: [1.0]}\n    \
         apps: {k: 65bb1f25-52e1-4510-9f8d-22d1516ed693}\n    policy: {max_deletes: 10%}\n  prod:\n",
    );
    let settings = read_settings(&repository.path("")).expect("valid");
    assert_eq!(settings.definitions, "defs");
    let dev = settings.target(Some("dev")).expect("dev");
    assert_eq!(dev.owner.to_string(), "p-1.dev");
    assert_eq!(dev.environment.site.as_deref(), Some("datadoghq.eu"));
    assert_eq!(
        dev.environment.variables["big"].to_string(),
        "12345678901234567890123"
    );
    assert_eq!(dev.environment.variables["list"].to_string(), "[1.0]");
    assert_eq!(
        (
            dev.environment.policy.prune,
            dev.environment.policy.max_deletes
        ),
        (true, MaxDeletes::Share(10))
    );
    assert!(
        dev.environment
            .apps
            .contains_key(&AppKey::new("k").expect("a key"))
    );
    let prod = settings.target(Some("prod")).expect("prod");
    assert_eq!(prod.environment.policy.max_deletes, MaxDeletes::Count(3));
    assert_eq!(json!(prod.elsewhere), json!({"dev": {"aws": "x"}}));
    let available = vec!["dev".to_owned(), "prod".to_owned()];
    assert_eq!(
        settings.target(None),
        Err(TargetError::NotChosen {
            available: available.clone()
        })
    );
    let unknown = TargetError::Unknown {
        name: "prd".into(),
        available,
        did_you_mean: Some("prod".into()),
    };
    assert_eq!(settings.target(Some("prd")), Err(unknown));
}

#[test]
fn without_environments_the_top_is_the_target() {
    let repository = Repository::new("project: p\nsite: datadoghq.com\nconnections: {aws: x}\n");
    let settings = read_settings(&repository.path("")).expect("valid");
    let target = settings.target(None).expect("the top");
    assert_eq!(
        (target.owner.environment, target.environment.site.as_deref()),
        (None, Some("datadoghq.com"))
    );
    let error = settings.target(Some("dev")).expect_err("no environments");
    assert_eq!(error, TargetError::NoEnvironments { name: "dev".into() });
}

#[test]
fn all_mistakes_in_settings_are_found_at_once() {
    for (text, expected) in [
        ("", vec!["1:1 missing-key"]),
        ("definitions: x\n", vec!["1:1 missing-key"]),
        ("project: P\n", vec!["1:10 invalid-name"]),
        ("project: [\n", vec!["1:10 yaml-syntax"]),
        ("project: p\nproject: q\n", vec!["2:1 duplicate-key"]),
        ("project: p\n---\nproject: q\n", vec!["1:1 settings-shape"]),
        (
            "projekt: p\nproject: p\ndefinitions: ../x\npolicy: {prune: 1, max_deletes: many, x: 1}\n",
            vec![
                "1:1 unknown-key",
                "3:14 path-outside-repository",
                "4:17 wrong-type",
                "4:33 wrong-type",
                "4:39 unknown-key",
            ],
        ),
        (
            "project: p\nsite: x\nenvironments:\n  Dev: {connections: {a: 1}, apps: {k: x, 'a b': y}, sites: z}\n",
            vec![
                "2:1 settings-shape",
                "4:3 invalid-name",
                "4:26 wrong-type",
                "4:40 wrong-type",
                "4:43 invalid-key",
                "4:54 unknown-key",
            ],
        ),
    ] {
        let repository = Repository::new(text);
        let findings = read_settings(&repository.path("")).expect_err("invalid");
        let places: Vec<_> = findings
            .iter()
            .map(|finding| {
                let place = finding.location.as_ref().expect("a place");
                format!("{}:{} {}", place.line, place.column, finding.rule)
            })
            .collect();
        assert_eq!(places, expected, "{text}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(
        read_settings(folder.path()).expect_err("missing")[0].rule,
        "unreadable-file"
    );
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
