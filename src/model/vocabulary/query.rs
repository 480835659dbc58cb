//! The types of queries, and what each can be told.

use super::Kind::{Flag, Map, Number, Text, Value};
use super::{Property, Type, of};

/// The known types.
pub const QUERIES: [Type; 4] = [
    Type {
        name: "action",
        about: "Runs an action, such as an HTTP request or a call of a cloud's API.",
        properties: &[
            of(
                "onlyTriggerManually",
                Flag,
                "`true`: it runs only when an event triggers it. `false`: also when the app is opened, and whenever its inputs change.",
            ),
            of(
                "condition",
                Flag,
                "It runs only while this is true, such as `${!!select0.value}`.",
            ),
            of(
                "requiresConfirmation",
                Flag,
                "Whether the person is asked before it runs.",
            ),
            of("confirmationMessage", Text, "What the person is asked."),
            of(
                "showToastOnError",
                Flag,
                "Whether a failure is shown as a short message.",
            ),
            of(
                "pollingIntervalInMs",
                Number,
                "It runs again after so many milliseconds while the app is in view; 15000 at least.",
            ),
            of(
                "debounceInMs",
                Number,
                "How many milliseconds must pass before it runs once more.",
            ),
            of(
                "mockedOutputs",
                Value,
                "Made-up outputs for trying things out: `enabled`, and `outputs` as JSON text.",
            ),
            of(
                "outputs",
                Text,
                "What becomes of the outputs, with its whole wrapper; `js:` is the short form.",
            ),
        ],
    },
    Type {
        name: "dataTransform",
        about: "Computes something from other queries and components, in JavaScript.",
        properties: &[of(
            "outputs",
            Text,
            "The code with its whole wrapper; `js:` is the short form.",
        )],
    },
    Type {
        name: "function",
        about: "A function in JavaScript that expressions can call.",
        properties: &[of(
            "definition",
            Text,
            "The code with its whole wrapper; `js:` is the short form.",
        )],
    },
    Type {
        name: "stateVariable",
        about: "A value that events can change and expressions can read.",
        properties: &[of(
            "defaultValue",
            Value,
            "Its value when the app is opened.",
        )],
    },
];

/// The parts of an action's `spec`.
pub const SPEC: [Property; 4] = [
    of(
        "fqn",
        Text,
        "The full name of the action, such as `com.datadoghq.http.request`; `action:` is the short form.",
    ),
    of(
        "connectionId",
        Text,
        "The id of the connection; `connection:` is the short form.",
    ),
    of(
        "connectionGroup",
        Map,
        "A group of connections: `id` and `tags`.",
    ),
    of(
        "inputs",
        Value,
        "What the action is given; each action has its own inputs.",
    ),
];
