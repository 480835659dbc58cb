//! HTTP around the emulator: connections that can be cut, headers, faults, latency.
//!
//! A connection is cut by its own [`Line`]: once told so it accepts no more bytes, HTTP gives up, and the socket closes
//! without an answer, which no handler of a web framework could do.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{Query, Request as HttpRequest, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use axum::serve::{IncomingStream, Listener};
use futures::{StreamExt as _, stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::answer::Answer;
use super::call::Call;
use super::fault::Failure;
use super::{Emulator, Keys};

/// The largest body that is read.
const MOST_BODY: usize = 32 * 1024 * 1024;

/// Serves until the future is dropped; then its connections end too.
pub(super) async fn serve(emulator: Emulator, listener: TcpListener) -> io::Result<()> {
    let gone = Arc::new(AtomicBool::new(false));
    let routes = Router::new().fallback(respond).with_state(emulator);
    axum::serve(
        Lines { listener, gone },
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
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map(|Query(query)| query);
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let keys = Keys {
        api: header("dd-api-key"),
        application: header("dd-application-key"),
    };
    let body = to_bytes(body, MOST_BODY).await;
    let logged = emulator.arrived(
        parts.method.as_str(),
        parts.uri.path(),
        parts.uri.query().unwrap_or_default(),
    );
    let failure = emulator.strike(parts.method.as_str(), parts.uri.path());
    wait(emulator.latency()).await;
    let budget = emulator.spend();

    let before = match &failure {
        _ if budget.is_some_and(|budget| budget.exceeded) => {
            Some(Answer::gateway(429, "Too many requests"))
        }
        Some(failure) => before(failure, &emulator, &cut).await,
        None => None,
    };
    let done = match (before, query, body) {
        (Some(answer), ..) => answer,
        (None, Ok(query), Ok(body)) => {
            let call = Call {
                method: parts.method.to_string(),
                path: parts.uri.path().to_owned(),
                query,
                content_type: Some(header(CONTENT_TYPE.as_str()).to_owned()),
                body,
            };
            let answer = emulator.answer(&keys, call).await;
            after(answer, failure.as_ref(), &cut)
        }
        (None, Err(_), _) => Answer::gateway(400, "Bad Request"),
        (None, _, Err(_)) => Answer::gateway(413, "Request Entity Too Large"),
    };

    let status = (!cut.is_cut()).then_some(done.status);
    emulator.answered(logged, status);
    tracing::debug!(method = %parts.method, path = parts.uri.path(), ?status, "answered");
    let mut response = send(done, failure == Some(Failure::Truncated));
    let headers = response.headers_mut();
    budget
        .iter()
        .flat_map(|budget| budget.headers())
        .for_each(|(name, value)| insert(headers, name, &value));
    if let Some(Failure::TooManyRequests { reset }) = failure {
        insert(headers, "x-ratelimit-reset", &reset.to_string());
        insert(headers, RETRY_AFTER.as_str(), &reset.to_string());
    }
    response
}

/// Waits, if there is anything to wait for: even an empty sleep may cost a tick of the timer.
async fn wait(duration: Duration) {
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
}

/// What a failure does before the server acts: an answer in its place, a wait, or nothing.
async fn before(failure: &Failure, emulator: &Emulator, cut: &Cut) -> Option<Answer> {
    match failure {
        Failure::DropBefore => {
            cut.cut();
            Some(Answer::no_content())
        }
        Failure::ErrorBefore => Some(Answer::gateway(500, "Internal Server Error")),
        Failure::HtmlPage => Some(Answer::html(502, "Bad Gateway")),
        Failure::Forbidden => Some(emulator.forbidden()),
        Failure::TooManyRequests { .. } => Some(Answer::gateway(429, "Too many requests")),
        Failure::Slow(delay) => {
            wait(*delay).await;
            None
        }
        Failure::Hang => std::future::pending().await,
        Failure::DropAfter | Failure::ErrorAfter | Failure::Truncated | Failure::EmptyBody => None,
    }
}

/// What a failure makes of the answer once the server has acted.
fn after(answer: Answer, failure: Option<&Failure>, cut: &Cut) -> Answer {
    match failure {
        Some(Failure::DropAfter) => cut.cut(),
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

/// The handle that cuts one connection.
#[derive(Clone, Debug)]
struct Cut(Arc<AtomicBool>);

impl Cut {
    fn cut(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_cut(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Connected<IncomingStream<'_, Lines>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Self {
        stream.io().cut.clone()
    }
}

/// A listener whose connections can be cut one by one, and all at once by dropping it.
struct Lines {
    listener: TcpListener,
    gone: Arc<AtomicBool>,
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Release);
    }
}

impl Listener for Lines {
    type Io = Line;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        // The framework's own listener waits and tries again when the process is out of sockets.
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Small answers in a row must not wait for one another.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot switch off the delay of small packets");
        }
        let line = Line {
            stream,
            cut: Cut(Arc::new(AtomicBool::new(false))),
            gone: Arc::clone(&self.gone),
        };
        (line, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A connection that fails once it is cut or its server is gone.
struct Line {
    stream: TcpStream,
    cut: Cut,
    gone: Arc<AtomicBool>,
}

impl Line {
    fn open(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        if self.cut.is_cut() || self.gone.load(Ordering::Acquire) {
            return Err(io::Error::from(io::ErrorKind::ConnectionAborted));
        }
        Ok(Pin::new(&mut self.stream))
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.open() {
            Ok(stream) => stream.poll_read(cx, buf),
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.open() {
            Ok(stream) => stream.poll_write(cx, buf),
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
