//! A finding with the line of the file that it is about, and a caret below the place.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::model::Texts;
use crate::render::Options;
use crate::render::escape::{self, is_unsafe};
use crate::render::json::{Finding, Severity};
use crate::render::redact::Mask;

/// The bytes of a line above which it is not shown: nobody reads it, and each finding in it would take all of it anew.
const LONGEST_LINE: usize = 20_000;

/// The finding with its line; `None` if the text of its file is not there, or the line is no line for people.
pub(super) fn snippet(
    finding: &Finding,
    texts: &Texts,
    mask: &Mask,
    options: &Options,
) -> Option<String> {
    let file = finding.file.as_deref()?;
    let (number, column) = (finding.line? as usize, finding.column? as usize);
    let line = texts.get(file)?.lines().nth(number.checked_sub(1)?)?;
    if line.len() > LONGEST_LINE {
        return None;
    }
    let (line, start) = shown(line, column.checked_sub(1)?, mask);
    let end = start + token(&line[start..]);
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(escape::logged(&finding.message))
        .id(escape::logged(&finding.rule));
    let source = Snippet::source(line)
        .line_start(number)
        .path(escape::logged(file))
        .annotation(AnnotationKind::Primary.span(start..end));
    let mut group = title.element(source);
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(escape::logged(help)));
    }
    let renderer = match options.color {
        true => Renderer::styled(),
        false => Renderer::plain(),
    };
    let renderer = renderer
        .decor_style(DecorStyle::Ascii)
        .term_width(options.width);
    let mut text = renderer.render(&[group]);
    text.push('\n');
    Some(text)
}

/// The line as it may be shown, and the byte at which its `column` starts.
fn shown(line: &str, column: usize, mask: &Mask) -> (String, usize) {
    let byte = |text: &str, column: usize| {
        let at = text.char_indices().nth(column);
        at.map_or(text.len(), |(byte, _)| byte)
    };
    let split = byte(line, column);
    let masked = mask.text(line);
    // A credential before the place moves it, and one around it hides it.
    let before = mask.text(&line[..split]);
    let column = match masked.starts_with(&before) {
        true => before.chars().count(),
        false => 0,
    };
    // One character for one, so that the caret stays where it belongs.
    let obeyed = escape::has_hash_command(&masked);
    let safe = |it: char| match it {
        '\t' => ' ',
        '#' if obeyed => '\u{fffd}',
        it if is_unsafe(it) => '\u{fffd}',
        it => it,
    };
    let text: String = masked.chars().map(safe).collect();
    let start = byte(&text, column);
    (text, start)
}

/// How many bytes the word or sign at the start of `text` has; nought at its end.
fn token(text: &str) -> usize {
    let is_word = |it: char| it.is_alphanumeric() || matches!(it, '_' | '$' | '-');
    match text.find(|it| !is_word(it)) {
        None => text.len(),
        Some(0) => text.chars().next().map_or(0, char::len_utf8),
        Some(end) => end,
    }
}
