//! Events of components and queries: `when` and `do` for the API's `name` and `type` (`FORMAT.md` section 4).

use super::build::{Built, Object};
use super::reading::Reading;
use super::source::{Kind, Node};

impl Reading<'_> {
    /// A list of events, in the order of execution.
    pub fn events(&mut self, node: Node) -> Option<Built> {
        let place = self.notes.place(node.at);
        let items = self.notes.list("`events`", node)?;
        let events = items.into_iter().filter_map(|item| self.event(item));
        Some(Built::list(events.collect(), place))
    }

    fn event(&mut self, node: Node) -> Option<Built> {
        let has = |key| node.value(key).is_some();
        let is_raw = has("name") || has("type");
        match (has("when"), has("do")) {
            (true, true) if !is_raw => {}
            // What lacks a name or a type is raw by the format, but a slip is likelier.
            (when, then) if when || then => {
                if !(has("name") && has("type")) {
                    let message = "the event is taken as a raw one, since only `when` with `do`, \
                                   without `name` and `type`, is the short form";
                    self.notes.warning("half-event", node.at, message);
                }
                return Some(self.built(node));
            }
            _ if matches!(node.kind, Kind::Map(_)) => return Some(self.built(node)),
            _ => {
                self.notes.wrong_type("an event", "a mapping", &node);
                return None;
            }
        }
        let place = self.notes.place(node.at);
        let mut event = Object::default();
        for entry in self.notes.map("an event", node)? {
            let value = self.built(entry.value);
            let name = match entry.key.as_str() {
                "when" => "name",
                "do" => "type",
                other => other,
            };
            event.insert(name, value);
        }
        Some(event.finish(place))
    }
}
