//! How a string is written in YAML: plain, quoted, or as a block.
//!
//! One style for each string, always. Quotes stand where YAML 1.2 needs them, and where a reader of YAML 1.1 (most other
//! tools in a pipeline) would take the text for something else. Whatever a person could not see in a review (control
//! characters, line separators, reversed text) is escaped.

use serde::de::IgnoredAny;

/// A table in JSON with more lines stands on one.
const LONG_DATA: usize = 20;

/// Where a scalar stands.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::definition) enum Context {
    /// On a line of its own or behind a key.
    Block,
    /// Between braces or brackets.
    Flow,
}

/// The text on one line.
pub(in crate::definition) fn inline(text: &str, context: Context) -> String {
    if is_plain(text, context) {
        return text.to_owned();
    }
    let needs_escapes = !text.chars().all(is_visible);
    // Doubled quotes are harder to read than double ones.
    let prefers_double = text.contains('\'') && !text.contains(['"', '\\']);
    if needs_escapes || prefers_double {
        double_quoted(text)
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// The header of the literal block that holds exactly this text; `None` if there is none, or no need for one.
pub(super) fn literal_header(text: &str) -> Option<String> {
    match text.contains('\n') && !is_data(text) {
        true => block_header(text).map(|header| format!("|{header}")),
        false => None,
    }
}

/// What stands behind the `|` of a block that holds exactly this text; `None` if no block can.
pub(in crate::definition) fn block_header(text: &str) -> Option<&'static str> {
    let body = text.trim_end_matches('\n');
    let is_possible = !body.is_empty()
        && text
            .chars()
            .all(|c| is_visible(c) || matches!(c, '\n' | '\t'));
    if !is_possible {
        return None;
    }
    let trailing = text.len() - body.len();
    // The indentation is found from the first line that is not empty, unless the header says it.
    let is_found = !body.trim_start_matches('\n').starts_with([' ', '\t']);
    Some(match (is_found, trailing) {
        (true, 0) => "-",
        (true, 1) => "",
        (true, _) => "+",
        (false, 0) => "2-",
        (false, 1) => "2",
        (false, _) => "2+",
    })
}

/// Whether the text is a long table in JSON, such as the options of a select. The editor breaks it into a line for every
/// brace, which would bury the component around it; code and prose are worth their lines, this is not.
fn is_data(text: &str) -> bool {
    text.starts_with(['[', '{'])
        && text.matches('\n').count() >= LONG_DATA
        && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Whether a reviewer sees the character, and every reader of YAML takes it as it is.
pub(in crate::definition) fn is_visible(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
            // Without a width, or turning the direction of what follows.
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{2060}'..='\u{2064}'
            | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether the text can stand without quotes.
pub(in crate::definition) fn is_plain(text: &str, context: Context) -> bool {
    let mut chars = text.chars();
    let Some(first) = chars.next() else {
        return false;
    };
    let starts_well = match first {
        '-' => chars.next().is_some_and(char::is_alphabetic),
        _ => !"?:,[]{}#&*!|>'\"%@`".contains(first) && !text.starts_with("..."),
    };
    starts_well
        && text.trim() == text
        && text.chars().all(is_visible)
        && !(text.contains(": ") || text.contains(" #") || text.ends_with(':'))
        && !(context == Context::Flow
            // Readers of YAML 1.1 take a `?` for the start of a key.
            && text.contains(['{', '}', '[', ']', ',', '?']))
        && !is_word(text)
        && !is_number_like(text)
}

/// What YAML 1.1 or 1.2 reads as something else than a string.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<",
    ];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether the text could be a number or a date in YAML 1.1 or 1.2; generous, since quotes do no harm.
fn is_number_like(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let lower = unsigned.to_ascii_lowercase();
    if lower.starts_with(".inf") || lower.starts_with(".nan") {
        return true;
    }
    let mut start = lower.bytes();
    let starts_so = match start.next() {
        Some(b'.') => start.next().is_some_and(|byte| byte.is_ascii_digit()),
        Some(byte) => byte.is_ascii_digit(),
        None => false,
    };
    let only = |text: &str, more: &str| {
        (text.bytes()).all(|byte| byte.is_ascii_digit() || more.as_bytes().contains(&byte))
    };
    let with_radix = ["0x", "0o", "0b"].iter().any(|prefix| {
        lower
            .strip_prefix(prefix)
            .is_some_and(|rest| only(rest, "abcdef_"))
    });
    starts_so && (with_radix || only(&lower, "_.:e+-") || is_date(lower.as_bytes()))
}

/// Whether the text starts like `2026-11-22`.
fn is_date(text: &[u8]) -> bool {
    let (Some(year), Some(rest)) = (text.get(..4), text.get(4..)) else {
        return false;
    };
    year.iter().all(u8::is_ascii_digit)
        && rest.first() == Some(&b'-')
        && rest.get(1).is_some_and(u8::is_ascii_digit)
}

/// The text in double quotes.
pub(in crate::definition) fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\0' => quoted.push_str("\\0"),
            c if is_visible(c) => quoted.push(c),
            c if u32::from(c) < 0x100 => quoted.push_str(&format!("\\x{:02X}", u32::from(c))),
            c if u32::from(c) < 0x1_0000 => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stand_only_where_a_reader_needs_them() {
        for text in [
            "a",
            "Select a Cluster",
            "${a.b}",
            "a:b",
            "a#b",
            "-x",
            "aws",
            "com.datadoghq.aws.ecs.x",
            "team:platform",
            "é",
            "😀",
            "10 items",
            "x: y"[..1].into(),
            "don't",
            "a, b",
            "v1.2.3",
            "5e63f4a8-4ce6-47de-ba11-f6617c1d54f3",
        ] {
            assert_eq!(inline(text, Context::Block), text);
        }
        for (text, expected) in [
            ("", "''"),
            (" a", "' a'"),
            ("on", "'on'"),
            ("ok\u{e0041}", "\"ok\\U000E0041\""),
            ("a\u{ad}b", "\"a\\xADb\""),
            ("Y", "'Y'"),
            ("NULL", "'NULL'"),
            ("010", "'010'"),
            ("1_000", "'1_000'"),
            ("1:30", "'1:30'"),
            ("0x1F", "'0x1F'"),
            ("0o17", "'0o17'"),
            ("-.5", "'-.5'"),
            ("1e3", "'1e3'"),
            (".NaN", "'.NaN'"),
            ("2026-11-22", "'2026-11-22'"),
            ("2026-11-22T10:00:00Z", "'2026-11-22T10:00:00Z'"),
            ("a: b", "'a: b'"),
            ("a #b", "'a #b'"),
            ("a:", "'a:'"),
            ("- x", "'- x'"),
            ("---", "'---'"),
            ("@{x}", "'@{x}'"),
            ("'a'", "\"'a'\""),
            ("it's: \"x\"", "'it''s: \"x\"'"),
            ("a\tb", "\"a\\tb\""),
            ("a\u{2028}b", "\"a\\u2028b\""),
            ("\u{feff}", "\"\\uFEFF\""),
            ("a\0\u{7}\u{85}", "\"a\\0\\x07\\x85\""),
            ("\u{202e}x", "\"\\u202Ex\""),
        ] {
            assert_eq!(inline(text, Context::Block), expected);
        }
    }

    #[test]
    fn between_braces_more_needs_quotes() {
        assert_eq!(inline("${a.b}", Context::Flow), "'${a.b}'");
        assert_eq!(inline("a, b", Context::Flow), "'a, b'");
        assert_eq!(inline("a:?b", Context::Flow), "'a:?b'");
        assert_eq!(
            inline("https://x.y/?a=b", Context::Flow),
            "'https://x.y/?a=b'"
        );
        assert_eq!(inline("Delete it?", Context::Block), "Delete it?");
        assert_eq!(inline("a:?b", Context::Block), "a:?b");
        assert_eq!(inline("team:platform", Context::Flow), "team:platform");
    }

    #[test]
    fn blocks_say_how_they_end_and_how_deep_they_are() {
        for (text, header) in [
            ("a\nb", Some("|-")),
            ("a\nb\n", Some("|")),
            ("a\n\n", Some("|+")),
            (" a\nb", Some("|2-")),
            ("\n  a\n", Some("|2")),
            ("\ta\nb", Some("|2-")),
            ("\n\na", Some("|-")),
            ("a", None),
            ("\n\n", None),
            ("a\r\nb", None),
            ("a\n\u{2028}", None),
            ("a\n\0", None),
        ] {
            assert_eq!(literal_header(text).as_deref(), header, "{text:?}");
        }
    }
}
