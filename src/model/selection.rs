//! Which apps a run looks at.

use std::str::FromStr;

use globset::{Glob, GlobSet, GlobSetBuilder};
use sha2::{Digest, Sha256};

use super::{App, AppKey};

/// Which apps a run looks at. The default is all of them.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    keys: Option<GlobSet>,
    tag: Option<String>,
    shard: Option<Shard>,
}

/// One of several equal parts of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, counted from 1.
    pub index: u32,
    /// Of how many.
    pub count: u32,
}

impl Selection {
    /// Apps whose key matches one of the globs (if there are any), which have the tag, and which are in the shard.
    pub fn new(
        globs: &[String],
        tag: Option<String>,
        shard: Option<Shard>,
    ) -> Result<Self, globset::Error> {
        let mut keys = GlobSetBuilder::new();
        for glob in globs {
            keys.add(Glob::new(glob)?);
        }
        let keys = (!globs.is_empty()).then(|| keys.build()).transpose()?;
        Ok(Self { keys, tag, shard })
    }

    /// Whether this is every app.
    pub fn is_all(&self) -> bool {
        self.keys.is_none() && self.tag.is_none() && self.shard.is_none()
    }

    /// Whether an app of this key can be selected; its tags may still speak against it.
    pub fn admits(&self, key: &AppKey) -> bool {
        self.keys
            .as_ref()
            .is_none_or(|keys| keys.is_match(key.as_str()))
            && self.shard.is_none_or(|shard| shard.holds(key))
    }

    /// Whether this app of git is selected.
    pub fn selects(&self, key: &AppKey, app: &App) -> bool {
        let tagged = |tag: &String| app.tags.as_ref().is_some_and(|tags| tags.contains(tag));
        self.admits(key) && self.tag.as_ref().is_none_or(tagged)
    }

    /// Whether an app that git no longer has is selected. Its tags in git are unknown, so a selection by tag has none.
    pub fn selects_orphan(&self, key: &AppKey) -> bool {
        self.tag.is_none() && self.admits(key)
    }
}

impl Shard {
    /// Part `index` of `count`, if there is one.
    pub fn new(index: u32, count: u32) -> Option<Self> {
        (1 <= index && index <= count).then_some(Self { index, count })
    }

    /// Whether the key belongs to this part: by a hash, so that adding an app moves no other.
    fn holds(self, key: &AppKey) -> bool {
        let hash = Sha256::digest(key.as_str());
        let number = hash
            .iter()
            .take(8)
            .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        number % u64::from(self.count) == u64::from(self.index - 1)
    }
}

impl FromStr for Shard {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let shard = parts.and_then(|(i, n)| Self::new(i.parse().ok()?, n.parse().ok()?));
        shard.ok_or_else(|| format!("`{text}` is not `I/N` with I from 1 to N, such as `2/4`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_in_exactly_one_shard() {
        for number in 0..200 {
            let key = AppKey::new(format!("app-{number}")).unwrap();
            let holders = (1..=7).filter(|index| {
                Shard {
                    index: *index,
                    count: 7,
                }
                .holds(&key)
            });
            assert_eq!(holders.count(), 1);
        }
    }

    #[test]
    fn a_shard_that_cannot_be_is_refused() {
        for text in ["0/3", "4/3", "1", "a/b", "1/0", "-1/2"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert_eq!("2/3".parse::<Shard>(), Ok(Shard { index: 2, count: 3 }));
    }
}
