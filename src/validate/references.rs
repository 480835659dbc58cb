//! Rules about events: what they name must exist, and be of the right kind.

use std::cell::LazyCell;

use super::app::{App, Event, Named};
use super::near::Words;
use crate::model::Remark;

/// One kind of reference that events make.
struct Reference {
    rule: &'static str,
    /// The reactions that make it.
    reactions: &'static [&'static str],
    /// The field that names the target.
    field: &'static str,
    /// What the target must be, in the words of a message.
    expected: &'static str,
    fits: fn(&Named) -> bool,
}

const REFERENCES: [Reference; 4] = [
    Reference {
        rule: "dangling-query",
        reactions: &["triggerQuery"],
        field: "queryName",
        expected: "query",
        fits: |it| it.is_query && it.kind != "stateVariable",
    },
    Reference {
        rule: "dangling-modal",
        reactions: &["openModal", "closeModal"],
        field: "modalName",
        expected: "modal",
        fits: |it| it.kind == "modal",
    },
    Reference {
        rule: "dangling-variable",
        reactions: &["setStateVariableValue"],
        field: "variableName",
        expected: "state variable",
        fits: |it| it.kind == "stateVariable",
    },
    Reference {
        rule: "dangling-component",
        reactions: &["setComponentState"],
        field: "componentName",
        expected: "component",
        fits: |it| !it.is_query,
    },
];

pub(super) fn check(app: &App, remarks: &mut Vec<Remark>) {
    for reference in &REFERENCES {
        let fits = |named: &&Vec<Named>| named.iter().any(reference.fits);
        let fitting = || app.names.iter().filter(move |(_, named)| fits(named));
        let words = LazyCell::new(|| Words::of(fitting().map(|(name, _)| *name)));
        for event in &app.events {
            if reference.reactions.contains(&event.kind) {
                reference.check(app, event, &words, remarks);
            }
        }
    }
}

impl Reference {
    fn check(&self, app: &App, event: &Event, words: &Words, remarks: &mut Vec<Remark>) {
        let Self {
            rule,
            field,
            expected,
            ..
        } = self;
        let Some(target) = event
            .node
            .get(field)
            .filter(|target| target.text() != Some(""))
        else {
            let message = format!("an event of type `{}` needs a `{field}`", event.kind);
            remarks.push(event.node.remark("incomplete-event", message));
            return;
        };
        // What an expression names is known when it runs.
        let Some(name) = target.text().filter(|name| !name.contains("${")) else {
            return;
        };
        let Some(named) = app.names.get(name) else {
            let message = format!("no {expected} is called `{name}`");
            remarks.push(Remark {
                help: words.suggestion(name),
                ..target.remark(rule, message)
            });
            return;
        };
        if !named.iter().any(self.fits) {
            let found = named.iter().map(describe).next().unwrap_or_default();
            let message = format!("`{name}` is {found}, not a {expected}");
            remarks.push(target.remark(rule, message));
        }
    }
}

fn describe(named: &Named) -> String {
    let what = if named.is_query { "query" } else { "component" };
    format!("a {what} of type `{}`", named.kind)
}
