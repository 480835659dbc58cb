//! Whether definitions that could be read also make sense.
//!
//! [`validate`] looks at an app with every rule and says what is wrong in [`Remark`]s; [`locate`] finds the exact place
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

use crate::expression::Parser;
use crate::model::{Declared, Remark};

pub use catalog::{Family, Rule, rule, rules};
pub use report::{locate, report, unsilenced};
pub use silence::{Silence, UNUSED_SILENCE, silences};

/// Looks at one app with every rule.
pub fn validate(declared: &Declared<'_>, parser: &mut Parser) -> Vec<Remark> {
    let app = app::App::new(declared, parser);
    let mut remarks = Vec::new();
    structure::check(&app, &mut remarks);
    layout::check(&app, &mut remarks);
    references::check(&app, &mut remarks);
    unused::check(&app, &mut remarks);
    names::check(&app, &mut remarks);
    safety::check(&app, &mut remarks);
    remarks
}
