//! Big apps in several files: the largest sub-trees go to files of their own until each is short enough to review.

use std::collections::BTreeSet;

use super::tree::Tree;
use super::{WrittenFile, unique_name};
use crate::definition::files::MAX_PART;

/// The most lines that a file should have.
const MOST: usize = 400;
/// A sub-tree of fewer lines stays where it is.
const FEWEST: usize = 20;
/// Where less than this stands around a sub-tree that is too big itself, a file for the rest is not worth it.
const THIN: usize = 40;

/// The files that sub-trees went to.
pub(super) struct Parts {
    /// The folder, from the repository's root.
    folder: String,
    taken: BTreeSet<String>,
    pub files: Vec<WrittenFile>,
}

impl Parts {
    pub fn new(folder: String) -> Self {
        Self {
            folder,
            taken: BTreeSet::new(),
            files: Vec::new(),
        }
    }

    /// Moves sub-trees of a component out until it and the `around` lines beside it are few enough. `named` is the
    /// folder as the file that holds the component names it.
    pub fn fit(&mut self, component: &mut Tree, around: usize, named: &str) {
        let mut total = around + component.lines();
        let Some(children) = children(component) else {
            return;
        };
        let mut order: Vec<_> = children.iter().map(Tree::lines).zip(0..).collect();
        order.sort_by(|(a, i), (b, k)| b.cmp(a).then(i.cmp(k)));
        for (size, index) in order {
            if total <= MOST || size < FEWEST {
                return;
            }
            let child = &mut children[index];
            if size > MOST && total - size < THIN {
                return self.fit(child, total - size, named);
            }
            if self.move_out(child, named) {
                total -= size - 1;
            }
        }
    }

    /// Moves a component to a file, if it fits there.
    fn move_out(&mut self, component: &mut Tree, named: &str) -> bool {
        let Some(name) = name(component) else {
            return false;
        };
        let (taken, files) = (self.taken.clone(), self.files.len());
        let name = format!("{}.yaml", unique_name(name, "part", &mut self.taken));
        let mut part = component.clone();
        self.fit(&mut part, 0, "");
        let text = part.document();
        if text.len() as u64 >= MAX_PART {
            self.taken = taken;
            self.files.truncate(files);
            return false;
        }
        self.files.push(WrittenFile {
            path: format!("{}{name}", self.folder),
            text,
        });
        let file = Tree::Text(format!("{named}{name}"));
        *component = Tree::Map(vec![("file".to_owned(), file)]);
        true
    }
}

/// The children of a compact component.
fn children(component: &mut Tree) -> Option<&mut Vec<Tree>> {
    let Tree::Block(whole) = component else {
        return None;
    };
    let [(_, Tree::Block(entries))] = whole.as_mut_slice() else {
        return None;
    };
    entries.iter_mut().find_map(|(key, value)| match value {
        Tree::List(items) if key == "children" => Some(items),
        _ => None,
    })
}

/// The name of a compact component.
fn name(component: &Tree) -> Option<&str> {
    let Tree::Block(whole) = component else {
        return None;
    };
    let [(key, Tree::Block(_))] = whole.as_slice() else {
        return None;
    };
    key.split_once(' ').map(|(_, name)| name)
}
