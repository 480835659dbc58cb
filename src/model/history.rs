//! What the versions of an app tell: which one our last apply left, and what came after it.

use std::collections::BTreeMap;

use super::{AppKey, LiveApp, Owner, Publication, Saved, Version, VersionId, VersionName};

/// One version of an app, as the list of versions shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionInfo {
    /// The server's id.
    pub id: VersionId,
    /// Its number.
    pub version: Version,
    /// The name that somebody gave it.
    pub name: Option<String>,
    /// Who saved it, and when.
    pub saved: Saved,
    /// Whether users ever ran it.
    pub ever_published: bool,
}

impl VersionInfo {
    /// The name, if an apply of this owner gave it to this key.
    pub fn our_name(&self, owner: &Owner, key: &AppKey) -> Option<VersionName> {
        let name = VersionName::parse(self.name.as_deref()?)?;
        (name.owner == *owner && name.key == *key).then_some(name)
    }
}

/// What the versions of an app tell about our last apply.
#[derive(Clone, Debug)]
pub struct History {
    /// The newest version that we named.
    pub base: Option<Base>,
    /// The versions that came after the base, the newest first; all versions where there is no base.
    pub since: Vec<VersionInfo>,
    /// What was saved and not published since the version that users run; `None` where they run the newest or none, or
    /// where the versions do not show which one it is.
    pub unpublished: Option<Unpublished>,
    /// What the versions between the base and the newest hold, as far as that was asked for and the server knows it.
    pub between: BTreeMap<Version, LiveApp>,
}

/// What was saved since the version that users run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unpublished {
    /// The version that users run.
    pub since: Version,
    /// How many versions came after it.
    pub saves: usize,
    /// How many of them no apply named.
    pub others: usize,
}

impl Unpublished {
    /// Counts the versions, the newest first, that came after the one that users run.
    pub fn of(
        versions: &[VersionInfo],
        live: &LiveApp,
        owner: &Owner,
        key: &AppKey,
    ) -> Option<Self> {
        let Publication::Behind(Some(published)) = live.publication else {
            return None;
        };
        let saves = versions.iter().position(|info| info.id == published)?;
        let others = versions[..saves].iter();
        let others = others.filter(|info| info.our_name(owner, key).is_none());
        Some(Self {
            since: versions[saves].version,
            saves,
            others: others.count(),
        })
    }
}

/// What our last apply left.
#[derive(Clone, Debug)]
pub struct Base {
    /// The version's number.
    pub version: Version,
    /// The name that we gave it.
    pub name: VersionName,
    /// What it holds; `None` where it is the newest version, so that the live app says it.
    pub app: Option<LiveApp>,
}
