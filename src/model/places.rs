//! Where the values of a list stand, with everything in them.
//!
//! A thousand apps have a million values, and nearly none of them is ever asked for its place: so the places of an app are
//! one row of small numbers, and a [`Located`] is a finger on it.

use std::sync::Arc;

use super::Location;

/// The places of a list of JSON values, and of everything in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    files: Vec<Arc<str>>,
    /// A value before its parts, and these in order: of a list by index, of an object by sorted key.
    rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq)]
struct Row {
    /// An index of `files`.
    file: u32,
    line: u32,
    column: u32,
    /// How many rows the value takes with everything in it.
    size: u32,
}

impl Places {
    /// Room for so many values, parts of values among them.
    pub fn with_capacity(values: usize) -> Self {
        Self {
            files: Vec::new(),
            rows: Vec::with_capacity(values),
        }
    }

    /// Adds a value that starts `at`, and its parts, which `add_parts` adds.
    pub fn add(&mut self, at: &Location, add_parts: &mut dyn FnMut(&mut Self)) {
        let index = self.rows.len();
        // Neighbours are nearly always in the same file.
        let known = self.files.iter().rposition(|file| *file == at.path);
        let file = known.unwrap_or_else(|| {
            self.files.push(at.path.clone());
            self.files.len() - 1
        });
        self.rows.push(Row {
            file: row(file),
            line: at.line,
            column: at.column,
            size: 0,
        });
        add_parts(self);
        self.rows[index].size = row(self.rows.len() - index);
    }

    /// The values of the list, in order.
    pub fn items(&self) -> impl Iterator<Item = Located<'_>> {
        self.between(0, self.rows.len())
    }

    /// The files that any of it stands in.
    pub fn files(&self) -> &[Arc<str>] {
        &self.files
    }

    /// The values that stand side by side in a range of rows.
    fn between(&self, start: usize, end: usize) -> impl Iterator<Item = Located<'_>> {
        let mut next = start;
        std::iter::from_fn(move || {
            let index = next;
            next += self.rows[..end].get(index)?.size as usize;
            Some(Located {
                places: self,
                index,
            })
        })
    }
}

/// A file has at most 16 MiB, so no count of what stands in it comes near the end of a `u32`.
fn row(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The place of one value and of everything in it.
#[derive(Clone, Copy, Debug)]
pub struct Located<'a> {
    places: &'a Places,
    index: usize,
}

impl<'a> Located<'a> {
    /// Where the value starts.
    pub fn at(self) -> Location {
        let Row {
            file, line, column, ..
        } = self.places.rows[self.index];
        Location {
            path: self.places.files[file as usize].clone(),
            line,
            column,
        }
    }

    /// The places of the parts: of a list by index, of an object by sorted key. None for a value without parts, and for one
    /// whose parts all stand where it does.
    pub fn items(self) -> impl Iterator<Item = Self> + use<'a> {
        let end = self.index + self.places.rows[self.index].size as usize;
        self.places.between(self.index + 1, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_in_order_each_with_its_own() {
        let at = |path: &str, line| Location {
            line,
            ..Location::start(path)
        };
        let mut places = Places::with_capacity(5);
        places.add(&at("a", 1), &mut |places| {
            places.add(&at("b", 2), &mut |places| {
                places.add(&at("a", 3), &mut |_| {});
            });
            places.add(&at("a", 4), &mut |_| {});
        });
        places.add(&at("b", 5), &mut |_| {});
        let lines = |items: &mut dyn Iterator<Item = Located<'_>>| {
            items.map(|it| it.at().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(lines(&mut places.items()), ["a:1:1", "b:5:1"]);
        let first = places.items().next().unwrap();
        assert_eq!(lines(&mut first.items()), ["b:2:1", "a:4:1"]);
        let inner = first.items().next().unwrap();
        assert_eq!(lines(&mut inner.items()), ["a:3:1"]);
        assert_eq!(inner.items().next().unwrap().items().count(), 0);
        assert_eq!(places.files().len(), 2);
    }
}
