//! Long code in files of its own, in the form that `definition::javascript` reads.

use std::collections::BTreeSet;

use super::tree::Tree;
use super::{WrittenFile, unique_name};
use crate::definition::files::MAX_PART;
use crate::definition::javascript;
use crate::model::Wrapper;

/// Code of more lines goes to a file.
const LONG: usize = 20;
/// How much all parts of an app may take, with room for what the limit counts beside the text.
const ALL_PARTS: usize = 8 << 20;

/// Where code goes, and what went there.
pub(in crate::definition) struct CodeFiles {
    /// The folder from the repository's root, and the same as the definition names it; `None` leaves all code in place.
    folder: Option<(String, String)>,
    taken: BTreeSet<String>,
    bytes: usize,
    pub files: Vec<WrittenFile>,
}

impl CodeFiles {
    pub fn new(folder: Option<(String, String)>) -> Self {
        Self {
            folder,
            taken: BTreeSet::new(),
            bytes: 0,
            files: Vec::new(),
        }
    }

    /// Code goes beside the files that are `taken`, named without their ending.
    pub fn beside(folder: (String, String), taken: BTreeSet<String>) -> Self {
        Self {
            taken,
            ..Self::new(Some(folder))
        }
    }

    /// What stands behind `js:` for the code of a query.
    pub fn place(&mut self, kind: &str, query: &str, code: &str) -> Tree {
        let in_place = Tree::Text(code.to_owned());
        let (Some((folder, named)), Some(wrapper)) = (&self.folder, Wrapper::of(kind)) else {
            return in_place;
        };
        // A file cannot say that its last line ends in a lone carriage return.
        let is_long = code.split('\n').count() > LONG && !code.ends_with('\r');
        let text = javascript::file(&wrapper, code);
        let fits = text.len() < MAX_PART as usize && self.bytes + text.len() < ALL_PARTS;
        if !(is_long && fits) {
            return in_place;
        }
        self.bytes += text.len();
        let name = format!("{}.js", unique_name(query, "query", &mut self.taken));
        self.files.push(WrittenFile {
            path: format!("{folder}{name}"),
            text,
        });
        let file = Tree::Text(format!("{named}{name}"));
        Tree::Map(vec![("file".to_owned(), file)])
    }
}
