//! JSON as it is written: pretty, with a line break at the end, or on one line; and without what a terminal or a CI runner would obey, or
//! not show.

use serde::Serialize;
use serde_json::Value;

use crate::render::Options;
use crate::render::escape::{has_hash_command, is_unsafe};

/// A value as a document, for commands whose result is no plan, report or finding.
pub fn document(value: &Value) -> String {
    text(value, &Options::default())
}

/// A value as a document on one line, without a line break.
pub fn event(value: &Value) -> String {
    safe(&value.to_string())
}

/// A document as JSON text.
pub(in crate::render) fn text(document: &impl Serialize, options: &Options) -> String {
    let plain = match options.one_line {
        true => serde_json::to_string(document),
        false => serde_json::to_string_pretty(document),
    };
    let mut text =
        safe(&plain.expect("every document is made of JSON values and maps with text keys"));
    if !options.one_line {
        text.push('\n');
    }
    text
}

/// JSON text with its unsafe characters written as JSON escapes: the value is the same.
fn safe(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len() + 1);
    let obeyed = has_hash_command(plain);
    let mut rest = plain;
    // Nearly all of it is text that stays, which is copied as it is.
    let is_special = |c: char| !matches!(c, ' '..='~' | '\n') || (obeyed && c == '#');
    while let Some(at) = rest.find(is_special) {
        let (before, special) = rest.split_at(at);
        out.push_str(before);
        let mut after = special.chars();
        let Some(c) = after.next() else { break };
        match c {
            // Only strings hold this sign.
            '#' if out.ends_with('#') => out.push_str("\\u0023"),
            '#' => out.push(c),
            // Control characters that JSON itself does not allow are escaped already; the line breaks are layout.
            c if is_unsafe(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => out.push(c),
        }
        rest = after.as_str();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_command_to_a_ci_runner_is_written_otherwise_and_is_the_same_value() {
        let value =
            json!({"label": "##vso[task.setvariable]x", "more": "###[error]", "title": "## Title"});
        let written = document(&value);
        assert!(!written.contains("##"), "{written}");
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
        assert!(!event(&value).contains("##"));
        // What no runner obeys is left as people wrote it.
        assert!(document(&json!("## Title")).contains("## Title"));
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_the_rest_stays() {
        let value = json!({"a\u{202e}": "Größe\u{1b}[31m \u{e0041}\u{7f} → end", "\n": "#\u{9b}#"});
        let written = event(&value);
        assert_eq!(
            written,
            r##"{"\n":"#\u009b#","a\u202e":"Größe\u001b[31m \udb40\udc41\u007f → end"}"##
        );
        for written in [written, document(&value)] {
            assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
        }
    }
}
