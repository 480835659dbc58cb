//! The rules about what refers to what.

use super::{Family, Rule};
use crate::model::Severity;

pub(super) const RULES: [Rule; 7] = [
    Rule {
        id: "incomplete-event",
        family: Family::References,
        severity: Severity::Error,
        why: "An event does something to a query, modal, variable or component, but does not say to \
              which.",
        example: "events:\n  - {when: click, do: triggerQuery}",
        remedy: "Add the field that the message names.",
    },
    Rule {
        id: "dangling-query",
        family: Family::References,
        severity: Severity::Error,
        why: "An event triggers a query that does not exist, or something that is no query. Nothing \
              happens when it fires.",
        example: "events:\n  - {when: click, do: triggerQuery, queryName: deletedQuery}",
        remedy: "Name an existing query, or remove the event.",
    },
    Rule {
        id: "dangling-modal",
        family: Family::References,
        severity: Severity::Error,
        why: "An event opens or closes a modal that does not exist, or something that is no modal. \
              Nothing happens when it fires.",
        example: "events:\n  - {when: click, do: openModal, modalName: modal9}",
        remedy: "Name an existing modal, or remove the event.",
    },
    Rule {
        id: "dangling-variable",
        family: Family::References,
        severity: Severity::Error,
        why: "An event sets a state variable that does not exist, or something that is no state \
              variable. The value is lost.",
        example: "events:\n  - {when: click, do: setStateVariableValue, variableName: variable0, value: 1}",
        remedy: "Add a query of type `stateVariable` with that name, or remove the event.",
    },
    Rule {
        id: "dangling-component",
        family: Family::References,
        severity: Severity::Error,
        why: "An event sets the state of a component that does not exist. Nothing happens when it fires.",
        example: "events:\n  - {when: executionSuccess, do: setComponentState, componentName: deletedSelect}",
        remedy: "Name an existing component, or remove the event.",
    },
    Rule {
        id: "unused-query",
        family: Family::References,
        severity: Severity::Warning,
        why: "Nothing triggers the query, and no expression reads it. It costs time when the app is \
              opened, and everybody who reads the app looks for its purpose.",
        example: "queries:\n  leftover: {action: com.datadoghq.http.request}",
        remedy: "Remove it, or use it.",
    },
    Rule {
        id: "unused-modal",
        family: Family::References,
        severity: Severity::Warning,
        why: "No event opens the modal, and no expression names it. Nobody will ever see it.",
        example: "- modal leftover: {title: Sure?}",
        remedy: "Remove it, or open it with `do: openModal`.",
    },
];
