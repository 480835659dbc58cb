//! How it is learned that something may have changed: by events of the file system, or by the clock.
//!
//! Single folders are listened to, not trees: what matters is known, and a repository may hold many times as many
//! folders that do not matter. Each folder that holds something of interest is listened to, or the nearest one above that
//! exists, so that what vanishes is seen when it returns.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often is looked where events cannot be had.
const POLL: Duration = Duration::from_secs(1);

/// How changes are learned of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// The file system tells.
    Events,
    /// The files are compared so often.
    Polling {
        /// How often.
        every: Duration,
        /// Why, where it was not asked for.
        because: Option<String>,
    },
}

/// Occasions to look.
pub(super) struct Nudges {
    means: Means,
    watcher: Option<RecommendedWatcher>,
    sender: mpsc::UnboundedSender<()>,
    events: mpsc::UnboundedReceiver<()>,
    /// The folders that are listened to, and which ones they were: another of the same name is not.
    heard: BTreeMap<PathBuf, Identity>,
    ticks: Option<Interval>,
}

/// Which folder a path leads to.
type Identity = (u64, u64);

impl Nudges {
    pub(super) fn new(poll: Option<Duration>) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let mut nudges = Self {
            means: Means::Events,
            watcher: None,
            sender,
            events,
            heard: BTreeMap::new(),
            ticks: None,
        };
        match poll {
            Some(every) => nudges.poll(every, None),
            None => match notify::recommended_watcher(nudges.listener()) {
                Ok(watcher) => nudges.watcher = Some(watcher),
                Err(error) => nudges.poll(POLL, Some(&error)),
            },
        }
        nudges
    }

    pub(super) fn means(&self) -> &Means {
        &self.means
    }

    /// Waits for the next occasion. It cannot be missed: those that came while nobody waited are kept.
    pub(super) async fn next(&mut self) {
        match &mut self.ticks {
            Some(ticks) => drop(ticks.tick().await),
            // `self` holds a sender, so that there is always another event to wait for.
            None => drop(self.events.recv().await),
        }
    }

    /// Whether there was an occasion since the last one was waited for.
    pub(super) fn any(&mut self) -> bool {
        self.events.try_recv().is_ok()
    }

    /// Listens to the folders in which anything happens to these files and folders, and to no others. Of each it is told
    /// whether it is a folder. Says whether one is new: nothing was heard of it until now.
    pub(super) fn follow<'a>(&mut self, sources: impl Iterator<Item = (&'a Path, bool)>) -> bool {
        let Some(watcher) = &mut self.watcher else {
            return false;
        };
        let wanted = folders(sources);
        let is_kept = |path: &PathBuf, identity: &Identity| wanted.get(path) == Some(identity);
        let mut paths = watcher.paths_mut();
        for (path, identity) in &self.heard {
            if !is_kept(path, identity) {
                // One that is gone took its listener along.
                let _ = paths.remove(path);
            }
        }
        let new: Vec<_> = (wanted.iter())
            .filter(|(path, identity)| self.heard.get(*path) != Some(identity))
            .collect();
        let mut result = Ok(());
        for (path, _) in &new {
            match paths.add(path, RecursiveMode::NonRecursive) {
                // Gone again: then the folder above tells.
                Err(error) if !path.exists() => drop(error),
                ended => result = result.and(ended),
            }
        }
        let result = result.and(paths.commit());
        let is_new = !new.is_empty();
        self.heard = wanted;
        if let Err(error) = result {
            self.watcher = None;
            self.poll(POLL, Some(&error));
        }
        is_new
    }

    fn poll(&mut self, every: Duration, because: Option<&notify::Error>) {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.ticks = Some(ticks);
        self.means = Means::Polling {
            every,
            because: because.map(words),
        };
    }

    /// Passes on that something happened, whatever it is. Reading is nothing that happens: we do it ourselves.
    fn listener(&self) -> impl FnMut(notify::Result<Event>) + Send + 'static {
        let sender = self.sender.clone();
        move |event| {
            let is_reading = event.is_ok_and(|it| matches!(it.kind, EventKind::Access(_)));
            if !is_reading {
                // Nobody waits any more: nothing to be done about that.
                let _ = sender.send(());
            }
        }
    }
}

/// The folders in which anything happens to these paths, each as far as it exists.
fn folders<'a>(sources: impl Iterator<Item = (&'a Path, bool)>) -> BTreeMap<PathBuf, Identity> {
    let mut known: BTreeMap<&Path, Option<Identity>> = BTreeMap::new();
    for (source, is_folder) in sources {
        // The path itself, where it is a folder; and what holds it.
        for path in source.ancestors().skip(usize::from(!is_folder)) {
            let found = *known.entry(path).or_insert_with(|| identity(path));
            if found.is_some() && path != source {
                break;
            }
        }
    }
    let found = known.into_iter();
    found
        .filter_map(|(path, identity)| Some((path.to_owned(), identity?)))
        .collect()
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    let found = fs::metadata(path).ok().filter(fs::Metadata::is_dir)?;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    fs::metadata(path)
        .ok()
        .filter(fs::Metadata::is_dir)
        .map(|_| (0, 0))
}

/// What Linux says where as many programs listen as may.
const TOO_MANY: i32 = 24;

fn words(error: &notify::Error) -> String {
    let said = match &error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the system watches as many folders as it may (`fs.inotify.max_user_watches`)"
        }
        notify::ErrorKind::Io(error)
            if cfg!(target_os = "linux") && error.raw_os_error() == Some(TOO_MANY) =>
        {
            "the system tells as many programs as it may (`fs.inotify.max_user_instances`)"
        }
        _ => return error.to_string(),
    };
    said.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_heard_of_by_the_nearest_folder_that_exists() {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path();
        fs::create_dir_all(root.join("apps/js")).unwrap();
        fs::write(root.join("apps/a.yaml"), "").unwrap();
        let heard = |paths: &[&str]| {
            let sources: Vec<_> = paths.iter().map(|path| root.join(path)).collect();
            let sources = sources.iter().map(|path| (path.as_path(), path.is_dir()));
            let found = folders(sources).into_keys();
            let inside = |path: PathBuf| path.strip_prefix(root).unwrap().display().to_string();
            found.map(inside).collect::<Vec<_>>()
        };
        assert_eq!(heard(&["apps/a.yaml"]), ["apps"]);
        assert_eq!(heard(&["apps"]), ["", "apps"]);
        assert_eq!(heard(&["apps/none.yaml", "none/deep/b.js"]), ["", "apps"]);
    }
}
