//! What imported apps are called, and which files they go to.

use std::collections::BTreeSet;

use ddapps::emulator::Settings;

use super::{attributes, create, run, small};
use crate::support::cycle::client;
use crate::support::{Server, Workspace};

#[test]
fn a_marked_app_keeps_its_key_and_needs_no_binding() {
    let server = Server::new(Settings::default());
    let id = create(&server, &small("Some name"));
    let tags = BTreeSet::from(["team:x".to_owned(), "ddapps:platform/Refunds.v2".to_owned()]);
    server
        .block_on(client(&server).writer().set_tags(id, &tags))
        .unwrap();
    let workspace = Workspace::with_project();
    run(&server, &workspace, &["import", &id.to_string()]).expect(0);
    let text = std::fs::read_to_string(workspace.path("apps/Refunds.v2.yaml")).unwrap();
    assert!(text.starts_with("name: Some name\n"), "{text}");
    assert!(text.contains("tags: [team:x]\n"), "{text}");
    assert_eq!(
        std::fs::read_to_string(workspace.path("ddapps.yaml")).unwrap(),
        "project: platform\n"
    );
    run(&server, &workspace, &["plan", "--detailed-exitcode"]).expect(0);
    let foreign = Workspace::new();
    foreign.write("ddapps.yaml", "project: other\n");
    let refused = run(&server, &foreign, &["import", "--all"]).expect(4);
    assert!(refused.contains("ddapps:platform/Refunds.v2"), "{refused}");
    assert!(!foreign.path("apps").exists());
}

#[test]
fn hostile_names_make_harmless_files() {
    let server = Server::new(Settings::default());
    let names = [
        "../../evil",
        "app",
        "App",
        "ddapps",
        "\u{202e}",
        "a\nb",
        "same",
        "Same",
        "@{x} ${y}",
        ".git",
    ];
    for name in names {
        create(&server, &small(name));
    }
    let workspace = Workspace::with_project();
    let result = run(
        &server,
        &workspace,
        &["import", "--all", "--format", "json"],
    )
    .json(0);
    let mut files = BTreeSet::new();
    for app in result["apps"].as_array().unwrap() {
        let file = app["files"][0].as_str().unwrap();
        assert!(workspace.path(file).exists(), "{file}");
        files.insert(file.to_lowercase());
        assert!(file.starts_with("apps/") && !file.contains(".."), "{file}");
    }
    assert_eq!(files.len(), names.len());
    assert!(!files.contains("apps/app.yaml"));
    let plan = run(&server, &workspace, &["plan", "--format", "json"]).json(0);
    assert_eq!(plan["summary"]["adopt"], names.len());
    assert_eq!(plan["summary"]["create"], 0);
}

#[test]
fn nothing_is_overwritten_without_force() {
    let server = Server::new(Settings::default());
    let id = create(&server, &small("Refunds")).to_string();
    let workspace = Workspace::with_project();
    run(&server, &workspace, &["import", &id]).expect(0);
    let file = workspace.path("apps/refunds.yaml");
    let written = std::fs::read_to_string(&file).unwrap();
    workspace.write("apps/refunds.yaml", &format!("# mine\n{written}"));
    run(&server, &workspace, &["import", &id]).expect(4);
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .starts_with("# mine")
    );
    run(&server, &workspace, &["import", &id, "--force"]).expect(0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written);
    // Somebody else's app of the same name gets another file.
    create(&server, &small("Refunds"));
    run(&server, &workspace, &["import", "--all"]).expect(5);
    assert!(workspace.path("apps/refunds-2.yaml").exists());
}

#[test]
fn a_link_out_of_the_repository_is_not_followed() {
    let server = Server::new(Settings::default());
    let id = create(&server, &small("Refunds")).to_string();
    let (workspace, outside) = (Workspace::with_project(), Workspace::new());
    std::os::unix::fs::symlink(outside.root(), workspace.path("apps")).unwrap();
    run(&server, &workspace, &["import", &id]).expect(4);
    assert_eq!(std::fs::read_dir(outside.root()).unwrap().count(), 0);
}

#[test]
fn keys_that_would_share_a_file_get_one_each() {
    let server = Server::new(Settings::default());
    let workspace = Workspace::with_project();
    for key in ["a:b", "a*b", "A-B"] {
        let id = create(&server, &small(key));
        let tags = BTreeSet::from([format!("ddapps:platform/{key}")]);
        let writer = client(&server).writer();
        server.block_on(writer.set_tags(id, &tags)).unwrap();
    }
    for layout in ["file", "folder"] {
        let folder = Workspace::with_project();
        run(&server, &folder, &["import", "--all", "--layout", layout]).expect(0);
        run(&server, &folder, &["plan", "--detailed-exitcode"]).expect(0);
    }
    run(&server, &workspace, &["import", "--all"]).expect(0);
    let files = std::fs::read_dir(workspace.path("apps")).unwrap();
    assert_eq!(files.count(), 3);
}

#[test]
fn what_is_imported_anew_goes_into_the_file_that_it_has() {
    for layout in ["file", "folder"] {
        let server = Server::new(Settings::default());
        let workspace = Workspace::with_project();
        let import = |args: &[&str]| {
            let args = [&["import", "--layout", layout, "--force"], args].concat();
            run(&server, &workspace, &args)
        };
        let mut ids = Vec::new();
        for (name, key) in [("First", "a:b"), ("Second", "a*b")] {
            let id = create(&server, &small(name));
            let tags = BTreeSet::from([format!("ddapps:platform/{key}")]);
            let writer = client(&server).writer();
            server.block_on(writer.set_tags(id, &tags)).unwrap();
            ids.push(id.to_string());
        }
        import(&["--all"]).expect(0);
        let [first, second] = match layout {
            "file" => ["apps/a-b.yaml", "apps/a-b-2.yaml"],
            _ => ["apps/a-b/app.yaml", "apps/a-b-2/app.yaml"],
        };
        let texts = [workspace.read(first), workspace.read(second)];
        for name in [first, second] {
            workspace.write(name, &format!("# mine\n{}", workspace.read(name)));
        }
        // Alone, the second one still has the second file.
        import(&[&ids[1]]).expect(0);
        assert!(workspace.read(first).starts_with("# mine"));
        assert_eq!(workspace.read(second), texts[1]);
        // Whatever its author calls it.
        let mine = first.replace("a-b", "mine");
        let text = workspace.read(first);
        std::fs::remove_file(workspace.path(first)).unwrap();
        workspace.write(&mine, &text);
        import(&["--all"]).expect(0);
        assert_eq!([workspace.read(&mine), workspace.read(second)], texts);
        assert!(!workspace.path(first).exists());
        run(&server, &workspace, &["plan", "--detailed-exitcode"]).expect(0);
    }
}

#[test]
fn parts_that_nothing_names_any_more_go_and_are_named() {
    let server = Server::new(Settings::default());
    let id = create(&server, &attributes("aws-service-console"));
    let writer = client(&server).writer();
    let tags = BTreeSet::from(["ddapps:platform/console".to_owned()]);
    server.block_on(writer.set_tags(id, &tags)).unwrap();
    let workspace = Workspace::with_project();
    let import = |args: &[&str]| {
        let id = id.to_string();
        let args = [&["import", &id, "--format", "json"], args].concat();
        let result = run(&server, &workspace, &args).json(0);
        let texts = |field: &str| -> Vec<String> {
            serde_json::from_value(result["apps"][0][field].clone()).unwrap()
        };
        (texts("files"), texts("removed"))
    };
    let (files, removed) = import(&[]);
    let (file, parts) = files.split_first().unwrap();
    let components = parts.iter().filter(|it| it.ends_with(".yaml"));
    let [shared, left, ..] = components.collect::<Vec<_>>()[..] else {
        panic!("{files:?}");
    };
    assert_eq!((file.as_str(), removed), ("apps/console.yaml", Vec::new()));
    // One of them is another app's, too, and there is something that nobody names.
    let named = shared.strip_prefix("apps/").unwrap();
    let other = format!(
        "name: Other\ncomponents:\n  - grid g:\n      children:\n        - {{file: {named}}}\n"
    );
    workspace.write("apps/other.yaml", &other);
    workspace.write("apps/console/notes.md", "mine");
    let small = small("Console");
    server.block_on(writer.update(id, &small)).unwrap();
    let (files, removed) = import(&["--force"]);
    assert_eq!(files, ["apps/console.yaml"]);
    assert!(
        removed.contains(left) && !removed.contains(shared),
        "{removed:?}"
    );
    for part in parts {
        assert_eq!(
            workspace.path(part).exists(),
            !removed.contains(part),
            "{part}"
        );
    }
    assert_eq!(workspace.read("apps/console/notes.md"), "mine");
    // Else they would be definitions, and wrong ones.
    run(&server, &workspace, &["plan"]).expect(0);
}
