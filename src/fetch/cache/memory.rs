//! Entries in the memory of a process that runs again and again, just as they were read: nothing is sealed, and nothing is
//! parsed again. What the newest run did not use is forgotten.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::entry::Entry;

/// An organisation, and what the listing shows of an app in it.
pub(super) type Address = (Vec<u8>, [u8; 32]);

/// The entries, and when each was used last.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<BTreeMap<Address, (Entry, Instant)>>);

impl Memory {
    /// The entry at an address, which is noted to be in use.
    pub(super) fn take(&self, address: &Address) -> Option<Entry> {
        let mut held = self.held();
        let (entry, used) = held.get_mut(address)?;
        *used = Instant::now();
        Some(entry.clone())
    }

    /// Keeps an entry.
    pub(super) fn put(&self, address: Address, entry: Entry) {
        self.held().insert(address, (entry, Instant::now()));
    }

    /// Forgets what was not used since then.
    pub(super) fn tidy(&self, since: Instant) {
        self.held().retain(|_, (_, used)| *used >= since);
    }

    /// Entries are only ever put and taken as a whole, so a poisoned lock still holds good ones.
    fn held(&self) -> MutexGuard<'_, BTreeMap<Address, (Entry, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::cache::entry::tests::entry;

    #[test]
    fn what_a_run_did_not_use_is_forgotten() {
        let memory = Memory::default();
        let addresses = [1, 2].map(|number| (b"o".to_vec(), [number; 32]));
        for address in &addresses {
            memory.put(address.clone(), entry());
        }
        let began = Instant::now();
        assert_eq!(memory.take(&addresses[0]), Some(entry()));
        memory.tidy(began);
        assert_eq!(memory.take(&addresses[0]), Some(entry()));
        assert_eq!(memory.take(&addresses[1]), None);
    }
}
