//! Whether changed files say what they must: they are read as the loader reads them, laid over the repository.

use std::collections::BTreeMap;

use serde_json::Value;

use super::page::comments;
use super::pages::Pages;
use super::{Drawn, EditError};
use crate::definition::Seen;
use crate::definition::discover::Candidate;
use crate::definition::files::{Inside, Repository};
use crate::definition::source::sketch::sketch;
use crate::definition::target::Target;
use crate::definition::write::declared;
use crate::definition::{FileOutcome, read_file};
use crate::model::{App, Declared, Severity, same, same_text};

/// What is known about the file of an app.
pub(super) struct Check<'a> {
    pub repository: &'a Repository,
    pub target: &'a Target,
    pub file: &'a Inside,
    /// Which document of the file the app is.
    pub index: usize,
    /// Whether there are others.
    pub several: bool,
}

impl Check<'_> {
    /// That the changed files, laid over the repository in `after`, say what is wanted, and hold what comments they must. What
    /// `pages` say was parsed before.
    pub fn is_right<T>(
        &self,
        after: &Repository,
        pages: &Pages,
        drawn: &Drawn,
        wanted: &App,
        look: &mut dyn FnMut(Declared<'_>) -> T,
    ) -> Result<T, EditError> {
        let after = self.read(after, pages, look);
        let wrong = |why: String| EditError::Meaning {
            file: self.file.shown.to_string(),
            why,
        };
        let errors = after
            .findings
            .iter()
            .filter(|it| it.severity == Severity::Error);
        let before = match self.several {
            true => Some(self.read(self.repository, pages, &mut |_| ())),
            false => None,
        };
        // Mistakes in other documents were there before.
        let had_errors = before.as_ref().is_some_and(|before| {
            before
                .findings
                .iter()
                .any(|it| it.severity == Severity::Error)
        });
        if let Some(error) = errors.into_iter().next().filter(|_| !had_errors) {
            let at = error.location.as_ref().map(|at| format!("{at}: "));
            return Err(wrong(format!(
                "{}{}",
                at.unwrap_or_default(),
                error.message
            )));
        }
        let mut documents = after.documents;
        if let Some(before) = &before
            && self.others(&documents) != self.others(&before.documents)
        {
            return Err(wrong("another app in the file would change".to_owned()));
        }
        let said = documents.get_mut(self.index).and_then(|it| it.app.take());
        let (said, seen) = said.ok_or_else(|| wrong("the app would not be there".to_owned()))?;
        if let Some(difference) = difference(&said.app, wanted) {
            return Err(wrong(difference));
        }
        self.holds_comments(drawn)?;
        Ok(seen)
    }

    /// The other apps of the file.
    fn others<T>(&self, documents: &[Seen<T>]) -> Vec<Option<App>> {
        let others = documents.iter().enumerate();
        let others = others.filter(|(index, _)| *index != self.index);
        others
            .map(|(_, document)| document.app.as_ref().map(|(app, _)| app.app.clone()))
            .collect()
    }

    fn read<T>(
        &self,
        repository: &Repository,
        pages: &Pages,
        look: &mut dyn FnMut(Declared<'_>) -> T,
    ) -> FileOutcome<T> {
        self.read_for(self.target, repository, pages, look)
    }

    /// What the file says for a target.
    pub fn read_for<T>(
        &self,
        target: &Target,
        repository: &Repository,
        pages: &Pages,
        look: &mut dyn FnMut(Declared<'_>) -> T,
    ) -> FileOutcome<T> {
        let candidate = Candidate::unnamed(self.file.clone());
        read_file(repository, target, &pages.sources, &candidate, look)
    }

    fn holds_comments(&self, drawn: &Drawn) -> Result<(), EditError> {
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for file in &drawn.files {
            let is_yaml = !file.path.ends_with(".json") && !file.path.ends_with(".js");
            let text = file.after.as_deref().filter(|_| is_yaml);
            let text = text.map(|text| text.trim_start_matches('\u{feff}'));
            let sketch = text.and_then(sketch);
            for (_, comment) in sketch.iter().flat_map(comments) {
                *found.entry(comment).or_default() += 1;
            }
        }
        for (file, comment) in &drawn.comments {
            let left = found.get_mut(comment).filter(|left| **left > 0);
            match left {
                Some(left) => *left -= 1,
                None => {
                    return Err(EditError::Comment {
                        file: file.clone(),
                        comment: comment.clone(),
                    });
                }
            }
        }
        Ok(())
    }
}

/// What differs between what files say and what they must.
fn difference(said: &App, wanted: &App) -> Option<String> {
    let App {
        name,
        description,
        tags,
        protection_level,
        self_service,
        publish,
        definition: _,
    } = said;
    let text = |text: &Option<String>, other: &Option<String>| match (text, other) {
        (Some(a), Some(b)) => same_text(a, b),
        (a, b) => a == b,
    };
    let attributes = [
        ("name", same_text(name, &wanted.name)),
        ("description", text(description, &wanted.description)),
        ("tags", *tags == wanted.tags),
        (
            "protectionLevel",
            *protection_level == wanted.protection_level,
        ),
        ("selfService", *self_service == wanted.self_service),
        ("publish", *publish == wanted.publish),
    ];
    if let Some((name, _)) = attributes.iter().find(|(_, is_same)| !is_same) {
        return Some(format!("`{name}` would be another"));
    }
    if said.definition == wanted.definition {
        return None;
    }
    let (mut said, mut wanted) = (said.definition.body(), wanted.definition.body());
    for query in said.queries.iter_mut().chain(&mut wanted.queries) {
        if let Value::Object(query) = query
            && query.get("events") == Some(&Value::Array(Vec::new()))
        {
            query.remove("events");
        }
    }
    let list = |a: &[Value], b: &[Value]| same(&a.to_vec().into(), &b.to_vec().into());
    if !same_text(&said.root_instance_name, &wanted.root_instance_name) {
        return Some("`rootInstanceName` would be another".to_owned());
    }
    if !list(&said.components, &wanted.components) {
        return Some("`components` would be others".to_owned());
    }
    if !list(&said.queries, &wanted.queries) {
        return Some("`queries` would be others".to_owned());
    }
    let extra = |map: serde_json::Map<String, Value>| Value::Object(map);
    (!same(&extra(said.extra), &extra(wanted.extra)))
        .then(|| "an unknown attribute would be another".to_owned())
}

/// Whether what is wanted without what files leave out is still what was wanted.
pub(super) fn is_said(said: &App, wanted: &App) -> bool {
    said == wanted || declared(said).0 == declared(wanted).0
}
