//! Changing `ddapps.yaml` in place, so that comments and layout survive.
//!
//! The editor underneath is young, so nothing it says is believed: the new text is read again, and must say exactly what
//! was wanted and still hold every comment. Else there is no new text.

use std::collections::BTreeMap;
use std::str::FromStr;

use yaml_edit::{Document, Mapping};

use crate::definition::settings::{Environment, Settings, parse_settings};
use crate::model::{AppId, AppKey};

/// What an environment is to know besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Additions {
    /// Connection ids by new alias.
    pub connections: BTreeMap<String, String>,
    /// Bindings of keys to apps; one that is there already is replaced.
    pub apps: BTreeMap<AppKey, AppId>,
}

/// Why the settings were left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is no mapping that the editor understands.
    #[error("the file's layout is not one that can be changed in place")]
    Layout,
    /// The text that came out means something else.
    #[error("the changed text would not say what it must")]
    Meaning,
    /// The text that came out lacks a comment.
    #[error("a comment would be lost")]
    Comments,
}

impl Additions {
    /// Whether there is nothing to add.
    pub fn is_empty(&self) -> bool {
        self.connections.is_empty() && self.apps.is_empty()
    }

    /// The environment with these additions.
    pub(in crate::definition) fn on(&self, environment: &mut Environment) {
        environment.connections.extend(self.connections.clone());
        environment
            .apps
            .extend(self.apps.iter().map(|(key, id)| (key.clone(), *id)));
    }
}

/// The text of the settings with the additions, to the environment or, in a repository without any, to the top level.
pub fn add_to_settings(
    text: &str,
    environment: Option<&str>,
    additions: &Additions,
) -> Result<String, EditError> {
    let mut expected = parse_settings(text).map_err(|_| EditError::Layout)?;
    let place = place(&mut expected, environment).ok_or(EditError::Layout)?;
    additions.on(place);
    let edited = edit(text, environment, additions).ok_or(EditError::Layout)?;
    if parse_settings(&edited).as_ref() != Ok(&expected) {
        return Err(EditError::Meaning);
    }
    match comments(text).all(|comment| edited.contains(comment)) {
        true => Ok(edited),
        false => Err(EditError::Comments),
    }
}

fn place<'a>(settings: &'a mut Settings, environment: Option<&str>) -> Option<&'a mut Environment> {
    match environment {
        Some(name) => settings.environments.get_mut(name),
        None => Some(&mut settings.top),
    }
}

fn edit(text: &str, environment: Option<&str>, additions: &Additions) -> Option<String> {
    let document = Document::from_str(text).ok()?;
    let mut mapping = document.as_mapping()?;
    if let Some(name) = environment {
        mapping = mapping.get_mapping("environments")?;
        mapping = child(&mapping, name)?;
    }
    for (alias, id) in &additions.connections {
        child(&mapping, "connections")?.set(alias.as_str(), id.as_str());
    }
    for (key, id) in &additions.apps {
        child(&mapping, "apps")?.set(key.as_str(), id.to_string().as_str());
    }
    Some(document.to_string())
}

/// The mapping under a key, which is made where there is none.
fn child(mapping: &Mapping, key: &str) -> Option<Mapping> {
    if mapping.get_mapping(key).is_none() {
        mapping.set(key, Mapping::new());
    }
    mapping.get_mapping(key)
}

/// What could be comments: generous, since a `#` in a string survives as well.
fn comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| Some(line[line.find('#')?..].trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn additions() -> Additions {
        let id = "65bb1f25-52e1-4510-9f8d-22d1516ed693";
        Additions {
            connections: BTreeMap::from([("aws-2".to_owned(), id.to_owned())]),
            apps: BTreeMap::from([(AppKey::new("a.b").unwrap(), id.parse().unwrap())]),
        }
    }

    #[test]
    fn additions_stand_in_the_environment_and_comments_survive() {
        let text = "# top\nproject: a # name\nenvironments:\n  dev: # first\n    site: x\n    connections: {aws: y}\n  \
                    # second\n  prod:\n    site: z\n";
        let edited = add_to_settings(text, Some("dev"), &additions()).unwrap();
        let settings = parse_settings(&edited).unwrap();
        assert_eq!(settings.environments["dev"].connections.len(), 2);
        assert_eq!(settings.environments["dev"].apps.len(), 1);
        assert_eq!(settings.environments["prod"].connections.len(), 0);
        for comment in ["# top", "# name", "# first", "# second"] {
            assert!(edited.contains(comment), "{edited}");
        }
    }

    #[test]
    fn a_single_target_has_its_additions_at_the_top() {
        for text in [
            "project: a\n",
            "project: a",
            "---\nproject: a\nconnections: {}\n",
            "project: a\nconnections: # none yet\nvariables: {x: 1}\n",
            "{project: a}\n",
        ] {
            let edited = add_to_settings(text, None, &additions()).unwrap();
            assert_eq!(
                parse_settings(&edited).unwrap().top.apps.len(),
                1,
                "{edited}"
            );
        }
    }

    #[test]
    fn what_cannot_be_changed_is_left_alone() {
        for text in ["", "project: [", "project: a\nenvironments: {dev: {}}\n"] {
            assert!(
                add_to_settings(text, Some("prod"), &additions()).is_err(),
                "{text}"
            );
        }
    }
}
