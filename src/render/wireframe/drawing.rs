//! Pictures drawn with characters, for places that show text only.
//!
//! Boxes that touch share a line, and each stretch of rows takes as few lines as show what is in it: the picture tells
//! what stands beside and below what, and not how large it is. A sign before a label says what differs.

use unicode_width::UnicodeWidthChar as _;

use crate::render::escape;
use crate::render::json::{Layout, Op, Panel, Tile};

use super::{COLUMNS, Scale, Shape, caption, heading, shapes, sign};

/// The characters of a column; so a picture is 97 wide, which the comments of all hosts have room for.
const COLUMN: f64 = 8.0;
/// Boxes whose edges are no further apart are drawn as ending on one line.
const NEAR: u32 = 2;
/// More screens are listed by name.
const MOST_SCREENS: usize = 4;
/// A drawing is to be taken in at a glance; those that have more lines are no help.
const MOST_LINES: usize = 80;

/// A panel whose layout differs, drawn.
pub(in crate::render) struct Drawing {
    /// What the panel is called.
    pub heading: String,
    /// The live side, in lines.
    pub before: Option<Vec<String>>,
    /// The side in git.
    pub after: Option<Vec<String>>,
}

/// Draws the panels on which something comes, goes or moves, the first few of them, and names the others. Where the
/// same boxes stand at the same places, there is nothing to see that the changes do not say.
pub(in crate::render) fn drawings(layout: &Layout) -> (Vec<Drawing>, Vec<String>) {
    let panels = layout
        .panels
        .iter()
        .filter(|it| it.op.is_some() || shifts(it));
    let (mut drawn, mut others) = (Vec::new(), Vec::new());
    for panel in panels {
        let fitting = (drawn.len() < MOST_SCREENS)
            .then(|| drawing(panel))
            .flatten();
        match fitting {
            // What moved stands beside the same boxes as before: both pictures would be one.
            Some(drawing) if drawing.before == drawing.after => {}
            Some(drawing) => drawn.push(drawing),
            None => others.push(heading(panel)),
        }
    }
    (drawn, others)
}

fn shifts(panel: &Panel) -> bool {
    fn any(tiles: &[Tile]) -> bool {
        let shift = |op| matches!(op, Op::Add | Op::Remove | Op::Move);
        tiles
            .iter()
            .any(|it| it.op.is_some_and(shift) || any(&it.boxes))
    }
    [&panel.before, &panel.after]
        .into_iter()
        .flatten()
        .any(|tiles| any(tiles))
}

fn drawing(panel: &Panel) -> Option<Drawing> {
    let side = |tiles: &Option<Vec<Tile>>| {
        let tiles = tiles.as_deref().filter(|it| !it.is_empty())?;
        Some(draw(&shapes(tiles)))
    };
    let (before, after) = (side(&panel.before), side(&panel.after));
    let fits = |lines: &Option<Vec<String>>| lines.as_ref().is_none_or(|it| it.len() <= MOST_LINES);
    let is_seen = before.is_some() || after.is_some();
    (is_seen && fits(&before) && fits(&after)).then(|| Drawing {
        heading: heading(panel),
        before,
        after,
    })
}

fn draw(shapes: &[Shape<'_>]) -> Vec<String> {
    // Where nothing begins or ends, two lines are enough for a label between two borders.
    let mut gathered = 0;
    let scale = Scale::new(shapes, |rows| {
        gathered += rows;
        match gathered > NEAR {
            true => {
                gathered = 0;
                2.0
            }
            false => 0.0,
        }
    });
    let width = (f64::from(COLUMNS) * COLUMN) as usize + 1;
    let mut canvas = Canvas::new(width, scale.end() as usize + 3);
    for shape in shapes {
        let column = |at: f64| (at * COLUMN).round() as usize;
        let (left, right) = (column(shape.left), column(shape.right));
        let (top, bottom) = (
            scale.at(shape.top) as usize,
            scale.at(shape.bottom) as usize,
        );
        canvas.frame(left, right.max(left + 2), top, bottom.max(top + 2));
    }
    // Labels come last, or the lines of what is inside would run through them.
    for shape in shapes
        .iter()
        .filter(|it| it.tile.boxes.is_empty() || it.tile.op.is_some())
    {
        let left = (shape.left * COLUMN).round() as usize;
        let right = (shape.right * COLUMN).round() as usize;
        let line = scale.at(shape.top) as usize + usize::from(shape.tile.boxes.is_empty());
        canvas.label(left + 1, right.saturating_sub(1), line, &words(shape.tile));
    }
    canvas.lines()
}

fn words(tile: &Tile) -> String {
    let caption = escape::line(&caption(tile));
    let named = match tile.kind.as_str() {
        kind if kind == caption => caption,
        "button" => format!("[{caption}]"),
        "select" => format!("{caption} ▾"),
        "table" => format!("table {caption}"),
        _ => caption,
    };
    match tile.op {
        Some(op) => format!("{} {named}", sign(op)),
        None => named,
    }
}

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// Characters and lines; each place knows the directions in which lines leave it.
struct Canvas {
    lines: Vec<Vec<u8>>,
    texts: Vec<Vec<Option<Text>>>,
}

/// What stands over the lines.
#[derive(Clone, Copy)]
enum Text {
    Character(char),
    /// The second half of a wide character.
    Covered,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        Self {
            lines: vec![vec![0; width]; height],
            texts: vec![vec![None; width]; height],
        }
    }

    fn frame(&mut self, left: usize, right: usize, top: usize, bottom: usize) {
        let last = self.lines[0].len() - 1;
        let (left, right) = (left.min(last), right.min(last));
        for x in left..right {
            for y in [top, bottom] {
                self.lines[y][x] |= RIGHT;
                self.lines[y][x + 1] |= LEFT;
            }
        }
        for y in top..bottom {
            for x in [left, right] {
                self.lines[y][x] |= DOWN;
                self.lines[y + 1][x] |= UP;
            }
        }
    }

    fn label(&mut self, left: usize, right: usize, y: usize, text: &str) {
        // What would go over the border is cut, and says so.
        let room = right.saturating_sub(left + 1);
        let width = |c: char| c.width().unwrap_or(1).max(1);
        let whole: usize = text.chars().map(width).sum();
        let (most, end) = match whole <= room {
            true => (room, ""),
            false => (room.saturating_sub(1), "…"),
        };
        let mut x = left + 1;
        let mut taken = 0;
        let fits = |c: &char| {
            taken += width(*c);
            taken <= most
        };
        for c in text.chars().take_while(fits).chain(end.chars()) {
            let Some(place) = self.texts[y].get_mut(x) else {
                return;
            };
            *place = Some(Text::Character(c));
            for covered in 1..width(c) {
                if let Some(place) = self.texts[y].get_mut(x + covered) {
                    *place = Some(Text::Covered);
                }
            }
            x += width(c);
        }
    }

    fn lines(&self) -> Vec<String> {
        let rows = self.lines.iter().zip(&self.texts);
        let lines = rows.map(|(lines, texts)| {
            let row: String = (lines.iter().zip(texts))
                .filter_map(|(line, text)| match text {
                    Some(Text::Character(c)) => Some(*c),
                    Some(Text::Covered) => None,
                    None => Some(line_character(*line)),
                })
                .collect();
            row.trim_end().to_owned()
        });
        let mut lines: Vec<_> = lines.collect();
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines
    }
}

fn line_character(directions: u8) -> char {
    const VERTICAL: u8 = UP | DOWN;
    const LEVEL: u8 = LEFT | RIGHT;
    match directions {
        0 => ' ',
        it if it & !VERTICAL == 0 => '│',
        it if it & !LEVEL == 0 => '─',
        it if it == DOWN | RIGHT => '┌',
        it if it == DOWN | LEFT => '┐',
        it if it == UP | RIGHT => '└',
        it if it == UP | LEFT => '┘',
        it if it == VERTICAL | RIGHT => '├',
        it if it == VERTICAL | LEFT => '┤',
        it if it == LEVEL | DOWN => '┬',
        it if it == LEVEL | UP => '┴',
        _ => '┼',
    }
}
