//! The repository that a command works on: its root, its settings, and the environment.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use ddapps::definition::{self, Settings, Target, TargetError};
use ddapps::model::Selection;
use ddapps::reconcile::Question;

use super::args::Global;
use super::checkout::placed;
use super::exit::{Ending, Exit};
use super::output;

/// The repository's folder: the one that is named, or the nearest one upward.
pub fn root(global: &Global) -> Result<PathBuf> {
    if let Some(dir) = &global.dir {
        return Ok(dir.clone());
    }
    let here = std::env::current_dir().context("the current folder is not known")?;
    let found = definition::find_root(&here).ok_or_else(|| {
        Ending::new(
            Exit::Invalid,
            "there is no `ddapps.yaml` in this folder or above it",
        )
        .hint("name the repository with `--dir`, or write a `ddapps.yaml`: it needs one line, `project: my-team`")
    });
    Ok(found?)
}

/// A repository with its settings.
pub struct Repository {
    pub root: PathBuf,
    pub settings: Settings,
}

impl Repository {
    /// Finds the repository and reads its settings.
    pub fn open(global: &Global) -> Result<Self> {
        let root = root(global)?;
        match definition::read_settings(&root) {
            Ok(settings) => Ok(Self { root, settings }),
            Err(findings) => {
                output::findings(global, &placed(global, &root, &findings))?;
                let message = match root.join(definition::SETTINGS).exists() {
                    true => "the settings are invalid".to_owned(),
                    false => format!("there is no `ddapps.yaml` in `{}`", root.display()),
                };
                Err(Ending::new(Exit::Invalid, message).into())
            }
        }
    }

    /// The chosen environment. In the sandbox every environment is as good as another, so there the first one will do.
    pub fn target(&self, global: &Global) -> Result<Target> {
        let target = self.target_of(global)?;
        self.tell_target(global, &target);
        Ok(target)
    }

    /// The same, in silence.
    pub fn target_of(&self, global: &Global) -> Result<Target> {
        let first = || self.settings.environments.keys().next().map(String::as_str);
        let name = match (&global.env, global.sandbox) {
            (None, true) => first(),
            (name, _) => name.as_deref(),
        };
        self.settings
            .target(name)
            .map_err(|error| invalid(&error).into())
    }

    /// Says which environment was chosen, where nobody did.
    pub fn tell_target(&self, global: &Global, target: &Target) {
        if let (None, Some(name)) = (&global.env, &target.owner.environment) {
            let text = format!("environment `{name}` (the first one; choose with --env)");
            output::say(global, &text);
        }
    }

    /// The folder for what is of this machine only; git never sees it.
    pub fn own_folder(&self) -> Result<PathBuf> {
        let folder = self.root.join(".ddapps");
        let create = || {
            fs::create_dir_all(&folder)?;
            match fs::exists(folder.join(".gitignore"))? {
                true => Ok(()),
                false => fs::write(folder.join(".gitignore"), "*\n"),
            }
        };
        create().with_context(|| format!("`{}` cannot be made", folder.display()))?;
        Ok(folder)
    }

    /// Where this run keeps copies of what it overwrites or deletes: a folder of its own, by when it began and, for runs
    /// of the same second, by its process and a number. It is made when it is needed.
    pub fn backup(&self) -> Result<PathBuf> {
        let began = jiff::Timestamp::now().strftime("%Y-%m-%dT%H-%M-%SZ");
        let folder = self.own_folder()?.join("backup");
        let run = folder.join(format!("{began}-{}", std::process::id()));
        let mut number = 1;
        let mut next = run.clone();
        while next.exists() {
            number += 1;
            next = PathBuf::from(format!("{}-{number}", run.display()));
        }
        Ok(next)
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
            cache: None,
            memory: None,
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
