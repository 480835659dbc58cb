//! How the text of a file changes, as a unified diff.

use super::redact::Mask;
use super::{Options, line};

/// The lines that differ and a little of what is around them; credentials masked, and every line safe to print.
pub fn rewriting(path: &str, before: &str, after: &str, options: &Options) -> String {
    let mask = Mask::new(&options.secrets);
    let (before, after) = (mask.text(before), mask.text(after));
    let path = line(path);
    let diff = similar::TextDiff::from_lines(&before, &after)
        .unified_diff()
        .header(&path, &path)
        .to_string();
    diff.lines().map(|it| line(it) + "\n").collect()
}
