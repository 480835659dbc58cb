//! One request as it came in, and strict reading of its query and body.
//!
//! Strict on purpose: what a lenient server would let pass, a client should not send. Routing lives in `operation`.

use axum::body::Bytes;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::answer::Problem;

/// A request, apart from its keys.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// The HTTP method.
    pub method: String,
    /// The path, still encoded.
    pub path: String,
    /// The query, decoded, in the order given.
    pub query: Vec<(String, String)>,
    /// The content type, if one was given.
    pub content_type: Option<String>,
    /// The body; empty where there is none.
    pub body: Bytes,
}

impl Call {
    /// Refuses a body where none is expected.
    pub fn no_body(&self) -> Result<(), Problem> {
        if self.body.is_empty() {
            Ok(())
        } else {
            Err(Problem::new(400, "unexpected request body"))
        }
    }

    /// The `data` member of a JSON body.
    fn data(&self) -> Result<Value, Problem> {
        let media = self.content_type.as_deref().unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        let json = ["application/json", "application/vnd.api+json"];
        if !json.iter().any(|known| media.eq_ignore_ascii_case(known)) {
            return Err(
                Problem::new(400, "invalid content type").detail(format!("`{media}` is not JSON"))
            );
        }
        let invalid = || Problem::new(400, "invalid request body");
        let body: Value = serde_json::from_slice(&self.body)
            .map_err(|error| invalid().detail(error.to_string()))?;
        match body {
            Value::Object(mut members) => members
                .remove("data")
                .ok_or_else(|| Problem::missing("/data")),
            _ => Err(invalid()),
        }
    }

    /// The `data` of a body that holds one resource of a type: its id, if given, and its attributes.
    pub fn resource(&self, kind: &str) -> Result<(Option<String>, Map<String, Value>), Problem> {
        let Value::Object(mut data) = self.data()? else {
            return Err(Problem::at("/data", "invalid field"));
        };
        check_type(&data, kind, "/data")?;
        let id = match data.remove("id") {
            None => None,
            Some(Value::String(id)) => Some(id),
            Some(_) => return Err(Problem::at("/data/id", "invalid field")),
        };
        match data.remove("attributes") {
            Some(Value::Object(attributes)) => Ok((id, attributes)),
            Some(_) => Err(Problem::at("/data/attributes", "invalid field")),
            None => Err(Problem::missing("/data/attributes")),
        }
    }

    /// One attribute of a body whose resource has nothing else that counts.
    pub fn attribute(&self, kind: &str, name: &str) -> Result<Value, Problem> {
        let (_, mut attributes) = self.resource(kind)?;
        attributes
            .remove(name)
            .ok_or_else(|| Problem::missing(format!("/data/attributes/{name}")))
    }

    /// The ids of a body that lists resources of a type.
    pub fn ids(&self, kind: &str) -> Result<Vec<Uuid>, Problem> {
        let Value::Array(items) = self.data()? else {
            return Err(Problem::at("/data", "invalid field"));
        };
        if items.is_empty() {
            return Err(Problem::missing("/data"));
        }
        items
            .iter()
            .enumerate()
            .map(|(index, item)| listed_id(item, kind, index))
            .collect()
    }
}

fn listed_id(item: &Value, kind: &str, index: usize) -> Result<Uuid, Problem> {
    let pointer = format!("/data/{index}");
    let Value::Object(item) = item else {
        return Err(Problem::at(pointer, "invalid field"));
    };
    check_type(item, kind, &pointer)?;
    match item.get("id") {
        Some(Value::String(id)) => uuid(id).ok_or_else(|| bad_id(id)),
        _ => Err(Problem::missing(format!("{pointer}/id"))),
    }
}

/// The recorded wording counts the characters before it looks at them, and names no place.
fn bad_id(id: &str) -> Problem {
    let detail = match id.len() {
        36 => "invalid UUID format".to_owned(),
        length => format!("invalid UUID length: {length}"),
    };
    Problem::new(400, "Bad Request").detail(detail)
}

fn check_type(resource: &Map<String, Value>, kind: &str, pointer: &str) -> Result<(), Problem> {
    match resource.get("type") {
        Some(Value::String(found)) if found == kind => Ok(()),
        None => Err(Problem::missing(format!("{pointer}/type"))),
        Some(found) => Err(Problem::at(format!("{pointer}/type"), "invalid type")
            .detail(format!("expected `{kind}`, found {found}"))),
    }
}

/// An id with hyphens in their places, which is all that the API takes.
pub fn uuid(text: &str) -> Option<Uuid> {
    (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok())
        .flatten()
}

/// The query of a call: every parameter is taken once, and what is left over is refused.
pub struct Query(Vec<(String, String)>);

impl Query {
    /// The query of `call`.
    pub fn of(call: &Call) -> Self {
        Self(call.query.clone())
    }

    /// A parameter, if given.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// A parameter that must be given.
    pub fn required(&mut self, name: &str) -> Result<String, Problem> {
        self.take(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Problem::parameter(name, "missing required parameter"))
    }

    /// A parameter with a value that `read` understands.
    pub fn parsed<T>(
        &mut self,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        read(&value)
            .map(Some)
            .ok_or_else(|| Problem::parameter(name, "invalid query parameter"))
    }

    /// Refuses what nobody took: an unknown parameter, or a second one of the same name.
    pub fn finish(self) -> Result<(), Problem> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::parameter(&name, "invalid query parameter")),
        }
    }
}
