//! What things are called: keys, ids, versions, and the ownership mark.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The name of an app in a repository, unique there: a file's stem, a folder's name, or what `key:` says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppKey(String);

impl AppKey {
    /// Takes any text that can stand in a tag: not empty, at most 200 bytes, no blanks, control characters, commas
    /// or slashes. Returns the reason otherwise.
    pub fn new(text: impl Into<String>) -> Result<Self, &'static str> {
        let text = text.into();
        if text.is_empty() {
            return Err("a key must not be empty");
        }
        if text.len() > 200 {
            return Err("a key has at most 200 bytes");
        }
        if text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, ',' | '/'))
        {
            return Err("a key has no blanks, control characters, commas or slashes");
        }
        Ok(Self(text))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AppKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The server's id of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId(pub Uuid);

/// The server's id of one version of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId(pub Uuid);

/// The number of a version, counted from 1 for each app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl FromStr for AppId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

impl FromStr for VersionId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// The namespace that owns apps: a project, and in repositories with environments also the environment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    /// `project:` of the settings; `[a-z0-9-]+`.
    pub project: String,
    /// The chosen environment; `None` in a repository without environments.
    pub environment: Option<String>,
}

impl Owner {
    /// The tag that marks an app as this owner's `key`.
    pub fn mark(&self, key: &AppKey) -> String {
        format!("{}{self}/{key}", Mark::PREFIX)
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.environment {
            Some(environment) => write!(f, "{}.{environment}", self.project),
            None => f.write_str(&self.project),
        }
    }
}

/// An ownership mark as found on a live app: `ddapps:<project>/<key>` or `ddapps:<project>.<environment>/<key>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// Whose app it is.
    pub owner: Owner,
    /// The key under which the owner knows it.
    pub key: AppKey,
}

impl Mark {
    /// What every mark starts with.
    pub const PREFIX: &str = "ddapps:";

    /// Reads a mark from a tag; `None` if the tag is not a well-formed mark.
    pub fn parse(tag: &str) -> Option<Self> {
        let (scope, key) = tag.strip_prefix(Self::PREFIX)?.split_once('/')?;
        let (project, environment) = match scope.split_once('.') {
            Some((project, environment)) => (project, Some(environment)),
            None => (scope, None),
        };
        let is_name = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        };
        if !is_name(project) || !environment.is_none_or(is_name) {
            return None;
        }
        let owner = Owner {
            project: project.to_owned(),
            environment: environment.map(str::to_owned),
        };
        Some(Self {
            owner,
            key: AppKey::new(key).ok()?,
        })
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.owner.mark(&self.key))
    }
}

/// The id that a query made by us bears: UUIDv5 of owner, key, name and, from the second on, which of the queries with
/// that name it is. An app that lost its mark to a crash is recognised by these ids.
pub fn query_id(owner: &Owner, key: &AppKey, name: &str, occurrence: usize) -> Uuid {
    // A fixed namespace of our own (UUIDv5 of the DNS namespace and `ddapps.query`).
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_DNS, b"ddapps.query");
    // The parts cannot contain a newline but for the query's name, which stands last.
    let environment = owner.environment.as_deref().unwrap_or("");
    let text = format!(
        "{}\n{environment}\n{key}\n{occurrence}\n{name}",
        owner.project
    );
    Uuid::new_v5(&namespace, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(environment: Option<&str>) -> Owner {
        Owner {
            project: "platform".into(),
            environment: environment.map(Into::into),
        }
    }

    #[test]
    fn a_mark_reads_back() {
        for environment in [None, Some("prod")] {
            let key = AppKey::new("aws-ecs-tasks.rev1").unwrap();
            let mark = Mark::parse(&owner(environment).mark(&key)).unwrap();
            assert_eq!(mark.owner, owner(environment));
            assert_eq!(mark.key, key);
        }
    }

    #[test]
    fn a_tag_that_only_resembles_a_mark_is_none() {
        for tag in [
            "ddapps:",
            "ddapps:/x",
            "ddapps:p/",
            "ddapps:P/x",
            "ddapps:p./x",
            "ddapps:p.e.f/x",
            "team:a/b",
            "ddapps:p/a b",
        ] {
            assert_eq!(Mark::parse(tag), None, "{tag}");
        }
    }

    #[test]
    fn query_ids_differ_by_every_part() {
        let key = |k| AppKey::new(k).unwrap();
        let ids = [
            query_id(&owner(None), &key("a"), "q", 1),
            query_id(&owner(Some("prod")), &key("a"), "q", 1),
            query_id(&owner(None), &key("b"), "q", 1),
            query_id(&owner(None), &key("a"), "r", 1),
            query_id(&owner(None), &key("a"), "q", 2),
        ];
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }
}
