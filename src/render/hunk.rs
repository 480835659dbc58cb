//! Line diffs of long texts: which lines differ, a little of what is around them, and where in a changed line the
//! change is.

use std::ops::Range;

use similar::{DiffOp, DiffTag, TextDiff};

/// A line of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line of the text.
    Text {
        /// Which of the texts has it.
        side: Side,
        /// The line, without its line break.
        text: String,
        /// The bytes that differ from the line that it replaces or is replaced by; all if there is no such line.
        changed: Range<usize>,
    },
    /// So many equal lines, left out.
    Equal(usize),
    /// So many differing lines, left out because there are too many to show.
    More(usize),
}

/// Which of two texts has a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Both.
    Both,
    /// The live one.
    Before,
    /// The one in git.
    After,
}

/// Equal lines shown around a difference.
const CONTEXT: usize = 3;
/// Above so many differing lines, finding the smallest difference takes too long; they are shown as replaced as a whole.
const MOST_LINES: usize = 4_000;

/// The line diff of two texts. Line breaks of both kinds are the same (`FORMAT.md` section 7).
pub(super) fn diff(before: &str, after: &str) -> Vec<Line> {
    let (old, new) = (lines(before), lines(after));
    let groups = similar::group_diff_ops(operations(&old, &new), CONTEXT);
    let mut out = Vec::new();
    let mut shown = 0;
    for group in &groups {
        let first = group.first().map_or(shown, |op| op.old_range().start);
        left_out(first - shown, &mut out);
        for op in group {
            operation(op, &old, &new, &mut out);
            shown = op.old_range().end;
        }
    }
    left_out(old.len() - shown, &mut out);
    out
}

/// All lines of one text, as being on one side only.
pub(super) fn whole(text: &str, side: Side) -> Vec<Line> {
    lines(text)
        .into_iter()
        .map(|text| line(side, text, 0..text.len()))
        .collect()
}

/// The bytes of each of two texts that differ from the other: what is between their common start and end, from the
/// start of a word to the end of one.
pub(super) fn changed(before: &str, after: &str) -> (Range<usize>, Range<usize>) {
    let equal = before.chars().zip(after.chars());
    let head: usize = equal
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let goes_on = |text: &str| text[head..].starts_with(is_word);
    let head = match goes_on(before) || goes_on(after) {
        true => word_start(before, head),
        false => head,
    };
    let (old, new) = (&before[head..], &after[head..]);
    let equal = old.chars().rev().zip(new.chars().rev());
    let tail: usize = equal
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let comes_from = |text: &str| text[..text.len() - tail].ends_with(is_word);
    let tail = match comes_from(old) || comes_from(new) {
        true => tail - word_rest(&old[old.len() - tail..]),
        false => tail,
    };
    (head..before.len() - tail, head..after.len() - tail)
}

/// How far a word may reach; longer runs of letters are data, and are cut in the middle.
const LONGEST_WORD: usize = 40;

/// Where the word around `at` starts, if it is not too far.
fn word_start(text: &str, at: usize) -> usize {
    let letters = text[..at].chars().rev().take_while(|c| is_word(*c));
    let length: usize = letters.take(LONGEST_WORD + 1).map(char::len_utf8).sum();
    if length > LONGEST_WORD {
        at
    } else {
        at - length
    }
}

/// The length of the word that a text starts with, if it is not too long.
fn word_rest(text: &str) -> usize {
    let letters = text.chars().take_while(|c| is_word(*c));
    let length: usize = letters.take(LONGEST_WORD + 1).map(char::len_utf8).sum();
    if length > LONGEST_WORD { 0 } else { length }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn lines(text: &str) -> Vec<&str> {
    text.split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
        .collect()
}

fn operations(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old[head..].iter().rev().zip(new[head..].iter().rev());
    let tail = rest.take_while(|(a, b)| a == b).count();
    let (old_len, new_len) = (old.len() - head - tail, new.len() - head - tail);
    if old_len + new_len <= MOST_LINES {
        return TextDiff::from_slices(old, new).ops().to_vec();
    }
    let equal = |old_index, new_index, len| DiffOp::Equal {
        old_index,
        new_index,
        len,
    };
    let replaced = DiffOp::Replace {
        old_index: head,
        old_len,
        new_index: head,
        new_len,
    };
    [
        equal(0, 0, head),
        replaced,
        equal(head + old_len, head + new_len, tail),
    ]
    .into_iter()
    .filter(|op| !op.old_range().is_empty() || !op.new_range().is_empty())
    .collect()
}

fn operation(op: &DiffOp, old: &[&str], new: &[&str], out: &mut Vec<Line>) {
    let (old, new) = (&old[op.old_range()], &new[op.new_range()]);
    if op.tag() == DiffTag::Equal {
        return out.extend(old.iter().map(|text| line(Side::Both, text, 0..0)));
    }
    // A line's counterpart is the one at the same place, which is right where each of a block was edited.
    let paired = |index: usize| Some(changed(old.get(index)?, new.get(index)?));
    for (index, text) in old.iter().enumerate() {
        let range = paired(index).map_or(0..text.len(), |it| it.0);
        out.push(line(Side::Before, text, range));
    }
    for (index, text) in new.iter().enumerate() {
        let range = paired(index).map_or(0..text.len(), |it| it.1);
        out.push(line(Side::After, text, range));
    }
}

fn line(side: Side, text: &str, changed: Range<usize>) -> Line {
    Line::Text {
        side,
        text: text.to_owned(),
        changed,
    }
}

fn left_out(count: usize, out: &mut Vec<Line>) {
    if count > 0 {
        out.push(Line::Equal(count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A diff in the usual notation.
    fn shown(before: &str, after: &str) -> Vec<String> {
        diff(before, after)
            .into_iter()
            .map(|line| match line {
                Line::Text {
                    side: Side::Both,
                    text,
                    ..
                } => format!(" {text}"),
                Line::Text {
                    side: Side::Before,
                    text,
                    ..
                } => format!("-{text}"),
                Line::Text {
                    side: Side::After,
                    text,
                    ..
                } => format!("+{text}"),
                Line::Equal(count) | Line::More(count) => format!("@{count}"),
            })
            .collect()
    }

    #[test]
    fn three_lines_around_a_change_are_shown() {
        assert_eq!(
            shown(
                "1\n2\n3\n4\n5\r\n6\n7\n8\n9\n10",
                "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10"
            ),
            [
                "@1", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8", "@2"
            ]
        );
    }

    #[test]
    fn a_line_break_more_at_the_end_is_shown() {
        assert_eq!(shown("a", "a\n"), [" a", "+"]);
    }

    #[test]
    fn a_huge_change_is_shown_as_replaced() {
        let text = |word: &str| {
            (0..3000)
                .map(|n| format!("{word}{n}\n"))
                .collect::<String>()
        };
        let lines = shown(&format!("x\n{}", text("a")), &format!("x\n{}", text("b")));
        assert_eq!(lines.len(), 1 + 6000 + 1);
    }

    #[test]
    fn a_change_is_found_by_words() {
        let (before, after) = ("call(listServices, 1)", "call(listServers, 1)");
        let (old, new) = changed(before, after);
        assert_eq!((&before[old], &after[new]), ("listServices", "listServers"));
        assert_eq!(changed("a b", "a b c"), (3..3, 3..5));
        assert_eq!(changed("", "x"), (0..0, 0..1));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_around_a_change_is_equal(
            parts in proptest::collection::vec("[ab é_]{0,4}", 0..6),
            other in proptest::collection::vec("[ab é_]{0,4}", 0..6),
        ) {
            let (before, after) = (parts.concat(), other.concat());
            let (old, new) = changed(&before, &after);
            prop_assert_eq!(&before[..old.start], &after[..new.start]);
            prop_assert_eq!(&before[old.end..], &after[new.end..]);
        }
    }
}
