//! `ddapps watch`, as a process that is told of nothing but files.

mod alike;
mod applying;
mod drafting;
mod lasting;
mod meddling;
mod process;
mod remembering;
mod saving;

use std::path::Path;

use ddapps::emulator::Settings;
use ddapps::model::Policy;
use serde_json::json;

use crate::support::cycle::{converge, plan};
use crate::support::{Server, Workspace};

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

/// A server that has what the repository says.
fn converged(workspace: &Workspace) -> Server {
    converged_on(workspace, Settings::default())
}

fn converged_on(workspace: &Workspace, settings: Settings) -> Server {
    let server = Server::new(settings);
    let policy = Policy::default();
    converge(&server, &plan(&server, workspace.root(), &policy).unwrap());
    server.emulator().clear_requests();
    server
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}
