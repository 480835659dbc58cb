//! A text of several lines that two sides changed.

use std::ops::Range;

/// Longer texts are not merged line by line: finding the fewest differences would take too long.
const LONGEST: usize = 5_000;

/// What a side has instead of some lines of the base.
struct Hunk<'a> {
    base: Range<usize>,
    lines: Vec<&'a str>,
}

/// The text with the changes of both sides; `None` where they meet, or where there are no lines to tell apart.
pub(super) fn merge(base: &str, live: &str, git: &str) -> Option<String> {
    // Line ends are no difference (`FORMAT.md` section 7).
    let unix = |text: &str| text.replace("\r\n", "\n");
    let (base, live, git) = (unix(base), unix(live), unix(git));
    let lines = |text: &'_ str| text.split_inclusive('\n').count();
    let longest = lines(&base).max(lines(&live)).max(lines(&git));
    if !(2..=LONGEST).contains(&longest) {
        return None;
    }
    let base: Vec<&str> = base.split_inclusive('\n').collect();
    let (live, git) = (hunks(&base, &live), hunks(&base, &git));
    let mut merged = String::new();
    let mut at = 0;
    let (mut live, mut git) = (live.into_iter().peekable(), git.into_iter().peekable());
    loop {
        let hunk = match (live.peek(), git.peek()) {
            (None, None) => break,
            (Some(left), Some(right)) if left.is_same(right) => {
                git.next();
                live.next()
            }
            (Some(left), Some(right)) if left.meets(right) => return None,
            (Some(left), Some(right)) if right.base.start < left.base.start => git.next(),
            (Some(_), _) => live.next(),
            (None, Some(_)) => git.next(),
        }?;
        merged.extend(base[at..hunk.base.start].iter().copied());
        merged.extend(hunk.lines);
        at = hunk.base.end;
    }
    merged.extend(base[at..].iter().copied());
    Some(merged)
}

fn hunks<'a>(base: &[&'a str], side: &'a str) -> Vec<Hunk<'a>> {
    let side: Vec<&str> = side.split_inclusive('\n').collect();
    let ops = similar::capture_diff_slices(similar::Algorithm::Myers, base, &side);
    let mut hunks: Vec<Hunk<'_>> = Vec::new();
    for op in ops.iter().filter(|op| op.tag() != similar::DiffTag::Equal) {
        let lines = side[op.new_range()].iter().copied();
        match hunks.last_mut() {
            Some(last) if last.base.end == op.old_range().start => {
                last.base.end = op.old_range().end;
                last.lines.extend(lines);
            }
            _ => hunks.push(Hunk {
                base: op.old_range(),
                lines: lines.collect(),
            }),
        }
    }
    hunks
}

impl Hunk<'_> {
    fn is_same(&self, other: &Self) -> bool {
        self.base == other.base && self.lines == other.lines
    }

    /// Whether two changes are of the same lines, or of lines without one in between: neighbours depend on each other.
    fn meets(&self, other: &Self) -> bool {
        self.base.start <= other.base.end && other.base.start <= self.base.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "a\nb\nc\nd\ne";

    #[test]
    fn changes_of_different_lines_are_both_kept() {
        let merged = merge(BASE, "A\nb\nc\nd\ne", "a\nb\nc\nd\nE\nf");
        assert_eq!(merged.as_deref(), Some("A\nb\nc\nd\nE\nf"));
        let merged = merge(BASE, "b\nc\nd\ne", "a\nb\nx\nc\nd\ne");
        assert_eq!(merged.as_deref(), Some("b\nx\nc\nd\ne"));
        assert_eq!(merge(BASE, "x\n", "x\n").as_deref(), Some("x\n"));
    }

    #[test]
    fn line_ends_are_no_change() {
        let merged = merge(BASE, "A\r\nb\r\nc\r\nd\r\ne", "a\nb\nc\nd\nE");
        assert_eq!(merged.as_deref(), Some("A\nb\nc\nd\nE"));
    }

    #[test]
    fn changes_that_meet_are_not_merged() {
        assert_eq!(merge(BASE, "A\nb\nc\nd\ne", "x\nb\nc\nd\ne"), None);
        assert_eq!(merge(BASE, "A\nb\nc\nd\ne", "a\nB\nc\nd\ne"), None);
        assert_eq!(merge("a", "b", "c"), None);
    }
}
