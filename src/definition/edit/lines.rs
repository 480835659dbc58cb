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

/// The lines with those at their start empty that hold nothing but blanks: below another text than before the blanks could
/// become a part of it.
pub(super) fn without_blanks(lines: &str) -> String {
    let mut tidy = String::with_capacity(lines.len());
    let mut rest = lines;
    while let Some((line, after)) = rest.split_once('\n') {
        if !line.trim().is_empty() {
            break;
        }
        tidy.push_str(if line.ends_with('\r') { "\r\n" } else { "\n" });
        rest = after;
    }
    tidy + rest
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
