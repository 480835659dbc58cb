//! What is known after a failure.

use std::fmt;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Method, StatusCode};

use super::budget::{asked_wait, retry_after};
use super::{Repeat, Request};

/// A call that brought no usable answer: which, how often it was tried, and how it failed the last time.
///
/// It names the path but never the query or a header, so that it can be logged.
#[derive(Debug)]
pub struct Error {
    /// The method of the call.
    pub method: Method,
    /// The path of the call.
    pub path: String,
    /// How often it was sent, or tried to be.
    pub attempts: u32,
    /// How the last attempt failed.
    pub failure: Failure,
    repeat: Repeat,
}

/// How an attempt failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It was not sent: what we put together is no request.
    #[error("is no valid request")]
    Unsendable(#[source] reqwest::Error),
    /// It was not sent: no connection.
    #[error("could not be sent: no connection")]
    Connect(#[source] reqwest::Error),
    /// Nobody knows whether it arrived.
    #[error("was not answered in time")]
    TimedOut(#[source] reqwest::Error),
    /// It was sent at least in part, and the connection failed before an answer.
    #[error("was sent, but the connection broke before an answer")]
    Lost(#[source] reqwest::Error),
    /// An answer started and broke off.
    #[error("was answered, but the answer broke off")]
    Truncated(#[source] reqwest::Error),
    /// The answer is larger than anything we would believe.
    #[error("was answered with more than {} MiB", limit >> 20)]
    TooLarge {
        /// The greatest size, in bytes.
        limit: usize,
    },
    /// The answer points elsewhere; we do not carry keys there.
    #[error("was answered {status}, a redirect{}, which is not followed", To(to))]
    Redirected {
        /// The status.
        status: u16,
        /// The other host, if one is named.
        to: Option<String>,
    },
    /// A whole answer that is no success.
    #[error("{0}")]
    Status(Box<Answer>),
}

/// An answer that is no success.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The server's own name for this call, for its support.
    pub request_id: Option<String>,
    /// What the body claims to be.
    pub content_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
    /// How long the server asks us to wait.
    pub(super) wait: Option<Duration>,
}

/// Headers under which servers give a call a name.
const REQUEST_IDS: [&str; 4] = [
    "x-request-id",
    "dd-request-id",
    "x-datadog-trace-id",
    "x-github-request-id",
];

impl Error {
    pub(super) fn new(request: &Request, attempts: u32, failure: Failure) -> Self {
        Self {
            method: request.method.clone(),
            path: request.path.clone(),
            attempts,
            failure,
            repeat: request.repeat,
        }
    }

    /// Whether the call may have been acted on: it does something anew each time, and what became of it is not known.
    /// Whoever wants to send it again must look first.
    pub fn is_ambiguous(&self) -> bool {
        self.repeat == Repeat::Once && self.failure.may_have_happened()
    }

    /// Whether the server may still be at it: nobody said that it is over.
    pub fn may_still_happen(&self) -> bool {
        match &self.failure {
            Failure::TimedOut(_) => true,
            Failure::Status(answer) => answer.status == 504,
            _ => false,
        }
    }

    /// The answer, if there was a whole one.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.failure {
            Failure::Status(answer) => Some(answer),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{} {}` {}", self.method, self.path, self.failure)?;
        match self.attempts {
            0 | 1 => Ok(()),
            attempts => write!(f, " ({attempts} attempts)"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // The failure's own text is part of ours.
        self.failure.source()
    }
}

impl Failure {
    pub(super) fn of_sending(error: reqwest::Error) -> Self {
        let error = error.without_url();
        // The order matters: a connection that took too long was still never used.
        if error.is_builder() {
            Self::Unsendable(error)
        } else if error.is_connect() {
            Self::Connect(error)
        } else if error.is_timeout() {
            Self::TimedOut(error)
        } else {
            Self::Lost(error)
        }
    }

    pub(super) fn of_reading(error: reqwest::Error) -> Self {
        let error = error.without_url();
        match error.is_timeout() {
            true => Self::TimedOut(error),
            false => Self::Truncated(error),
        }
    }
}

impl Answer {
    pub(super) fn new(status: u16, headers: &HeaderMap, body: Vec<u8>) -> Self {
        let text = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?;
            Some(clean(value.as_bytes(), 100))
        };
        Self {
            status,
            request_id: REQUEST_IDS.into_iter().find_map(text),
            content_type: text(CONTENT_TYPE.as_str()),
            body,
            wait: match status {
                429 => asked_wait(headers),
                // GitHub says so when a limit is reached; every other 403 comes with calls left.
                403 if is_used_up(headers) => asked_wait(headers),
                _ => retry_after(headers),
            },
        }
    }

    /// Whether the server, or something before it, is in trouble: it may or may not have acted.
    pub fn is_server_fault(&self) -> bool {
        self.status >= 500 || self.status == 408
    }

    /// Whether the server did nothing, and only wants us to be slower. GitHub says so with a 403 and a time to wait.
    pub(super) fn is_rate_limit(&self) -> bool {
        self.status == 429 || (self.status == 403 && self.wait.is_some())
    }

    /// The status in words.
    pub fn reason(&self) -> &'static str {
        StatusCode::from_u16(self.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("unknown status")
    }

    /// The start of the body, or what it is, fit for a terminal and a log.
    pub fn excerpt(&self) -> String {
        describe(&self.body).unwrap_or_else(|| clean(&self.body, 300))
    }
}

fn is_used_up(headers: &HeaderMap) -> bool {
    headers
        .get("x-ratelimit-remaining")
        .is_some_and(|it| it == "0")
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "was answered {} {}", self.status, self.reason())?;
        if let Some(id) = &self.request_id {
            write!(f, " (request id `{id}`)")?;
        }
        write!(f, ": {}", self.excerpt())
    }
}

struct To<'a>(&'a Option<String>);

impl fmt::Display for To<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(host) => write!(f, " to `{}`", clean(host.as_bytes(), 100)),
            None => Ok(()),
        }
    }
}

/// At most `limit` characters of a text that somebody else wrote: blanks run together, and nothing that could steer a
/// terminal or turn the direction of writing.
pub(crate) fn clean(bytes: &[u8], limit: usize) -> String {
    // Four bytes a character at most; the rest of a huge body need not be decoded.
    let start = &bytes[..bytes.len().min(limit.saturating_mul(8))];
    let text = String::from_utf8_lossy(start);
    let steers = |c: char| {
        (c.is_control() && !c.is_whitespace())
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let clean: String = text.chars().filter(|c| !steers(*c)).collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A body that is not JSON, in a few words where it is of a kind that is best not quoted.
pub(crate) fn describe(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.is_empty() {
        return Some("an empty body".to_owned());
    }
    if !start.starts_with('<') {
        return None;
    }
    let title = start
        .split_once("<title>")
        .and_then(|(_, rest)| Some(clean(rest.split_once("</")?.0.as_bytes(), 80)))
        .filter(|title| !title.is_empty());
    Some(match title {
        Some(title) => format!("an HTML page (\"{title}\")"),
        None => "an HTML page".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_cannot_steer_a_terminal() {
        let hostile = "a\u{1b}[2Jb\r\n\tc\u{202e}d\u{0}\u{9b}";
        assert_eq!(clean(hostile.as_bytes(), 100), "a[2Jb cd");
        assert_eq!(clean(b"\xff\xfe", 10), "\u{fffd}\u{fffd}");
        assert_eq!(clean("äöü".repeat(10).as_bytes(), 4), "äöüä…");
        assert_eq!(clean(b"", 10), "");
    }

    #[test]
    fn pages_and_nothing_are_described_and_not_quoted() {
        assert_eq!(describe(b" \n").unwrap(), "an empty body");
        assert_eq!(
            describe(b"<!DOCTYPE html><html><title>502 Bad\n Gateway</title>").unwrap(),
            "an HTML page (\"502 Bad Gateway\")"
        );
        assert_eq!(describe(b"upstream error"), None);
    }
}
