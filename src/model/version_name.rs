//! The name that an apply gives to the version it leaves behind: `ddapps <owner>/<key> <commit> <digest>`.
//!
//! It is all the memory there is between two runs. The newest version so named is what our last apply left, and what
//! differs from it was changed live since; the word `publish-requested` at its end says that its publication waits for
//! somebody's approval, which no operation of the API reads back.

use std::fmt;

use super::{AppKey, Owner};

/// The name of a version that an apply left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionName {
    /// Whose app it is.
    pub owner: Owner,
    /// Its key.
    pub key: AppKey,
    /// The start of the commit's hash, if the files were of one.
    pub commit: Option<String>,
    /// The start of a hash of what was sent.
    pub digest: String,
    /// Whether the publication of this version was requested.
    pub requested: bool,
}

/// How many digits of a commit and of a digest are kept.
const DIGITS: usize = 12;

impl VersionName {
    /// A name; of the commit and the digest only the start is kept.
    pub fn new(owner: &Owner, key: &AppKey, commit: Option<&str>, digest: &str) -> Self {
        let short = |text: &str| text.chars().take(DIGITS).collect::<String>();
        Self {
            owner: owner.clone(),
            key: key.clone(),
            commit: commit.map(short).filter(|it| is_hex(it)),
            digest: short(digest),
            requested: false,
        }
    }

    /// The same, remembering that the publication was requested.
    pub fn requested(self) -> Self {
        Self {
            requested: true,
            ..self
        }
    }

    /// Reads a name; `None` if it is not exactly one of ours. A person's own words never are.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (start, scope) = (words.next()?, words.next()?);
        let (commit, digest) = (words.next()?, words.next()?);
        let requested = match (words.next(), words.next()) {
            (None, None) => false,
            (Some(Self::REQUESTED), None) => true,
            _ => return None,
        };
        let mark = super::Mark::parse(&format!("{}{scope}", super::Mark::PREFIX))?;
        let commit = match commit {
            "-" => None,
            hash if is_hex(hash) => Some(hash.to_owned()),
            _ => return None,
        };
        (start == Self::START && is_hex(digest)).then(|| Self {
            owner: mark.owner,
            key: mark.key,
            commit,
            digest: digest.to_owned(),
            requested,
        })
    }

    /// The name of a version that a rollback made. It is none of an apply: until git agrees with it, the next apply finds
    /// a live edit there and leaves it alone.
    pub fn of_rollback(owner: &Owner, key: &AppKey, to: super::Version) -> String {
        format!("{} {owner}/{key} rollback to {to}", Self::START)
    }

    const START: &str = "ddapps";
    const REQUESTED: &str = "publish-requested";
}

impl fmt::Display for VersionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            owner,
            key,
            commit,
            digest,
            requested,
        } = self;
        let commit = commit.as_deref().unwrap_or("-");
        write!(f, "{} {owner}/{key} {commit} {digest}", Self::START)?;
        match requested {
            true => write!(f, " {}", Self::REQUESTED),
            false => Ok(()),
        }
    }
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Version;

    fn name(environment: Option<&str>, commit: Option<&str>) -> VersionName {
        let owner = Owner {
            project: "platform".into(),
            environment: environment.map(str::to_owned),
        };
        let key = AppKey::new("ecs-tasks.rev1").unwrap();
        VersionName::new(&owner, &key, commit, "0123456789abcdef0123")
    }

    #[test]
    fn a_name_reads_back() {
        let commit = Some("9f31c2a7d1e84b0c5a6f7e8d9c0b1a2f3e4d5c6b");
        for name in [
            name(None, None),
            name(Some("prod"), commit),
            name(None, commit).requested(),
        ] {
            assert_eq!(VersionName::parse(&name.to_string()), Some(name));
        }
        assert_eq!(
            name(Some("prod"), commit).requested().to_string(),
            "ddapps platform.prod/ecs-tasks.rev1 9f31c2a7d1e8 0123456789ab publish-requested"
        );
    }

    #[test]
    fn what_only_resembles_a_name_is_none() {
        let rollback = VersionName::of_rollback(
            &name(None, None).owner,
            &AppKey::new("a").unwrap(),
            Version(3),
        );
        for text in [
            "",
            "ddapps",
            "ddapps platform/a - ",
            "ddapps platform/a  - 01ab",
            "ddapps platform/a - 01ab ",
            "ddapps platform/a - 01ab waiting",
            "ddapps platform/a - 01ab publish-requested x",
            "ddapps platform/a HEAD 01ab",
            "ddapps platform/a - 01AB",
            "ddapps a - 01ab",
            "DDAPPS platform/a - 01ab",
            &rollback,
        ] {
            assert_eq!(VersionName::parse(text), None, "{text}");
        }
    }
}
