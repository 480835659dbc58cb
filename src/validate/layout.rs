//! Rules about where components stand on their grid.

use super::app::{App, Part};
use super::node::Node;
use crate::model::Remark;

/// The number of columns of every grid.
const COLUMNS: i64 = 12;

/// A cell that is always shown, with its rectangle.
struct Cell<'a> {
    name: &'a str,
    place: Node<'a>,
    x: i64,
    y: i64,
    width: i64,
    height: i64,
}

pub(super) fn check(app: &App, remarks: &mut Vec<Remark>) {
    for component in &app.components {
        let children = component.property("children");
        let children = children.into_iter().flat_map(Node::items);
        let cells: Vec<_> = children.filter_map(Cell::of).collect();
        for cell in &cells {
            overflow(cell, remarks);
        }
        overlaps(component, &cells, remarks);
    }
}

/// `cell-overflow`
fn overflow(cell: &Cell, remarks: &mut Vec<Remark>) {
    let end = cell.x.saturating_add(cell.width);
    if cell.x < 0 || cell.y < 0 || cell.width < 1 || cell.height < 1 || end > COLUMNS {
        let message = format!(
            "cell `{}` does not fit on its grid: columns {} to {end} of {COLUMNS}, row {}, height {}",
            cell.name, cell.x, cell.y, cell.height
        );
        remarks.push(cell.place.remark("cell-overflow", message));
    }
}

/// `cell-overlap`
fn overlaps(grid: &Part, cells: &[Cell], remarks: &mut Vec<Remark>) {
    // A grid with this many cells was made to be slow.
    if cells.len() > 2_000 {
        return;
    }
    for (index, cell) in cells.iter().enumerate() {
        let before = &cells[..index];
        if let Some(other) = before.iter().find(|other| other.overlaps(cell)) {
            let message = format!(
                "cell `{}` covers cell `{}` of grid `{}`",
                cell.name, other.name, grid.name
            );
            remarks.push(cell.place.remark("cell-overlap", message));
        }
    }
}

impl<'a> Cell<'a> {
    /// The cell, if it is one that is always shown: what is shown by turns may share a place.
    fn of(node: Node<'a>) -> Option<Self> {
        let [name, properties, kind] = node.pick(["name", "properties", "type"]);
        if kind?.text() != Some("gridCell") {
            return None;
        }
        let [children, visible, layout] = properties?.pick(["children", "isVisible", "layout"]);
        if !visible.is_none_or(|visible| visible.is_true()) {
            return None;
        }
        let place = layout?.get("default")?;
        let mut children = children.into_iter().flat_map(Node::items);
        if children.any(|child| !is_always_shown(child)) {
            return None;
        }
        let number = |node: Option<Node>| node?.value.as_i64();
        let [height, width, x, y] = place.pick(["height", "width", "x", "y"]).map(number);
        Some(Self {
            name: name.and_then(|name| name.text()).unwrap_or_default(),
            place,
            x: x?,
            y: y?,
            width: width?,
            height: height?,
        })
    }

    fn overlaps(&self, other: &Self) -> bool {
        let meet = |a: i64, a_length: i64, b: i64, b_length: i64| {
            a < b.saturating_add(b_length) && b < a.saturating_add(a_length)
        };
        meet(self.x, self.width, other.x, other.width)
            && meet(self.y, self.height, other.y, other.height)
    }
}

fn is_always_shown(node: Node) -> bool {
    let [properties, kind] = node.pick(["properties", "type"]);
    let visible = properties.and_then(|properties| properties.get("isVisible"));
    // A modal stands in front of the page, wherever its cell is.
    kind.and_then(|kind| kind.text()) != Some("modal")
        && visible.is_none_or(|visible| visible.is_true())
}
