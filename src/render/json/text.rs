//! JSON as it is written: pretty, with a line break at the end, and without characters that a terminal would obey or
//! not show.

use serde::Serialize;

use crate::render::escape::is_unsafe;

/// A document as JSON text. Unsafe characters are written as JSON escapes: the value is the same.
pub(in crate::render) fn text(document: &impl Serialize) -> String {
    let plain = serde_json::to_string_pretty(document)
        .expect("every document is made of JSON values and maps with text keys");
    let mut out = String::with_capacity(plain.len() + 1);
    for c in plain.chars() {
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
