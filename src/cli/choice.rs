//! What the command line says over the settings: which apps, and what may be done to them.

use anyhow::Result;
use ddapps::definition::Target;
use ddapps::model::{Policy, Selection};

use super::args::{Decisions, Global};
use super::exit::{Ending, Exit};

/// The apps that the command line selects.
pub fn selection(global: &Global) -> Result<Selection> {
    selected(global, &global.selection.keys)
}

/// The same with other keys than those that the options name.
pub fn selected(global: &Global, keys: &[String]) -> Result<Selection> {
    let args = &global.selection;
    let shard = args
        .shard
        .map(|part| part.shard(|name| std::env::var(name).ok()));
    let shard = shard.transpose().map_err(|error| {
        Ending::new(Exit::Usage, format!("`--shard`: {error}")).hint("or say it: `--shard 2/4`")
    })?;
    Selection::new(keys, args.tag.clone(), shard)
        .map_err(|error| Ending::new(Exit::Usage, format!("`--key`: {error}")).into())
}

/// The settings' policy, with what the command line says over it.
pub fn policy(target: &Target, selection: &Selection, decisions: &Decisions) -> Policy {
    let settings = &target.environment.policy;
    Policy {
        prune: (settings.prune || decisions.prune) && !decisions.no_prune,
        max_deletes: decisions.max_deletes.unwrap_or(settings.max_deletes),
        overwrite_drift: decisions.overwrite_drift,
        no_publish: decisions.no_publish || settings.no_publish,
        partial: !selection.is_all(),
    }
}
