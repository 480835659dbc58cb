//! A repository and the state of a server on which nothing is left to do.

use std::fs;
use std::path::Path;

use ddapps::definition;
use serde_json::{Value, json};

use super::Outcome;

/// Apps, as copies of a real export of 21 KB, each with findings.
pub fn write_apps(root: &Path, apps: usize) -> Outcome<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let export = fs::read_to_string(project.join("tests/corpus/aws-eks.json"))?;
    let mut export: Value = serde_json::from_str(&export)?;
    begin(root)?;
    for number in 0..apps {
        export["name"] = format!("Manage EKS {number}").into();
        fs::write(app(root, number), export.to_string())?;
    }
    Ok(())
}

/// One app with so many components.
pub fn write_components(root: &Path, components: usize) -> Outcome<()> {
    let component = |number: usize| {
        json!({
            "type": "button", "name": format!("button{number}"), "events": [],
            "properties": {"label": format!("Button {number}"), "isDisabled": "${select0.value == 'none'}"},
        })
    };
    let export = json!({
        "name": "Large", "rootInstanceName": "grid0", "queries": [],
        "components": [{"type": "grid", "name": "grid0", "events": [],
            "properties": {"children": (1..components).map(component).collect::<Vec<_>>()}}],
    });
    begin(root)?;
    Ok(fs::write(app(root, 0), export.to_string())?)
}

/// The file of an app.
pub fn app(root: &Path, number: usize) -> std::path::PathBuf {
    root.join(format!("apps/app-{number}.json"))
}

fn begin(root: &Path) -> Outcome<()> {
    let apps = root.join("apps");
    if apps.exists() {
        fs::remove_dir_all(&apps)?;
    }
    fs::create_dir_all(apps)?;
    Ok(fs::write(root.join("ddapps.yaml"), "project: platform\n")?)
}

/// The state of a server that has everything as the repository at `root` wants it.
pub fn live(root: &Path) -> Outcome<Value> {
    let settings = definition::read_settings(root).map_err(|findings| format!("{findings:?}"))?;
    let target = settings.target(None)?;
    let loaded = definition::load(root, &settings, &target);
    let apps = loaded.desired.apps.iter().zip(1_u128..);
    let apps: Vec<_> = apps
        .map(|((key, desired), number)| {
            let body = desired.app.definition.body();
            let tags = desired.app.tags.iter().flatten().cloned();
            json!({
                "id": uuid::Uuid::from_u128(number),
                "name": desired.app.name,
                "description": desired.app.description,
                "rootInstanceName": body.root_instance_name,
                "components": body.components,
                "queries": body.queries,
                "tags": tags.chain([target.owner.mark(key)]).collect::<Vec<_>>(),
                "protectionLevel": desired.app.protection_level.map(|it| it.as_str()),
                "selfService": desired.app.self_service.unwrap_or(false),
                "published": desired.app.publish.unwrap_or(false),
            })
        })
        .collect();
    Ok(json!({ "apps": apps }))
}
