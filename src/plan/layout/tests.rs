//! What is drawn of small apps.

use serde_json::{Map, Value, json};

use crate::diff;

use super::*;

fn cell(name: &str, x: u32, child: Value) -> Value {
    json!({"type": "gridCell", "name": format!("{name}Cell"), "events": [], "properties": {
        "children": [child], "layout": {"default": {"x": x, "y": 0, "width": 3, "height": 4}}}})
}

fn button(name: &str) -> Value {
    json!({"type": "button", "name": name, "events": [], "properties": {"label": name}})
}

fn grid(name: &str, children: Vec<Value>) -> Value {
    json!({"type": "grid", "name": name, "events": [], "properties": {"children": children}})
}

fn body(components: Vec<Value>) -> Body {
    Body {
        root_instance_name: "grid0".into(),
        components,
        queries: Vec::new(),
        extra: Map::new(),
    }
}

fn changed(path: &str) -> FieldChange {
    FieldChange {
        path: path.into(),
        difference: Difference::Changed {
            before: 1.into(),
            after: 2.into(),
        },
    }
}

/// A page with a button, a modal with one of the same name, and two tabs.
fn app(x: u32) -> Body {
    let modal = json!({"type": "modal", "name": "modal0", "events": [], "properties": {
        "title": "Sure?", "children": [grid("grid1", vec![cell("b", 0, button("a"))])]}});
    let tabs = json!({"type": "tabs", "name": "tabs0", "events": [], "properties": {
        "tabs": [{"label": "Two", "value": "grid3"}, {"label": "One", "value": "grid2"}],
        "children": [grid("grid2", vec![cell("c", 0, button("c"))]), grid("grid3", vec![cell("d", 0, button("d"))])]}});
    let children = vec![cell("a", x, button("a")), modal, cell("t", 6, tabs)];
    body(vec![grid("grid0", children)])
}

#[test]
fn a_cell_that_moves_moves_what_is_in_it() {
    let changes = [changed("components[aCell].layout.default.x")];
    let layout = layout(Some(&app(0)), Some(&app(2)), &changes).unwrap();
    assert_eq!((layout.panels.len(), layout.equal), (1, 3));
    let sides = [&layout.panels[0].before, &layout.panels[0].after];
    let [before, after] = sides.map(|side| &side.as_ref().unwrap()[0]);
    assert_eq!((before.place.x, after.place.x), (0, 2));
    assert_eq!(
        (after.name.as_str(), after.touch),
        ("a", Some(Touch::Moved))
    );
}

#[test]
fn names_that_occur_twice_are_counted_as_in_paths() {
    let changes = [changed("components[a#2].label")];
    let layout = layout(Some(&app(0)), Some(&app(0)), &changes).unwrap();
    let panel = &layout.panels[0];
    assert_eq!(
        (panel.kind, panel.title.as_str()),
        (PanelKind::Modal, "Sure?")
    );
    // It looks as before, so there is one picture, with the mark.
    assert_eq!(panel.before, None);
    assert_eq!(panel.after.as_ref().unwrap()[0].touch, Some(Touch::Changed));
}

#[test]
fn tabs_are_panels_that_are_called_as_users_see_them() {
    let layout = layout(None, Some(&app(0)), &[]).unwrap();
    let named = layout
        .panels
        .iter()
        .map(|it| (it.name.as_str(), it.title.as_str()));
    assert_eq!(
        named.collect::<Vec<_>>(),
        [
            ("grid0", ""),
            ("modal0", "Sure?"),
            ("grid2", "One"),
            ("grid3", "Two")
        ]
    );
    assert!(
        layout
            .panels
            .iter()
            .all(|it| it.touch == Some(Touch::Added))
    );
}

/// The same app with other names of a button, a cell, a modal and the grid of a tab.
fn renamed(names: &[(&str, &str)]) -> (Body, Vec<FieldChange>) {
    let mut text = serde_json::to_string(&app(0).components).unwrap();
    let mut changes = Vec::new();
    for (index, (before, after)) in names.iter().enumerate() {
        text = text.replace(
            &format!(r#""name":"{before}""#),
            &format!(r#""name":"{after}""#),
        );
        let named = |name: &str| diff::Named {
            name: name.into(),
            place: diff::Place {
                parent: None,
                index,
            },
        };
        let difference = Difference::Renamed {
            before: named(before),
            after: named(after),
            followed: Vec::new(),
        };
        changes.push(FieldChange {
            path: format!("components[{after}]"),
            difference,
        });
    }
    (body(serde_json::from_str(&text).unwrap()), changes)
}

#[test]
fn what_is_only_called_otherwise_is_one_picture_with_a_mark() {
    let (after, changes) = renamed(&[("c", "last"), ("modal0", "sure")]);
    let layout = layout(Some(&app(0)), Some(&after), &changes).unwrap();
    let panels: Vec<_> = (layout.panels.iter())
        .map(|it| (it.name.as_str(), it.touch, it.before.is_some()))
        .collect();
    let changed = Some(Touch::Changed);
    assert_eq!(panels, [("sure", changed, false), ("grid2", None, false)]);
    let tile = &layout.panels[1].after.as_ref().unwrap()[0];
    assert_eq!((tile.name.as_str(), tile.touch), ("last", changed));
}

#[test]
fn only_panels_that_are_equal_count_as_equal() {
    let with = |names: &[&str]| {
        let mut all = vec![cell("a", 0, button("a"))];
        all.extend(names.iter().map(|name| {
            json!({"type": "modal", "name": name, "events": [], "properties": {"children": []}})
        }));
        body(vec![grid("grid0", all)])
    };
    let difference = Difference::Added {
        after: json!({}),
        place: None,
    };
    let added = FieldChange {
        path: "components[empty]".into(),
        difference,
    };
    let changes = [added, changed("components[a].label")];
    let (before, after) = (with(&["old"]), with(&["old", "empty"]));
    // A new modal with nothing on it is no picture, and not equal either.
    let layout = layout(Some(&before), Some(&after), &changes).unwrap();
    assert_eq!((layout.panels.len(), layout.equal), (1, 1));
}

#[test]
fn what_is_not_on_a_screen_is_no_picture() {
    let changes = [changed("queries[q].js"), changed("name")];
    assert_eq!(layout(Some(&app(0)), Some(&app(0)), &changes), None);
}

#[test]
fn too_many_boxes_are_counted_and_not_kept() {
    let many = |count: usize| {
        (0..count)
            .map(|n| cell("x", 0, button(&format!("b{n}"))))
            .collect()
    };
    let whole = body(vec![grid("grid0", many(MOST_TILES + 7))]);
    assert_eq!(layout(None, Some(&whole), &[]).unwrap().left_out, 7);
}
