//! Waits until nothing moves any more: a save is several events, a switch of branches thousands.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::nudges::Nudges;

/// After a few events, so much quiet is enough: editors write and rename within a millisecond or two.
const QUIET: Duration = Duration::from_millis(15);
/// After many events, more may come after a longer breath.
const QUIET_AFTER_MANY: Duration = Duration::from_millis(150);
const MANY: usize = 40;
/// What never comes to rest is looked at all the same.
const LONGEST: Duration = Duration::from_secs(2);
/// While git holds its lock, the files are neither the old nor the new commit's; one that a crash left is not waited for
/// for ever.
const LONGEST_LOCK: Duration = Duration::from_secs(30);
const LOCK_LOOK: Duration = Duration::from_millis(20);

/// Waits until nothing moves any more.
pub(super) struct Calm {
    /// The file that git keeps while it changes files.
    lock: Option<PathBuf>,
    /// The first and the newest event that were not looked at, and how many there were.
    unrest: Option<Unrest>,
}

#[derive(Clone, Copy)]
struct Unrest {
    first: Instant,
    newest: Instant,
    events: usize,
}

impl Calm {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            lock: git_folder(root).map(|folder| folder.join("index.lock")),
            unrest: None,
        }
    }

    /// Notes that something moved.
    pub(super) fn nudged(&mut self) {
        let now = Instant::now();
        let unrest = self.unrest.get_or_insert(Unrest {
            first: now,
            newest: now,
            events: 0,
        });
        unrest.newest = now;
        unrest.events += 1;
    }

    /// Whether something moved that was not looked at.
    pub(super) fn is_awaited(&self) -> bool {
        self.unrest.is_some()
    }

    /// Everything that moved until now was looked at.
    pub(super) fn over(&mut self) {
        self.unrest = None;
    }

    /// Waits until something has moved and come to rest. It stays so until [`Calm::over`].
    pub(super) async fn come(&mut self, nudges: &mut Nudges) {
        loop {
            let Some(unrest) = self.unrest else {
                nudges.next().await;
                self.nudged();
                continue;
            };
            tokio::select! {
                biased;
                () = nudges.next() => self.nudged(),
                () = sleep_until(unrest.looked_at()) => {
                    let locked = self.lock.as_ref().is_some_and(|lock| lock.exists());
                    if !locked || unrest.first.elapsed() >= LONGEST_LOCK {
                        return;
                    }
                    tokio::time::sleep(LOCK_LOOK).await;
                }
            }
        }
    }
}

impl Unrest {
    fn looked_at(self) -> Instant {
        let quiet = match self.events < MANY {
            true => QUIET,
            false => QUIET_AFTER_MANY,
        };
        (self.newest + quiet).min(self.first + LONGEST)
    }
}

/// Where git keeps its own files for the repository that holds `root`: of a second working tree, `.git` is a file that
/// names the folder.
fn git_folder(root: &Path) -> Option<PathBuf> {
    let found = (root.ancestors().map(|folder| folder.join(".git"))).find(|git| git.exists())?;
    if found.is_dir() {
        return Some(found);
    }
    let text = fs::read_to_string(&found).ok()?;
    let named = text.strip_prefix("gitdir:")?.trim();
    Some(found.parent()?.join(named))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_git_is_found_above_and_through_the_file_of_a_working_tree() {
        let temporary = tempfile::tempdir().unwrap();
        let (main, tree) = (temporary.path().join("main"), temporary.path().join("tree"));
        fs::create_dir_all(main.join(".git/worktrees/tree")).unwrap();
        fs::create_dir_all(tree.join("inner")).unwrap();
        fs::write(tree.join(".git"), "gitdir: ../main/.git/worktrees/tree\n").unwrap();
        assert_eq!(git_folder(&main), Some(main.join(".git")));
        let of_tree = git_folder(&tree.join("inner")).unwrap();
        assert_eq!(
            of_tree.canonicalize().unwrap(),
            main.join(".git/worktrees/tree").canonicalize().unwrap()
        );
    }
}
