//! The code of queries: in its place, or in the file that holds it.

use std::collections::BTreeSet;

use super::Draft;
use super::document::attribute;
use super::goal::{Goal, Want};
use super::page::{Form, Passage};
use super::values::About;
use crate::definition::files::{Inside, MAX_PART, Repository};
use crate::definition::javascript::body_of_file;
use crate::definition::source::Kind;
use crate::definition::write::code::CodeFiles;
use crate::definition::write::tree::Tree;
use crate::model::{Wrapper, same_text};

/// A file with code.
pub(super) struct CodeFile {
    pub file: Inside,
    pub before: String,
    /// What it is to say.
    pub after: String,
}

impl<'a> Draft<'a> {
    /// The code of a query, behind `js:`.
    pub fn code(&self, entry: &'a Passage, wrapper: &Wrapper, body: &str) -> Goal<'a> {
        let about = About {
            name: "js",
            replaces: false,
        };
        let Form::Map(..) = &entry.form else {
            return self.value(entry, &body.into(), about);
        };
        match self.code_in_file(entry, wrapper, body) {
            Some(()) => Goal::keep(entry),
            // A file that somebody else needs as it is.
            None => Goal::new(Some(entry), Want::New(Tree::Text(body.to_owned()))),
        }
    }

    /// Lets the file that is named here hold the code; `None` if it cannot.
    fn code_in_file(&self, entry: &'a Passage, wrapper: &Wrapper, body: &str) -> Option<()> {
        let Some(Kind::Text(path)) = entry.under("file")?.scalar() else {
            return None;
        };
        let variables = &self.meaning.target.environment.variables;
        let path = crate::definition::variables::meant(&path, variables)?;
        let from = &self.pages.all[entry.page].file.shown;
        let file = self.repository.resolve(from, path.as_str()?).ok()?;
        let mut files = self.codes.borrow_mut();
        let known = files.iter().position(|it| it.file.real == file.real);
        let index = match known {
            Some(index) => index,
            None => {
                let before = self.repository.read(&file, MAX_PART).ok()?;
                files.push(CodeFile {
                    file,
                    after: before.clone(),
                    before,
                });
                files.len() - 1
            }
        };
        let code = &mut files[index];
        let said = body_of_file(wrapper, &code.after).ok()?;
        if same_text(said, body) {
            return Some(());
        }
        // What two queries share, or two apps, is not changed for one.
        if known.is_some() || self.shared.contains(&code.file.real) {
            return None;
        }
        code.after = with_body(&code.after, said, body);
        let is_said = body_of_file(wrapper, &code.after).is_ok_and(|said| same_text(said, body));
        if !is_said {
            code.after = code.before.clone();
            return None;
        }
        Some(())
    }
}

/// Where the long code of new queries goes: beside that of the others of an app, if that stands in files.
pub(super) fn code_files(repository: &Repository, from: &str, document: &Passage) -> CodeFiles {
    let found = || {
        let queries = attribute(document, "queries")?;
        let own = |query: &Passage| query.under("js")?.under("file")?.scalar();
        let listed = |item: &Passage| own(item).or_else(|| own(item.entries().first()?));
        let path = queries.kids().iter().find_map(listed);
        let Kind::Text(path) = path? else {
            return None;
        };
        let file = repository.resolve(from, &path).ok()?;
        let folder = |path: &str| path.rfind('/').map_or("", |at| &path[..=at]).to_owned();
        let names = repository.beside(&file).ok()?;
        let stem = |name: &String| name.trim_end_matches(".js").to_ascii_lowercase();
        let taken: BTreeSet<_> = names.iter().map(stem).collect();
        Some(CodeFiles::beside(
            (folder(&file.shown), folder(&path)),
            taken,
        ))
    };
    found().unwrap_or_else(|| CodeFiles::new(None))
}

/// The file with another body; the lines that stay do so with their line ends.
fn with_body(text: &str, old: &str, new: &str) -> String {
    let start = old.as_ptr().addr() - text.as_ptr().addr();
    let (head, tail) = (&text[..start], &text[start + old.len()..]);
    let line_end = if head.ends_with("\r\n") { "\r\n" } else { "\n" };
    let lines: Vec<_> = new
        .split('\n')
        .map(|line| line.trim_end_matches('\r'))
        .collect();
    let mut body = lines.join(line_end);
    // Without a line of its own the last one would end the body.
    if old.is_empty() && !tail.starts_with(['\r', '\n']) {
        body.push_str(line_end);
    }
    format!("{head}{body}{tail}")
}
