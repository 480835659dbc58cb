//! Another scalar in the style of the one that stood there.

use super::folded::refolded;
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
    // The comment behind its header needs another place.
    let is_block = matches!(of.form, Form::Literal(..) | Form::Folded(..));
    if is_block && !matches!(kind, Kind::Text(_)) {
        return None;
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
    match (&of.form, context) {
        (Form::Literal(_, column), Context::Block) => {
            let lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
            return block(page, written, *column, text, lines);
        }
        (Form::Folded(old, column), Context::Block) => {
            let body = written.lines().skip(1);
            let body: Vec<_> = body
                .map(|line| line.get(*column..).unwrap_or_default())
                .collect();
            let [old, new] = [old.as_str(), text].map(|it| it.trim_end_matches('\n'));
            let lines = refolded(&body, old, new, *column)?;
            return block(
                page,
                written,
                *column,
                text,
                lines.iter().map(String::as_str),
            );
        }
        _ => {}
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

/// A block of text with other lines, and its header, comment included, with another end where `text` needs one.
fn block<'l>(
    page: &Page,
    written: &str,
    column: usize,
    text: &str,
    lines: impl Iterator<Item = &'l str>,
) -> Option<String> {
    let ends = block_header(text)?;
    let first = written.lines().next()?;
    let (sign, rest) = first.split_at_checked(1)?;
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'));
    let said = &rest[..rest.len() - behind.len()];
    // How deep the lines are has to be said, or was: that is laid out anew. A folded block keeps no empty lines at its end.
    let is_deep = ends.starts_with('2') || said.contains(|c: char| c.is_ascii_digit());
    if column == 0 || is_deep || (sign == ">" && ends == "+") {
        return None;
    }
    let mut block = format!("{sign}{ends}{behind}");
    for line in lines {
        block.push_str(page.line_end);
        if !line.is_empty() {
            block.extend(std::iter::repeat_n(' ', column));
            block.push_str(line);
        }
    }
    Some(block)
}
