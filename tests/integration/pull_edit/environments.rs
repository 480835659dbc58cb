//! Where several environments read one file, what comes in for one of them is told as far as it matters to the others.

use ddapps::definition::edit::Editor;
use ddapps::definition::{load, read_settings};
use ddapps::model::Declared;
use serde_json::{Value, json};

use super::kinds::{Change, changed, first, repository};

const SETTINGS: &str = "project: platform\nenvironments:
  dev:
    connections: {aws: 11111111-1111-4111-8111-111111111111}
    variables: {region: eu-west-1}
  prod:
    connections: {aws: 22222222-2222-4222-8222-222222222222, new: 33333333-3333-4333-8333-333333333333}
    variables: {region: us-east-1, zone: us-east-2}
";
const TEXT: &str = "name: A\nqueries:\n  q: {action: com.x, connection: aws}\n\
    components: [{grid g: {region: '@{region}', label: a}}]\n";

/// What is told where `prod` is changed, and the definition that it becomes.
fn told(settings: &str, change: Change) -> (Vec<String>, String) {
    let workspace = repository(&[("apps/it.yaml", TEXT)]);
    workspace.write("ddapps.yaml", settings);
    let root = workspace.root();
    let target = (read_settings(root).unwrap().target(Some("prod"))).unwrap();
    let loaded = load(root, &read_settings(root).unwrap(), &target);
    let app = loaded.desired.apps.values().next().unwrap();
    let wanted = changed(&app.app, change);
    let look = &mut |_: Declared<'_>| ();
    let editor = Editor::new(root, &target, &loaded.parts);
    let opened = editor.open(app).unwrap();
    let (edited, ()) = editor.edit(opened, &[], app, &wanted, look).unwrap();
    let notes = edited.notes.iter().map(ToString::to_string).collect();
    (notes, edited.files[0].after.clone().unwrap())
}

fn query(connection: Option<&str>) -> Value {
    let mut query =
        json!({"name": "another", "type": "action", "properties": {"spec": {"fqn": "com.x"}}});
    if let Some(id) = connection {
        query["properties"]["spec"]["connectionId"] = json!(id);
    }
    query
}

#[test]
fn a_connection_or_variable_that_another_environment_does_not_know_is_told_of() {
    let (notes, text) = told(SETTINGS, |body| {
        let id = "33333333-3333-4333-8333-333333333333";
        body.queries.push(query(Some(id)));
    });
    assert!(text.contains("connection: new"), "{text}");
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(
        notes[0].contains("wrong in `dev`: connection `new` is not in environment `dev`"),
        "{notes:?}"
    );
    let (notes, text) = told(SETTINGS, |body| first(body)["region"] = json!("us-east-2"));
    assert!(text.contains("'@{zone}'"), "{text}");
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(
        notes[0].contains("wrong in `dev`: ") && notes[0].contains("`zone`"),
        "{notes:?}"
    );
}

#[test]
fn what_changes_for_another_environment_is_told() {
    let (notes, _) = told(SETTINGS, |body| first(body)["label"] = json!("b"));
    assert_eq!(notes, ["changes what `dev` gets, too"]);
    // What every environment knows is no mistake.
    let (notes, _) = told(SETTINGS, |body| {
        let id = "22222222-2222-4222-8222-222222222222";
        body.queries.push(query(Some(id)));
    });
    assert_eq!(notes, ["changes what `dev` gets, too"]);
    // What was wrong before is not told again; without other environments there is nobody to tell of.
    let broken = SETTINGS.replace("variables: {region: eu-west-1}", "variables: {}");
    let (notes, _) = told(&broken, |body| first(body)["label"] = json!("b"));
    assert_eq!(notes, Vec::<String>::new());
    let alone = SETTINGS.split_once("  dev:").unwrap().0.to_owned()
        + SETTINGS.split_at(SETTINGS.find("  prod:").unwrap()).1;
    let (notes, _) = told(&alone, |body| first(body)["label"] = json!("b"));
    assert_eq!(notes, Vec::<String>::new());
}
