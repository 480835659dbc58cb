//! Repositories as a whole: which files count.

mod hostile;
mod settings;

use std::fs;
use std::os::unix::fs::symlink;

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
fn in_the_folder_of_an_app_only_its_parts_are_no_apps() {
    let repository = Repository::new(PLAIN);
    let naming = |file: &str| format!("name: A\ncomponents: [{{file: {file}}}]\n");
    repository.write("apps/a.yaml", naming("a/part.yaml"));
    repository.write(
        "apps/a/part.yaml",
        "container b: {children: [{file: c.yaml}]}\n",
    );
    repository.write("apps/a/c.yaml", "text c: {}\n");
    repository.write("apps/a/other.yaml", APP);
    repository.write("apps/a/other/deep.yaml", APP);
    assert_eq!(keys(&repository), ["a", "deep", "other"]);
    // A circle belongs to nobody, wherever it is.
    repository.write("apps/a/one.yaml", naming("two.yaml"));
    repository.write("apps/a/two.yaml", naming("one.yaml"));
    let found = rules(&repository);
    for file in ["apps/a/one.yaml", "apps/a/two.yaml"] {
        assert!(found.iter().any(|it| it.starts_with(file)), "{found:?}");
    }
    // With its app it is one mistake of that app.
    repository.write(
        "apps/a/part.yaml",
        "container b: {children: [{file: ../a.yaml}]}\n",
    );
    let found = rules(&repository);
    let circles = found
        .iter()
        .filter(|rule| rule.starts_with("apps/a/part.yaml"));
    assert_eq!(circles.count(), 1, "{found:?}");
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
fn a_missing_definitions_folder_is_an_error() {
    let repository = Repository::new("project: platform\ndefinitions: none\n");
    assert_eq!(rules(&repository), ["ddapps.yaml:1:1 unreadable-file"]);
}
