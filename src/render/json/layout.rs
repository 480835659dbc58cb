//! The pictures' data in the format: which boxes stand where, on both sides. Drawn by `wireframe`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan;
use crate::render::redact::Mask;

use super::Op;

/// The screens of an app in which something differs, as boxes on a grid of twelve columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(in crate::render) struct Layout {
    /// The page, modals and tabs in which something differs.
    pub panels: Vec<Panel>,
    /// How many further panels are equal on both sides.
    #[serde(default)]
    pub equal: usize,
    /// How many boxes are left out because there are too many to draw.
    #[serde(default)]
    pub left_out: usize,
}

/// One screen: a page, a modal, or a tab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(in crate::render) struct Panel {
    /// What it is.
    pub kind: PanelKind,
    /// The name of its component; of a tab, that of the grid in it.
    pub name: String,
    /// What users read over it; absent for a page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What differs about the panel itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub op: Option<Op>,
    /// The live boxes. Absent if only git has the panel (then `op` is `add`), and where they look like those in git.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Vec<Tile>>,
    /// The boxes in git. Absent if only the server has the panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Vec<Tile>>,
}

/// What a screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::render) enum PanelKind {
    /// The page that users open.
    Page,
    /// A dialog over it.
    Modal,
    /// One of several tabs in a component of it.
    Tab,
}

/// One component on the grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Box")]
pub(in crate::render) struct Tile {
    /// The component's name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The first line of what users read on it, shortened.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The headings of a table's columns, the titles of tabs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// The first column, counted from 0.
    pub x: u32,
    /// The first row, counted from 0.
    pub y: u32,
    /// How many columns it takes.
    pub width: u32,
    /// How many rows it takes.
    pub height: u32,
    /// What differs about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub op: Option<Op>,
    /// The components in it, on a grid of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub boxes: Vec<Tile>,
}

impl From<&plan::Layout> for Layout {
    fn from(layout: &plan::Layout) -> Self {
        let plan::Layout {
            panels,
            equal,
            left_out,
        } = layout;
        Self {
            panels: panels.iter().map(Panel::from).collect(),
            equal: *equal,
            left_out: *left_out,
        }
    }
}

impl From<&plan::Panel> for Panel {
    fn from(panel: &plan::Panel) -> Self {
        let plan::Panel {
            kind,
            name,
            title,
            touch,
            before,
            after,
        } = panel;
        let tiles = |side: &Option<Vec<plan::Tile>>| {
            let side = side.as_ref()?;
            Some(side.iter().map(Tile::from).collect())
        };
        Self {
            kind: match kind {
                plan::PanelKind::Page => PanelKind::Page,
                plan::PanelKind::Modal => PanelKind::Modal,
                plan::PanelKind::Tab => PanelKind::Tab,
            },
            name: name.clone(),
            title: title.clone(),
            op: touch.map(Op::from),
            before: tiles(before),
            after: tiles(after),
        }
    }
}

impl From<&plan::Tile> for Tile {
    fn from(tile: &plan::Tile) -> Self {
        let plan::Tile {
            name,
            kind,
            label,
            items,
            place,
            touch,
            inside,
        } = tile;
        Self {
            name: name.clone(),
            kind: kind.clone(),
            label: label.clone(),
            items: items.clone(),
            x: place.x,
            y: place.y,
            width: place.width,
            height: place.height,
            op: touch.map(Op::from),
            boxes: inside.iter().map(Self::from).collect(),
        }
    }
}

impl From<plan::Touch> for Op {
    fn from(touch: plan::Touch) -> Self {
        match touch {
            plan::Touch::Added => Self::Add,
            plan::Touch::Removed => Self::Remove,
            plan::Touch::Changed => Self::Change,
            plan::Touch::Moved => Self::Move,
        }
    }
}

impl Layout {
    pub(super) fn masked(self, mask: &Mask) -> Self {
        let panels = self.panels.into_iter().map(|it| it.masked(mask));
        Self {
            panels: panels.collect(),
            ..self
        }
    }
}

impl Panel {
    fn masked(self, mask: &Mask) -> Self {
        let tiles = |side: Option<Vec<Tile>>| {
            let tiles = side?.into_iter().map(|it| it.masked(mask));
            Some(tiles.collect())
        };
        Self {
            title: label(&self.name, &self.title, mask),
            name: mask.text(&self.name),
            before: tiles(self.before),
            after: tiles(self.after),
            ..self
        }
    }
}

impl Tile {
    fn masked(self, mask: &Mask) -> Self {
        let items = self.items.iter().map(|it| label(&self.name, it, mask));
        Self {
            items: items.collect(),
            label: label(&self.name, &self.label, mask),
            name: mask.text(&self.name),
            kind: mask.text(&self.kind),
            boxes: (self.boxes.into_iter()).map(|it| it.masked(mask)).collect(),
            ..self
        }
    }
}

/// Labels have no room for more.
const LONGEST: usize = 60;

/// What can be read on a component: masked as where its label is shown among the changes, and shortened only then, as
/// half a credential could not be told.
fn label(name: &str, text: &str, mask: &Mask) -> String {
    if text.is_empty() {
        return String::new();
    }
    let path = format!("components[{name}].label");
    let masked = mask.at(&path, &text.into());
    let masked = masked.as_str().unwrap_or_default();
    let mut lines = masked.lines().map(str::trim);
    let line = lines.find(|line| !line.is_empty()).unwrap_or("");
    match line.char_indices().nth(LONGEST) {
        Some(_) => {
            let start: String = line.chars().take(LONGEST - 1).collect();
            format!("{}…", start.trim_end())
        }
        None => line.to_owned(),
    }
}
