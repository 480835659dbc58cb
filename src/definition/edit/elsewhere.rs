//! What changed files say in the other environments, which read the same ones.
//!
//! An edit is made where one environment is clicked, and with its variables and connections. What comes in may stand for
//! something else elsewhere, or for nothing; so the file is read as each other environment reads it, before and after.

use std::collections::BTreeSet;

use super::Note;
use super::check::Check;
use super::pages::Pages;
use crate::definition::FileOutcome;
use crate::definition::files::Repository;
use crate::definition::target::Target;
use crate::model::{App, Finding, Severity};

/// What is to be told of the other environments, if there are any.
pub(super) fn elsewhere(check: &Check<'_>, after: &Repository, pages: &Pages) -> Vec<Note> {
    let (mut notes, mut changed) = (Vec::new(), Vec::new());
    for name in check.target.elsewhere.keys() {
        let target = in_place_of(check.target, name);
        let [before, after] = [check.repository, after]
            .map(|repository| check.read_for(&target, repository, pages, &mut |_| ()));
        let known: BTreeSet<_> = errors(&before).map(|it| (it.rule, &it.message)).collect();
        let new = errors(&after).filter(|it| !known.contains(&(it.rule, &it.message)));
        let wrong: Vec<_> = new
            .map(|finding| Note::Elsewhere {
                environment: name.clone(),
                at: finding.location.clone(),
                why: finding.message.clone(),
            })
            .collect();
        if wrong.is_empty() && app(&before, check.index) != app(&after, check.index) {
            changed.push(name.clone());
        }
        notes.extend(wrong);
    }
    if !changed.is_empty() {
        notes.push(Note::Also {
            environments: changed,
        });
    }
    notes
}

/// The target that another environment is.
fn in_place_of(target: &Target, name: &str) -> Target {
    let Target {
        mut owner,
        environment,
        mut elsewhere,
        draft,
    } = target.clone();
    let other = elsewhere.remove(name).unwrap_or_default();
    let own = owner.environment.replace(name.to_owned());
    elsewhere.extend(own.map(|own| (own, environment)));
    Target {
        owner,
        environment: other,
        elsewhere,
        draft,
    }
}

fn errors(file: &FileOutcome<()>) -> impl Iterator<Item = &Finding> {
    let findings = file.findings.iter();
    findings.filter(|it| it.severity == Severity::Error)
}

fn app(file: &FileOutcome<()>, index: usize) -> Option<&App> {
    let (app, ()) = file.documents.get(index)?.app.as_ref()?;
    Some(&app.app)
}
