//! `ddapps watch`, as a process that is told of nothing but files.

mod alike;
mod applying;
mod drafting;
mod lasting;
mod process;
mod remembering;
mod saving;

use std::path::Path;

use serde_json::json;

use crate::support::Workspace;

/// An app with one button.
fn app(name: &str, label: &str) -> String {
    json!({
        "name": name,
        "rootInstanceName": "button0",
        "components": [{"type": "button", "name": "button0", "events": [], "properties": {"label": label}}],
        "queries": [],
    })
    .to_string()
}

/// A repository with two apps.
fn repository() -> Workspace {
    let workspace = Workspace::with_project();
    workspace.write("apps/first.json", &app("First", "old"));
    workspace.write("apps/other.json", &app("Other", "old"));
    workspace
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}
