//! What a host has to tell: which requests there are, and what their answers mean. No host sends anything itself.

use serde_json::Value;

use crate::http::{Method, Repeat, Request};

use super::issue::Issues;
use super::{Error, Origin};

/// A comment on a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// Where it is. Of two comments the older one has the smaller address.
    pub address: Address,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub text: String,
}

/// What names a comment: its id, and at Azure the thread's id before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address {
    /// The thread; 0 where there are none.
    pub thread: u64,
    /// The comment.
    pub comment: u64,
}

/// Who wrote a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Author {
    /// The account of our token; the host says so itself.
    Ourselves,
    /// This account, to be compared with ours.
    Account(String),
    /// Somebody else.
    Other,
}

/// One page of comments.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Its comments, without those that the host itself wrote or somebody deleted.
    pub comments: Vec<Comment>,
    /// What to ask for next.
    pub next: Option<String>,
    /// The newest commit of the pull request, where the page tells it.
    pub head: Option<String>,
}

/// A host's API. Every request comes with the function that reads its answer.
pub(super) trait Host: Send + Sync {
    /// Asks for the pull requests that a commit or a branch belongs to.
    fn pulls(&self, origin: &Origin) -> Request;
    /// Their numbers, of the one that fits best first.
    fn read_pulls(&self, answer: &Value, origin: &Origin) -> Result<Vec<u64>, String>;
    /// Asks whose token it is; `None` where the pages tell who wrote a comment.
    fn account(&self) -> Option<Request> {
        None
    }
    /// The account as comments name it.
    fn read_account(&self, _answer: &Value) -> Option<String> {
        None
    }
    /// Asks for the newest commit; `None` where the pages tell it.
    fn head(&self, _pull: u64) -> Option<Request> {
        None
    }
    /// The newest commit.
    fn read_head(&self, _answer: &Value) -> Option<String> {
        None
    }
    /// Asks for a page of comments: the first one, or what a page said comes next.
    fn page(&self, pull: u64, next: Option<&str>) -> Request;
    /// The page; pages are counted from 1.
    fn read_page(&self, answer: &Value, number: u64) -> Result<Page, Error>;
    /// Writes a comment.
    fn create(&self, pull: u64, text: &str) -> Request;
    /// The address of the new comment.
    fn read_created(&self, answer: &Value) -> Option<Address>;
    /// Replaces the text of a comment.
    fn edit(&self, pull: u64, comment: Address, text: &str) -> Request;
    /// Takes a comment away.
    fn delete(&self, pull: u64, comment: Address) -> Request;
    /// Its issues, where they are known here.
    fn issues(&self) -> Option<&dyn Issues> {
        None
    }
}

/// How many comments are asked for at a time; all hosts allow a hundred.
pub(super) const PAGE: u64 = 100;

/// A call that reads.
pub(super) fn read(path: String, query: Vec<(&'static str, String)>) -> Request {
    Request {
        method: Method::GET,
        path,
        query,
        accept: "application/json",
        body: None,
        repeat: Repeat::Safe,
        route: "comments",
    }
}

/// A call that writes. Only a new comment is new each time; the others may be sent again.
pub(super) fn write(method: Method, path: String, body: Option<&Value>) -> Request {
    let repeat = match method == Method::POST {
        true => Repeat::Once,
        false => Repeat::Safe,
    };
    Request {
        method,
        repeat,
        body: body.map(|it| it.to_string().into_bytes()),
        ..read(path, Vec::new())
    }
}

/// One segment of a path, in which nothing means anything.
pub(super) fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The parts of a repository's name, as segments.
pub(super) fn parts(name: &str, expected: &'static str) -> Result<Vec<String>, Error> {
    let parts: Vec<_> = name.split('/').collect();
    // A dot segment would be another path.
    let is_name = |part: &&str| !part.is_empty() && *part != "." && *part != "..";
    match parts.iter().all(is_name) {
        true => Ok(parts.into_iter().map(segment).collect()),
        false => Err(Error::Repository {
            found: crate::http::clean(name.as_bytes(), 100),
            expected,
        }),
    }
}

/// A list in an answer.
pub(super) fn list<'a>(answer: &'a Value, field: Option<&str>) -> Result<&'a [Value], String> {
    let (found, name) = match field {
        Some(name) => (&answer[name], name),
        None => (answer, "the top"),
    };
    match found.as_array() {
        Some(list) => Ok(list),
        None => Err(format!("no list at {name}")),
    }
}

/// A text in an answer.
pub(super) fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
