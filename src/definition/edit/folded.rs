//! Folded blocks with another text: what stays does so on the lines that its author gave it, and what is new is filled up to
//! the width that the block has.

/// How wide a folded block may become, where its lines are not wider already.
const WIDTH: usize = 80;

/// The lines of a folded block, without their indentation, that say `new` instead of `old`; both without line breaks at
/// their ends. `None` if the lines do not say `old` in the plain way, or nothing folded says `new`.
pub(super) fn refolded(lines: &[&str], old: &str, new: &str, column: usize) -> Option<Vec<String>> {
    // Lines that are indented more are not folded.
    let is_plain = |text: &str| !text.split('\n').any(|line| line.starts_with([' ', '\t']));
    let before = paragraphs(lines);
    let joined: Vec<_> = before.iter().map(|lines| lines.join(" ")).collect();
    if !is_plain(old) || !is_plain(new) || joined.join("\n") != old {
        return None;
    }
    let longest = lines.iter().map(|line| line.chars().count()).max();
    let width = longest.unwrap_or(0).max(WIDTH.saturating_sub(column));
    let wanted: Vec<_> = new.split('\n').collect();
    let is_same = |(a, b): &(&String, &&str)| a == b;
    let first = joined.iter().zip(&wanted).take_while(is_same).count();
    let ends = joined[first..]
        .iter()
        .rev()
        .zip(wanted[first..].iter().rev());
    let last = ends.take_while(is_same).count();
    let (changed, others) = (first..joined.len() - last, first..wanted.len() - last);
    let mut filled = Vec::new();
    for (index, text) in wanted.iter().enumerate() {
        if index > 0 {
            filled.push(String::new());
        }
        let own = match index {
            index if index < first => Some(index),
            index if index >= others.end => Some(index + joined.len() - wanted.len()),
            index => Some(index).filter(|index| changed.contains(index)),
        };
        let own = own.map_or(&[][..], |own| &before[own]);
        fill(own, text, width, &mut filled);
    }
    Some(filled)
}

/// The lines of each paragraph; an empty line ends one.
fn paragraphs<'l>(lines: &[&'l str]) -> Vec<Vec<&'l str>> {
    let mut found = vec![Vec::new()];
    for line in lines {
        match (line.is_empty(), found.last_mut()) {
            (false, Some(paragraph)) => paragraph.push(*line),
            _ => found.push(Vec::new()),
        }
    }
    found
}

/// Adds the lines of a paragraph: those at its start and end that still say it, and new ones between them.
fn fill(own: &[&str], text: &str, width: usize, lines: &mut Vec<String>) {
    let mut rest = text;
    let kept = |line: &&&str| {
        let after = rest
            .strip_prefix(**line)
            .and_then(|it| it.strip_prefix(' '));
        let after = after.filter(|it| !it.starts_with([' ', '\t']) && !it.is_empty());
        after.inspect(|after| rest = after).is_some()
    };
    let head = own.iter().take_while(kept).count();
    lines.extend(own[..head].iter().map(|line| (*line).to_owned()));
    let mut tail = own.len();
    while tail > head
        && let Some(before) = rest.strip_suffix(own[tail - 1])
        && let Some(before) = before.strip_suffix(' ')
        && !before.is_empty()
        && !before.ends_with([' ', '\t'])
    {
        rest = before;
        tail -= 1;
    }
    while !rest.is_empty() {
        let end = line_end(rest, width);
        lines.push(rest[..end].to_owned());
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    lines.extend(own[tail..].iter().map(|line| (*line).to_owned()));
}

/// Where the first line of a text ends: at the last blank that fits, or else at the first one.
fn line_end(text: &str, width: usize) -> usize {
    let is_single = |at: usize| {
        let bytes = text.as_bytes();
        at > 0 && bytes[at - 1] != b' ' && !matches!(bytes.get(at + 1), None | Some(b' ' | b'\t'))
    };
    let mut end = None;
    for (count, (at, c)) in text.char_indices().enumerate() {
        if count > width && end.is_some() {
            break;
        }
        if c == ' ' && is_single(at) {
            end = Some(at);
        }
    }
    let fits = text.chars().count() <= width;
    end.filter(|_| !fits).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str], old: &str, new: &str) -> Option<Vec<String>> {
        refolded(lines, old, new, 70)
    }

    #[test]
    fn what_stays_keeps_its_lines() {
        let lines = ["One two", "three four", "five.", "", "Second."];
        let old = "One two three four five.\nSecond.";
        for (new, expected) in [
            (
                "One two 3 four five.\nSecond.",
                "One two|3 four|five.||Second.",
            ),
            (
                "One two three four five!\nSecond.",
                "One two|three four|five!||Second.",
            ),
            (
                "1 two three four five.\nSecond.",
                "1 two|three four|five.||Second.",
            ),
            ("One two three four five.", "One two|three four|five."),
            (
                "Zero.\nOne two three four five.\nSecond.",
                "Zero.||One two|three four|five.||Second.",
            ),
            (
                "One two three four five.\n\n\nSecond.",
                "One two|three four|five.||||Second.",
            ),
            ("One two five.\nSecond.", "One two|five.||Second."),
            ("a b c d e f g h\nSecond.", "a b c d e|f g h||Second."),
        ] {
            assert_eq!(of(&lines, old, new).unwrap().join("|"), expected, "{new:?}");
        }
    }

    #[test]
    fn what_is_no_plain_paragraph_is_not_folded() {
        assert_eq!(of(&["a", "  b", "c"], "a\n  b\nc", "a\n  b\nd"), None);
        assert_eq!(of(&["a b"], "a b", " a"), None);
        assert_eq!(
            of(&["a", "b"], "a b", "a  b"),
            Some(vec!["a  b".to_owned()])
        );
    }
}
