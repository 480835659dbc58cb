//! Whether definitions that could be read also make sense.
//!
//! [`validate`] looks at every app with every rule and says what is wrong in [`Remark`]s; [`locate`] finds the exact place
//! of each in its file; [`report()`] gives each its weight, and leaves out what a comment silences. Rules know one app and
//! the settings, never a file, the server, or another rule. What could not be read at all was said by the loader.
//!
//! Reading order: [`catalog`] (every rule with its explanation), [`node`] and [`app`] (what rules look at), the rules by
//! family ([`structure`], [`layout`], [`references`], [`names`], [`safety`]), [`pinpoint`] and [`silence`] (what becomes
//! of a remark).

mod app;
mod catalog;
mod layout;
mod names;
mod near;
mod node;
mod pinpoint;
mod references;
mod report;
mod safety;
mod silence;
mod structure;
mod unused;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::expression::{Parsed, Parser, with_parsers};
use crate::model::{Desired, DesiredApp, Remark};

pub use catalog::{Family, Rule, rule, rules};
pub use report::{locate, report};
pub use silence::{Silence, silences};

/// Looks at every app with every rule, side by side on all cores, and gives what `then` makes of each one's remarks, in the
/// order of the keys. What an app was looked at with is let go of before the next one: a thousand apps take no more memory
/// than a few.
pub fn validate<T: Send>(
    desired: &Desired,
    then: &(dyn Fn(&DesiredApp, Vec<Remark>) -> T + Sync),
) -> Vec<T> {
    let apps: Vec<&DesiredApp> = desired.apps.values().collect();
    let next = AtomicUsize::new(0);
    let work = |parser: &mut Parser| {
        let mut known = Known::default();
        let mut made = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(app) = apps.get(index) else {
                return made;
            };
            made.push((index, then(app, check(app, parser, &mut known))));
        }
    };
    let mut made: Vec<_> = with_parsers(apps.len(), work)
        .into_iter()
        .flatten()
        .collect();
    made.sort_by_key(|(index, _)| *index);
    made.into_iter().map(|(_, made)| made).collect()
}

/// The expressions that one thread has parsed already: apps that were made from one another share most of theirs.
#[derive(Default)]
struct Known {
    /// By length first: code of the same wrapper starts alike, and comparing it to its end takes long.
    parsed: BTreeMap<usize, BTreeMap<String, Rc<Parsed>>>,
    bytes: usize,
}

impl Known {
    /// Above so many bytes of code, nothing more is remembered.
    const MAX_BYTES: usize = 8 << 20;

    fn parse(&mut self, code: &str, parser: &mut Parser) -> Rc<Parsed> {
        let alike = self.parsed.entry(code.len()).or_default();
        if let Some(parsed) = alike.get(code) {
            return parsed.clone();
        }
        let parsed = Rc::new(parser.parse(code));
        if self.bytes + code.len() <= Self::MAX_BYTES {
            self.bytes += code.len();
            alike.insert(code.to_owned(), parsed.clone());
        }
        parsed
    }
}

/// Looks at one app with every rule.
fn check(desired: &DesiredApp, parser: &mut Parser, known: &mut Known) -> Vec<Remark> {
    let body = desired.app.definition.body();
    let app = app::App::new(desired, &body, &mut |code| known.parse(code, parser));
    let mut remarks = Vec::new();
    structure::check(&app, &mut remarks);
    layout::check(&app, &mut remarks);
    references::check(&app, &mut remarks);
    unused::check(&app, &mut remarks);
    names::check(&app, &mut remarks);
    safety::check(&app, &mut remarks);
    remarks
}
