//! Both sides of most apps are the same, and come in at the same time: what they have in common is kept once, so that
//! memory does not grow twice with the apps that did not change.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::model::{AppKey, Definition};

/// The definitions that came in while the other side's did not.
#[derive(Debug, Default)]
pub(super) struct Sharing(Mutex<BTreeMap<AppKey, Definition>>);

impl Sharing {
    /// A side of an app comes in. The one that comes second takes over what the first has already.
    pub(super) fn meet(&self, key: &AppKey, definition: &mut Definition) {
        // Definitions are only ever put and taken as a whole, so a poisoned lock still holds good ones.
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match first.remove(key) {
            Some(other) => definition.share(&other),
            None => drop(first.insert(key.clone(), definition.clone())),
        }
    }
}
