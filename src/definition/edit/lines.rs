//! Lines: where they start, which of them are empty, and how they stand at another column.

use super::page::{Page, Passage};

/// Where the line of a byte starts.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |it| it + 1)
}

/// Whether nothing but blanks stands before a byte on its line.
pub(super) fn text_starts_line(page: &Page, at: usize) -> bool {
    let start = line_start(&page.text, at);
    page.slice(start..at).trim().is_empty()
}

/// Whether an empty line comes before what goes with a passage.
pub(super) fn blank(page: &Page, kid: &Passage) -> bool {
    let lead = page.slice(kid.lead..kid.start);
    lead.split('\n')
        .next()
        .is_some_and(|line| line.trim().is_empty())
        && lead.contains('\n')
}

/// The lines without the empty ones at their start.
pub(super) fn without_blank(lead: &str) -> &str {
    let mut rest = lead;
    while let Some((line, after)) = rest.split_once('\n') {
        if !line.trim().is_empty() {
            break;
        }
        rest = after;
    }
    rest
}

/// Lines that come to stand below `above`, at the end of an entry at `column`, which is not what they stood below before.
/// A block of text there would take blanks, and comments that are indented more, for its own: those at the start of the lines
/// give way.
pub(super) fn below(above: &str, lines: &str, column: usize) -> String {
    let may_end_in_block = above.lines().any(|line| header(line).is_some());
    let is_kept = keeps_empty_lines(above);
    let mut tidy = String::with_capacity(lines.len());
    let mut rest = lines;
    while !rest.is_empty() {
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let (line, after) = rest.split_at(end);
        let filled = line.trim_start_matches([' ', '\t']);
        let is_comment = filled.starts_with('#');
        if filled.trim().is_empty() {
            // A block that says how many empty lines it ends with has them already.
            tidy.push_str(if is_kept && tidy.is_empty() {
                ""
            } else {
                filled
            });
        } else if is_comment && may_end_in_block && line.len() - filled.len() > column {
            tidy.extend(std::iter::repeat_n(' ', column));
            tidy.push_str(filled);
        } else {
            break;
        }
        rest = after;
    }
    tidy + rest
}

/// Whether lines end in a block of text to which the empty lines below it belong.
pub(super) fn keeps_empty_lines(lines: &str) -> bool {
    let depth = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let is_empty = |line: &&str| line.trim().is_empty();
    let mut above: Vec<&str> = Vec::new();
    for line in lines.lines().rev().skip_while(is_empty) {
        if let Some(indicators) = header(line) {
            let is_around = above
                .iter()
                .all(|it| it.is_empty() || depth(it) > depth(line));
            return indicators.contains('+') && is_around;
        }
        above.push(line.trim_end());
    }
    false
}

/// What the header of a block of text at the end of a line says about it, if there is one.
fn header(line: &str) -> Option<&str> {
    let mut line = line;
    loop {
        let indicators = |c: char| c.is_ascii_digit() || "-+".contains(c);
        let bare = line.trim_end();
        let sign = bare.trim_end_matches(indicators);
        if sign.ends_with(['|', '>']) {
            return Some(&bare[sign.len()..]);
        }
        line = &line[..line.rfind('#')?];
    }
}

pub(super) fn trim_blanks(text: &mut String) {
    let length = text.trim_end_matches(' ').len();
    text.truncate(length);
}

/// Lines that stood at one column at another. Without `first` the first one has no indentation.
pub(super) fn shifted(text: &str, from: usize, to: usize, first: bool) -> String {
    let mut shifted = String::with_capacity(text.len() + 64);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let is_empty = line.trim_end_matches(['\r', '\n']).is_empty();
        if is_empty || (index == 0 && !first) {
            shifted.push_str(line);
        } else if to > from {
            shifted.extend(std::iter::repeat_n(' ', to - from));
            shifted.push_str(line);
        } else {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            shifted.push_str(&line[blanks.min(from - to)..]);
        }
    }
    shifted
}
