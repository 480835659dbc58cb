//! What queries do, and when: what runs by itself from now on, what no longer asks, what changes other things than before.

use serde_json::Value;

use crate::diff::FieldChange;
use crate::model::{changes_things, is_on, same};

use super::pairs::{Pair, property};
use super::when::When;
use super::{Consequence, Touched};

/// What differs about what queries do, and when.
pub(super) fn queries(pairs: &[Pair<'_>], fields: &[FieldChange], notes: &mut Vec<Consequence>) {
    let mut queries = Vec::new();
    for pair in pairs.iter().filter(|pair| action(pair.after).is_some()) {
        let query = Query {
            name: &pair.label,
            action: action(pair.after).unwrap_or_default(),
            value: pair.after,
        };
        match pair.before {
            None => added(&query, notes),
            Some(before) => {
                changed(before, &query, fields, notes);
                if changes_things(query.action)
                    && query.differs(before, "connectionId", "connection", fields)
                {
                    queries.push(query.name.to_owned());
                }
            }
        }
    }
    // One change of a connection is often one of many queries: that is one thing to know.
    if !queries.is_empty() {
        notes.push(Consequence::OtherConnection { queries });
    }
}

/// A query as git wants it.
struct Query<'a> {
    /// What paths call it.
    name: &'a str,
    action: &'a str,
    value: &'a Value,
}

impl Query<'_> {
    /// What of its action is another one than before, but for the connection.
    fn touched(&self, before: &Value, fields: &[FieldChange]) -> Option<Touched> {
        let parts = [
            ("fqn", "action", Touched::Action),
            ("inputs", "inputs", Touched::Inputs),
        ];
        let first =
            (parts.into_iter()).find(|(part, word, _)| self.differs(before, part, word, fields));
        first.map(|(.., touched)| touched)
    }

    /// Whether a part of what it runs is another one: its values differ, and not only by names that follow a rename, which
    /// are no differences of their own. `word` is what paths call the part.
    fn differs(&self, before: &Value, part: &str, word: &str, fields: &[FieldChange]) -> bool {
        let of = |query| property(query, "spec").and_then(|spec: &Value| spec.get(part));
        let differs = match (of(before), of(self.value)) {
            (Some(before), Some(after)) => !same(before, after),
            (before, after) => before.is_some() != after.is_some(),
        };
        differs && fields.iter().any(|field| self.holds(&field.path, word))
    }

    /// Whether a path is that of a part of this query, or of something around that part.
    fn holds(&self, path: &str, word: &str) -> bool {
        let path = path.strip_prefix("queries[");
        let rest = path.and_then(|path| path.strip_prefix(self.name)?.strip_prefix(']'));
        let Some(rest) = rest else { return false };
        let inner = rest
            .strip_prefix('.')
            .and_then(|rest| rest.strip_prefix(word));
        inner.is_some_and(|inner| inner.is_empty() || inner.starts_with(['.', '[']))
            || ["", ".properties", ".properties.spec"].contains(&rest)
    }
}

/// A query that there was not before.
fn added(query: &Query<'_>, notes: &mut Vec<Consequence>) {
    let (name, action) = (|| query.name.to_owned(), || query.action.to_owned());
    if changes_things(query.action) {
        notes.push(Consequence::ChangesThings {
            query: name(),
            action: action(),
            touched: Touched::Added,
        });
        if runs_by_itself(query.value) && !asks(query.value) {
            notes.push(Consequence::RunsByItself {
                query: name(),
                action: action(),
            });
        }
    }
    if let Some(every) = interval(query.value) {
        notes.push(Consequence::Polls {
            query: name(),
            every,
        });
    }
    if is_mocked(query.value) {
        notes.push(Consequence::MockedOutputs { query: name() });
    }
}

fn changed(
    before: &Value,
    query: &Query<'_>,
    fields: &[FieldChange],
    notes: &mut Vec<Consequence>,
) {
    let after = query.value;
    let (name, action) = (|| query.name.to_owned(), || query.action.to_owned());
    if runs_by_itself(after) && !runs_by_itself(before) {
        notes.push(Consequence::RunsByItself {
            query: name(),
            action: action(),
        });
    }
    if let (None, Some(every)) = (interval(before), interval(after)) {
        notes.push(Consequence::Polls {
            query: name(),
            every,
        });
    }
    if asks(before) && !asks(after) {
        notes.push(Consequence::NoLongerAsks {
            query: name(),
            action: action(),
        });
    }
    let waits = |query| When::of(property(query, "condition"), When::Always) != When::Always;
    if waits(before) && !waits(after) {
        notes.push(Consequence::NoLongerWaits { query: name() });
    }
    if is_mocked(after) && !is_mocked(before) {
        notes.push(Consequence::MockedOutputs { query: name() });
    }
    if changes_things(query.action)
        && let Some(touched) = query.touched(before, fields)
    {
        notes.push(Consequence::ChangesThings {
            query: name(),
            action: action(),
            touched,
        });
    }
}

fn action(query: &Value) -> Option<&str> {
    property(query, "spec")?.get("fqn")?.as_str()
}

fn runs_by_itself(query: &Value) -> bool {
    !is_on(property(query, "onlyTriggerManually"))
}

fn asks(query: &Value) -> bool {
    is_on(property(query, "requiresConfirmation"))
}

fn is_mocked(query: &Value) -> bool {
    is_on(property(query, "mockedOutputs").and_then(|it| it.get("enabled")))
}

/// The interval at which a query runs again, as written. Nought is off.
fn interval(query: &Value) -> Option<String> {
    let every = match property(query, "pollingIntervalInMs")? {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    (!matches!(every.as_str(), "" | "0" | "null" | "${0}")).then_some(every)
}
