//! The settings' bindings of keys to live apps, compared with the definitions that there are.

use super::Loaded;
use super::files::{MAX_FILE, Repository};
use super::notes::{Notes, nearest};
use super::settings::SETTINGS;
use super::source::{Kind, Node, Position, parse};
use super::target::Target;
use crate::model::{AppKey, Finding, Location, Severity};

/// Finds the bindings of keys that no definition has: with a typing mistake in one, its app is left alone, and another one
/// is made beside it.
pub(super) fn unused(repository: &Repository, target: &Target, loaded: &mut Loaded) {
    let Loaded {
        desired, findings, ..
    } = loaded;
    // What cannot be read may have any key.
    if findings.iter().any(|it| it.severity == Severity::Error) {
        return;
    }
    let bound = desired.bindings.keys();
    let unused: Vec<_> = bound.filter(|it| !desired.apps.contains_key(it)).collect();
    if unused.is_empty() {
        return;
    }
    let settings = settings(repository);
    for key in unused {
        let place = settings.as_ref().and_then(|it| place(it, target, key));
        let notes = Notes::new(SETTINGS.into());
        let at = place.map_or_else(|| Location::start(SETTINGS), |at| notes.place(at));
        let message = format!("`{key}` is bound to an app, and no definition has that key");
        let finding = Finding::warning("unused-binding", at, message);
        let known = desired.apps.keys().map(AppKey::as_str);
        findings.push(match nearest(key.as_str(), known) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        });
    }
}

/// The settings as they are written.
fn settings(repository: &Repository) -> Option<Node> {
    let file = repository.resolve("", SETTINGS).ok()?;
    let text = repository.read(&file, MAX_FILE).ok()?;
    parse(SETTINGS, &text).documents.into_iter().next()
}

/// Where the binding of a key stands in the settings.
fn place(settings: &Node, target: &Target, key: &AppKey) -> Option<Position> {
    let environment = match &target.owner.environment {
        Some(name) => settings.value("environments")?.value(name)?,
        None => settings,
    };
    let Kind::Map(apps) = &environment.value("apps")?.kind else {
        return None;
    };
    let binding = apps.iter().find(|it| it.key == key.as_str())?;
    Some(binding.at)
}
