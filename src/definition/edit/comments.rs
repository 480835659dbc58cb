//! Comments that lose their place: what is written anew says less about where they belong, so they are put above it.

use std::collections::HashSet;
use std::ops::Range;

use super::goal::Goal;
use super::page::{Form, Layout, Passage};
use super::print::{At, Printer};

impl<'a> Printer<'_, 'a> {
    /// The comment behind an entry or item, on the line of its key or of its end.
    pub fn comment_behind(&self, of: &Passage) -> Option<(usize, String)> {
        let page = &self.pages[of.page];
        let from = match &of.name {
            Some(name) => name.colon.unwrap_or(name.range.end),
            None => of.start,
        };
        let is_block = matches!(of.form, Form::Literal(..) | Form::Folded(..))
            || of.layout() == Some(Layout::Block) && of.name.is_some();
        let from = match is_block {
            true => from,
            false => of.value.end,
        };
        let (byte, comment) = page.comments_in(from..of.end).first()?;
        let is_near = !page.slice(from..*byte).contains('\n');
        (is_near && (of.name.is_some() || !is_block)).then(|| (*byte, comment.clone()))
    }

    /// Keeps the comments of what will be written on one line with everything in it.
    pub fn hoist_all(&self, goal: &Goal<'a>, in_place: bool) {
        let mut sources = Vec::new();
        goal.sources(&mut |source| sources.push(source));
        let inside: HashSet<_> = sources.iter().map(|source| source.id).collect();
        let mut seen = HashSet::new();
        for (index, source) in sources.iter().enumerate() {
            // What is written anew in its own place keeps what stands around it.
            let range = match in_place && index == 0 {
                true => source.value.clone(),
                false => source.lead..source.end.max(source.value.end),
            };
            for (byte, comment) in self.pages[source.page].comments_in(range) {
                // What is elsewhere for one source may be in another one.
                if !self.is_elsewhere(source, *byte, &inside) && seen.insert((source.page, *byte)) {
                    self.hoisted.borrow_mut().push(comment.clone());
                }
            }
        }
    }

    /// Whether a byte is in something inside of a passage that something outside is made from.
    fn is_elsewhere(&self, of: &Passage, byte: usize, inside: &HashSet<usize>) -> bool {
        of.kids().iter().any(|kid| {
            let is_in = (kid.lead..kid.end.max(kid.value.end)).contains(&byte);
            let is_made = self.claimed.contains(&kid.id) && !inside.contains(&kid.id);
            is_in && (is_made || self.is_elsewhere(kid, byte, inside))
        })
    }

    /// Puts the comments in a range above, but those in what is made from elsewhere.
    pub fn hoist(&self, of: &Passage, range: Range<usize>, at: At<'_>, lead: &mut String) {
        let line_end = self.pages[at.page].line_end;
        for (byte, comment) in self.pages[of.page].comments_in(range) {
            if !self.is_claimed(of, *byte) {
                lead.push_str(&format!("{}{comment}{line_end}", " ".repeat(at.column)));
            }
        }
    }

    /// Whether a byte is in something inside of a passage that something else is made from.
    pub fn is_claimed(&self, of: &Passage, byte: usize) -> bool {
        of.kids().iter().any(|kid| {
            let is_in = (kid.lead..kid.end.max(kid.value.end)).contains(&byte);
            is_in && (self.claimed.contains(&kid.id) || self.is_claimed(kid, byte))
        })
    }
}
