//! Pictures as SVG, for a page that gives the classes their colours.
//!
//! Here is how each kind of component is drawn so that it is recognised; [`pen`](super::pen) draws, and escapes every text.
//! No picture has an id, a link or a script.

use crate::render::json::{Op, Panel, Tile};

use super::pen::{Rect, Svg};
use super::{COLUMNS, Scale, Shape, caption, shapes, sign};

/// The pictures of a panel.
pub(in crate::render) struct Pictures {
    /// What is live.
    pub before: Option<String>,
    /// What git wants.
    pub after: Option<String>,
}

const COLUMN: f64 = 50.0;
const MARGIN: f64 = 10.0;
const GAP: f64 = 3.0;

/// Draws the sides of a panel to one scale. Where both look the same, there is one.
pub(in crate::render) fn pictures(panel: &Panel) -> Pictures {
    let old = panel.before.as_deref().map(shapes);
    let new = panel.after.as_deref().map(shapes);
    let both = old.iter().chain(&new).flatten();
    let scale = Scale::new(both, |rows| match rows {
        0..=14 => f64::from(rows) * 6.0,
        _ => (84.0 + f64::from(rows - 14)).min(120.0),
    });
    let draw = |shapes: Option<Vec<Shape<'_>>>, side| {
        shapes.map(|shapes| Svg::draw(&shapes, &scale, side))
    };
    Pictures {
        before: draw(old, "before"),
        after: draw(new, "after"),
    }
}

impl Svg {
    fn draw(shapes: &[Shape<'_>], scale: &Scale, side: &str) -> String {
        let width = f64::from(COLUMNS) * COLUMN + 2.0 * MARGIN;
        let height = scale.end().max(24.0) + 2.0 * MARGIN;
        let mut svg = Self(String::with_capacity(400 * shapes.len()));
        svg.add(format_args!(
            "<svg class=\"wire\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{side}\">"
        ));
        for shape in shapes {
            svg.shape(shape, scale);
        }
        svg.0.push_str("</svg>");
        svg.0
    }

    fn shape(&mut self, shape: &Shape<'_>, scale: &Scale) {
        let (top, bottom) = (scale.at(shape.top), scale.at(shape.bottom));
        let rect = Rect {
            x: MARGIN + shape.left * COLUMN + GAP,
            y: MARGIN + top + GAP / 2.0,
            width: ((shape.right - shape.left) * COLUMN - 2.0 * GAP).max(2.0),
            height: (bottom - top - GAP).max(2.0),
        };
        let tile = shape.tile;
        let class = match tile.op {
            None => "",
            Some(Op::Add) => " add",
            Some(Op::Remove) => " del",
            Some(Op::Change) => " mod",
            Some(Op::Move) => " mov",
        };
        self.add(format_args!("<g class=\"tile{class}\"><title>"));
        self.escaped(&format!("{} {}", tile.kind, tile.name));
        self.0.push_str("</title>");
        self.component(tile, rect);
        if let Some(op) = tile.op {
            self.badge(op, rect);
        }
        self.0.push_str("</g>");
    }

    /// Draws a component so that its kind is seen at a glance.
    fn component(&mut self, tile: &Tile, rect: Rect) {
        match tile.kind.as_str() {
            "button" => {
                self.rect("button", rect);
                self.centered("strong", rect, &caption(tile));
            }
            "divider" => {
                self.rect("bare", rect);
                self.line(rect.x, rect.middle(), rect.right(), rect.middle());
            }
            "text" => {
                self.rect("bare", rect);
                let class = if tile.label.starts_with('#') {
                    "title"
                } else {
                    ""
                };
                self.text(
                    class,
                    rect.x + 4.0,
                    rect.middle() + 4.0,
                    rect.width - 8.0,
                    &caption(tile),
                );
            }
            "table" => self.table(tile, rect),
            "tabs" => {
                self.rect("frame", rect);
                self.cells(
                    "tab",
                    &tile.items,
                    Rect {
                        height: 18.0_f64.min(rect.height),
                        ..rect
                    },
                );
            }
            "calloutValue" => {
                self.rect("frame", rect);
                self.text(
                    "",
                    rect.x + 6.0,
                    rect.y + 14.0,
                    rect.width - 12.0,
                    &caption(tile),
                );
                let value = rect.below(21.0);
                self.rect(
                    "value",
                    Rect {
                        x: rect.x + 6.0,
                        width: (rect.width.min(64.0) - 12.0).max(2.0),
                        height: (value.height - 6.0).max(2.0),
                        ..value
                    },
                );
            }
            "container" => self.rect("group", rect),
            kind => match field_glyph(kind) {
                Some(glyph) => self.field(tile, glyph, rect),
                None => {
                    self.rect("frame", rect);
                    self.centered("", rect, &caption(tile));
                }
            },
        }
    }

    /// What is filled in: its label over a field with a glyph.
    fn field(&mut self, tile: &Tile, glyph: &str, rect: Rect) {
        self.rect("bare", rect);
        let label = match rect.height > 34.0 {
            true => {
                self.text(
                    "",
                    rect.x + 2.0,
                    rect.y + 11.0,
                    rect.width - 4.0,
                    &caption(tile),
                );
                16.0
            }
            false => 0.0,
        };
        let field = rect.below(label);
        self.rect("field", field);
        let y = (field.y + 14.0).min(field.middle() + 4.0);
        if label == 0.0 {
            self.text(
                "faint",
                field.x + 6.0,
                y,
                field.width - 26.0,
                &caption(tile),
            );
        }
        self.text("glyph", field.right() - 16.0, y, 16.0, glyph);
    }

    fn table(&mut self, tile: &Tile, rect: Rect) {
        self.rect("frame", rect);
        let title = match tile.label.is_empty() {
            true => 0.0,
            false => {
                self.text(
                    "strong",
                    rect.x + 6.0,
                    rect.y + 13.0,
                    rect.width - 12.0,
                    &caption(tile),
                );
                18.0
            }
        };
        let body = rect.below(title);
        self.cells(
            "head",
            &tile.items,
            Rect {
                height: 18.0_f64.min(body.height),
                ..body
            },
        );
        let mut y = body.y + 34.0;
        while y < rect.bottom() - 4.0 {
            self.line(rect.x + 6.0, y, rect.right() - 6.0, y);
            y += 16.0;
        }
    }

    /// A strip of cells, as many as can be read.
    fn cells(&mut self, class: &str, items: &[String], rect: Rect) {
        self.rect(class, rect);
        const NARROWEST: f64 = 62.0;
        let room = ((rect.width / NARROWEST) as usize).max(1);
        let shown = match items.len() <= room {
            true => items.len(),
            false => room.saturating_sub(1).max(1),
        };
        let more = items.len() - shown;
        let width = rect.width / (shown + usize::from(more > 0)).max(1) as f64;
        let rest = (more > 0).then(|| format!("+{more}"));
        for (index, item) in items.iter().take(shown).chain(&rest).enumerate() {
            let x = rect.x + index as f64 * width + 6.0;
            self.text("small", x, rect.middle() + 3.5, width - 8.0, item);
        }
    }

    /// The sign of the difference in a corner: colours alone do not reach everybody.
    fn badge(&mut self, op: Op, rect: Rect) {
        let (x, y) = (rect.right() - 3.0, rect.y + 3.0);
        let sign = match sign(op) {
            '-' => '−',
            '>' => '→',
            sign => sign,
        };
        self.add(format_args!(
            "<circle class=\"badge\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"7\"/><text class=\"sign\" x=\"{x:.1}\" y=\"{:.1}\">{sign}</text>",
            y + 3.8
        ));
    }
}

/// The glyph that tells what kind of field something is.
fn field_glyph(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "select" => "▾",
        "textInput" | "textArea" => "⌶",
        "numberInput" => "⇅",
        "search" => "⌕",
        "jsonInput" => "{}",
        "fileInput" => "⇪",
        "checkbox" => "☑",
        "radioButtons" => "◉",
        "dateTimePicker" | "datePicker" => "▦",
        _ => return None,
    })
}
