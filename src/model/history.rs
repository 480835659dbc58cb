//! What the versions of an app tell: which one our last apply left, and what came after it.

use super::{AppKey, LiveApp, Owner, Saved, Version, VersionId, VersionName};

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
