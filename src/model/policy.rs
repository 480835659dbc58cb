//! What a run may do.

use std::fmt;
use std::str::FromStr;

/// What a run may do, from the settings and the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Delete live apps that we own and git no longer has.
    pub prune: bool,
    /// A run that would delete more is refused.
    pub max_deletes: MaxDeletes,
    /// Leave publications as they are.
    pub no_publish: bool,
    /// Let git win where somebody edited an app live since our last apply.
    pub overwrite_drift: bool,
    /// The run was told to look at some apps only, so what it sees of git is not all of git.
    pub partial: bool,
}

impl Default for Policy {
    /// Nothing is deleted, and if it is, at most 30 % of what is owned.
    fn default() -> Self {
        Self {
            prune: false,
            max_deletes: MaxDeletes::Share(30),
            no_publish: false,
            overwrite_drift: false,
            partial: false,
        }
    }
}

/// What a run is about, in words for those who approve and for those who look back. None of it decides anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occasion {
    /// The commit that the files are from.
    pub commit: Option<String>,
    /// What changes, in a line or several: a commit's message, or what the command line says.
    pub message: Option<String>,
    /// Where the change was reviewed.
    pub pr_url: Option<String>,
}

/// A limit on deletions: a count, or a share of the owned apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxDeletes {
    /// At most so many.
    Count(usize),
    /// At most so many percent of the owned apps; counts from five owned apps up.
    Share(u8),
}

impl MaxDeletes {
    /// Below so many owned apps a share says nothing.
    const SHARE_COUNTS_FROM: usize = 5;

    /// The greatest allowed number of deletions among `owned` apps; `None` when there is no limit.
    pub fn limit(self, owned: usize) -> Option<usize> {
        match self {
            Self::Count(count) => Some(count),
            Self::Share(_) if owned < Self::SHARE_COUNTS_FROM => None,
            Self::Share(percent) => Some(owned * usize::from(percent) / 100),
        }
    }
}

impl fmt::Display for MaxDeletes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Share(percent) => write!(f, "{percent}%"),
        }
    }
}

impl FromStr for MaxDeletes {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is neither a count (`3`) nor a share (`30%`)");
        match text.strip_suffix('%') {
            Some(percent) => match percent.parse() {
                Ok(percent @ 0..=100) => Ok(Self::Share(percent)),
                _ => Err(wrong()),
            },
            None => text.parse().map(Self::Count).map_err(|_| wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_counts_from_five_owned_apps_up() {
        let share: MaxDeletes = "30%".parse().unwrap();
        assert_eq!(share.limit(4), None);
        assert_eq!(share.limit(5), Some(1));
        assert_eq!(share.limit(20), Some(6));
        assert_eq!("3".parse::<MaxDeletes>().unwrap().limit(100), Some(3));
        assert!("101%".parse::<MaxDeletes>().is_err());
        assert!("many".parse::<MaxDeletes>().is_err());
    }
}
