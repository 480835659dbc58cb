//! What a file need not say (`FORMAT.md` section 6): left out here, carried over from the live app by `diff::normalize`.
//!
//! The two must agree on where such fields stand: what is left out in a place that is not carried over would be lost.

use serde_json::{Map, Value};

/// How much was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Ids of queries.
    pub query_ids: usize,
    /// Ids of table columns.
    pub column_ids: usize,
    /// Table columns that the editor marks as deleted.
    pub deleted_columns: usize,
    /// Ids of events.
    pub event_ids: usize,
}

impl LeftOut {
    /// Takes the carried fields out of a query.
    pub(super) fn query(&mut self, query: &mut Value) {
        let Value::Object(query) = query else { return };
        if query.remove("id").is_some() {
            self.query_ids += 1;
        }
        if let Some(events) = query.get_mut("events") {
            self.anywhere("events", events);
        }
        // An empty list says as much as none, and the server shows none.
        if query.get("events") == Some(&Value::Array(Vec::new())) {
            query.remove("events");
        }
    }

    /// Takes the carried fields out of a component and everything in it.
    pub(super) fn component(&mut self, component: &mut Value) {
        let Value::Object(component) = component else {
            return;
        };
        let is_table = component.get("type").and_then(Value::as_str) == Some("table");
        if let Some(events) = component.get_mut("events") {
            self.anywhere("events", events);
        }
        let Some(Value::Object(properties)) = component.get_mut("properties") else {
            return;
        };
        for (name, value) in properties {
            match (name.as_str(), value) {
                ("children", Value::Array(children)) => {
                    children.iter_mut().for_each(|child| self.component(child));
                }
                ("columns", Value::Array(columns)) if is_table => self.columns(columns),
                (name, value) => self.anywhere(name, value),
            }
        }
    }

    fn columns(&mut self, columns: &mut Vec<Value>) {
        let before = columns.len();
        columns.retain(|column| column.get("isDeleted") != Some(&Value::Bool(true)));
        self.deleted_columns += before - columns.len();
        for column in columns.iter_mut().filter_map(Value::as_object_mut) {
            self.column_ids += usize::from(column.remove("id").is_some());
        }
    }

    /// Takes the ids out of every list called `events`, at any depth.
    fn anywhere(&mut self, name: &str, value: &mut Value) {
        match value {
            Value::Array(items) => {
                if name == "events" {
                    let events = items.iter_mut().filter_map(Value::as_object_mut);
                    self.event_ids += events
                        .filter_map(|event: &mut Map<_, _>| event.remove("uuid"))
                        .count();
                }
                items.iter_mut().for_each(|item| self.anywhere("", item));
            }
            Value::Object(map) => {
                for (name, value) in map {
                    self.anywhere(name, value);
                }
            }
            _ => {}
        }
    }
}
