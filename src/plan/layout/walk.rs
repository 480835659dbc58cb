//! The walk over a component tree that finds its panels, and the boxes on each.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::Body;

use super::{COLUMNS, PanelKind, Place, Tile, Touch};

/// Rows beyond these are drawn as the last one: nobody scrolls that far.
const MOST_ROWS: u32 = 10_000;
/// Items of one component; more have no room in its box.
const MOST_ITEMS: usize = 12;

/// One side of a panel.
pub(super) struct Screen {
    pub kind: PanelKind,
    pub name: String,
    pub title: String,
    pub touch: Option<Touch>,
    pub tiles: Vec<Tile>,
}

/// The panels of one side, in reading order.
pub(super) fn screens(body: &Body, touched: &BTreeMap<&str, Touch>) -> Vec<Screen> {
    let mut walk = Walk {
        touched,
        seen: BTreeMap::new(),
        screens: Vec::new(),
    };
    for root in &body.components {
        walk.screen(PanelKind::Page, None, root);
    }
    walk.screens
}

/// A walk over a component tree, each component before its children: so the names of those that share one are counted
/// as paths count them.
struct Walk<'a> {
    touched: &'a BTreeMap<&'a str, Touch>,
    seen: BTreeMap<String, usize>,
    screens: Vec<Screen>,
}

impl Walk<'_> {
    /// The name of a component, and what differs about it.
    fn visit(&mut self, component: &Value) -> (String, Option<Touch>) {
        let name = text(component, "name").to_owned();
        let nth = self.seen.entry(name.clone()).or_default();
        *nth += 1;
        let touch = match *nth {
            1 => self.touched.get(name.as_str()),
            nth => self.touched.get(format!("{name}#{nth}").as_str()),
        };
        (name, touch.copied())
    }

    /// Adds the panel of a component and those inside of it. A tab is called by the component around it.
    fn screen(&mut self, kind: PanelKind, title: Option<&str>, component: &Value) {
        let (name, touch) = self.visit(component);
        let title = match kind {
            PanelKind::Page => "",
            PanelKind::Modal | PanelKind::Tab => {
                title.unwrap_or_else(|| text(properties(component), "title"))
            }
        };
        let position = self.screens.len();
        self.screens.push(Screen {
            kind,
            name,
            title: title.to_owned(),
            touch,
            tiles: Vec::new(),
        });
        let (tiles, inner) = self.tiles(component);
        let screen = &mut self.screens[position];
        screen.tiles = tiles;
        screen.touch = screen.touch.max(inner);
    }

    /// The components on the grid of `parent`, and what differs about grids between it and them.
    fn tiles(&mut self, parent: &Value) -> (Vec<Tile>, Option<Touch>) {
        let (mut tiles, mut touch) = (Vec::new(), None);
        for child in children(parent) {
            match text(child, "type") {
                "gridCell" => tiles.extend(self.cell(child)),
                "modal" => self.screen(PanelKind::Modal, None, child),
                "grid" => {
                    touch = touch.max(self.visit(child).1);
                    let (inner, more) = self.tiles(child);
                    tiles.extend(inner);
                    touch = touch.max(more);
                }
                // What stands in no cell has no place; it is drawn below all that has.
                _ => {
                    let place = Place {
                        x: 0,
                        y: bottom(&tiles),
                        width: COLUMNS,
                        height: 6,
                    };
                    tiles.push(self.tile(child, place, None));
                }
            }
        }
        (tiles, touch)
    }

    fn cell(&mut self, cell: &Value) -> Vec<Tile> {
        let (_, touch) = self.visit(cell);
        let place = place(cell);
        let children = children(cell).iter();
        children
            .map(|child| self.tile(child, place, touch))
            .collect()
    }

    /// A component, at the place of the cell around it; what differs about the cell differs about it.
    fn tile(&mut self, component: &Value, place: Place, around: Option<Touch>) -> Tile {
        let (name, own) = self.visit(component);
        let kind = text(component, "type");
        let (mut inside, mut touch) = (Vec::new(), own.max(around));
        if kind == "tabs" {
            let titles = titles(component);
            for (index, child) in children(component).iter().enumerate() {
                let named = titles
                    .iter()
                    .find(|(value, _)| *value == text(child, "name"));
                let title = named.or(titles.get(index)).map_or("", |(_, title)| title);
                self.screen(PanelKind::Tab, Some(title), child);
            }
        } else {
            let (tiles, more) = self.tiles(component);
            inside = tiles;
            touch = touch.max(more);
        }
        Tile {
            name,
            kind: kind.to_owned(),
            label: label(component).to_owned(),
            items: items(component),
            place,
            touch,
            inside,
        }
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn properties(component: &Value) -> &Value {
    component.get("properties").unwrap_or(&Value::Null)
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let list = value.get(name).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

fn children(component: &Value) -> &[Value] {
    list(properties(component), "children")
}

/// What users read on a component.
fn label(component: &Value) -> &str {
    let names: &[&str] = match text(component, "type") {
        "text" => &["content"],
        _ => &[
            "label",
            "title",
            "content",
            "text",
            "placeholder",
            "integrationId",
        ],
    };
    let texts = names.iter().map(|name| text(properties(component), name));
    texts.into_iter().find(|it| !it.is_empty()).unwrap_or("")
}

/// The titles of tabs, each with the name of the grid that it shows.
fn titles(tabs: &Value) -> Vec<(&str, &str)> {
    let tabs = list(properties(tabs), "tabs").iter();
    tabs.map(|tab| (text(tab, "value"), text(tab, "label")))
        .collect()
}

fn items(component: &Value) -> Vec<String> {
    let properties = properties(component);
    let is = |column: &Value, field: &str| column.get(field) == Some(&Value::Bool(true));
    let columns = list(properties, "columns").iter();
    let shown = columns.filter(|it| !is(it, "isHidden") && !is(it, "isDeleted"));
    let headings = shown.map(|it| match text(it, "header") {
        "" => text(it, "dataPath"),
        header => header,
    });
    let tabs = list(properties, "tabs").iter().map(|it| text(it, "label"));
    let items = headings.chain(tabs).filter(|it| !it.is_empty());
    items.take(MOST_ITEMS).map(str::to_owned).collect()
}

/// Where a cell stands, kept inside the grid: a definition may say anything.
fn place(cell: &Value) -> Place {
    let default = properties(cell)
        .get("layout")
        .and_then(|it| it.get("default"));
    let number = |name: &str, least: u32, most: u32| {
        let number = default.and_then(|it| it.get(name)).and_then(Value::as_f64);
        // Saturates, and makes nought of what is no number.
        (number.unwrap_or(0.0) as u32).clamp(least, most)
    };
    let x = number("x", 0, COLUMNS - 1);
    Place {
        x,
        y: number("y", 0, MOST_ROWS),
        width: number("width", 1, COLUMNS - x),
        height: number("height", 1, MOST_ROWS),
    }
}

/// The first row below all tiles.
fn bottom(tiles: &[Tile]) -> u32 {
    let ends = tiles.iter().map(|it| it.place.y + it.place.height);
    ends.max().unwrap_or(0)
}
