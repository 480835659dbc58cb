//! The transport: one request in, one answer or one honest error out.
//!
//! What lives here knows time-outs, repeats, rate limits, certificates and the size of an answer, and how to say which
//! call failed. What never does: the shape of any API, and what a status means to it.
//!
//! Reading order: [`Endpoint`] (where keys may go), [`Settings`], [`Transport::send`] (the loop), then its parts: `tls`
//! (the connection), `budget` (rate limits), `lanes` (how many at once), `retry` (what is repeated, and when), [`Error`] (what is known after a
//! failure, above all [`Error::is_ambiguous`]).

mod budget;
mod endpoint;
mod error;
mod lanes;
mod retry;
mod settings;
mod tls;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
pub use reqwest::{Method, header};
use tokio::time::{Instant, sleep};

pub use endpoint::{Endpoint, EndpointError};
pub use error::{Answer, Error, Failure};
pub(crate) use error::{clean, describe};
pub use settings::{Retry, Roots, Settings, Wait, Why};
pub use tls::SetupError;

use budget::Budget;
use lanes::Lanes;
use retry::Patience;

/// Whether a request may be sent again when nobody knows what became of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Reads, or sets a state: the second time changes nothing that the first did not.
    Safe,
    /// Acts anew each time: repeated only when the first was certainly not acted on.
    Once,
}

/// One call.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path under the endpoint, percent-encoded, starting with `/`.
    pub path: String,
    /// The query, name by name; never shown in errors.
    pub query: Vec<(&'static str, String)>,
    /// What is accepted in return.
    pub accept: &'static str,
    /// A JSON body.
    pub body: Option<Vec<u8>>,
    /// Whether it may be repeated blindly.
    pub repeat: Repeat,
    /// What calls of this kind are called: they are taken to share a rate limit.
    pub route: &'static str,
}

/// A successful answer (2xx).
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

/// A connection pool with the manners that an API asks for. Clones share the pool and the rate-limit budget.
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    client: reqwest::Client,
    endpoint: Endpoint,
    settings: Settings,
    budget: Mutex<Budget>,
    lanes: Lanes,
}

impl Transport {
    /// A transport to `endpoint` that sends `headers` (the credentials, marked as sensitive) with every call.
    ///
    /// A system proxy (`HTTPS_PROXY`, `NO_PROXY`) is honoured by the connection itself, except to loopback.
    pub fn new(
        endpoint: Endpoint,
        headers: HeaderMap,
        settings: Settings,
    ) -> Result<Self, SetupError> {
        let client = tls::client(&endpoint, headers, &settings)?;
        let lanes = match settings.adaptive {
            true => Lanes::adaptive(),
            false => Lanes::default(),
        };
        Ok(Self(Arc::new(Inner {
            client,
            endpoint,
            settings,
            budget: Mutex::default(),
            lanes,
        })))
    }

    /// Where the calls go.
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    /// Sends a request, repeats it where that is safe, and returns the first answer that is a success.
    pub async fn send(&self, request: &Request) -> Result<Response, Error> {
        let retry = &self.0.settings.retry;
        let mut patience = Patience::new(retry);
        let mut attempts = 0;
        loop {
            attempts += 1;
            self.keep_to_budget(request, retry).await;
            let failure = match self.attempt_in_lane(request).await {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            let Some(pause) = patience.pause(&failure, request.repeat) else {
                return Err(Error::new(request, attempts, failure));
            };
            let why = match failure.is_rate_limit() {
                true => Why::RateLimit,
                false => Why::Repeat { attempts },
            };
            tracing::info!(method = %request.method, path = request.path, attempts, ?pause, "repeating");
            self.pause(pause, why, request).await;
        }
    }

    /// Waits while the bucket of this request is known to be empty. Never for ever: a wrong header must not stop us, and
    /// the server's own 429 is the last word.
    async fn keep_to_budget(&self, request: &Request, retry: &Retry) {
        let mut waited = Duration::ZERO;
        while waited < retry.patience {
            let pause = match self.budget(|budget, now| budget.reserve(request.route, now)) {
                Some(pause) => pause.min(retry.longest_wait),
                None => return,
            };
            self.pause(pause, Why::RateLimit, request).await;
            waited += pause;
        }
    }

    async fn pause(&self, duration: Duration, why: Why, request: &Request) {
        if let Some(on_wait) = &self.0.settings.on_wait {
            let route = request.route;
            on_wait(Wait {
                why,
                duration,
                route,
            });
        }
        sleep(duration).await;
    }

    /// The budget is only ever counted in, never awaited under, so a poisoned lock still holds good counts.
    fn budget<T>(&self, act: impl FnOnce(&mut Budget, Instant) -> T) -> T {
        let mut budget = self.0.budget.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut budget, Instant::now())
    }

    async fn attempt_in_lane(&self, request: &Request) -> Result<Response, Failure> {
        let lane = self.0.lanes.enter().await;
        let begin = Instant::now();
        let result = self.attempt(request).await;
        log(request, &result, begin.elapsed());
        match &result {
            Err(failure) if failure.is_trouble() => lane.met_trouble(),
            _ => lane.went_well(begin.elapsed()),
        }
        result
    }

    async fn attempt(&self, request: &Request) -> Result<Response, Failure> {
        let url = self.0.endpoint.url(&request.path, &request.query);
        let mut call = self
            .0
            .client
            .request(request.method.clone(), url)
            .header(ACCEPT, HeaderValue::from_static(request.accept));
        if let Some(body) = &request.body {
            call = call
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(body.clone());
        }
        let response = call.send().await.map_err(Failure::of_sending)?;
        let status = response.status();
        let headers = response.headers().clone();
        self.budget(|budget, now| budget.learn(request.route, status.as_u16(), &headers, now));
        if status.is_redirection() {
            let to = headers
                .get(LOCATION)
                .and_then(|to| Endpoint::host_of(to.to_str().ok()?));
            let status = status.as_u16();
            return Err(Failure::Redirected { status, to });
        }
        let body = self.body(response).await;
        if status.is_success() {
            return Ok(Response {
                status: status.as_u16(),
                headers,
                body: body?,
            });
        }
        // The status says enough; a body that broke off only explains less.
        let body = body.unwrap_or_default();
        Err(Failure::Status(Box::new(Answer::new(
            status.as_u16(),
            &headers,
            body,
        ))))
    }

    /// Reads a body piece by piece, so that an endless one, or a small one that unpacks to an endless one, ends here.
    async fn body(&self, mut response: reqwest::Response) -> Result<Vec<u8>, Failure> {
        let limit = self.0.settings.largest_body;
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(Failure::of_reading)? {
            if body.len() + piece.len() > limit {
                return Err(Failure::TooLarge { limit });
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }
}

/// Says what became of an attempt. What the server wrote stays out: it may hold what we sent to it.
fn log(request: &Request, result: &Result<Response, Failure>, took: Duration) {
    let Request { method, path, .. } = request;
    let status = match result {
        Ok(response) => response.status,
        Err(Failure::Status(answer)) => {
            let Answer {
                status, request_id, ..
            } = &**answer;
            tracing::debug!(%method, path, status, ?request_id, ?took, "refused");
            return;
        }
        Err(failure) => {
            tracing::debug!(%method, path, %failure, ?took, "failed");
            return;
        }
    };
    tracing::debug!(%method, path, status, ?took, "answered");
}
