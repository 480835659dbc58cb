//! What a file need not say (`FORMAT.md` section 6): what is wanted without the ids that the file leaves out.
//!
//! An export says all of them, what `import` writes none, and a person may have left out some: so it is decided where they
//! stand, by what stands there now, and for what is new by whether the app says such ids anywhere.

use serde_json::{Map, Value};

use super::pairing::{flatten, pair};
use crate::model::{App, Body, Definition};

/// What of `wanted` the files have to say that now say `before`; with its definition, parsed.
pub(super) fn said(wanted: &App, before: &Body) -> (App, Body) {
    let mut body = wanted.definition.body();
    let old = flatten(&before.components);
    let partners = pair(&old, &flatten(&body.components));
    let mut ids = Ids::of(before);
    for query in body.queries.iter_mut().filter_map(Value::as_object_mut) {
        ids.remove(query, "id");
        let name = query.get("name");
        let partner = before.queries.iter().find(|it| it.get("name") == name);
        if let Some(events) = query.get_mut("events") {
            ids.events("events", events, partner.and_then(|it| it.get("events")));
        }
    }
    let mut partners = partners.into_iter();
    let mut partner = || partners.next().flatten().map(|index| old[index].value);
    for component in &mut body.components {
        ids.component(component, &mut partner);
    }
    let definition = match ids.is_any_gone {
        true => Definition::of(&body),
        // It is packed already.
        false => wanted.definition.clone(),
    };
    let said = App {
        definition,
        ..wanted.clone()
    };
    (said, body)
}

/// Which ids an app says at all.
struct Ids {
    of_events: bool,
    of_columns: bool,
    /// Whether one was taken out.
    is_any_gone: bool,
}

impl Ids {
    fn of(body: &Body) -> Self {
        let mut ids = Self {
            of_events: false,
            of_columns: false,
            is_any_gone: false,
        };
        for value in body.components.iter().chain(&body.queries) {
            ids.look("", value);
        }
        ids
    }

    fn look(&mut self, name: &str, value: &Value) {
        match value {
            Value::Array(items) => {
                let says = |key: &str| items.iter().any(|item| item.get(key).is_some());
                self.of_events |= name == "events" && says("uuid");
                self.of_columns |= name == "columns" && says("id");
                items.iter().for_each(|item| self.look("", item));
            }
            Value::Object(map) => map.iter().for_each(|(name, value)| self.look(name, value)),
            _ => {}
        }
    }

    fn remove(&mut self, item: &mut Map<String, Value>, id: &str) {
        self.is_any_gone |= item.remove(id).is_some();
    }

    fn component<'b>(
        &mut self,
        component: &mut Value,
        partner: &mut impl FnMut() -> Option<&'b Value>,
    ) {
        let before = partner();
        let is_table = component.get("type").and_then(Value::as_str) == Some("table");
        if let Some(events) = component.get_mut("events") {
            self.events("events", events, before.and_then(|it| it.get("events")));
        }
        let Some(Value::Object(properties)) = component.get_mut("properties") else {
            return;
        };
        let before = before.and_then(|it| it.get("properties"));
        for (name, value) in properties {
            let before = before.and_then(|it| it.get(name));
            match (name.as_str(), value) {
                ("children", Value::Array(children)) => {
                    for child in children {
                        self.component(child, partner);
                    }
                }
                ("columns", Value::Array(columns)) if is_table => {
                    self.columns(columns, before.and_then(Value::as_array));
                }
                (name, value) => self.events(name, value, before),
            }
        }
    }

    /// Takes ids out of every list called `events`, at any depth.
    fn events(&mut self, name: &str, value: &mut Value, before: Option<&Value>) {
        match value {
            Value::Array(items) => {
                let known = before.and_then(Value::as_array);
                let mut seen = Vec::new();
                for (index, item) in items.iter_mut().enumerate() {
                    let partner = match name {
                        "events" => occurrence(item, &mut seen, known),
                        _ => known.and_then(|known| known.get(index)),
                    };
                    if let (Value::Object(event), "events") = (&mut *item, name) {
                        let says = match partner {
                            Some(partner) => partner.get("uuid").is_some(),
                            None => self.of_events,
                        };
                        if !says {
                            self.remove(event, "uuid");
                        }
                    }
                    self.events("", item, partner);
                }
            }
            Value::Object(map) => {
                for (name, value) in map {
                    self.events(name, value, before.and_then(|it| it.get(name)));
                }
            }
            _ => {}
        }
    }

    fn columns(&mut self, columns: &mut Vec<Value>, before: Option<&Vec<Value>>) {
        let mut seen: Vec<Value> = Vec::new();
        columns.retain_mut(|column| {
            let path = column.get("dataPath").cloned().unwrap_or_default();
            let nth = seen.iter().filter(|it| **it == path).count();
            seen.push(path.clone());
            let known = before.into_iter().flatten();
            let partner = known
                .filter(|it| *it.get("dataPath").unwrap_or(&Value::Null) == path)
                .nth(nth);
            let says = |key| match partner {
                Some(partner) => partner.get(key).is_some(),
                None => self.of_columns,
            };
            if column.get("isDeleted") == Some(&Value::Bool(true)) {
                let stays = says("id") || says("isDeleted");
                self.is_any_gone |= !stays;
                return stays;
            }
            if let (Value::Object(column), false) = (&mut *column, says("id")) {
                self.remove(column, "id");
            }
            true
        });
    }
}

/// The event of the same name and type that stands as often before.
fn occurrence<'b>(
    event: &Value,
    seen: &mut Vec<(Value, Value)>,
    known: Option<&'b Vec<Value>>,
) -> Option<&'b Value> {
    let empty = Map::new();
    let label = |event: &Value| {
        let event = event.as_object().unwrap_or(&empty);
        let part = |key: &str| event.get(key).cloned().unwrap_or_default();
        (part("name"), part("type"))
    };
    let own = label(event);
    let nth = seen.iter().filter(|it| **it == own).count();
    seen.push(own.clone());
    known?.iter().filter(|it| label(it) == own).nth(nth)
}
