//! HTTP around the emulator: headers, faults, latency.
//!
//! What an operation does is decided elsewhere; here is only when it is done, and what becomes of the answer.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Query, Request as HttpRequest, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use futures::{StreamExt as _, stream};
use tokio::net::TcpListener;

use super::answer::Answer;
use super::call::{Call, uuid};
use super::fault::Failure;
use super::limit::Budget;
use super::line::{Cut, Lines};
use super::operation::BASE;
use super::{Emulator, Keys};

/// The largest body that is read.
const MOST_BODY: usize = 32 * 1024 * 1024;

/// Serves until the future is dropped; then its connections end too.
pub(super) async fn serve(emulator: Emulator, listener: TcpListener) -> io::Result<()> {
    let routes = Router::new().fallback(respond).with_state(emulator);
    axum::serve(
        Lines::new(listener),
        routes.into_make_service_with_connect_info::<Cut>(),
    )
    .await
}

async fn respond(
    State(emulator): State<Emulator>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: HttpRequest,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let call = received(&parts, body).await;
    let logged = emulator.arrived(method, path, parts.uri.query().unwrap_or_default());
    let failure = emulator.strike(method, path);
    wait(emulator.latency()).await;
    let budget = emulator.spend();

    let answer = if budget.is_some_and(|budget| budget.exceeded) {
        Answer::gateway(429, "Too many requests")
    } else {
        carried_out(&emulator, &parts, call, failure.as_ref(), &cut).await
    };

    let status = (!cut.is_cut()).then_some(answer.status);
    emulator.answered(logged, status);
    tracing::debug!(method, path, status, "answered");
    let mut response = send(answer, failure == Some(Failure::Truncated));
    let headers = response.headers_mut();
    for (name, value) in budget.iter().flat_map(Budget::headers) {
        insert(headers, name, &value);
    }
    if let Some(Failure::TooManyRequests { reset }) = failure {
        insert(headers, "x-ratelimit-reset", &reset.to_string());
        insert(headers, RETRY_AFTER.as_str(), &reset.to_string());
    }
    response
}

/// The whole call, or the answer to one that HTTP alone can refuse.
async fn received(parts: &Parts, body: Body) -> Result<Call, Answer> {
    let Query(query) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
        .map_err(|_| Answer::gateway(400, "Bad Request"))?;
    let body = to_bytes(body, MOST_BODY)
        .await
        .map_err(|_| Answer::gateway(413, "Request Entity Too Large"))?;
    Ok(Call {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query,
        content_type: Some(header(&parts.headers, CONTENT_TYPE.as_str()).to_owned()),
        body,
    })
}

/// Lets the emulator act, with a failure before or after it.
async fn carried_out(
    emulator: &Emulator,
    parts: &Parts,
    call: Result<Call, Answer>,
    failure: Option<&Failure>,
    cut: &Cut,
) -> Answer {
    if let Some(failure) = failure
        && let Some(answer) = before(failure, emulator, parts.uri.path(), cut).await
    {
        return answer;
    }
    let headers = &parts.headers;
    let keys = Keys {
        api: header(headers, "dd-api-key"),
        application: header(headers, "dd-application-key"),
    };
    match call {
        Ok(call) => after(emulator.answer(&keys, call).await, failure, cut).await,
        Err(answer) => answer,
    }
}

/// A header's text; empty if it is missing.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Waits, if there is anything to wait for: even an empty sleep may cost a tick of the timer.
async fn wait(duration: Duration) {
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
}

/// What a failure does before the server acts: an answer in its place, a wait, or nothing.
async fn before(failure: &Failure, emulator: &Emulator, path: &str, cut: &Cut) -> Option<Answer> {
    match failure {
        Failure::DropBefore => {
            cut.cut();
            Some(Answer::no_content())
        }
        Failure::ErrorBefore => Some(Answer::gateway(500, "Internal Server Error")),
        Failure::HtmlPage => Some(Answer::html(502, "Bad Gateway")),
        Failure::Forbidden => Some(emulator.forbidden()),
        Failure::NotFound => Some(Answer::gateway(404, "Not Found")),
        Failure::TooManyRequests { .. } => Some(Answer::gateway(429, "Too many requests")),
        Failure::Slow(delay) => {
            wait(*delay).await;
            None
        }
        Failure::Hang => std::future::pending().await,
        Failure::Meanwhile(deed) => {
            let id = path.strip_prefix(BASE).and_then(|it| it.split('/').nth(2));
            if let Some(app) = id.and_then(uuid) {
                emulator.meanwhile(app, *deed);
            }
            None
        }
        Failure::DropAfter
        | Failure::ErrorAfter
        | Failure::Truncated
        | Failure::EmptyBody
        | Failure::HangAfter => None,
    }
}

/// What a failure makes of the answer once the server has acted.
async fn after(answer: Answer, failure: Option<&Failure>, cut: &Cut) -> Answer {
    match failure {
        Some(Failure::DropAfter) => cut.cut(),
        Some(Failure::HangAfter) => std::future::pending().await,
        // An answer without a body cannot break off in the middle; losing it whole is what is left.
        Some(Failure::Truncated) if answer.body.is_empty() => cut.cut(),
        Some(Failure::ErrorAfter) => return Answer::gateway(500, "Internal Server Error"),
        Some(Failure::EmptyBody) => {
            return Answer {
                body: Bytes::new(),
                ..answer
            };
        }
        _ => {}
    }
    answer
}

fn send(answer: Answer, truncated: bool) -> Response<Body> {
    let Answer {
        status,
        content_type,
        body,
    } = answer;
    let length = body.len();
    let body = if truncated {
        broken_off(body)
    } else {
        Body::from(body)
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if truncated {
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    if let Some(content_type) = content_type {
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response
}

/// Half of a body, then an error. In between comes a turn of the runtime, in which the half is sent.
fn broken_off(body: Bytes) -> Body {
    let half = body.slice(..body.len() / 2);
    let rest = stream::once(async {
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Body::from_stream(stream::iter([Ok(half)]).chain(rest))
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
