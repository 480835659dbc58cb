//! Apps that Terraform keeps: `datadog_app_builder_app` resources of a state, and of configuration where it says them
//! in full.
//!
//! A state knows everything, ids among it. Configuration is a programme, and is read only as far as it needs no run of
//! Terraform: a literal, a heredoc, `jsonencode(…)` or `file(…)` without variables. What is more than that is named, not
//! guessed.

mod config;
mod state;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Found;
use super::export::{self, ExportError};
use crate::model::{AppId, Body, Definition};

/// The type of the resources that are apps.
const RESOURCE: &str = "datadog_app_builder_app";
/// The state's file in a folder.
const STATE: &str = "terraform.tfstate";

/// What Terraform keeps.
#[derive(Clone, Debug, Default)]
pub struct Terraform {
    /// The apps that could be read.
    pub apps: Vec<Found>,
    /// The resources that could not be, by address, each with the reason.
    pub unread: Vec<(String, Unread)>,
}

/// Why a resource could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// The resource stands for several apps.
    #[error("`{0}` makes several apps of it; import from the state")]
    Several(&'static str),
    /// Only a run of Terraform could tell what an argument is.
    #[error("`{argument}` needs a run of Terraform ({reason}); import from the state")]
    NeedsRun {
        /// The argument.
        argument: &'static str,
        /// What cannot be known.
        reason: String,
    },
    /// A file that the configuration names cannot be read.
    #[error("`{path}` cannot be read: {reason}")]
    File {
        /// As the configuration names it.
        path: String,
        /// What is in the way.
        reason: String,
    },
    /// The configuration is written in JSON.
    #[error("configuration in JSON (`.tf.json`) is not read; import from the state")]
    JsonSyntax,
    /// The app's JSON is no app.
    #[error("`app_json`: {0}")]
    NoApp(#[from] ExportError),
}

/// Why nothing could be read.
#[derive(Debug, thiserror::Error)]
pub enum TerraformError {
    /// A file or folder.
    #[error("`{}` cannot be read", .path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What is in the way.
        #[source]
        source: io::Error,
    },
    /// A state that is none, or of another version.
    #[error("`{}` is no Terraform state of version 4", .path.display())]
    NoState {
        /// The file.
        path: PathBuf,
    },
    /// A file of the configuration.
    #[error("`{}` is no Terraform configuration: {reason}", .path.display())]
    NoConfiguration {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
}

/// Reads a state, or a folder with a state or configuration. What the state holds is not read from the configuration.
pub fn read_terraform(path: &Path) -> Result<Terraform, TerraformError> {
    let mut terraform = Terraform::default();
    if !path.is_dir() {
        state::read(path, &read(path)?, &mut terraform)?;
        return Ok(terraform);
    }
    let mut known = BTreeSet::new();
    let state = path.join(STATE);
    if state.exists() {
        known = state::read(&state, &read(&state)?, &mut terraform)?;
    }
    let failed = |source| TerraformError::Io {
        path: path.to_owned(),
        source,
    };
    let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let files = entries
        .map_err(failed)?
        .into_iter()
        .map(|entry| entry.path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".tf") {
            config::read(path, &file, &read(&file)?, &known, &mut terraform)?;
        } else if name.ends_with(".tf.json") && holds_an_app(&read(&file)?, &known) {
            let unread = (name.into_owned(), Unread::JsonSyntax);
            terraform.unread.push(unread);
        }
    }
    Ok(terraform)
}

/// Whether a configuration in JSON holds an app that the state did not tell. What is no JSON could.
fn holds_an_app(text: &str, known: &BTreeSet<String>) -> bool {
    let Ok(whole) = serde_json::from_str::<Value>(text) else {
        return text.contains(RESOURCE);
    };
    let resources = whole.get("resource").and_then(|it| it.get(RESOURCE));
    match resources {
        None => false,
        Some(Value::Object(apps)) => apps.keys().any(|name| !known.contains(name)),
        Some(_) => true,
    }
}

fn read(path: &Path) -> Result<String, TerraformError> {
    fs::read_to_string(path).map_err(|source| TerraformError::Io {
        path: path.to_owned(),
        source,
    })
}

/// The arguments of one resource.
#[derive(Debug, Default)]
struct Resource {
    id: Option<AppId>,
    name: Option<String>,
    description: Option<String>,
    root_instance_name: Option<String>,
    published: Option<bool>,
    /// Connection ids by the name of the query that they are put into.
    connections: BTreeMap<String, String>,
}

impl Resource {
    /// The app as the provider would make it: what the resource says counts over its JSON.
    fn found(self, app_json: &str) -> Result<Found, Unread> {
        let mut app = export::read_export(app_json)?;
        let mut body: Body = app.definition.body();
        for query in &mut body.queries {
            let name = query.get("name").and_then(Value::as_str);
            let id = name.and_then(|name| self.connections.get(name));
            let spec = query
                .pointer_mut("/properties/spec")
                .and_then(Value::as_object_mut);
            if let (Some(id), Some(spec)) = (id, spec) {
                spec.insert("connectionId".to_owned(), Value::from(id.as_str()));
            }
        }
        if let Some(root) = self.root_instance_name.filter(|root| !root.is_empty()) {
            body.root_instance_name = root;
        }
        app.definition = Definition::new(body);
        app.name = self
            .name
            .filter(|name| !name.is_empty())
            .unwrap_or(app.name);
        app.description = self.description.or(app.description);
        app.publish = self.published;
        Ok(Found {
            app,
            id: self.id,
            marks: BTreeSet::new(),
            is_behind: false,
        })
    }
}
