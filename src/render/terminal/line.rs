//! Lines of text for a terminal: the one place where text is escaped and coloured, so that nothing comes out unescaped.

use std::ops::Range;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::render::{Options, escape};

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Ordinary text.
    Plain,
    /// A heading.
    Strong,
    /// What is only there for orientation.
    Faint,
    /// What comes.
    Added,
    /// What goes.
    Removed,
    /// What changes.
    Changed,
    /// What is wrong.
    Danger,
}

impl Tone {
    fn style(self) -> Style {
        let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Added => color(AnsiColor::Green),
            Self::Removed => color(AnsiColor::Red),
            Self::Changed => color(AnsiColor::Yellow),
            Self::Danger => color(AnsiColor::Red).bold(),
        }
    }
}

/// One line, escaped as it is built.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pieces: Vec<Piece>,
    width: usize,
}

/// A part of a line that looks alike.
#[derive(Clone, Debug)]
struct Piece {
    tone: Tone,
    /// Whether it is what changed.
    marked: bool,
    /// Escaped.
    text: String,
    /// Where it leads.
    link: Option<String>,
}

impl Line {
    /// A line that starts with so many blanks.
    pub fn at(indent: usize) -> Self {
        Self::default().put(Tone::Plain, &" ".repeat(indent))
    }

    /// Adds text.
    pub fn put(self, tone: Tone, text: &str) -> Self {
        let escaped = escaped(text);
        self.piece(tone, false, escaped)
    }

    /// Adds text that leads to an address, where there is one. What ends the sequence of a link cannot stand in it.
    pub fn put_link(mut self, tone: Tone, text: &str, address: Option<&String>) -> Self {
        self = self.put(tone, text);
        let is_plain = |it: &&String| it.bytes().all(|byte| byte.is_ascii_graphic());
        if let Some(last) = self.pieces.last_mut().filter(|_| !text.is_empty()) {
            last.link = address.filter(is_plain).cloned();
        }
        self
    }

    /// Adds blanks up to a column, and at least two.
    pub fn column(self, column: usize) -> Self {
        let blanks = column.saturating_sub(self.width).max(2);
        self.put(Tone::Plain, &" ".repeat(blanks))
    }

    /// Adds a value in one line, shortened around what `changed` in it to fit the rest of `limit` columns.
    pub fn value(self, tone: Tone, text: &str, changed: &Range<usize>, limit: usize) -> Self {
        let room = limit.saturating_sub(self.width).max(LEAST_ROOM);
        let Window { left, shown, right } = window(text, changed, room);
        let left_out = |line: Self, count: usize| match count {
            0 => line,
            _ => line.put(Tone::Faint, &format!("…{count} chars…")),
        };
        let mut line = left_out(self, left);
        // Where all of it changed, there is nothing to point out.
        let partly = *changed != (0..text.len());
        let middle =
            changed.start.clamp(shown.start, shown.end)..changed.end.clamp(shown.start, shown.end);
        for (part, marked) in [
            (shown.start..middle.start, false),
            (middle.clone(), partly),
            (middle.end..shown.end, false),
        ] {
            line = line.piece(
                tone,
                marked,
                escaped_after(&text[..part.start], &text[part.clone()]),
            );
        }
        left_out(line, right)
    }

    /// The columns that the line takes.
    pub fn width(&self) -> usize {
        self.width
    }

    fn piece(mut self, tone: Tone, marked: bool, text: String) -> Self {
        self.width += text.width();
        if !text.is_empty() {
            self.pieces.push(Piece {
                tone,
                marked,
                text,
                link: None,
            });
        }
        self
    }

    /// The line without commands that a CI runner would obey: it reads them from what a program prints.
    fn harmless(self) -> Self {
        let plain: String = self.pieces.iter().map(|it| it.text.as_str()).collect();
        match escape::unobeyed(&plain) {
            Some(text) => Self::default().piece(Tone::Plain, false, text),
            None => self,
        }
    }
}

fn escaped(text: &str) -> String {
    escaped_after("", text)
}

fn escaped_after(before: &str, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = before.chars().next_back();
    for c in text.chars() {
        escape::push(&mut out, last, c);
        last = Some(c);
    }
    out
}

/// A value is never given fewer columns: below, nothing of it could be read.
const LEAST_ROOM: usize = 40;
/// The columns kept for each `…1234567 chars…`.
const MARK: usize = 15;

/// What is shown of a text.
struct Window {
    /// Characters left out before it.
    left: usize,
    /// The bytes shown.
    shown: Range<usize>,
    /// Characters left out after it.
    right: usize,
}

/// As much of a text as fits, with the start of what changed in it, and a little of what is before that.
fn window(text: &str, changed: &Range<usize>, room: usize) -> Window {
    if text.chars().map(width).sum::<usize>() <= room {
        return Window {
            left: 0,
            shown: 0..text.len(),
            right: 0,
        };
    }
    let shown = match around(text, changed.start, room.saturating_sub(MARK)) {
        // Nothing is left out before it, so there is one mark only.
        shown if shown.start == 0 => shown,
        _ => around(text, changed.start, room.saturating_sub(2 * MARK)),
    };
    Window {
        left: text[..shown.start].chars().count(),
        right: text[shown.end..].chars().count(),
        shown,
    }
}

/// The bytes around `focus` that fit.
fn around(text: &str, focus: usize, room: usize) -> Range<usize> {
    let take = |chars: &mut dyn Iterator<Item = char>, room: usize| {
        let mut taken = (0, 0);
        for c in chars {
            if taken.1 + width(c) > room {
                break;
            }
            taken = (taken.0 + c.len_utf8(), taken.1 + width(c));
        }
        taken
    };
    let (_, after) = take(&mut text[focus..].chars(), room);
    // A third of the room for what is before, or more where little comes after.
    let lead = (room / 3).max(room - after);
    let (before, used) = take(&mut text[..focus].chars().rev(), lead);
    let (after, _) = take(&mut text[focus..].chars(), room - used);
    focus - before..focus + after
}

/// The columns that a character takes when it is shown, at most.
fn width(c: char) -> usize {
    match escape::is_unsafe(c) {
        // The widest escape is `\u{e0041}`.
        true => 9,
        // Marks that take no column of their own count too, or a line of them would never end.
        false => c.width().unwrap_or(0).max(1),
    }
}

/// Lines, one below the other.
pub(super) struct Page {
    text: String,
    color: bool,
    links: bool,
    /// The columns that values may take.
    pub limit: usize,
    /// The columns that sentences are wrapped to.
    width: usize,
}

impl Page {
    /// An empty page.
    pub fn new(options: &Options) -> Self {
        Self {
            text: String::new(),
            color: options.color,
            links: options.links,
            limit: match options.full {
                true => usize::MAX,
                false => options.width,
            },
            width: options.width,
        }
    }

    /// Adds a sentence after a label, wrapped between words; lines after the first are set in by two columns more.
    pub fn prose(&mut self, indent: usize, label: (Tone, &str), tone: Tone, text: &str) {
        let head = Line::at(indent).put(label.0, label.1);
        self.prose_after(head, indent + 2, tone, text);
    }

    /// Adds a sentence to a line that has been begun; lines after the first are set in by so many columns.
    pub fn prose_after(&mut self, head: Line, indent: usize, tone: Tone, text: &str) {
        let mut line = head;
        let mut begun = false;
        for word in text.split(' ') {
            let longer = match begun {
                true => line.clone().put(tone, " ").put(tone, word),
                false => line.clone().put(tone, word),
            };
            line = match longer.width() > self.width && begun {
                true => {
                    self.push(line);
                    Line::at(indent).put(tone, word)
                }
                false => longer,
            };
            begun = true;
        }
        self.push(line);
    }

    /// Adds a line.
    pub fn push(&mut self, line: Line) {
        for piece in line.harmless().pieces {
            let mut style = piece.tone.style();
            if piece.marked {
                style = style.bold().underline();
            }
            if !self.color {
                style = Style::new();
            }
            let text = format!("{style}{}{style:#}", piece.text);
            match piece.link.filter(|_| self.links) {
                Some(link) => {
                    let opened = format!("\u{1b}]8;;{link}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\");
                    self.text.push_str(&opened);
                }
                None => self.text.push_str(&text),
            }
        }
        let end = self.text.trim_end_matches(' ').len();
        self.text.truncate(end);
        self.text.push('\n');
    }

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// The text of the page.
    pub fn finish(self) -> String {
        self.text
    }
}
