//! Why a turn is made, and how that is said.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ddapps::render;
use ddapps::watch::Cause;

/// So many changed files are named.
const NAMED: usize = 3;

/// Turns are begun anew for so long because of more saves; the one after that comes to its end.
const PATIENCE: Duration = Duration::from_secs(3);

/// Why a turn is made: one cause, and those that came before it was over.
pub struct Why {
    pub cause: &'static str,
    pub changed: BTreeSet<PathBuf>,
    since: Instant,
}

impl Why {
    pub fn start() -> Self {
        Self::new("start", BTreeSet::new())
    }

    fn new(cause: &'static str, changed: BTreeSet<PathBuf>) -> Self {
        Self {
            cause,
            changed,
            since: Instant::now(),
        }
    }

    pub fn of(cause: Cause) -> Self {
        match cause {
            Cause::Saved(changed) => Self::new("save", changed),
            Cause::Interval => Self::new("interval", BTreeSet::new()),
            Cause::Again => Self::new("again", BTreeSet::new()),
        }
    }

    /// Another cause while the turn was under way.
    pub fn also(&mut self, cause: Cause) {
        if let Cause::Saved(changed) = cause {
            self.changed.extend(changed);
            if self.cause != "start" {
                self.cause = "save";
            }
        }
    }

    /// Whether it has been begun anew for so long that it is to come to its end.
    pub fn is_overdue(&self) -> bool {
        self.since.elapsed() >= PATIENCE
    }

    /// Whether files changed.
    pub fn is_save(&self) -> bool {
        !self.changed.is_empty()
    }
}

/// Why it looks, in a few words.
pub fn occasion(cause: &str, changed: &[String]) -> String {
    let more = changed.len().saturating_sub(NAMED);
    let named: Vec<_> = changed
        .iter()
        .take(NAMED)
        .map(|it| render::line(it))
        .collect();
    match (cause, changed.len()) {
        ("start", _) => "started".to_owned(),
        ("interval", _) => "looked again, nothing was saved".to_owned(),
        ("again", _) => "tried again".to_owned(),
        (_, 0) => "changed".to_owned(),
        (_, _) if more > 0 => format!("{} and {more} more changed", named.join(", ")),
        _ => format!("{} changed", named.join(", ")),
    }
}

/// The paths from the root. A folder that other changed paths are in says nothing new.
pub fn names(root: &Path, changed: &BTreeSet<PathBuf>) -> Vec<String> {
    let holds_more = |path: &&PathBuf| {
        let inside = |it: &&PathBuf| it.starts_with(path) && it != path;
        !changed.range::<PathBuf, _>(*path..).any(|it| inside(&it))
    };
    (changed.iter().filter(holds_more))
        .map(|path| {
            let name = path.strip_prefix(root).unwrap_or(path).display();
            match path.is_dir() {
                true => format!("{name}/"),
                false => name.to_string(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_files_are_named_and_the_others_counted() {
        let root = Path::new("/none/repo");
        let told = |paths: &[&str]| {
            let changed = paths.iter().map(|path| root.join(path)).collect();
            occasion("save", &names(root, &changed))
        };
        assert_eq!(told(&["apps", "apps/a.yaml"]), "apps/a.yaml changed");
        assert_eq!(told(&["apps"]), "apps changed");
        assert_eq!(
            told(&["a", "b", "c", "d", "e"]),
            "a, b, c and 2 more changed"
        );
    }
}
