//! Somebody's own copies of apps, to try things on while others use the apps.

use std::fmt;
use std::str::FromStr;

use super::{App, Owner};

/// A set of copies, by the name that somebody gave it.
///
/// Its mark is that of an owner of its own, whose project is `<project>--draft-<name>`: to everybody else the copies are
/// somebody else's apps, never theirs and never orphaned. No project may be called so (`definition` refuses it).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Draft(String);

impl Draft {
    /// What stands between the project and the name in the mark of a copy.
    pub const INFIX: &str = "--draft-";
    /// What the name of every copy starts with.
    pub const PREFIX: &str = "[draft ";

    /// The owner of the copies of this owner's apps.
    pub fn owner(&self, of: &Owner) -> Owner {
        Owner {
            project: format!("{}{}{}", of.project, Self::INFIX, self.0),
            environment: of.environment.clone(),
        }
    }

    /// Of which draft of `owner`'s apps the other owner is.
    pub fn of(owner: &Owner, other: &Owner) -> Option<Self> {
        let name = other.project.strip_prefix(&owner.project)?;
        let name = name.strip_prefix(Self::INFIX)?;
        (owner.environment == other.environment)
            .then(|| name.parse().ok())
            .flatten()
    }

    /// What the copy of an app of this name is called.
    pub fn title(&self, name: &str) -> String {
        format!("{}{}] {name}", Self::PREFIX, self.0)
    }

    /// Whether an app is called as a copy of this draft is.
    pub fn is_title(&self, name: &str) -> bool {
        name.starts_with(&self.title(""))
    }

    /// Makes of an app its copy: it has another name, and nobody else is to see, find or run it.
    pub fn copy(&self, app: &mut App) {
        let App {
            name,
            description: _,
            tags,
            protection_level,
            self_service,
            publish,
            definition: _,
        } = app;
        *name = self.title(name);
        *tags = None;
        *protection_level = None;
        *self_service = None;
        *publish = None;
    }
}

impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Draft {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        match (1..=40).contains(&text.len()) && text.bytes().all(is_plain) {
            true => Ok(Self(text.to_owned())),
            false => Err("a draft's name has 1 to 40 of `a` to `z`, `0` to `9` and `-`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AppKey, Mark};

    fn owner(environment: Option<&str>) -> Owner {
        Owner {
            project: "platform".into(),
            environment: environment.map(Into::into),
        }
    }

    #[test]
    fn a_copy_bears_a_mark_that_only_its_draft_knows() {
        let draft: Draft = "sam".parse().unwrap();
        for environment in [None, Some("dev")] {
            let owner = owner(environment);
            let key = AppKey::new("ecs-tasks").unwrap();
            let mark = Mark::parse(&draft.owner(&owner).mark(&key)).unwrap();
            assert_ne!(mark.owner, owner);
            assert_eq!(mark.key, key);
            assert_eq!(Draft::of(&owner, &mark.owner), Some(draft.clone()));
        }
        let other = draft.owner(&owner(Some("prod")));
        assert_eq!(Draft::of(&owner(Some("dev")), &other), None);
        assert_eq!(Draft::of(&owner(None), &owner(None)), None);
    }

    #[test]
    fn a_name_can_stand_in_a_mark() {
        for wrong in ["", "Sam", "a b", "a/b", "a.b", &"a".repeat(41)] {
            assert!(wrong.parse::<Draft>().is_err(), "{wrong}");
        }
    }
}
