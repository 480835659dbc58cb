//! Rules about what an app may give away or do unasked.

use serde_json::Value;

use super::app::{App, Part};
use super::node::Node;
use crate::model::{self, Remark, is_on};

pub(super) fn check(app: &App, remarks: &mut Vec<Remark>) {
    for query in app.queries.iter().filter(|query| query.kind == "action") {
        literal_credential(query, remarks);
        self_running_change(query, remarks);
        mocked_outputs(app, query, remarks);
        fast_polling(query, remarks);
    }
}

/// `literal-credential`
fn literal_credential(query: &Part, remarks: &mut Vec<Remark>) {
    let Some(inputs) = query.node.path(&["properties", "spec", "inputs"]) else {
        return;
    };
    credentials_in(inputs, query.name, remarks);
}

fn credentials_in(node: Node, query: &str, remarks: &mut Vec<Remark>) {
    // A header is a member, or a pair of members in a list of headers.
    let name = node.text_of("key").or_else(|| node.text_of("name"));
    if let (Some(name), Some(value)) = (name, node.get("value")) {
        credential(name, value, query, remarks);
    }
    for (key, member) in node.members() {
        match key {
            "key" | "name" | "value" if name.is_some() => {}
            _ => credential(key, member, query, remarks),
        }
        credentials_in(member, query, remarks);
    }
    for item in node.items() {
        credentials_in(item, query, remarks);
    }
}

fn credential(name: &str, value: Node, query: &str, remarks: &mut Vec<Remark>) {
    let Some(text) = value.text() else { return };
    let is_literal = !text.trim().is_empty() && !text.contains("${");
    if is_literal && (is_secret(name) && text.len() >= 8 || is_bearer(text)) {
        let message = format!(
            "`{name}` of query `{query}` is a credential, written out for everybody who reads this file"
        );
        remarks.push(Remark {
            help: Some(
                "keep it in a connection; it is in the history of the repository by now, so make a new one".to_owned(),
            ),
            ..value.remark("literal-credential", message)
        });
    }
}

/// Whether a header or input of this name holds a secret.
fn is_secret(name: &str) -> bool {
    let name: String = name.to_lowercase().replace('_', "-");
    let has = |part: &str| name.contains(part);
    let is_word = |part: &str| name == part || name.ends_with(&format!("-{part}"));
    is_word("authorization")
        || is_word("cookie")
        || is_word("password")
        || is_word("secret")
        || is_word("token") && !has("next") && !has("page") && !has("continuation")
        || has("api-key")
        || has("apikey")
        || has("app-key")
        || has("application-key")
        || has("private-key")
        || has("access-token")
        || has("client-secret")
}

fn is_bearer(text: &str) -> bool {
    ["Bearer ", "Basic "].iter().any(|scheme| {
        let rest = text.strip_prefix(scheme);
        rest.is_some_and(|rest| rest.len() >= 16 && !rest.contains(' '))
    })
}

/// `self-running-change`
fn self_running_change(query: &Part, remarks: &mut Vec<Remark>) {
    if !changes_things(query) || !runs_by_itself(query) {
        return;
    }
    // Whoever wrote a condition or asks the user has thought about when it runs.
    if query.property("condition").is_some() || is_set(query, "requiresConfirmation") {
        return;
    }
    let node = query
        .node
        .path(&["properties", "spec", "fqn"])
        .unwrap_or(query.node);
    let action = node.text().unwrap_or_default();
    let message = format!(
        "query `{}` runs `{action}` by itself, whenever the app is opened",
        query.name
    );
    remarks.push(Remark {
        help: Some("set `onlyTriggerManually: true`, and trigger it by an event".to_owned()),
        ..node.remark("self-running-change", message)
    });
}

/// Whether the query runs when the app is opened and when its inputs change.
pub(super) fn runs_by_itself(query: &Part) -> bool {
    !is_set(query, "onlyTriggerManually")
}

fn is_set(query: &Part, property: &str) -> bool {
    is_on(query.property(property).map(|node| node.value))
}

/// Whether the name of the query's action says that it changes something.
pub(super) fn changes_things(query: &Part) -> bool {
    let fqn = query.node.path(&["properties", "spec", "fqn"]);
    fqn.and_then(|node| node.text())
        .is_some_and(model::changes_things)
}

/// `mocked-outputs`
fn mocked_outputs(app: &App, query: &Part, remarks: &mut Vec<Remark>) {
    let enabled = query
        .property("mockedOutputs")
        .and_then(|mocked| mocked.get("enabled"));
    let Some(enabled) = enabled.filter(Node::is_true) else {
        return;
    };
    if app.desired.app.publish == Some(true) {
        let message = format!(
            "query `{}` of a published app answers with made-up outputs",
            query.name
        );
        remarks.push(Remark {
            help: Some("set `enabled: false` under `mockedOutputs`".to_owned()),
            ..enabled.remark("mocked-outputs", message)
        });
    }
}

/// `fast-polling`
fn fast_polling(query: &Part, remarks: &mut Vec<Remark>) {
    const SHORTEST: f64 = 15_000.0;
    let Some(node) = query.property("pollingIntervalInMs") else {
        return;
    };
    let interval: Option<f64> = match node.value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => {
            let inner = text
                .strip_prefix("${")
                .and_then(|rest| rest.strip_suffix('}'));
            inner.unwrap_or(text).trim().parse().ok()
        }
        _ => None,
    };
    // Nought is off.
    if let Some(interval) = interval.filter(|it| *it > 0.0 && *it < SHORTEST) {
        let message = format!(
            "query `{}` polls every {interval} ms; the shortest interval is 15000 ms",
            query.name
        );
        remarks.push(node.remark("fast-polling", message));
    }
}
