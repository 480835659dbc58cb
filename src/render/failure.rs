//! Why nothing was done at all, as Markdown.

use super::redact::Mask;
use super::{Options, markdown};

/// That nothing was applied to `scope`, and why.
pub fn not_applied(scope: &str, why: &str, options: &Options) -> String {
    let mask = Mask::new(&options.secrets);
    markdown::not_applied(&mask.text(scope), &mask.text(why))
}
