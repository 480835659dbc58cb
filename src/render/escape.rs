//! Which characters never reach a reader as they are: those that a terminal obeys, and those that nobody sees.

/// Whether a character changes what is around it, or cannot be seen: control characters, bidirectional and other
/// formatting ones, blanks that are not the ordinary one, fillers, tags.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{1680}'
            | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Appends a character, or what stands for it where it is unsafe: `\n`, `\u{1b}`.
///
/// `before` is the character before it: the selector after a pictograph (`⚠️`) is part of it and stays.
pub(super) fn push(out: &mut String, before: Option<char>, c: char) {
    let pictograph = |c: char| !c.is_alphanumeric() && !c.is_whitespace() && c >= '\u{203c}';
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{fe0f}' if before.is_some_and(|it| pictograph(it) && !is_unsafe(it)) => out.push(c),
        c if is_unsafe(c) => out.push_str(&c.escape_unicode().to_string()),
        c => out.push(c),
    }
}

/// A text as one line that is safe to print.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for c in text.chars() {
        push(&mut out, before, c);
        before = Some(c);
    }
    out
}

/// A line of code, with tabs as they are and all that is unsafe written out.
pub(super) fn code(text: &str) -> String {
    let pieces: Vec<_> = text.split('\t').map(logged).collect();
    pieces.join("\t")
}

/// Whether a line of a log holds a command to the CI runner that prints it: `##[error]`, `##vso[…]`, `##teamcity[…]`.
/// Azure obeys them wherever they stand.
pub(super) fn has_hash_command(line: &str) -> bool {
    line.match_indices("##").any(|(at, _)| {
        let rest = line[at..].trim_start_matches('#');
        rest.trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .starts_with('[')
    })
}

/// A line that begins with `::` is a command to GitHub's runner, blanks before it or not.
fn is_colon_command(line: &str) -> bool {
    line.trim_start().starts_with("::")
}

/// A whole line of what is printed, without commands to the CI runner that reads it; `None` where there is none in it.
pub(super) fn unobeyed(line: &str) -> Option<String> {
    let begins = is_colon_command(line);
    if !begins && !has_hash_command(line) {
        return None;
    }
    let line = match begins {
        true => line.replacen(':', "\\u{3a}", 1),
        false => line.to_owned(),
    };
    Some(line.replace("##", "#\\u{23}"))
}

/// A text as one line that is safe to print, and no command to a CI runner.
pub fn logged(text: &str) -> String {
    let text = line(text);
    match has_hash_command(&text) {
        true => text.replace("##", "#\\u{23}"),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_or_hides_is_written_out() {
        assert_eq!(
            line("a\u{1b}[31mb\u{9b}c\u{7f}\r\n\t\0"),
            "a\\u{1b}[31mb\\u{9b}c\\u{7f}\\r\\n\\t\\u{0}"
        );
        assert_eq!(
            line("\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}"),
            "\\u{202e}\\u{2066}\\u{200b}\\u{feff}\\u{e0041}"
        );
    }

    #[test]
    fn a_command_to_a_ci_runner_is_none_any_more() {
        let text = "x ##vso[task.setvariable]y ##[group]";
        assert_eq!(
            logged(text),
            "x #\\u{23}vso[task.setvariable]y #\\u{23}[group]"
        );
        assert_eq!(
            code("##[error]\t##[error]"),
            "#\\u{23}[error]\t#\\u{23}[error]"
        );
        assert_eq!(logged("## Heading [1]"), "## Heading [1]");
    }

    #[test]
    fn ordinary_text_stays() {
        let text = "Größe 数据 ⚠️ → …  \"x\" \\";
        assert_eq!(line(text), text);
        assert_eq!(line("a\u{fe0f}"), "a\\u{fe0f}");
    }
}
