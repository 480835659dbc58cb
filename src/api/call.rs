//! One operation as one request: path, query, envelope, and the answer as JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Answer;
use super::{Error, Malformed, Operation};
use crate::http::{Request, Response, Transport, describe};
use crate::model::AppId;

/// Where everything is.
const APPS: &str = "/api/v2/app-builder/apps";

/// An operation that is about to be called.
pub(super) struct Call {
    operation: Operation,
    request: Request,
}

/// What every body is wrapped in.
#[derive(Serialize)]
struct Envelope<T> {
    data: T,
}

/// A resource that is sent.
#[derive(Serialize)]
pub(super) struct Resource<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    attributes: &'a T,
}

/// A resource that is only named.
#[derive(Serialize)]
pub(super) struct Named {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl<'a, T: Serialize> Resource<'a, T> {
    pub(super) fn new(kind: &'static str, attributes: &'a T) -> Self {
        Self { kind, attributes }
    }
}

impl Named {
    pub(super) fn app(id: AppId) -> Self {
        Self {
            id: id.to_string(),
            kind: "appDefinitions",
        }
    }
}

impl Call {
    /// An operation on all apps.
    pub(super) fn on_all(operation: Operation) -> Self {
        Self::to(operation, APPS.to_owned())
    }

    /// An operation on one app, or on the part of it that `part` names (`/tags`).
    pub(super) fn on(operation: Operation, app: AppId, part: &str) -> Self {
        Self::to(operation, format!("{APPS}/{app}{part}"))
    }

    fn to(operation: Operation, path: String) -> Self {
        let request = Request {
            method: operation.method(),
            path,
            query: Vec::new(),
            accept: match operation.is_silent() {
                true => "*/*",
                false => "application/json",
            },
            body: None,
            repeat: operation.repeat(),
            route: operation.as_str(),
        };
        Self { operation, request }
    }

    pub(super) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.request.query.push((name, value.into()));
        self
    }

    /// Adds a body, in its envelope. The values in it are written as they were read, number for number.
    pub(super) fn body(mut self, data: impl Serialize) -> Self {
        let body = serde_json::to_vec(&Envelope { data })
            .expect("strings and JSON values have a JSON form");
        self.request.body = Some(body);
        self
    }

    /// Sends it; the answer must be a success, its body does not matter.
    pub(super) async fn send(&self, transport: &Transport) -> Result<Response, Error> {
        let answer = transport.send(&self.request).await;
        answer.map_err(|error| Error::new(self.operation, error))
    }

    /// Sends it, and understands the JSON that comes back. That is left to other threads than those that wait for the
    /// network: pages of a listing are long, and come many at a time.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        transport: &Transport,
        understand: fn(Value) -> Result<T, Malformed>,
    ) -> Result<T, Error> {
        let body = self.send(transport).await?.body;
        let reading = tokio::task::spawn_blocking(move || json(&body).and_then(understand));
        (reading
            .await
            .expect("reading an answer does not panic, and is not cancelled"))
        .map_err(|problem| self.malformed(problem))
    }

    /// Sends it where an app comes back.
    pub(super) async fn ask_app(self, transport: &Transport) -> Result<Came, Error> {
        let body = self.send(transport).await?.body;
        Ok(Came { call: self, body })
    }

    fn malformed(&self, problem: Malformed) -> Error {
        Error::Answer {
            operation: self.operation,
            call: format!("{} {}", self.request.method, self.request.path),
            problem,
        }
    }
}

/// What came, before it is understood.
pub(super) struct Came {
    call: Call,
    body: Vec<u8>,
}

impl Came {
    pub(super) fn understand<T>(
        &self,
        understand: impl FnOnce(Answer<'_>) -> Result<T, Malformed>,
    ) -> Result<T, Error> {
        json(&self.body)
            .and_then(understand)
            .map_err(|problem| self.call.malformed(problem))
    }
}

fn json<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Malformed> {
    serde_json::from_slice(body).map_err(|error| Malformed::NotJson {
        what: match describe(body) {
            Some(what) => format!("{what} and not JSON"),
            None => format!("no JSON that can be read ({error})"),
        },
    })
}
