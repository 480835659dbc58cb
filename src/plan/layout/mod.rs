//! What an app's screens look like before and after a change, as boxes on a grid: what pictures are drawn from.
//!
//! App Builder places components on a grid of twelve columns: a `gridCell` holds one component and says where it stands
//! and how large it is. The page, each modal and each tab is a [`Panel`] of its own. Only panels in which something
//! differs are kept, since a picture is to point at the change. What differs is read from the field changes, so that a
//! picture never disagrees with them. How anything is drawn or worded is none of this file's business.

mod walk;

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::{Difference, FieldChange};
use crate::model::Body;

use walk::{Screen, screens};

/// The panels of an app in which something differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The panels, in reading order.
    pub panels: Vec<Panel>,
    /// How many panels are equal on both sides, and left out.
    pub equal: usize,
    /// How many boxes are left out because there are too many to draw.
    pub left_out: usize,
}

/// One screen: the page, a modal, or a tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// What it is.
    pub kind: PanelKind,
    /// The name of its component; of a tab, that of the grid in it.
    pub name: String,
    /// What users read over it; empty for a page.
    pub title: String,
    /// What differs about the panel itself.
    pub touch: Option<Touch>,
    /// What is live; `None` if only git has the panel, and where it looks like what git wants.
    pub before: Option<Vec<Tile>>,
    /// What git wants; `None` if only the server has the panel.
    pub after: Option<Vec<Tile>>,
}

/// What a panel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PanelKind {
    /// The page that users open.
    Page,
    /// A dialog over it.
    Modal,
    /// One of several tabs in a component of it.
    Tab,
}

/// One component on the grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Its name.
    pub name: String,
    /// Its type, as the API calls it.
    pub kind: String,
    /// What users read on it, as the definition says it; may be an expression.
    pub label: String,
    /// The headings of a table's columns, the titles of tabs.
    pub items: Vec<String>,
    /// Where it stands.
    pub place: Place,
    /// What differs about it.
    pub touch: Option<Touch>,
    /// The components in it, on a grid of twelve columns of their own.
    pub inside: Vec<Tile>,
}

/// A place on the grid, in columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The first column, counted from 0.
    pub x: u32,
    /// The first row, counted from 0.
    pub y: u32,
    /// How many columns it takes.
    pub width: u32,
    /// How many rows it takes.
    pub height: u32,
}

/// What differs about a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touch {
    /// It stands elsewhere, or is larger or smaller.
    Moved,
    /// Something else about it.
    Changed,
    /// Only the server has it.
    Removed,
    /// Only git has it.
    Added,
}

/// The columns of a grid.
pub const COLUMNS: u32 = 12;
/// Boxes of one app, both sides together; more are no picture but a pattern.
const MOST_TILES: usize = 600;

/// The panels that differ between what is live and what git wants; `None` where nothing on any of them does.
///
/// With one side only, all of its panels are new or gone.
pub fn layout(
    before: Option<&Body>,
    after: Option<&Body>,
    changes: &[FieldChange],
) -> Option<Layout> {
    let touched = touched(changes);
    let renamed = renamed(changes);
    let whole = match (before, after) {
        (Some(_), None) => Some(Touch::Removed),
        (None, Some(_)) => Some(Touch::Added),
        _ => None,
    };
    if whole.is_none() && touched.is_empty() {
        return None;
    }
    // Paths have the names of git; on the live side what is called otherwise there bears the same marks.
    let mut touched_live = touched.clone();
    for (live, desired) in &renamed {
        touched_live.extend(touched.get(desired).map(|touch| (*live, *touch)));
    }
    let before = before.map_or_else(Vec::new, |it| screens(it, &touched_live));
    let after = after.map_or_else(Vec::new, |it| screens(it, &touched));
    let panels = paired(before, after, &renamed).into_iter();
    let (mut panels, equal): (Vec<_>, Vec<_>) =
        panels.partition(|it| whole.is_some() || differs(it));
    let equal = equal.len();
    panels.retain(is_seen);
    let left_out = bounded(&mut panels);
    (!panels.is_empty()).then_some(Layout {
        panels,
        equal,
        left_out,
    })
}

/// What differs about each component, by its name in paths.
fn touched(changes: &[FieldChange]) -> BTreeMap<&str, Touch> {
    let mut touched = BTreeMap::new();
    for change in changes {
        let Some((name, rest)) = component(&change.path) else {
            continue;
        };
        let touch = match &change.difference {
            Difference::Added { .. } if rest.is_empty() => Touch::Added,
            Difference::Removed { .. } if rest.is_empty() => Touch::Removed,
            // Another place among the same siblings is not seen: cells say where they stand.
            Difference::Moved { before, after } if before.parent == after.parent => continue,
            Difference::Moved { .. } => Touch::Moved,
            _ if rest == ".layout" || rest.starts_with(".layout.") => Touch::Moved,
            _ => Touch::Changed,
        };
        let known = touched.entry(name).or_insert(touch);
        *known = (*known).max(touch);
    }
    touched
}

/// The desired names of what is called otherwise on the server, by the live ones.
fn renamed(changes: &[FieldChange]) -> BTreeMap<&str, &str> {
    let renamed = changes.iter().filter_map(|it| match &it.difference {
        Difference::Renamed { before, after, .. } => Some((&*before.name, &*after.name)),
        _ => None,
    });
    renamed.collect()
}

/// The component that a path leads into, and the rest of the path.
fn component(path: &str) -> Option<(&str, &str)> {
    let inner = path.strip_prefix("components[")?;
    let ends = |at: usize| matches!(inner.as_bytes().get(at + 1), None | Some(b'.' | b'['));
    let end = inner.match_indices(']').map(|(at, _)| at);
    let end = end.clone().find(|at| ends(*at))?;
    Some((&inner[..end], &inner[end + 1..]))
}

/// Both sides of each panel, by what git calls them: those of git in their order, then those that only the server has.
fn paired(before: Vec<Screen>, after: Vec<Screen>, renamed: &BTreeMap<&str, &str>) -> Vec<Panel> {
    let own = |screen: &Screen| (screen.kind, screen.name.clone());
    let id = |screen: &Screen| {
        let name = renamed.get(screen.name.as_str());
        (
            screen.kind,
            name.map_or_else(|| screen.name.clone(), |it| (*it).to_owned()),
        )
    };
    let kept: BTreeSet<_> = after.iter().map(own).collect();
    let mut known: BTreeMap<_, Vec<Screen>> = BTreeMap::new();
    let mut gone = Vec::new();
    for screen in before {
        match kept.contains(&id(&screen)) {
            true => known.entry(id(&screen)).or_default().insert(0, screen),
            false => gone.push(panel(Some(screen), None)),
        }
    }
    let mut panels: Vec<_> = after
        .into_iter()
        .map(|screen| {
            let old = known.get_mut(&own(&screen)).and_then(Vec::pop);
            panel(old, Some(screen))
        })
        .collect();
    panels.extend(gone);
    panels.sort_by_key(|panel| panel.kind != PanelKind::Page);
    panels
}

fn panel(before: Option<Screen>, after: Option<Screen>) -> Panel {
    let shown = after.as_ref().or(before.as_ref());
    let (kind, name, title) = shown.map_or((PanelKind::Page, "", ""), |it| {
        (it.kind, it.name.as_str(), it.title.as_str())
    });
    Panel {
        kind,
        name: name.to_owned(),
        title: title.to_owned(),
        touch: match (&before, &after) {
            (None, _) => Some(Touch::Added),
            (_, None) => Some(Touch::Removed),
            (Some(before), Some(after)) if before.title != after.title => Some(Touch::Changed),
            (Some(before), Some(after)) => before.touch.max(after.touch),
        },
        before: before.map(|it| it.tiles).filter(|tiles| {
            !after
                .as_ref()
                .is_some_and(|it| look_alike(tiles, &it.tiles))
        }),
        after: after.map(|it| it.tiles),
    }
}

/// Whether a picture of the one is a picture of the other.
fn look_alike(before: &[Tile], after: &[Tile]) -> bool {
    let looks = |it: &Tile| (it.place, it.touch, it.kind.clone(), it.label.clone());
    before.len() == after.len()
        && (before.iter().zip(after)).all(|(a, b)| {
            looks(a) == looks(b) && a.items == b.items && look_alike(&a.inside, &b.inside)
        })
}

fn is_seen(panel: &Panel) -> bool {
    let mut sides = [&panel.before, &panel.after].into_iter().flatten();
    sides.any(|tiles| !tiles.is_empty())
}

fn differs(panel: &Panel) -> bool {
    let sides = [&panel.before, &panel.after];
    panel.touch.is_some() || sides.into_iter().flatten().any(|tiles| any_touched(tiles))
}

fn any_touched(tiles: &[Tile]) -> bool {
    tiles
        .iter()
        .any(|it| it.touch.is_some() || any_touched(&it.inside))
}

/// Leaves out boxes beyond what can be drawn, whole panels where one is full; returns how many.
fn bounded(panels: &mut Vec<Panel>) -> usize {
    let (mut room, mut left_out) = (MOST_TILES, 0);
    for panel in panels.iter_mut() {
        for side in [&mut panel.before, &mut panel.after].into_iter().flatten() {
            left_out += cut(side, &mut room);
        }
    }
    panels.retain(is_seen);
    left_out
}

fn cut(tiles: &mut Vec<Tile>, room: &mut usize) -> usize {
    let mut left_out = 0;
    tiles.retain_mut(|tile| match room.checked_sub(1) {
        Some(rest) => {
            *room = rest;
            left_out += cut(&mut tile.inside, room);
            true
        }
        None => {
            left_out += 1 + count(&tile.inside);
            false
        }
    });
    left_out
}

fn count(tiles: &[Tile]) -> usize {
    tiles.iter().map(|it| 1 + count(&it.inside)).sum()
}

#[cfg(test)]
mod tests;
