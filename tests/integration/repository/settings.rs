//! The settings of a repository, and where its root is.

use ddapps::definition::{TargetError, find_root, read_settings};
use ddapps::model::{AppKey, MaxDeletes};
use serde_json::json;

use super::{APP, PLAIN};
use crate::definition::Repository;

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
    assert_eq!(
        json!(prod.elsewhere["dev"].connections),
        json!({"aws": "x"})
    );
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
