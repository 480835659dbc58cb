//! Another scalar in the style of the one that stood there.

use super::page::{Form, Page, Passage};
use crate::definition::source::Kind;
use crate::definition::write::scalar::{
    Context, block_header, double_quoted, inline, is_plain, is_visible,
};

/// The text of a scalar in the place of another; `None` if it needs lines of its own where there are none.
pub(super) fn scalar_text(
    page: &Page,
    of: &Passage,
    kind: &Kind,
    context: Context,
) -> Option<String> {
    if page.is_json {
        return Some(json(kind));
    }
    let anchor = of.anchor.iter().map(|name| format!("&{name} "));
    let anchor: String = anchor.collect();
    let text = match kind {
        Kind::Text(text) => styled(page, of, text, context)?,
        Kind::Bool(value) => value.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::Null | Kind::List(_) | Kind::Map(_) => "null".to_owned(),
    };
    Some(anchor + &text)
}

/// A scalar in JSON.
pub(super) fn json(kind: &Kind) -> String {
    match kind {
        Kind::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::Null | Kind::List(_) | Kind::Map(_) => "null".to_owned(),
    }
}

fn styled(page: &Page, of: &Passage, text: &str, context: Context) -> Option<String> {
    let written = page.slice(of.body..of.value.end);
    if let (Form::Literal(_, column), Context::Block) = (&of.form, context) {
        return literal(page, written, *column, text);
    }
    // What stood on one line and has several now is better off in a block.
    let is_long = context == Context::Block && text.trim_end().contains('\n');
    match written.chars().next() {
        Some('"') if !is_long || written.contains("\\n") => Some(double_quoted(text)),
        _ if is_long => None,
        Some('\'') if text.chars().all(is_visible) => {
            Some(format!("'{}'", text.replace('\'', "''")))
        }
        _ if is_plain(text, context) => Some(text.to_owned()),
        _ => Some(inline(text, context)),
    }
}

/// The lines of a block of text with another text, and its header, comment included, with another end where it needs one.
fn literal(page: &Page, written: &str, column: usize, text: &str) -> Option<String> {
    let ends = block_header(text)?;
    let first = written.lines().next()?;
    let rest = first.strip_prefix('|')?;
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'));
    let said = &rest[..rest.len() - behind.len()];
    // How deep the lines are has to be said, or was: that is laid out anew.
    if column == 0 || ends.starts_with('2') || said.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let lines = text.strip_suffix('\n').unwrap_or(text);
    let mut block = format!("|{ends}{behind}");
    for line in lines.split('\n') {
        block.push_str(page.line_end);
        if !line.is_empty() {
            block.extend(std::iter::repeat_n(' ', column));
            block.push_str(line);
        }
    }
    Some(block)
}
