//! Connections: aliases to ids, and ids that must not be meant (`FORMAT.md` section 5).

use serde_json::Value;
use uuid::Uuid;

use super::build::{Built, Placed};
use super::notes::{listed, nearest};
use super::reading::Reading;
use super::settings::Environment;
use super::source::{Node, Position};
use crate::model::{Finding, Location};

impl Reading<'_> {
    /// The id that `connection:` means, and whether an alias named it.
    pub fn connection(&mut self, node: Node) -> Option<(String, bool)> {
        let at = node.at;
        let text = self.notes.text("`connection`", node)?;
        if let Some(id) = self.target.environment.connections.get(&text) {
            return Some((id.clone(), true));
        }
        if Uuid::parse_str(&text).is_ok() {
            return Some((text, false));
        }
        self.unknown_connection(&text, at);
        None
    }

    fn unknown_connection(&mut self, alias: &str, at: Position) {
        let scope = match &self.target.owner.environment {
            Some(environment) => format!("environment `{environment}`"),
            None => "the settings".to_owned(),
        };
        let known = self
            .target
            .environment
            .connections
            .keys()
            .map(String::as_str);
        let message = format!(
            "connection `{alias}` is not in {scope}; known connections: {}",
            listed(known.clone())
        );
        let near = nearest(alias, known).map(|near| format!("did you mean `{near}`?"));
        self.notes.error("unknown-connection", at, message);
        self.notes.help(near.unwrap_or_else(|| {
            "an id that is no uuid stands as `connectionId` under `spec:`".to_owned()
        }));
    }

    /// Checks the literal `connectionId` of a query, if it has one that is a uuid.
    pub fn check_connection(&mut self, query: &Built) {
        let Some((Value::String(text), places)) = connection_id(query) else {
            return;
        };
        let Ok(id) = Uuid::parse_str(text) else {
            return;
        };
        if let Some(finding) = self.literal_connection(text, id, &places.at) {
            self.notes.report(finding);
        }
    }

    fn literal_connection(&self, text: &str, id: Uuid, at: &Location) -> Option<Finding> {
        let environment = self.target.owner.environment.as_ref()?;
        let is_same = |other: &String| Uuid::parse_str(other).is_ok_and(|other| other == id);
        let own = &self.target.environment.connections;
        if let Some((alias, _)) = own.iter().find(|(_, other)| is_same(other)) {
            let message = format!("literal connection id `{text}`");
            let help = format!("write `connection: {alias}`");
            return Some(Finding::warning("literal-connection", at.clone(), message).help(help));
        }
        for (other, Environment { connections, .. }) in &self.target.elsewhere {
            if let Some((alias, _)) = connections.iter().find(|(_, other)| is_same(other)) {
                let message = format!(
                    "connection `{text}` belongs to environment `{other}` (`{alias}`), not to `{environment}`"
                );
                let help = format!(
                    "write `connection: {alias}`, and give `{environment}` one of that name"
                );
                let finding = Finding::error("foreign-connection", at.clone(), message);
                return Some(finding.help(help));
            }
        }
        let message = format!("literal connection id `{text}` is the same in every environment");
        let help = "name it under `connections` of each environment, and write `connection: NAME`";
        Some(Finding::warning("literal-connection", at.clone(), message).help(help))
    }
}

fn connection_id(query: &Built) -> Option<(&Value, &Placed)> {
    let mut found = (&query.value, &query.places);
    for name in ["properties", "spec", "connectionId"] {
        let (value, places) = found;
        let object = value.as_object()?;
        let index = object.keys().position(|key| key == name)?;
        found = (object.get(name)?, places.parts.get(index).unwrap_or(places));
    }
    Some(found)
}
