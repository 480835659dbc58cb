//! What imported things are called: keys and files after apps, aliases after integrations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;

use crate::model::Body;

/// Names that mean something else as a file: `app.yaml` makes its folder an app, `ddapps.yaml` is the settings.
const RESERVED: [&str; 2] = ["app", "ddapps"];

/// A name for a file, from any text: lower-case letters, digits and `-`.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            // Words that quotes cut do not fall apart: `don't` is `dont`.
            '\'' | '’' => {}
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
        if slug.len() == 60 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    match slug {
        "" => "imported".to_owned(),
        reserved if RESERVED.contains(&reserved) => format!("{reserved}-1"),
        slug => slug.to_owned(),
    }
}

/// Whether a key can be a file's name as it is.
pub(super) fn is_file_name(key: &str) -> bool {
    key.len() <= 100
        && key.starts_with(|c: char| c.is_ascii_alphanumeric())
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !key.ends_with('.')
        && !RESERVED.contains(&key.to_ascii_lowercase().as_str())
}

/// Gives an alias to every connection of an app that has none; `known` are the environment's connections, by alias.
pub(super) fn aliases(body: &Body, known: &mut BTreeMap<String, String>) -> BTreeSet<String> {
    let mut new = BTreeSet::new();
    for query in &body.queries {
        let Some(spec) = query.pointer("/properties/spec") else {
            continue;
        };
        let Some(id) = spec.get("connectionId").and_then(Value::as_str) else {
            continue;
        };
        if Uuid::parse_str(id).is_err() || known.values().any(|other| other == id) {
            continue;
        }
        let fqn = spec.get("fqn").and_then(Value::as_str).unwrap_or_default();
        let alias = free(&integration(fqn), known);
        known.insert(alias.clone(), id.to_owned());
        new.insert(alias);
    }
    new
}

/// The integration in the name of an action: `com.datadoghq.aws.ecs.listEcsServices` is `aws`.
fn integration(fqn: &str) -> String {
    let parts: Vec<_> = fqn.split('.').collect();
    match parts.as_slice() {
        ["com", "datadoghq", name, _, ..] => slug(&name.replace('_', "-")),
        _ => "connection".to_owned(),
    }
}

fn free(wish: &str, known: &BTreeMap<String, String>) -> String {
    let numbered = (2..).map(|number| format!("{wish}-{number}"));
    let mut wishes = std::iter::once(wish.to_owned()).chain(numbered);
    wishes
        .find(|alias| !known.contains_key(alias))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_makes_a_harmless_file_name() {
        for (text, expected) in [
            ("Manage ECS Tasks", "manage-ecs-tasks"),
            ("Sam's App (copy)", "sams-app-copy"),
            ("../../etc/passwd", "etc-passwd"),
            ("", "imported"),
            ("チーム", "imported"),
            ("\0\u{202e}..", "imported"),
            ("App", "app-1"),
            ("ddapps", "ddapps-1"),
            ("a/b\\c", "a-b-c"),
        ] {
            assert_eq!(slug(text), expected);
        }
        assert!(slug(&"long ".repeat(100)).len() <= 60);
    }

    #[test]
    fn keys_that_lead_elsewhere_are_no_file_names() {
        for key in ["..", ".hidden", "a\\b", "app", "DDApps", "c:", "é", ""] {
            assert!(!is_file_name(key), "{key}");
        }
        assert!(is_file_name("three.rev1"));
    }

    #[test]
    fn aliases_are_named_after_the_integration() {
        assert_eq!(integration("com.datadoghq.aws.ecs.listEcsServices"), "aws");
        assert_eq!(integration("com.datadoghq.service_now.x"), "service-now");
        for odd in ["", "x", "com.datadoghq.core", "org.example.a.b"] {
            assert_eq!(integration(odd), "connection", "{odd}");
        }
        let known = BTreeMap::from([("aws".to_owned(), "1".to_owned())]);
        assert_eq!(free("aws", &known), "aws-2");
    }
}
