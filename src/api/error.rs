//! What went wrong with an operation, in words that help.

use std::fmt;

use serde_json::Value;

use super::{Malformed, Operation};
use crate::http::{self, Repeat};

/// Why an operation brought no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No usable answer: the network, or the server is in trouble.
    #[error("cannot {operation}")]
    Unanswered {
        /// What was tried.
        operation: Operation,
        /// What happened.
        source: Box<http::Error>,
    },
    /// The server understood, and said no.
    #[error("cannot {op}: {0}", op = .0.operation)]
    Refused(Box<Refusal>),
    /// A success whose answer is not what it should be.
    #[error("cannot {operation}: the answer to `{call}` {problem}")]
    Answer {
        /// What was tried.
        operation: Operation,
        /// Method and path.
        call: String,
        /// What is wrong with it.
        problem: Malformed,
    },
    /// The server says that there are more items than it showed.
    #[error("cannot {operation}: the server announced {announced} and showed {shown}")]
    IncompleteListing {
        /// Which listing.
        operation: Operation,
        /// How many there should be.
        announced: u64,
        /// How many there were.
        shown: u64,
    },
    /// The list kept changing while it was read, so that something may have slipped between two pages.
    #[error("cannot {operation}: the list changed each time while it was read")]
    RestlessListing {
        /// Which listing.
        operation: Operation,
    },
}

/// A refusal by the server, with everything it said.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What was tried.
    pub operation: Operation,
    /// The status.
    pub status: u16,
    /// Method and path.
    pub call: String,
    /// The server's own name for this call, for its support.
    pub request_id: Option<String>,
    /// What it complains about; empty if the body is of no known form.
    pub items: Vec<Item>,
    /// The start of a body of no known form.
    pub body: String,
    reason: &'static str,
}

/// One complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The complaint.
    pub text: String,
    /// What it is about: a JSON pointer into the body, or the name of a parameter.
    pub source: Option<String>,
}

impl Error {
    /// What was tried.
    pub fn operation(&self) -> Operation {
        match self {
            Self::Refused(refusal) => refusal.operation,
            Self::Unanswered { operation, .. }
            | Self::Answer { operation, .. }
            | Self::IncompleteListing { operation, .. }
            | Self::RestlessListing { operation } => *operation,
        }
    }

    /// The status, where there was an answer that is no success.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            Self::Unanswered { source, .. } => source.answer().map(|answer| answer.status),
            _ => None,
        }
    }

    /// Whether the operation may have happened all the same, so that trying again could do it twice: look first.
    pub fn is_ambiguous(&self) -> bool {
        match self {
            Self::Unanswered { source, .. } => source.is_ambiguous(),
            // It was a success; only its answer is lost on us.
            Self::Answer { operation, .. } => operation.repeat() == Repeat::Once,
            Self::Refused(_) | Self::IncompleteListing { .. } | Self::RestlessListing { .. } => {
                false
            }
        }
    }

    /// Whether the operation may even happen from now on, so that looking for it now proves nothing.
    pub fn may_still_happen(&self) -> bool {
        matches!(self, Self::Unanswered { source, .. } if source.may_still_happen())
    }

    /// Sorts a failed call: said no, or not heard.
    pub(super) fn new(operation: Operation, error: http::Error) -> Self {
        let Some(answer) = error.answer().filter(|answer| !answer.is_server_fault()) else {
            let source = Box::new(error);
            return Self::Unanswered { operation, source };
        };
        let items = items(&answer.body);
        Self::Refused(Box::new(Refusal {
            operation,
            status: answer.status,
            call: format!("{} {}", error.method, error.path),
            request_id: answer.request_id.clone(),
            body: match items.is_empty() {
                true => answer.excerpt(),
                false => String::new(),
            },
            items,
            reason: answer.reason(),
        }))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` was answered {} {}",
            self.call, self.status, self.reason
        )?;
        if let Some(id) = &self.request_id {
            write!(f, " (request id `{id}`)")?;
        }
        for (index, item) in self.items.iter().enumerate() {
            write!(f, "{} {item}", if index == 0 { ":" } else { ";" })?;
        }
        if self.items.is_empty() {
            write!(f, ": {}", self.body)?;
        }
        match self.status {
            401 => f.write_str("; the API key or the application key is not valid on this site"),
            403 => write!(f, "; {}", Needs(self.operation)),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match &self.source {
            Some(source) => write!(f, " (`{source}`)"),
            None => Ok(()),
        }
    }
}

/// What an operation needs, for a person who was just told "forbidden".
struct Needs(Operation);

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self
            .0
            .permissions()
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let plural = if names.len() == 1 { "" } else { "s" };
        write!(
            f,
            "this needs the permission{plural} {}, an application key that is registered for the Actions API \
             (\"Actions API access\"), and keys of this very site",
            names.join(", ")
        )
    }
}

/// The complaints in an error body, of all forms that were ever seen (`API.md` section 7): items are strings, or objects
/// with some of `title`, `detail`, `source`, `status`.
fn items(body: &[u8]) -> Vec<Item> {
    let Ok(Value::Object(mut body)) = serde_json::from_slice(body) else {
        return Vec::new();
    };
    match body.remove("errors") {
        Some(Value::Array(items)) => items.iter().filter_map(item).collect(),
        Some(single) => item(&single).into_iter().collect(),
        None => Vec::new(),
    }
}

fn item(value: &Value) -> Option<Item> {
    let clean = |text: &str| http::clean(text.as_bytes(), 500);
    let text = |value: &Value, name: &str| {
        let text = clean(value.get(name)?.as_str()?);
        (!text.is_empty()).then_some(text)
    };
    if let Some(only) = value.as_str() {
        let text = clean(only);
        return (!text.is_empty()).then_some(Item { text, source: None });
    }
    let (title, detail) = (text(value, "title"), text(value, "detail"));
    let text_of_item = match (title, detail) {
        (Some(title), Some(detail)) if title != detail => format!("{title}: {detail}"),
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => text(value, "message")?,
    };
    let source = value.get("source");
    Some(Item {
        text: text_of_item,
        source: source
            .and_then(|source| text(source, "pointer").or_else(|| text(source, "parameter"))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(body: &str) -> Vec<String> {
        items(body.as_bytes()).iter().map(Item::to_string).collect()
    }

    #[test]
    fn every_error_shape_is_understood() {
        for (body, expected) in [
            (
                r#"{"errors":[{"detail":"app not found"}]}"#,
                "app not found",
            ),
            (r#"{"errors":[{"title":"gone","detail":"gone"}]}"#, "gone"),
            (r#"{"errors":["Forbidden"],"status":"403"}"#, "Forbidden"),
            (
                r#"{"errors":[{"status":"404","id":"x","title":"app not found","detail":"app with id y"}]}"#,
                "app not found: app with id y",
            ),
            (
                r#"{"errors":[{"title":"missing","source":{"pointer":"/data/attributes/name"}}]}"#,
                "missing (`/data/attributes/name`)",
            ),
            (
                r#"{"errors":[{"detail":"invalid","source":{"parameter":"appId"}}]}"#,
                "invalid (`appId`)",
            ),
            (r#"{"errors":"one text"}"#, "one text"),
        ] {
            assert_eq!(texts(body), [expected], "{body}");
        }
    }

    #[test]
    fn a_body_of_no_known_form_has_no_items() {
        for body in [
            "",
            "<html>",
            "[]",
            "null",
            "{}",
            r#"{"errors":[]}"#,
            r#"{"errors":[1,{},null,""]}"#,
        ] {
            assert!(texts(body).is_empty(), "{body}");
        }
    }
}
