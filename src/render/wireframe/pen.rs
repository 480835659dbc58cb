//! The lines, rectangles and texts that pictures are made of: the one place where anything becomes SVG.

use std::fmt::Write as _;

use minijinja::HtmlEscape;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::render::escape;

/// A picture that is being drawn.
pub(super) struct Svg(pub String);

/// A rectangle of the picture.
#[derive(Clone, Copy)]
pub(super) struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    pub fn right(self) -> f64 {
        self.x + self.width
    }

    pub fn bottom(self) -> f64 {
        self.y + self.height
    }

    pub fn middle(self) -> f64 {
        self.y + self.height / 2.0
    }

    /// What is left of it below a strip at its top.
    pub fn below(self, strip: f64) -> Self {
        let strip = strip.min(self.height);
        Self {
            y: self.y + strip,
            height: self.height - strip,
            ..self
        }
    }
}

impl Svg {
    /// Adds markup of ours.
    pub fn add(&mut self, part: std::fmt::Arguments<'_>) {
        self.0
            .write_fmt(part)
            .expect("writing to a string succeeds");
    }

    /// A rectangle of a class.
    pub fn rect(&mut self, class: &str, rect: Rect) {
        let Rect {
            x,
            y,
            width,
            height,
        } = rect;
        self.add(format_args!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"3\"/>",
        ));
    }

    /// A line.
    pub fn line(&mut self, x1: f64, y1: f64, x2: f64, y2: f64) {
        self.add(format_args!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
        ));
    }

    /// A text in the middle of a rectangle.
    pub fn centered(&mut self, class: &str, rect: Rect, text: &str) {
        let text = fitted(class, text, rect.width - 4.0);
        let x = rect.x + (rect.width - text.width() as f64 * character(class)).max(4.0) / 2.0;
        self.text(class, x, rect.middle() + 4.0, rect.width, &text);
    }

    /// A text that is shortened to `width`.
    pub fn text(&mut self, class: &str, x: f64, y: f64, width: f64, text: &str) {
        let shown = fitted(class, text, width);
        if shown.is_empty() {
            return;
        }
        // Code is told from words.
        let code = if text.contains("${") { " code" } else { "" };
        self.add(format_args!(
            "<text class=\"{class}{code}\" x=\"{x:.1}\" y=\"{y:.1}\">"
        ));
        self.escaped(&shown);
        self.0.push_str("</text>");
    }

    /// Text as it may stand in SVG.
    pub fn escaped(&mut self, text: &str) {
        self.add(format_args!("{}", HtmlEscape(&escape::line(text))));
    }
}

/// What a character takes at the size that the page gives texts of a class, in a font that is rather wide.
fn character(class: &str) -> f64 {
    match class {
        "title" => 8.2,
        "strong" => 7.0,
        "small" => 5.8,
        _ => 6.3,
    }
}

/// As much of a text of a class as fits into so much room.
fn fitted(class: &str, text: &str, room: f64) -> String {
    let text = escape::line(text);
    let character = character(class);
    if text.width() as f64 * character <= room {
        return text;
    }
    let most = (room / character) as usize;
    let mut taken = 0;
    let start = text.chars().take_while(|c| {
        taken += c.width().unwrap_or(1);
        taken < most
    });
    let start: String = start.collect();
    match start.trim_end() {
        "" => String::new(),
        start => format!("{start}…"),
    }
}
