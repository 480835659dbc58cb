//! Both sides of most apps are the same, and come in at the same time: what they have in common is kept once, so that
//! memory does not grow twice with the apps that did not change.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::definition::Gate;
use crate::model::{AppKey, Definition};

/// What the two sides have in common while they come in.
#[derive(Debug, Default)]
pub(super) struct Sharing {
    /// The definitions that came in while the other side's did not.
    first: Mutex<BTreeMap<AppKey, Definition>>,
    /// Opens when the live side is there: until then, loading leaves a core to it.
    pub(super) gate: Gate,
}

impl Sharing {
    /// Where the live side needs no core to itself: loading has all from the start.
    pub(super) fn on_all_cores() -> Self {
        Self {
            gate: Gate::opened(),
            ..Self::default()
        }
    }

    /// A side of an app comes in. The one that comes second takes over what the first has already.
    pub(super) fn meet(&self, key: &AppKey, definition: &mut Definition) {
        // Definitions are only ever put and taken as a whole, so a poisoned lock still holds good ones.
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        match first.remove(key) {
            Some(other) => {
                drop(first);
                definition.share(&other);
            }
            None => drop(first.insert(key.clone(), definition.clone())),
        }
    }
}
