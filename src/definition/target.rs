//! Choosing the environment that a run is about.

use std::collections::BTreeMap;

use super::notes::nearest;
use super::settings::{Environment, Settings};
use crate::model::{Draft, Owner};

/// What one run is about: an owner, and the environment that definitions are read for.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Whose apps these are.
    pub owner: Owner,
    /// The chosen environment.
    pub environment: Environment,
    /// The other environments, by name.
    pub elsewhere: BTreeMap<String, Environment>,
    /// Whether the run is about somebody's own copies of the apps.
    pub draft: Option<Draft>,
}

/// Why no environment could be chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// There are environments, and none was named.
    #[error("no environment chosen; available: {}", .available.join(", "))]
    NotChosen {
        /// The environments' names.
        available: Vec<String>,
    },
    /// The named environment does not exist.
    #[error("no environment `{name}`; available: {}", .available.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The environments' names.
        available: Vec<String>,
        /// The one that was probably meant.
        did_you_mean: Option<String>,
    },
    /// An environment was named, but the settings have none.
    #[error("no environment `{name}`: the settings have no environments")]
    NoEnvironments {
        /// What was asked for.
        name: String,
    },
}

impl Settings {
    /// Chooses the environment to run for.
    pub fn target(&self, environment: Option<&str>) -> Result<Target, TargetError> {
        let available = || self.environments.keys().cloned().collect();
        let chosen = match environment {
            None if self.environments.is_empty() => &self.top,
            None => {
                return Err(TargetError::NotChosen {
                    available: available(),
                });
            }
            Some(name) if self.environments.is_empty() => {
                return Err(TargetError::NoEnvironments {
                    name: name.to_owned(),
                });
            }
            Some(name) => self.environments.get(name).ok_or_else(|| {
                let names = self.environments.keys().map(String::as_str);
                TargetError::Unknown {
                    name: name.to_owned(),
                    available: available(),
                    did_you_mean: nearest(name, names).map(str::to_owned),
                }
            })?,
        };
        let others = self
            .environments
            .iter()
            .filter(|(name, _)| Some(name.as_str()) != environment);
        Ok(Target {
            owner: Owner {
                project: self.project.clone(),
                environment: environment.map(str::to_owned),
            },
            environment: chosen.clone(),
            elsewhere: others
                .map(|(name, other)| (name.clone(), other.clone()))
                .collect(),
            draft: None,
        })
    }
}

impl Target {
    /// The same for somebody's own copies of the apps: they have another owner, and are bound to none of the apps.
    pub fn drafted(mut self, draft: Draft) -> Self {
        self.owner = draft.owner(&self.owner);
        self.environment.apps.clear();
        self.draft = Some(draft);
        self
    }
}
