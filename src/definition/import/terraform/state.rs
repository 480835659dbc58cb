//! A Terraform state, version 4: JSON with every resource as it was last seen.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::{RESOURCE, Resource, Terraform, TerraformError};

/// Adds the apps of a state; returns the names of their resources in the root module.
pub(super) fn read(
    path: &Path,
    text: &str,
    into: &mut Terraform,
) -> Result<BTreeSet<String>, TerraformError> {
    let wrong = || TerraformError::NoState {
        path: path.to_owned(),
    };
    let state: Value = serde_json::from_str(text).map_err(|_| wrong())?;
    let is_known = state.get("version").and_then(Value::as_u64) == Some(4);
    let resources = state.get("resources").and_then(Value::as_array);
    let (true, Some(resources)) = (is_known, resources) else {
        return Err(wrong());
    };
    let mut names = BTreeSet::new();
    for resource in resources {
        let is = |key, expected| resource.get(key).and_then(Value::as_str) == Some(expected);
        if !(is("mode", "managed") && is("type", RESOURCE)) {
            continue;
        }
        let name = resource
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let module = resource.get("module").and_then(Value::as_str);
        if module.is_none() {
            names.insert(name.to_owned());
        }
        let address = match module {
            Some(module) => format!("{module}.{RESOURCE}.{name}"),
            None => format!("{RESOURCE}.{name}"),
        };
        let instances = resource.get("instances").and_then(Value::as_array);
        // A deposed object is what a failed replacement left behind, beside the current one.
        let is_current = |it: &&Value| it.get("deposed").is_none_or(Value::is_null);
        for instance in instances.into_iter().flatten().filter(is_current) {
            let address = match instance.get("index_key") {
                Some(key) => format!("{address}[{key}]"),
                None => address.clone(),
            };
            let attributes = instance.get("attributes").unwrap_or(&Value::Null);
            let text = |key| attributes.get(key).and_then(Value::as_str);
            match self::resource(attributes).found(text("app_json").unwrap_or_default()) {
                Ok(found) => into.apps.push(found),
                Err(why) => into.unread.push((address, why)),
            }
        }
    }
    Ok(names)
}

fn resource(attributes: &Value) -> Resource {
    let text = |key| {
        attributes
            .get(key)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let connections = attributes.get("action_query_names_to_connection_ids");
    let connections = connections.and_then(Value::as_object).into_iter().flatten();
    Resource {
        id: text("id").and_then(|id| id.parse().ok()),
        name: text("name"),
        description: text("description"),
        root_instance_name: text("root_instance_name"),
        published: attributes.get("published").and_then(Value::as_bool),
        connections: connections
            .filter_map(|(query, id)| Some((query.clone(), id.as_str()?.to_owned())))
            .collect(),
    }
}
