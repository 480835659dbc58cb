//! Reads a saved plan back, with suspicion: the file may come from a stranger's pull request.
//!
//! Nothing in it is ever sent. It is shown, and its digest is compared with that of a plan made anew.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::model::Site;
use crate::plan::Digest;

use super::SavedPlan;
use super::drift::SavedDrift;

/// The size in bytes above which a file is no plan of ours; callers need not read more.
pub const MAX_SAVED_BYTES: usize = 256 << 20;

/// How deep values may be nested: definitions may be 256 deep, and the plan's own shape comes on top.
const MAX_DEPTH: usize = 300;

/// Why a text is not a saved plan.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// It is larger than any plan of ours.
    #[error("it is larger than {MAX_SAVED_BYTES} bytes")]
    TooLarge,
    /// Its values are nested deeper than any plan's.
    #[error("it is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// It is not JSON.
    #[error("it is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// It is JSON, but does not say which version of the format it has.
    #[error("no text at `format_version`")]
    NoVersion,
    /// It has a version of the format that is not known.
    #[error("it has format version `{found}`, and only versions `1.x` are known")]
    Version {
        /// What it says, shortened.
        found: String,
    },
    /// Something in it has the wrong shape.
    #[error("it is not well formed at `{path}`")]
    Shape {
        /// Where, as a path of fields and indices.
        path: String,
        /// What is wrong there.
        source: serde_json::Error,
    },
    /// Its digest is none.
    #[error("it is not well formed at `digest`: {why}")]
    Digest {
        /// What is wrong with it.
        why: String,
    },
}

/// Reads a saved plan. Fields that are not known are left out: a later version may have added them.
pub fn read_saved(text: &str) -> Result<SavedPlan, SavedError> {
    let mut plan: SavedPlan = read(text)?;
    if let Err(why) = shortened(&plan.digest).parse::<Digest>() {
        return Err(SavedError::Digest { why });
    }
    let site = plan.site.parse::<Site>().ok();
    for app in &mut plan.apps {
        app.url = known_page(site, app.id.as_deref(), app.url.take());
    }
    Ok(plan)
}

/// Reads what was found live at another time. It is shown, and nothing else.
pub fn read_drift(text: &str) -> Result<SavedDrift, SavedError> {
    let mut drift: SavedDrift = read(text)?;
    let site = drift.site.parse::<Site>().ok();
    for app in &mut drift.apps {
        app.url = known_page(site, app.id.as_deref(), app.url.take());
    }
    Ok(drift)
}

/// A link leads to the app's page or nowhere, whatever the file says.
fn known_page(site: Option<Site>, id: Option<&str>, url: Option<String>) -> Option<String> {
    let id = id.and_then(|id| id.parse().ok());
    let page = site.zip(id).map(|(site, id)| site.page(id));
    url.filter(|url| Some(url) == page.as_ref())
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, SavedError> {
    if text.len() > MAX_SAVED_BYTES {
        return Err(SavedError::TooLarge);
    }
    if depth(text) > MAX_DEPTH {
        return Err(SavedError::TooDeep);
    }
    known_version(text)?;
    let mut reader = serde_json::Deserializer::from_str(text);
    // The depth was bounded above, by another limit than serde_json's own.
    reader.disable_recursion_limit();
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = shortened(&error.path().to_string());
        SavedError::Shape {
            path,
            source: error.into_inner(),
        }
    })?;
    reader.end().map_err(SavedError::NotJson)?;
    Ok(read)
}

/// Refuses a version that is not known before anything else is looked at, since all else may mean something else there.
fn known_version(text: &str) -> Result<(), SavedError> {
    #[derive(Deserialize)]
    struct Versioned {
        format_version: String,
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.disable_recursion_limit();
    let found = match Versioned::deserialize(&mut reader) {
        Ok(it) => it.format_version,
        Err(error) if error.is_data() => return Err(SavedError::NoVersion),
        Err(error) => return Err(SavedError::NotJson(error)),
    };
    let minor = found.strip_prefix("1.");
    match minor.is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit())) {
        true => Ok(()),
        false => Err(SavedError::Version {
            found: shortened(&found),
        }),
    }
}

/// How deep brackets are nested outside of strings.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    let mut in_string = false;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match (in_string, byte) {
            (true, b'\\') => {
                bytes.next();
            }
            (_, b'"') => in_string = !in_string,
            (false, b'[' | b'{') => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Enough of a text from the file for an error message.
pub(super) fn shortened(text: &str) -> String {
    const ENOUGH: usize = 100;
    match text.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn document() -> Value {
        json!({
            "format_version": "1.0", "ddapps_version": "0.1.0", "project": "platform", "environment": null,
            "site": "datadoghq.com", "commit": null, "digest": format!("sha256:{}", "0".repeat(64)),
            "summary": {"create": 0, "update": 1, "delete": 0, "adopt": 0, "publish": 0, "unpublish": 0, "no_op": 0,
                "refused": 0},
            "apps": [{"key": "a", "id": null, "name": "A", "file": null, "action": "update", "steps": [], "live": null,
                "refusal": null, "changes": [
                    {"path": "components[a].x", "op": "change", "before": null, "after": 1}]}],
            "findings": [],
        })
    }

    fn refused(document: &Value) -> String {
        read_saved(&document.to_string()).unwrap_err().to_string()
    }

    #[test]
    fn a_document_by_the_promise_is_read_and_later_additions_are_left_out() {
        let mut newer = document();
        newer["format_version"] = "1.7".into();
        newer["apps"][0]["mood"] = "fine".into();
        let plan = read_saved(&newer.to_string()).unwrap();
        assert_eq!((plan.project(), plan.environment()), ("platform", None));
        assert!(!plan.has_steps() && !plan.has_refusals());
    }

    #[test]
    fn a_link_leads_to_the_apps_page_or_nowhere() {
        let id = "65bb1f25-52e1-4510-9f8d-22d1516ed693";
        let page = format!("https://app.datadoghq.com/app-builder/apps/edit/{id}");
        for (url, expected) in [
            (page.as_str(), Some(page.as_str())),
            ("https://app.datadoghq.com.evil.example/", None),
            ("javascript:alert(1)", None),
        ] {
            let mut document = document();
            document["apps"][0]["id"] = id.into();
            document["apps"][0]["url"] = url.into();
            let plan = read_saved(&document.to_string()).unwrap();
            assert_eq!(plan.apps[0].url.as_deref(), expected);
        }
    }

    #[test]
    fn numbers_survive_as_text() {
        let text = document()
            .to_string()
            .replace("\"after\":1", "\"after\":[12345678901234567890123, 1e400]");
        let plan = read_saved(&text).unwrap();
        let after = plan.apps[0].changes[0].after.to_string();
        assert!(after.starts_with("[12345678901234567890123,"), "{after}");
    }

    #[test]
    fn another_version_is_refused_before_all_else() {
        for version in ["2.0", "1", "1.", "1.x", "", "10.0"] {
            let other = json!({"format_version": version});
            assert!(refused(&other).contains("only versions `1.x`"), "{version}");
        }
        for other in [json!({}), json!([]), json!(1), json!({"format_version": 1})] {
            assert!(refused(&other).contains("`format_version`"), "{other}");
        }
    }

    #[test]
    fn a_wrong_shape_is_named_by_its_path() {
        let mut wrong = document();
        wrong["apps"][0]["changes"][0]["op"] = "explode".into();
        assert!(refused(&wrong).contains("`apps[0].changes[0].op`"));
        let mut wrong = document();
        wrong["summary"]["create"] = (-1).into();
        assert!(refused(&wrong).contains("`summary.create`"));
        let mut wrong = document();
        wrong["digest"] = "sha256:00".into();
        assert!(refused(&wrong).contains("`digest`"));
    }

    #[test]
    fn what_is_no_json_or_too_deep_is_refused() {
        for text in ["", "{", "{\"format_version\": \"1.0\"} x", "\u{feff}{}"] {
            assert!(read_saved(text).is_err(), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(matches!(read_saved(&deep), Err(SavedError::TooDeep)));
        assert_eq!(depth(r#"{"[[[\"[": [1]}"#), 2);
    }
}
