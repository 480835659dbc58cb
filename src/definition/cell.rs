//! What the short form of components leaves unsaid: the grid cell around a component, and the grid in a modal.

use super::build::{Built, Object};
use super::notes::listed;
use super::reading::Reading;
use super::source::{Kind, Node, Position};

impl Reading<'_> {
    /// The list of children that `grid: name` stands for: one plain grid with the written children in it.
    pub fn grid(
        &mut self,
        name: String,
        at: Position,
        children: Option<(Built, Position)>,
    ) -> Built {
        let place = self.notes.place(at);
        let children = match children {
            Some((children, _)) => children,
            None => Built::list(Vec::new(), place.clone()),
        };
        let mut properties = Object::default();
        properties.insert("children", children);
        let mut grid = Object::default();
        grid.insert("type", Built::leaf("grid", place.clone()));
        grid.insert("name", Built::leaf(name, place.clone()));
        grid.insert("events", Built::list(Vec::new(), place.clone()));
        grid.insert("properties", properties.finish(place.clone()));
        Built::list(vec![grid.finish(place.clone())], place)
    }

    /// The `gridCell` that `at` stands for, around its component.
    pub fn cell(&mut self, name: &str, component: Built, at: Node) -> Option<Built> {
        let place = self.notes.place(at.at);
        let whole = at.at;
        let entries = self.notes.map("`at`", at)?;
        let mut layout = Object::default();
        let mut cell = Built::leaf(format!("{name}Cell"), place.clone());
        let mut visible = Built::leaf("true", place.clone());
        for entry in self.notes.only_known("`at`", entries, &AT_KEYS) {
            let what = format!("`{}`", entry.key);
            match entry.key.as_str() {
                "cell" => {
                    let at = self.notes.place(entry.value.at);
                    cell = Built::leaf(self.notes.text(&what, entry.value)?, at);
                }
                "visible" => visible = self.built(entry.value),
                key => {
                    let (_, field) = FIELDS.iter().find(|(short, _)| *short == key)?;
                    if !is_integer(&entry.value) {
                        self.notes.wrong_type(&what, "an integer", &entry.value);
                        return None;
                    }
                    let value = self.built(entry.value);
                    layout.insert(*field, value);
                }
            }
        }
        let missing = FIELDS
            .iter()
            .filter(|(_, field)| layout.member(field).is_none());
        let missing: Vec<_> = missing.map(|(key, _)| *key).collect();
        if !missing.is_empty() {
            let message = format!("`at` needs {}", listed(missing));
            self.notes.error("missing-key", whole, message);
            return None;
        }
        let mut layouts = Object::default();
        layouts.insert("default", layout.finish(place.clone()));
        let mut properties = Object::default();
        properties.insert("children", Built::list(vec![component], place.clone()));
        properties.insert("isVisible", visible);
        properties.insert("layout", layouts.finish(place.clone()));
        let mut whole = Object::default();
        whole.insert("type", Built::leaf("gridCell", place.clone()));
        whole.insert("name", cell);
        whole.insert("events", Built::list(Vec::new(), place.clone()));
        whole.insert("properties", properties.finish(place.clone()));
        Some(whole.finish(place))
    }
}

/// What `at` may say.
pub(super) const AT_KEYS: [&str; 6] = ["col", "row", "w", "h", "cell", "visible"];

/// The words of `at`, and the layout's.
const FIELDS: [(&str, &str); 4] = [("col", "x"), ("row", "y"), ("w", "width"), ("h", "height")];

fn is_integer(node: &Node) -> bool {
    match &node.kind {
        Kind::Number(number) => !number.to_string().contains(['.', 'e', 'E']),
        _ => false,
    }
}
