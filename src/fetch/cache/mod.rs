//! Live apps as they were read before, so that only what changed is read again.
//!
//! An entry's address is a hash of all that the listing shows of an app: id, name, tags, who saved it when, what users
//! run. When the listing shows the same again, the app is taken from here, and when anything is otherwise, it is read.
//! That rests on the listing telling the truth, which nobody promises (`API.md` section 14). So it is measured: whatever
//! is read is compared with what was listed, and of each page of the listing the app that was read the longest ago is
//! read anyway. One contradiction, and a run reads everything. What no listing shows, the protection level above
//! all, is found by that sample, and when the entry is too old to be believed.
//!
//! Entries in a folder are sealed with the keys, under a name that is made from them too: organisations never mix, and an
//! entry that was damaged or forged is none. Keys are not in it, but definitions are, with all that people write into them.

mod entry;
mod folder;
mod memory;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

use crate::api::{ListedApp, Seal};
use crate::model::LiveApp;

use folder::Folder;
use memory::Memory;

pub(super) use entry::Entry;
pub use folder::Limits;

/// Where apps are kept between runs. Clones are the same place.
#[derive(Clone, Debug)]
pub struct Cache {
    place: Arc<Place>,
    limits: Limits,
    refresh: bool,
}

#[derive(Debug)]
enum Place {
    Folder(Folder),
    Memory(Memory),
}

impl Cache {
    /// A cache in a folder, which is made when something is kept. Runs may share it while they run.
    pub fn open(folder: &Path) -> Self {
        Self::of(Place::Folder(Folder(folder.to_owned())))
    }

    /// A cache that ends with its last clone, for runs one after another.
    pub fn memory() -> Self {
        Self::of(Place::Memory(Memory::default()))
    }

    fn of(place: Place) -> Self {
        Self {
            place: Arc::new(place),
            limits: Limits::default(),
            refresh: false,
        }
    }

    /// The same place, where other limits hold.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same place, from which nothing is taken; what is read is kept.
    pub fn refreshed(self, refresh: bool) -> Self {
        Self { refresh, ..self }
    }

    /// What is kept of one organisation as one pair of keys sees it.
    pub(super) fn shelf(&self, seal: &Seal) -> Shelf {
        Shelf {
            organisation: seal.under(&[b"organisation"])[..16].to_vec(),
            cache: self.clone(),
            seal: seal.clone(),
            began: Instant::now(),
            has_complained: AtomicBool::new(false),
        }
    }
}

/// The part of a cache that one run uses.
#[derive(Debug)]
pub(super) struct Shelf {
    cache: Cache,
    organisation: Vec<u8>,
    seal: Seal,
    began: Instant,
    has_complained: AtomicBool,
}

impl Shelf {
    /// The app that the listing shows, as it was read when the listing showed the same.
    pub(super) fn find(&self, listed: &ListedApp) -> Option<Entry> {
        if self.cache.refresh || !is_telling(listed) {
            return None;
        }
        let now = SystemTime::now();
        let entry = match &*self.cache.place {
            Place::Folder(folder) => self.read(folder, listed, now)?,
            Place::Memory(memory) => memory.take(&self.address(listed))?,
        };
        // Where the clock was set back, the age of an entry is not known.
        let age = now.duration_since(entry.read_at).ok()?;
        let is_believed = age < self.cache.limits.age
            && entry.app.id == listed.id
            && listed.disagrees(&entry.app).is_none();
        is_believed.then_some(entry)
    }

    /// Keeps an app that agrees with what was listed of it.
    pub(super) fn keep(&self, listed: &ListedApp, app: LiveApp) {
        if !is_telling(listed) {
            return;
        }
        let read_at = SystemTime::now();
        let entry = Entry { app, read_at };
        let folder = match &*self.cache.place {
            Place::Folder(folder) => folder,
            Place::Memory(memory) => return memory.put(self.address(listed), entry),
        };
        let bytes = entry.write(&listed.shown, &self.seal);
        if let Err(error) = folder.put(&self.name(listed), &bytes)
            && !self.has_complained.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(%error, "the cache cannot be written, so the next run reads again what this one read");
        }
    }

    /// Removes what is too old or too much.
    pub(super) fn tidy(&self) {
        match &*self.cache.place {
            Place::Folder(folder) => folder.tidy(self.cache.limits, SystemTime::now()),
            Place::Memory(memory) => memory.tidy(self.began),
        }
    }

    fn read(&self, folder: &Folder, listed: &ListedApp, now: SystemTime) -> Option<Entry> {
        let name = self.name(listed);
        let bytes = folder.take(&name, now)?;
        let entry = Entry::read(&bytes, &listed.shown, &self.seal);
        if entry.is_none() {
            folder.remove(&name);
        }
        entry
    }

    fn name(&self, listed: &ListedApp) -> String {
        folder::name(&self.organisation, &listed.shown)
    }

    fn address(&self, listed: &ListedApp) -> memory::Address {
        (self.organisation.clone(), listed.shown)
    }
}

/// Whether a listing shows enough of an app to tell that it was saved.
fn is_telling(listed: &ListedApp) -> bool {
    !listed.saved.at.is_empty() && listed.tags.is_some()
}
