//! Pictures of an app's screens before and after: as SVG ([`svg`]) and drawn with characters ([`drawing`]).
//!
//! Here it is decided what stands where: boxes inside of boxes are laid out on the page, and long stretches of rows are
//! shortened, on both sides alike, so that the two can be compared and no table fills the whole picture. The boxes come
//! from the saved plan, which a stranger may have written: they are kept inside the page, whatever they say.

pub(super) mod drawing;
mod pen;
pub(super) mod svg;

use super::json::{Op, Panel, PanelKind, Tile};

/// The columns of a grid.
const COLUMNS: u32 = crate::plan::COLUMNS;
/// Nobody scrolls further.
const MOST_ROWS: u32 = 20_000;

/// A component at its place on the page.
#[derive(Clone, Debug)]
struct Shape<'a> {
    tile: &'a Tile,
    /// Its left side, in columns of the page.
    left: f64,
    /// Its right side.
    right: f64,
    /// Its first row on the page.
    top: u32,
    /// The row after its last.
    bottom: u32,
}

/// What one grid takes of the page.
#[derive(Clone, Copy)]
struct Frame {
    left: f64,
    right: f64,
    top: u32,
    bottom: u32,
}

/// Every component of a side, each before those in it.
fn shapes(tiles: &[Tile]) -> Vec<Shape<'_>> {
    let page = Frame {
        left: 0.0,
        right: COLUMNS.into(),
        top: 0,
        bottom: MOST_ROWS,
    };
    let mut shapes = Vec::new();
    place(tiles, page, &mut shapes);
    shapes
}

fn place<'a>(tiles: &'a [Tile], frame: Frame, out: &mut Vec<Shape<'a>>) {
    let column = (frame.right - frame.left) / f64::from(COLUMNS);
    for tile in tiles {
        let x = tile.x.min(COLUMNS - 1);
        let width = tile.width.clamp(1, COLUMNS - x);
        let last = frame.bottom.saturating_sub(1);
        let top = frame.top.saturating_add(tile.y).min(last);
        let bottom = top.saturating_add(tile.height.max(1)).min(frame.bottom);
        let left = frame.left + f64::from(x) * column;
        let right = left + f64::from(width) * column;
        out.push(Shape {
            tile,
            left,
            right,
            top,
            bottom: bottom.max(top + 1),
        });
        // What is in a component leaves room for the line around it.
        let inset = column * 0.25;
        let inside = Frame {
            left: left + inset,
            right: right - inset,
            top: (top + 1).min(bottom.saturating_sub(1)),
            bottom: bottom.saturating_sub(1).max(top + 1),
        };
        place(&tile.boxes, inside, out);
    }
}

/// What a panel is called over its picture.
pub(super) fn heading(panel: &Panel) -> String {
    let title = match panel.title.as_str() {
        "" => String::new(),
        title => format!(" \"{title}\""),
    };
    match panel.kind {
        PanelKind::Page => "page".into(),
        PanelKind::Modal => format!("modal {}{title}", panel.name),
        PanelKind::Tab => format!("tab {}{title}", panel.name),
    }
}

/// The sign of a difference, as in front of changes.
fn sign(op: Op) -> char {
    match op {
        Op::Add => '+',
        Op::Remove => '-',
        Op::Change => '~',
        Op::Move => '>',
    }
}

/// What can be read on a component, without the marks of Markdown; its type where nothing can.
fn caption(tile: &Tile) -> String {
    let label = tile.label.replace("**", "");
    match label.trim_matches(['#', '*', '_', ' ']) {
        "" => tile.kind.clone(),
        label if label.starts_with("![") => "image".into(),
        label => label.to_owned(),
    }
}

/// Where rows come to stand when long stretches are shortened.
struct Scale(Vec<(u32, f64)>);

impl Scale {
    /// A scale for shapes; `length` says how long a stretch of so many rows becomes in which nothing begins or ends.
    fn new<'a>(
        shapes: impl IntoIterator<Item = &'a Shape<'a>>,
        mut length: impl FnMut(u32) -> f64,
    ) -> Self {
        let mut edges: Vec<u32> = shapes
            .into_iter()
            .flat_map(|it| [it.top, it.bottom])
            .collect();
        edges.sort_unstable();
        edges.dedup();
        let mut at = 0.0;
        let mut last = None;
        let places = edges.into_iter().map(|edge| {
            at += last.map_or(0.0, |last| length(edge - last));
            last = Some(edge);
            (edge, at)
        });
        Self(places.collect())
    }

    /// Where an edge of a shape is.
    fn at(&self, row: u32) -> f64 {
        let place = self.0.binary_search_by_key(&row, |(edge, _)| *edge);
        place.map_or(0.0, |index| self.0[index].1)
    }

    /// The length of all.
    fn end(&self) -> f64 {
        self.0.last().map_or(0.0, |(_, at)| *at)
    }
}
