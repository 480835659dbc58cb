//! The repository that a command works on: its root, its settings, and the environment.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use ddapps::definition::{self, Settings, Target, TargetError};
use ddapps::model::{Policy, Selection};
use ddapps::reconcile::Question;

use super::args::{Decisions, Global};
use super::exit::{Ending, Exit};
use super::output;

/// A repository with its settings.
pub struct Repository {
    pub root: PathBuf,
    pub settings: Settings,
}

impl Repository {
    /// Finds the repository and reads its settings.
    pub fn open(global: &Global) -> Result<Self> {
        let root = match &global.dir {
            Some(dir) => dir.clone(),
            None => {
                let here = std::env::current_dir().context("the current folder is not known")?;
                definition::find_root(&here).ok_or_else(|| {
                    Ending::new(
                        Exit::Invalid,
                        "there is no `ddapps.yaml` in this folder or above it",
                    )
                    .hint("name the repository with `--dir`, or write a `ddapps.yaml`: it needs one line, `project: my-team`")
                })?
            }
        };
        match definition::read_settings(&root) {
            Ok(settings) => Ok(Self { root, settings }),
            Err(findings) => {
                output::findings(global, &findings)?;
                Err(Ending::new(Exit::Invalid, "the settings are invalid").into())
            }
        }
    }

    /// The chosen environment. In the sandbox every environment is as good as another, so there the first one will do.
    pub fn target(&self, global: &Global) -> Result<Target> {
        let first = || self.settings.environments.keys().next().map(String::as_str);
        let name = match (&global.env, global.sandbox) {
            (None, true) => {
                let first = first();
                if let Some(name) = first {
                    output::say(
                        global,
                        &format!("environment `{name}` (the first one; choose with --env)"),
                    );
                }
                first
            }
            (name, _) => name.as_deref(),
        };
        self.settings
            .target(name)
            .map_err(|error| invalid(&error).into())
    }

    /// The commit that is checked out, if this is a git repository.
    pub fn commit(&self) -> Option<String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(&self.root)
            .args(["rev-parse", "--verify", "--quiet", "HEAD"])
            .output()
            .ok()?;
        let commit = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        let is_hash = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        (output.status.success() && is_hash).then_some(commit)
    }

    /// What to look at.
    pub fn question<'a>(
        &'a self,
        global: &Global,
        target: &'a Target,
        selection: &'a Selection,
    ) -> Question<'a> {
        Question {
            root: &self.root,
            settings: &self.settings,
            target,
            selection,
            parallelism: global.parallelism.into(),
        }
    }
}

/// An environment that cannot be used is an invalid setting.
pub fn invalid(error: &TargetError) -> Ending {
    let hint = match error {
        TargetError::NoEnvironments { .. } => "leave `--env` and DDAPPS_ENV out",
        TargetError::NotChosen { .. } | TargetError::Unknown { .. } => {
            "choose one with `--env` or DDAPPS_ENV"
        }
    };
    Ending::new(Exit::Invalid, error.to_string()).hint(hint)
}

/// The apps that the command line selects.
pub fn selection(global: &Global) -> Result<Selection> {
    let args = &global.selection;
    Selection::new(&args.keys, args.tag.clone(), args.shard)
        .map_err(|error| Ending::new(Exit::Usage, format!("`--key`: {error}")).into())
}

/// The settings' policy, with what the command line says over it.
pub fn policy(target: &Target, selection: &Selection, decisions: &Decisions) -> Policy {
    let settings = &target.environment.policy;
    Policy {
        prune: (settings.prune || decisions.prune) && !decisions.no_prune,
        max_deletes: decisions.max_deletes.unwrap_or(settings.max_deletes),
        no_publish: decisions.no_publish || settings.no_publish,
        partial: !selection.is_all(),
    }
}
