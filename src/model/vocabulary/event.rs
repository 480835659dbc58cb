//! Events and reactions.

use super::Kind::{Text, Value, Word};
use super::{Property, of};

/// The known events, and when each happens.
pub const EVENTS: [(&str, &str); 12] = [
    ("click", "A button is clicked."),
    ("change", "A value, a choice or a tab is changed."),
    ("submit", "A form or a search is sent off."),
    ("tableRowClick", "A row of the table is clicked."),
    (
        "_tableRowButtonClick",
        "A button in a row of the table is clicked.",
    ),
    ("pageChange", "Another page of the table is asked for."),
    ("open", "The modal was opened."),
    ("close", "The modal was closed."),
    ("toggleOpen", "The modal was opened or closed."),
    (
        "executionFinished",
        "The query has run, with success or not.",
    ),
    ("executionSuccess", "The query has run with success."),
    ("executionError", "The query has failed."),
];

/// What an event can do.
#[derive(Clone, Copy, Debug)]
pub struct Reaction {
    /// The API's `type`.
    pub name: &'static str,
    /// What it does, for people.
    pub about: &'static str,
    /// Its fields.
    pub fields: &'static [Property],
}

const LEVELS: &[&str] = &["success", "danger", "warning", "info"];
const FUNCTIONS: &[&str] = &[
    "setValue",
    "setTabIndex",
    "setSelectedRow",
    "setIsOpen",
    "setPageIndex",
];

/// The known reactions.
pub const REACTIONS: [Reaction; 9] = [
    Reaction {
        name: "triggerQuery",
        about: "Runs a query.",
        fields: &[of("queryName", Text, "The query that runs.")],
    },
    Reaction {
        name: "openModal",
        about: "Opens a modal.",
        fields: &[of("modalName", Text, "The modal that opens.")],
    },
    Reaction {
        name: "closeModal",
        about: "Closes a modal.",
        fields: &[of("modalName", Text, "The modal that closes.")],
    },
    Reaction {
        name: "setStateVariableValue",
        about: "Gives a state variable another value.",
        fields: &[
            of(
                "variableName",
                Text,
                "The query of type `stateVariable` that is set.",
            ),
            of("value", Value, "Its new value."),
        ],
    },
    Reaction {
        name: "setComponentState",
        about: "Sets something of a component: its value, its open tab, its selected row.",
        fields: &[
            of("componentName", Text, "The component that is set."),
            of("stateFunction", Word(FUNCTIONS), "What is set of it."),
            of("value", Value, "What it is set to."),
        ],
    },
    Reaction {
        name: "toastNotification",
        about: "Shows a short message for a moment.",
        fields: &[
            of("label", Text, "The message."),
            of("level", Word(LEVELS), "Its colour."),
        ],
    },
    Reaction {
        name: "openUrl",
        about: "Opens an address in the browser.",
        fields: &[of("url", Text, "The address.")],
    },
    Reaction {
        name: "downloadFile",
        about: "Gives the person a file.",
        fields: &[
            of("fileName", Text, "Its name."),
            of("fileType", Word(&["csv", "json"]), "Its type."),
            of("content", Value, "What is in it."),
        ],
    },
    Reaction {
        name: "custom",
        about: "Runs JavaScript.",
        fields: &[of("callback", Text, "The code: a function in `${…}`.")],
    },
];
