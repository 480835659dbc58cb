//! Rules about the code of expressions.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use super::app::{App, Expression, Text};
use super::near::Words;
use crate::expression::{FreeName, spans};
use crate::model::Remark;

/// So many remarks are made about one text, and the others counted: each has a place that is looked for in all of the text.
const MOST: usize = 100;

pub(super) fn check(app: &App, remarks: &mut Vec<Remark>) {
    let words = LazyCell::new(|| Words::of(app.names.keys().copied()));
    for text in &app.texts {
        let mut found = Vec::new();
        look(app, text, &words, &mut found);
        let more = found.len().saturating_sub(MOST);
        found.truncate(MOST);
        if let (Some(last), true) = (found.last_mut(), more > 0) {
            let more = format!("; after this one, {more} more are found in the same text");
            last.message.push_str(&more);
        }
        remarks.append(&mut found);
    }
}

fn look(app: &App, text: &Text, words: &Words, remarks: &mut Vec<Remark>) {
    for expression in &text.expressions {
        syntax(text, expression, remarks);
        let names = &expression.parsed.names;
        // A name is reported once, where it comes first. One that is assigned to becomes a variable by that.
        let mut seen: BTreeSet<&str> = (names.iter())
            .filter(|name| name.is_assigned)
            .map(|name| name.name.as_str())
            .collect();
        for name in names {
            if seen.insert(&name.name) {
                free_name(app, text, expression, name, words, remarks);
            }
        }
    }
    unclosed(text, remarks);
    foreign_template(app, text, remarks);
}

/// `expression-syntax` and `expression-statements`: the first error only, since the others often follow from it.
fn syntax(text: &Text, expression: &Expression, remarks: &mut Vec<Remark>) {
    if let Some(error) = expression.parsed.errors.first() {
        let offset = expression.start + error.offset;
        let message = format!("not JavaScript: {}", error.message);
        remarks.push(text.remark("expression-syntax", offset, message));
    } else if expression.parsed.is_statements {
        let message = "this holds statements, and `${…}` is for one expression".to_owned();
        remarks.push(text.remark("expression-statements", expression.start, message));
    }
}

/// `undefined-name` and `foreign-scope`
fn free_name(
    app: &App,
    text: &Text,
    expression: &Expression,
    name: &FreeName,
    words: &Words,
    remarks: &mut Vec<Remark>,
) {
    let is_known = app.names.contains_key(name.name.as_str())
        || SCOPE.contains(&name.name.as_str())
        || GLOBALS.contains(&name.name.as_str());
    if is_known || name.is_probed {
        return;
    }
    let offset = expression.start + name.offset;
    if let (true, Some(member)) = (FOREIGN_SCOPES.contains(&name.name.as_str()), &name.member) {
        let message = format!(
            "`{}.{member}` is not a form that App Builder knows",
            name.name
        );
        let help = match app.names.contains_key(member.as_str()) {
            true => format!("components and queries stand for themselves: write `{member}`"),
            false => "components and queries stand for themselves, without a prefix".to_owned(),
        };
        remarks.push(Remark {
            help: Some(help),
            ..text.remark("foreign-scope", offset, message)
        });
        return;
    }
    let message = format!(
        "`{}` is neither a component nor a query of this app, nor a name of JavaScript",
        name.name
    );
    let help = match words.suggestion(&name.name) {
        Some(near) => Some(near),
        None if BROWSER.contains(&name.name.as_str()) => {
            Some("expressions run in a sandbox without the page and the browser".to_owned())
        }
        None => None,
    };
    remarks.push(Remark {
        help,
        ..text.remark("undefined-name", offset, message)
    });
}

/// `unclosed-expression`
fn unclosed(text: &Text, remarks: &mut Vec<Remark>) {
    if let Some(offset) = text.unclosed {
        let message = "this `${` never closes, so it is plain text";
        remarks.push(Remark {
            help: Some("close it with `}`".to_owned()),
            ..text.remark("unclosed-expression", offset, message)
        });
    }
}

/// `foreign-template`: `{{ name }}` outside of expressions, where `name` is something of this app.
fn foreign_template(app: &App, text: &Text, remarks: &mut Vec<Remark>) {
    if !text.text.contains("{{") || text.is_broken() {
        return;
    }
    let mut inside = spans(text.text).into_iter().peekable();
    let mut end = 0;
    for (at, _) in text.text.match_indices("{{") {
        while inside.next_if(|span| span.end <= at).is_some() {}
        let is_inside = inside.peek().is_some_and(|span| span.contains(&at));
        if is_inside || text.text[..at].ends_with('$') {
            continue;
        }
        let start = at + 2;
        if end < start {
            let Some(length) = text.text[start..].find("}}") else {
                return;
            };
            end = start + length;
        }
        let body = text.text[start..end].trim();
        if body.contains("{{") {
            // The next one is what closes here.
            continue;
        }
        let end = body.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let name = &body[..end.unwrap_or(body.len())];
        if app.names.contains_key(name) || (FOREIGN_SCOPES.contains(&name) && body.contains('.')) {
            let message = format!("`{{{{{body}}}}}` is plain text to App Builder");
            remarks.push(Remark {
                help: Some(format!("write `${{{body}}}`")),
                ..text.remark("foreign-template", at, message)
            });
        }
    }
}

impl Text<'_> {
    /// Whether any code in it does not parse.
    pub fn is_broken(&self) -> bool {
        self.unclosed.is_some()
            || self
                .expressions
                .iter()
                .any(|it| !it.parsed.errors.is_empty())
    }
}

/// What App Builder puts into the scope of expressions; `row` is for the columns of tables.
const SCOPE: [&str; 5] = ["self", "global", "app", "row", "_"];

/// Prefixes of other low-code builders, which people and machines write by habit.
const FOREIGN_SCOPES: [&str; 2] = ["ui", "queries"];

/// What expressions cannot reach, though browsers have it.
const BROWSER: [&str; 8] = [
    "window",
    "document",
    "localStorage",
    "sessionStorage",
    "navigator",
    "location",
    "alert",
    "history",
];

/// The names of JavaScript itself, and of what sandboxes usually offer.
const GLOBALS: [&str; 87] = [
    "AggregateError",
    "Array",
    "ArrayBuffer",
    "Atomics",
    "BigInt",
    "BigInt64Array",
    "BigUint64Array",
    "Blob",
    "Boolean",
    "DataView",
    "Date",
    "Error",
    "EvalError",
    "File",
    "FinalizationRegistry",
    "Float32Array",
    "Float64Array",
    "FormData",
    "Function",
    "Headers",
    "Infinity",
    "Int16Array",
    "Int32Array",
    "Int8Array",
    "Intl",
    "Iterator",
    "JSON",
    "Map",
    "Math",
    "NaN",
    "Number",
    "Object",
    "Promise",
    "Proxy",
    "RangeError",
    "ReferenceError",
    "Reflect",
    "RegExp",
    "Request",
    "Response",
    "Set",
    "SharedArrayBuffer",
    "String",
    "Symbol",
    "SyntaxError",
    "TextDecoder",
    "TextEncoder",
    "TypeError",
    "URIError",
    "URL",
    "URLSearchParams",
    "Uint16Array",
    "Uint32Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "WeakMap",
    "WeakRef",
    "WeakSet",
    "arguments",
    "atob",
    "btoa",
    "clearInterval",
    "clearTimeout",
    "console",
    "crypto",
    "decodeURI",
    "decodeURIComponent",
    "encodeURI",
    "encodeURIComponent",
    "escape",
    "eval",
    "fetch",
    "globalThis",
    "isFinite",
    "isNaN",
    "parseFloat",
    "parseInt",
    "performance",
    "queueMicrotask",
    "setInterval",
    "setTimeout",
    "structuredClone",
    "undefined",
    "unescape",
    "lodash",
    "moment",
    "dayjs",
];
