//! JSON as it is written: pretty, with a line break at the end, and without what a terminal or a CI runner would obey, or
//! not show.

use serde::Serialize;
use serde_json::Value;

use crate::render::escape::{has_hash_command, is_unsafe};

/// A value as a document, for commands whose result is no plan, report or finding.
pub fn document(value: &Value) -> String {
    text(value)
}

/// A document as JSON text. Unsafe characters are written as JSON escapes: the value is the same.
pub(in crate::render) fn text(document: &impl Serialize) -> String {
    let plain = serde_json::to_string_pretty(document)
        .expect("every document is made of JSON values and maps with text keys");
    let mut out = String::with_capacity(plain.len() + 1);
    let obeyed = has_hash_command(&plain);
    for c in plain.chars() {
        // Only strings hold this sign.
        if c == '#' && obeyed && out.ends_with('#') {
            out.push_str("\\u0023");
            continue;
        }
        // Control characters that JSON itself does not allow are escaped already; the line breaks are layout.
        if c == '\n' || !is_unsafe(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out.push('\n');
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
        let written = text(&value);
        assert!(!written.contains("##"), "{written}");
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
        // What no runner obeys is left as people wrote it.
        assert!(text(&json!("## Title")).contains("## Title"));
    }
}
