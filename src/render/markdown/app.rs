//! What is said about one app: a line, what differs, or everything.

use minijinja::HtmlEscape;

use crate::render::escape::code as code_line;
use crate::render::gist;
use crate::render::hunk::{self, Side};
use crate::render::json::App;
use crate::render::rows::{Content, Part, Row, Sign};
use crate::render::view::{AppView, Kind};
use crate::render::wireframe::drawing::drawings;
use crate::render::words::counted;

use super::Style;
use super::cut::Section;
use super::inline::{self, code, fence, html_code, html_name, prose};

/// Values and lines beyond so many characters are shortened, unless all is asked for.
const LONGEST_LINE: usize = 500;

/// The section of an app. `open` says whether it begins unfolded.
pub(super) fn section(kind: Kind, view: &AppView<'_>, style: Style, open: bool) -> Section {
    let lead = lead(view);
    let heading = heading(kind, view, style);
    let folded = |body: &str| style.folded(&heading, body, open);
    // Of a refused app the lead says all that the row in the table does.
    let differences = match view.parts.is_empty() || view.app.refusal.is_some() {
        true => String::new(),
        false => format!("- {}\n", prose(&gist::differences(kind, view))),
    };
    // Where nothing is folded, pictures would stand between the reader and the next app.
    let pictures = match style.html || open {
        true => pictures(view.app),
        false => String::new(),
    };
    let line = match lead.is_empty() {
        true => String::new(),
        false => folded(&format!("{lead}{differences}")),
    };
    Section {
        line,
        changes: folded(&format!("{lead}{}", changes(view, style, false))),
        full: folded(&format!(
            "{lead}{}{}{}",
            changes(view, style, true),
            pictures,
            steps(view)
        )),
    }
}

fn heading(kind: Kind, view: &AppView<'_>, style: Style) -> String {
    let verb = kind.title().to_lowercase();
    let App { key, name, .. } = view.app;
    match style.html {
        true => {
            let status = match view.status.as_str() {
                "" => String::new(),
                status => format!(" · {}", HtmlEscape(status)),
            };
            format!(
                "<b>{verb}</b> {} {}{status}",
                html_code(key),
                html_name(name)
            )
        }
        false => {
            let status = match view.status.as_str() {
                "" => String::new(),
                status => format!(" · {}", prose(status)),
            };
            format!("{verb} {} {}{status}", code(key), inline::name(name))
        }
    }
}

/// What a reader has to know before all else.
fn lead(view: &AppView<'_>) -> String {
    let mut lines = Vec::new();
    if let Some(refusal) = &view.app.refusal {
        lines.push(format!("- **refused:** {}", prose(&refusal.message)));
        if !refusal.help.is_empty() {
            lines.push(format!("- help: {}", prose(&refusal.help)));
        }
    }
    lines.extend(view.edits.iter().map(|(said, places)| edit(said, places)));
    let notes = view.app.notes.iter();
    lines.extend(notes.map(|note| format!("- **note:** {}", prose(&note.message))));
    lines.into_iter().map(|line| line + "\n").collect()
}

fn edit(said: &str, places: &[&str]) -> String {
    let places: Vec<_> = places.iter().map(|place| code(place)).collect();
    format!("- **live edit:** {}: {}", prose(said), places.join(", "))
}

/// What differs, as one diff; `whole` with the equal lines around.
fn changes(view: &AppView<'_>, style: Style, whole: bool) -> String {
    diff(&view.parts, style, whole)
}

/// Differences, as one diff.
pub(super) fn diff(parts: &[Part<'_>], style: Style, whole: bool) -> String {
    if parts.is_empty() {
        return String::new();
    }
    let mut lines = Vec::new();
    for it in parts {
        part(it, whole, &mut lines);
    }
    if !style.full {
        for line in &mut lines {
            shorten(line);
        }
    }
    format!("\n{}", fence("diff", &lines))
}

fn part(part: &Part<'_>, whole: bool, lines: &mut Vec<String>) {
    let title = part.title.map_or_else(
        || "the app itself".to_owned(),
        |title| {
            format!("{} {}", title.noun, title.name)
                .trim_end()
                .to_owned()
        },
    );
    lines.push(format!("@@ {} @@", code_line(&title)));
    for it in &part.rows {
        row(it, whole, lines);
    }
}

fn row(row: &Row, whole: bool, lines: &mut Vec<String>) {
    let sign = match row.sign {
        Sign::Added => '+',
        Sign::Removed => '-',
        Sign::Changed | Sign::Moved => '!',
    };
    let label = match row.label.as_str() {
        "" => String::new(),
        label => format!("{label}: "),
    };
    let line = |sign: char, text: &str| format!("{sign} {}", code_line(text));
    match &row.content {
        Content::Short { before, after } => {
            let sides = [('-', before), ('+', after)];
            let sides = sides
                .into_iter()
                .filter_map(|(sign, text)| Some((sign, text.as_ref()?)));
            lines.extend(sides.map(|(sign, text)| line(sign, &format!("{label}{text}"))));
        }
        Content::Lines(text) => {
            lines.push(line(' ', label.trim_end()));
            texts(text, whole, lines);
        }
        Content::Summary { words, lines: text } => {
            lines.push(line(sign, &format!("{label}{words}")));
            texts(text, whole, lines);
        }
    }
}

fn texts(text: &[hunk::Line], whole: bool, lines: &mut Vec<String>) {
    for line in text {
        lines.push(match line {
            hunk::Line::Text {
                side: Side::Both, ..
            }
            | hunk::Line::Equal(_)
            | hunk::Line::Chars(_)
                if !whole =>
            {
                continue;
            }
            hunk::Line::Text { side, text, .. } => {
                let sign = match side {
                    Side::Both => ' ',
                    Side::Before => '-',
                    Side::After => '+',
                };
                format!("{sign}   {}", code_line(text))
            }
            hunk::Line::Equal(count) => {
                format!("    … {}", counted(*count, "equal line", "equal lines"))
            }
            hunk::Line::Chars(count) => {
                let chars = counted(*count, "equal character", "equal characters");
                format!("    … {chars}")
            }
            hunk::Line::More(count) => {
                format!("    … {}", counted(*count, "more line", "more lines"))
            }
        });
    }
}

/// Cuts a line that is too long for anybody to read.
pub(super) fn shorten(line: &mut String) {
    let Some((end, _)) = line.char_indices().nth(LONGEST_LINE) else {
        return;
    };
    let rest = line[end..].chars().count();
    line.truncate(end);
    line.push_str(&format!("…{rest} chars…"));
}

/// What the screens look like before and after, where that differs.
fn pictures(app: &App) -> String {
    let Some(layout) = &app.layout else {
        return String::new();
    };
    let mut text = String::new();
    let (drawn, others) = drawings(layout);
    for drawing in drawn {
        let mut lines = Vec::new();
        let heading = code_line(&drawing.heading);
        match (drawing.before, drawing.after) {
            (Some(before), Some(after)) => {
                lines.push(format!("{heading}, before:"));
                lines.extend(before);
                lines.push(format!("{heading}, after:"));
                lines.extend(after);
            }
            (before, after) => {
                lines.push(format!("{heading}:"));
                lines.extend(before.into_iter().chain(after).flatten());
            }
        }
        text.push_str(&format!("\n{}", fence("text", &lines)));
    }
    if !others.is_empty() {
        let others: Vec<_> = others.iter().map(|it| code(it)).collect();
        text.push_str(&format!("\nNot drawn: {}\n", others.join(", ")));
    }
    if layout.left_out > 0 {
        let boxes = counted(layout.left_out, "box is", "boxes are");
        text.push_str(&format!("\n{boxes} not drawn\n"));
    }
    text
}

fn steps(view: &AppView<'_>) -> String {
    match &view.steps {
        Some(steps) => format!("\nSteps: {}\n", prose(steps)),
        None => String::new(),
    }
}
