//! What the command line says over the settings: which apps, and what may be done to them.

use std::collections::BTreeSet;
use std::slice;

use anyhow::Result;
use ddapps::definition::Target;
use ddapps::model::{Policy, Selection};
use ddapps::reconcile::Observation;

use super::args::{Decisions, Global};
use super::exit::{Ending, Exit};
use super::output;

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

/// Says which `--key` no app has, so that a typing mistake does not look like work that is done. Where a tag or a part
/// is chosen too, an app may be left out for that.
pub fn tell_unmatched(global: &Global, observed: &Observation) {
    let args = &global.selection;
    if args.tag.is_some() || args.shard.is_some() {
        return;
    }
    let Observation { desired, live, .. } = observed;
    let marks = live.apps.values().map(|app| &app.marks);
    let unread = live.unread.iter().filter_map(|app| app.marks.as_ref());
    let marked = marks.chain(unread).flatten().map(|mark| &mark.key);
    let keys: BTreeSet<_> = desired.apps.keys().chain(marked).collect();
    for glob in &args.keys {
        let is_met = |only: Selection| keys.iter().any(|key| only.admits(key));
        if !Selection::new(slice::from_ref(glob), None, None).is_ok_and(is_met) {
            output::say(
                global,
                &format!("`--key {glob}` matches no app, neither in git nor live"),
            );
        }
    }
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
