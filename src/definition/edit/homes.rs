//! Where each component of an app stands: the components as the API has them, and the passages that say them, walked
//! side by side.

use std::collections::HashMap;

use serde_json::Value;

use super::page::Passage;
use super::pages::Pages;
use super::shape::{Shape, shape};

/// Where a component stands.
#[derive(Clone, Copy)]
pub(super) struct Home<'a> {
    /// The item of a list, or the document of a part.
    pub item: &'a Passage,
    pub role: Role,
}

/// What an item is to a component.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It is the component.
    Own,
    /// It is the only component in this cell, folded into it by `at`.
    Cell,
    /// It is the component around this grid, folded into it by `grid`.
    Grid,
    /// It names a part that others name too, whose components are the next so many.
    Shared(usize),
}

/// Where all components stand.
pub(super) struct Homes<'a> {
    pages: &'a Pages,
    /// By the address of the component.
    homes: HashMap<usize, Home<'a>>,
    /// The item that names the part, by the number of a component's passage at the top of the part.
    pub named_by: HashMap<usize, &'a Passage>,
}

/// The address of a value, which tells it from its equals.
pub(super) fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

impl<'a> Homes<'a> {
    /// Walks a list with the components that it means; `None` if they are others.
    pub fn of(pages: &'a Pages, list: Option<&'a Passage>, components: &[Value]) -> Option<Self> {
        let mut homes = Self {
            pages,
            homes: HashMap::new(),
            named_by: HashMap::new(),
        };
        if let Some(list) = list {
            homes.list(list, components)?;
        }
        Some(homes)
    }

    /// Where a component stands, if it does.
    pub fn get(&self, component: &Value) -> Option<Home<'a>> {
        self.homes.get(&address(component)).copied()
    }

    fn list(&mut self, list: &'a Passage, components: &[Value]) -> Option<()> {
        let Some(items) = list.items() else {
            // An alias of a list: what is in it stands elsewhere.
            return Some(());
        };
        let mut components = components.iter();
        self.items(items, &mut components)?;
        components.next().is_none().then_some(())
    }

    fn items(
        &mut self,
        items: &'a [Passage],
        components: &mut std::slice::Iter<'_, Value>,
    ) -> Option<()> {
        for item in items {
            match self.pages.named.get(&item.id) {
                Some(part) => self.part(item, *part, components)?,
                None => self.item(item, components.next()?)?,
            }
        }
        Some(())
    }

    fn part(
        &mut self,
        item: &'a Passage,
        part: usize,
        components: &mut std::slice::Iter<'_, Value>,
    ) -> Option<()> {
        let root = self.pages.all[part].documents.first()?;
        let tops = match root.items() {
            Some(items) => items,
            None => std::slice::from_ref(root),
        };
        if !self.pages.shared.contains(&part) {
            let named = tops.iter().map(|top| (top.id, item));
            self.named_by.extend(named);
            return self.items(tops, components);
        }
        // What stands in several places has no home: it is counted only.
        let mut apart = Self {
            pages: self.pages,
            homes: HashMap::new(),
            named_by: HashMap::new(),
        };
        let (first, count) = (components.as_slice().first(), components.len());
        apart.items(tops, components)?;
        if let Some(first) = first.filter(|_| components.len() < count) {
            let role = Role::Shared(count - components.len());
            self.homes.insert(address(first), Home { item, role });
        }
        Some(())
    }

    fn item(&mut self, item: &'a Passage, value: &Value) -> Option<()> {
        let mut add = |value: &Value, role| {
            self.homes.insert(address(value), Home { item, role });
        };
        match shape(item) {
            Shape::Raw => {
                add(value, Role::Own);
                let children = item.under("properties").and_then(|it| it.under("children"));
                match (children, children_of(value)) {
                    (Some(list), Some(components)) => self.list(list, components),
                    _ => Some(()),
                }
            }
            Shape::Compact(entry) => {
                let mut component = value;
                if entry.under("at").is_some() {
                    add(value, Role::Cell);
                    component = children_of(value)?.first()?;
                }
                add(component, Role::Own);
                let mut children = children_of(component);
                if entry.under("grid").is_some() {
                    let grid = children?.first()?;
                    add(grid, Role::Grid);
                    children = children_of(grid);
                }
                match (entry.under("children"), children) {
                    (Some(list), Some(components)) => self.list(list, components),
                    _ => Some(()),
                }
            }
            Shape::File(_) | Shape::Other => {
                add(value, Role::Own);
                Some(())
            }
        }
    }
}

/// The components in a component.
pub(super) fn children_of(component: &Value) -> Option<&[Value]> {
    let children = component.get("properties")?.get("children")?;
    children.as_array().map(Vec::as_slice)
}

/// The same as a value.
pub(super) fn children_list(component: &Value) -> Option<&Value> {
    component.get("properties")?.get("children")
}
