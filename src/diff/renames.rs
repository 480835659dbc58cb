//! Whether a difference is nothing but a reference that follows a rename.
//!
//! Two texts differ by a rename alone when every place at which they differ is a name in the code of an expression that
//! stands for the renamed thing, on both sides. A word in a string, a field of that name, a parameter that hides it: none
//! of those follows, and the difference is shown as what it is.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::expression::{FreeName, Parser, spans};

use super::likeness::words;

/// The renames of an app, and what is needed to tell what follows them.
pub(super) struct Renames<'a> {
    names: &'a BTreeMap<String, String>,
    parser: Option<&'a mut Parser>,
}

impl<'a> Renames<'a> {
    /// A parser is needed only where something was renamed.
    pub fn new(names: &'a BTreeMap<String, String>, parser: Option<&'a mut Parser>) -> Self {
        Self { names, parser }
    }

    /// The live names whose renames explain the difference of two names.
    pub fn name(&self, before: &str, after: &str) -> Vec<String> {
        let follows = self.names.get(before).is_some_and(|name| name == after);
        follows.then(|| before.to_owned()).into_iter().collect()
    }

    /// The live names whose renames explain the whole difference of two texts; none if they do not.
    pub fn text(&mut self, before: &str, after: &str) -> Vec<String> {
        if self.names.is_empty() || !words(before).any(|word| self.names.contains_key(word)) {
            return Vec::new();
        }
        let mut old = self.references(before);
        let names = self.names;
        old.retain(|it| names.contains_key(&before[it.clone()]));
        let mut followed = String::new();
        let mut expected = Vec::new();
        let mut from = 0;
        for reference in &old {
            followed.push_str(&before[from..reference.start]);
            let start = followed.len();
            followed.push_str(&names[&before[reference.clone()]]);
            expected.push(start..followed.len());
            from = reference.end;
        }
        followed.push_str(&before[from..]);
        if followed != after {
            return Vec::new();
        }
        // The new name may mean something else there: a parameter that bears it already.
        let new = self.references(after);
        if !expected.iter().all(|it| new.contains(it)) {
            return Vec::new();
        }
        let mut explained: Vec<_> = old.into_iter().map(|it| before[it].to_owned()).collect();
        explained.sort_unstable();
        explained.dedup();
        explained
    }

    /// Where the code of a text names things outside of it, other than as the name of a field as well.
    fn references(&mut self, text: &str) -> Vec<Range<usize>> {
        let Some(parser) = &mut self.parser else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for span in spans(text) {
            let start = span.start + 2;
            let parsed = parser.parse(&text[start..span.end - 1]);
            let plain = |it: &&FreeName| !it.is_shorthand && !it.is_assigned;
            found.extend(parsed.names.iter().filter(plain).map(|it| {
                let at = start + it.offset;
                at..at + it.name.len()
            }));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::with_parser;

    fn explained(before: &str, after: &str) -> Vec<String> {
        let names = BTreeMap::from([
            ("list".to_owned(), "listAll".to_owned()),
            ("other".to_owned(), "another".to_owned()),
        ]);
        let work = |parser: &mut Parser| Renames::new(&names, Some(parser)).text(before, after);
        with_parser(work)
    }

    #[test]
    fn references_follow_a_rename() {
        assert_eq!(explained("${list.outputs}", "${listAll.outputs}"), ["list"]);
        assert_eq!(
            explained(
                "a ${list} b ${other[list]}",
                "a ${listAll} b ${another[listAll]}"
            ),
            ["list", "other"]
        );
    }

    #[test]
    fn what_only_looks_like_a_reference_does_not_follow() {
        for (before, after) in [
            ("list", "listAll"),
            ("${'list'}", "${'listAll'}"),
            ("${x.list}", "${x.listAll}"),
            ("${{list}}", "${{listAll}}"),
            ("${{list: 1}}", "${{listAll: 1}}"),
            ("${list => list}", "${listAll => listAll}"),
            ("${(listAll) => list}", "${(listAll) => listAll}"),
            ("${list.a}", "${listAll.b}"),
            ("${list + list}", "${listAll + list}"),
            ("${list}", "${another}"),
        ] {
            assert_eq!(explained(before, after), Vec::<String>::new(), "{before}");
        }
    }
}
