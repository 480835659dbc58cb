//! What a parser has parsed already: apps that were made from one another share most of their code.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Parsed;

/// What is known about code.
#[derive(Default)]
pub(super) struct Known {
    /// By length first: code of the same wrapper starts alike, and comparing it to its end takes long.
    parsed: BTreeMap<usize, BTreeMap<String, Rc<Parsed>>>,
    bytes: usize,
}

impl Known {
    /// Above so many bytes of code, nothing more is remembered.
    const MAX_BYTES: usize = 8 << 20;

    pub fn find(&self, code: &str) -> Option<Rc<Parsed>> {
        self.parsed.get(&code.len())?.get(code).cloned()
    }

    pub fn keep(&mut self, code: &str, parsed: &Rc<Parsed>) {
        if self.bytes + code.len() <= Self::MAX_BYTES {
            self.bytes += code.len();
            let alike = self.parsed.entry(code.len()).or_default();
            alike.insert(code.to_owned(), Rc::clone(parsed));
        }
    }
}
