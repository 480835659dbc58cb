//! Line diffs of long texts: which lines differ, a little of what is around them, and where in a changed line the
//! change is.

use std::ops::Range;

use similar::{Algorithm, DiffOp, DiffTag};

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
    /// So many equal characters of a long line, left out.
    Chars(usize),
    /// So many lines of any kind, left out because there are too many to show.
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

/// The line diff of two texts. Line breaks of both kinds are the same (`FORMAT.md` section 7). Of long lines that changed
/// at several places only these are shown, unless lines are to be shown `whole`.
pub(super) fn diff(before: &str, after: &str, whole: bool) -> Vec<Line> {
    let (old, new) = (lines(before), lines(after));
    let groups = similar::group_diff_ops(operations(&old, &new, Algorithm::Myers), CONTEXT);
    let mut out = Vec::new();
    let mut shown = 0;
    for group in &groups {
        let first = group.first().map_or(shown, |op| op.old_range().start);
        left_out(&old[shown..first], &mut out);
        for op in group {
            operation(op, (&old, &new), whole, &mut out);
            shown = op.old_range().end;
        }
    }
    left_out(&old[shown..], &mut out);
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

fn operations(old: &[&str], new: &[&str], algorithm: Algorithm) -> Vec<DiffOp> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old[head..].iter().rev().zip(new[head..].iter().rev());
    let tail = rest.take_while(|(a, b)| a == b).count();
    let (old_len, new_len) = (old.len() - head - tail, new.len() - head - tail);
    if old_len + new_len <= MOST_LINES {
        return similar::capture_diff_slices(algorithm, old, new);
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

fn operation(op: &DiffOp, (old, new): (&[&str], &[&str]), whole: bool, out: &mut Vec<Line>) {
    let (old, new) = (&old[op.old_range()], &new[op.new_range()]);
    if op.tag() == DiffTag::Equal {
        return out.extend(old.iter().map(|text| line(Side::Both, text, 0..0)));
    }
    // A line's counterpart is the one at the same place, which is right where each of a block was edited.
    let pairs = || old.iter().zip(new);
    if !whole && old.len() == new.len() && pairs().any(|(a, b)| changes_far_apart(a, b)) {
        return pairs().for_each(|(before, after)| long_line(before, after, out));
    }
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

/// A line up to so many bytes is read as a whole.
const LONG: usize = 160;
/// Bytes shown around a change in a long line.
const AROUND: usize = 40;

/// Whether two lines differ at several places that are too far apart to be shown together.
pub(super) fn changes_far_apart(before: &str, after: &str) -> bool {
    before.len().max(after.len()) > LONG
        && !before.contains('\n')
        && !after.contains('\n')
        && pieces(before, after).len() > 1
}

/// A long line: the places where it differs, with a little of what is around them, and counts of what is left out.
fn long_line(before: &str, after: &str, out: &mut Vec<Line>) {
    let chars = |text: &str, out: &mut Vec<Line>| match text.chars().count() {
        0 => {}
        count => out.push(Line::Chars(count)),
    };
    let mut shown = 0;
    for (old, new) in pieces(before, after) {
        // Both sides are equal around a difference, so that as much is shown of each.
        let lead = back(before, old.start, AROUND.min(old.start - shown));
        let rest = forth(before, old.end, AROUND);
        chars(&before[shown..old.start - lead], out);
        let (left, right) = (
            old.start - lead..old.end + rest,
            new.start - lead..new.end + rest,
        );
        shown = left.end;
        let (marked_old, marked_new) = changed(&before[left.clone()], &after[right.clone()]);
        out.push(line(Side::Before, &before[left], marked_old));
        out.push(line(Side::After, &after[right], marked_new));
    }
    chars(&before[shown..], out);
}

/// Up to so many bytes before a place, from the start of a word where there is one.
fn back(text: &str, at: usize, bytes: usize) -> usize {
    let fits = |it: &usize| text.is_char_boundary(at - it);
    let most = (0..=bytes).rev().find(fits).unwrap_or(0);
    let part = &text[at - most..at];
    match part.find(' ') {
        Some(blank) if most < at && blank < part.len() / 2 => most - blank - 1,
        _ => most,
    }
}

/// Up to so many bytes behind a place, to the end of a word where there is one.
fn forth(text: &str, at: usize, bytes: usize) -> usize {
    let fits = |it: &usize| text.is_char_boundary(at + it);
    let bytes = bytes.min(text.len() - at);
    let most = (0..=bytes).rev().find(fits).unwrap_or(0);
    let part = &text[at..at + most];
    match part.rfind(' ') {
        Some(blank) if at + most < text.len() && blank > part.len() / 2 => blank,
        _ => most,
    }
}

/// The bytes at which two lines differ, place by place; places that are near each other are one.
fn pieces(before: &str, after: &str) -> Vec<(Range<usize>, Range<usize>)> {
    // Sentences and statements first: the words of a long line are too many to find the fewest of them that differ.
    let split = |text| -> Vec<&str> { str::split_inclusive(text, BOUNDARIES).collect() };
    let (old, new) = (split(before), split(after));
    let starts = |parts: &[&str]| -> Vec<usize> {
        let ends = parts.iter().scan(0, |end, part| {
            *end += part.len();
            Some(*end)
        });
        std::iter::once(0).chain(ends).collect()
    };
    let (old_at, new_at) = (starts(&old), starts(&new));
    let mut places: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for op in operations(&old, &new, Algorithm::Patience) {
        if op.tag() == DiffTag::Equal {
            continue;
        }
        let of = |at: &[usize], range: Range<usize>| at[range.start]..at[range.end];
        let (old, new) = (of(&old_at, op.old_range()), of(&new_at, op.new_range()));
        let (inner_old, inner_new) = changed(&before[old.clone()], &after[new.clone()]);
        let shifted = |it: Range<usize>, by: usize| it.start + by..it.end + by;
        let (old, new) = (shifted(inner_old, old.start), shifted(inner_new, new.start));
        match places.last_mut() {
            Some(last) if old.start - last.0.end <= 2 * AROUND => {
                last.0.end = old.end;
                last.1.end = new.end;
            }
            _ => places.push((old, new)),
        }
    }
    places
}

/// Where sentences and statements end.
const BOUNDARIES: [char; 7] = ['.', ',', ';', '{', '}', '>', '\n'];

fn line(side: Side, text: &str, changed: Range<usize>) -> Line {
    Line::Text {
        side,
        text: text.to_owned(),
        changed,
    }
}

/// Leaves equal lines out. To say so takes a line, too, so a single one stays.
fn left_out(equal: &[&str], out: &mut Vec<Line>) {
    match equal {
        [] => {}
        [text] => out.push(line(Side::Both, text, 0..0)),
        _ => out.push(Line::Equal(equal.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A diff in the usual notation.
    fn shown(before: &str, after: &str) -> Vec<String> {
        diff(before, after, false)
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
                Line::Chars(count) => format!("#{count}"),
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
                " 1", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8", "@2"
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

    #[test]
    fn of_a_long_line_all_places_are_shown_that_changed() {
        let long = "lorem ipsum dolor sit amet, consectetur. ".repeat(6);
        let before = format!("Ask your team lead. {long}Then wait.");
        let after = format!("Ask your manager. {long}Then wait a day.");
        let lines = shown(&before, &after);
        assert_eq!(lines.len(), 5, "{lines:?}");
        assert!(
            lines[0].starts_with("-Ask your team lead.")
                && lines[1].starts_with("+Ask your manager.")
        );
        assert!(lines[2].starts_with('#'));
        assert!(lines[3].ends_with("Then wait.") && lines[4].ends_with("Then wait a day."));
        assert_eq!(diff(&before, &after, true).len(), 2);
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn of_a_long_line_nothing_that_differs_is_left_out(
            pieces in proptest::collection::vec(("[ab é;.]{0,60}", "[ab é;.]{0,9}", "[ab é;.]{0,9}"), 1..9),
        ) {
            let side = |pick: fn(&(String, String, String)) -> &String| -> String {
                pieces.iter().map(|it| format!("{}{}", it.0, pick(it))).collect()
            };
            let (before, after) = (side(|it| &it.1), side(|it| &it.2));
            let mut lines = Vec::new();
            long_line(&before, &after, &mut lines);
            let (mut old, mut new) = (String::new(), String::new());
            for line in lines {
                match line {
                    Line::Text { side: Side::Before, text, .. } => old += &text,
                    Line::Text { text, .. } => new += &text,
                    // What is left out is equal, so it may be taken from either side.
                    Line::Chars(count) => {
                        let rest = |whole: &str, shown: &str| -> String {
                            whole[shown.len()..].chars().take(count).collect()
                        };
                        let (left, right) = (rest(&before, &old), rest(&after, &new));
                        prop_assert_eq!(&left, &right);
                        old += &left;
                        new += &right;
                    }
                    Line::Equal(_) | Line::More(_) => prop_assert!(false),
                }
            }
            prop_assert_eq!((old, new), (before, after));
        }

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
