//! Text inside a line of Markdown, and fences around lines of it: the one place where Markdown is escaped.
//!
//! Hosts find mentions, references, links and commands in text, each in its own way, and none of them in code. So what
//! is not plain words is written as code: a name is always, and in a sentence every word that is more than letters.
//! Nothing of a stranger's stands at the start of a line, or beside a delimiter that it could close.

use minijinja::HtmlEscape;

use crate::render::escape;

/// Longer names and paths are shortened: they are there to be recognised.
const LONGEST: usize = 120;
/// Longer sentences in tables, too: they stand in full below.
const LONGEST_SENTENCE: usize = 160;

/// A text as code: a name, a path, a value.
pub(super) fn code(text: &str) -> String {
    spanned(&clipped(&escape::line(text), LONGEST))
}

/// A text as code in a cell of a table, where no host lets a `|` stand.
pub(super) fn cell(text: &str) -> String {
    spanned(&without_bars(&clipped(&escape::line(text), LONGEST)))
}

/// A name as code that leads to an address, where there is one, in a cell of a table.
pub(super) fn linked_cell(text: &str, address: Option<&String>) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._/:".contains(&b);
    match address.filter(|it| it.bytes().all(is_plain)) {
        Some(address) => format!("[{}]({address})", cell(text)),
        None => cell(text),
    }
}

/// A name that people gave, such as that of an app: as it is where it is plain words, and else as code.
pub(super) fn name(text: &str) -> String {
    match is_plain_name(text) {
        true => text.to_owned(),
        false => code(text),
    }
}

/// The same in a cell of a table.
pub(super) fn name_cell(text: &str) -> String {
    match is_plain_name(text) {
        true => text.to_owned(),
        false => cell(text),
    }
}

/// The same inside of HTML.
pub(super) fn html_name(text: &str) -> String {
    match is_plain_name(text) {
        true => text.to_owned(),
        false => html_code(text),
    }
}

/// A sentence, in which names stand between backticks.
pub(super) fn prose(text: &str) -> String {
    sentence(&escape::line(text))
}

/// A sentence in a cell of a table, shortened.
pub(super) fn prose_cell(text: &str) -> String {
    let text = without_bars(&escape::line(text));
    let mut short = clipped(&text, LONGEST_SENTENCE);
    // A name that was cut is no name.
    if short != text && short.matches('`').count() % 2 == 1 {
        let end = short.rfind('`').unwrap_or(short.len());
        short = format!("{}…", &short[..end]);
    }
    sentence(&short)
}

/// A text as code inside of HTML.
pub(super) fn html_code(text: &str) -> String {
    let text = clipped(&escape::line(text), LONGEST);
    // The backtick is of no meaning in HTML, but where it stands in a line with a second one, it may be in Markdown.
    format!(
        "<code>{}</code>",
        HtmlEscape(&text).to_string().replace('`', "&#96;")
    )
}

/// Lines that stand as they are, in a fence that none of them can close. What a CI runner would obey is written out: who
/// puts a plan into a job's summary often prints it, too.
pub(super) fn fence(language: &str, lines: &[String]) -> String {
    let longest = lines.iter().map(|it| longest_run(it)).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let mut text = format!("{fence}{language}\n");
    for line in lines {
        text.push_str(escape::unobeyed(line).as_deref().unwrap_or(line));
        text.push('\n');
    }
    text + &fence + "\n"
}

fn without_bars(text: &str) -> String {
    text.replace('|', "\\u{7c}")
}

fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A code span; the text is one line already.
fn spanned(text: &str) -> String {
    if text.trim().is_empty() {
        return format!("`\"{text}\"`");
    }
    let ticks = "`".repeat(longest_run(text) + 1);
    let touches = |c: Option<char>| matches!(c, Some('`' | ' '));
    match touches(text.chars().next()) || touches(text.chars().next_back()) {
        true => format!("{ticks} {text} {ticks}"),
        false => format!("{ticks}{text}{ticks}"),
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn sentence(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    // Between backticks is a name; what follows the last one that has no partner is text.
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((name, after)) = after.split_once('`') else {
            break;
        };
        words(before, &mut out);
        out.push_str(&spanned(name));
        rest = after;
    }
    words(rest, &mut out);
    out
}

fn words(text: &str, out: &mut String) {
    for (index, text) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        word(text, out);
    }
}

/// A word as it is where it is letters and ordinary punctuation, and else as code.
fn word(text: &str, out: &mut String) {
    let core = text.trim_start_matches(['(', '"']);
    let lead = &text[..text.len() - core.len()];
    let trail = core.trim_end_matches([')', ',', '.', ';', ':', '?', '"', '…']);
    let (core, trail) = core.split_at(trail.len());
    if core.is_empty() || is_plain(core) {
        return out.push_str(text);
    }
    out.push_str(lead);
    // A code span beside another one would be one with it.
    if out.ends_with('`') {
        out.push(' ');
    }
    out.push_str(&spanned(core));
    out.push_str(trail);
}

fn is_plain_name(text: &str) -> bool {
    let is_plain = |word: &str| word == "-" || is_plain(word.trim_end_matches([',', '.']));
    text.len() <= LONGEST && text.split(' ').all(is_plain) && !text.chars().any(escape::is_unsafe)
}

fn is_plain(word: &str) -> bool {
    let letters = |part: &str| !part.is_empty() && part.chars().all(char::is_alphabetic);
    let is_number = word.len() < 7 && word.bytes().all(|b| b.is_ascii_digit());
    let is_version = word
        .strip_prefix('v')
        .is_some_and(|it| !it.is_empty() && it.len() < 7 && it.bytes().all(|b| b.is_ascii_digit()));
    // `self-service`, `it's`, but not `ABC-123`. A word of hexadecimal letters may be a commit to a host.
    let is_word = word.split(['-', '\'']).all(letters)
        && !(word.len() >= 7 && word.bytes().all(|b| b.is_ascii_hexdigit()));
    is_number || is_version || is_word || matches!(word, "→" | "–")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stay_and_all_else_is_code() {
        assert_eq!(
            prose("the live app `a b` is claimed by @ana, see #12 (v17)."),
            "the live app `a b` is claimed by `@ana`, see `#12` (v17)."
        );
        assert_eq!(
            prose("Plan for platform (prod, datadoghq.com)"),
            "Plan for platform (prod, `datadoghq.com`)"
        );
        assert_eq!(
            prose("it's self-service: 3 of 4"),
            "it's self-service: 3 of 4"
        );
        for hostile in [
            "www.x.com",
            "http://x",
            "<b>",
            "ABC-1",
            "deadbeef",
            "_x_",
            "a*b",
            "[x](y]",
            "!1",
            "\\",
            "#",
        ] {
            assert_eq!(prose(hostile), format!("`{hostile}`"));
        }
        // Punctuation around a word stays outside.
        assert_eq!(prose("(see <x>):"), "(see `<x>`):");
        assert_eq!(prose(":x: [x](y)"), "`:x`: `[x](y`)");
        assert_eq!(prose("a ` b"), "a `` ` `` b");
    }

    #[test]
    fn a_code_span_holds_any_text() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(""), "`\"\"`");
        assert_eq!(code("a\nb"), "`a\\nb`");
        assert_eq!(cell("a|b"), "`a\\u{7c}b`");
        assert_eq!(html_code("<!--`-->"), "<code>&lt;!--&#96;--&gt;</code>");
    }

    #[test]
    fn a_fence_is_longer_than_what_is_in_it() {
        let text = fence("diff", &["+ ````".to_owned()]);
        assert_eq!(text, "`````diff\n+ ````\n`````\n");
    }

    #[test]
    fn a_line_in_a_fence_is_no_command_to_a_ci_runner() {
        let text = fence("diff", &["    ::error::x".to_owned()]);
        assert_eq!(text, "```diff\n    \\u{3a}:error::x\n```\n");
    }
}
