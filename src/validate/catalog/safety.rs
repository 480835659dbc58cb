//! The rules about what an app may give away or do unasked.

use super::{Family, Rule};
use crate::model::Severity;

pub(super) const RULES: [Rule; 4] = [
    Rule {
        id: "literal-credential",
        family: Family::Safety,
        severity: Severity::Error,
        why: "A header or input that is called like a secret holds one, written out. Everybody who can \
              read the file or the app has it, and the history of the repository keeps it.",
        example: "inputs:\n  headers: {Authorization: 'Bearer 0123456789abcdef'}",
        remedy: "Make a new secret, keep it in a connection, and name the connection here.",
    },
    Rule {
        id: "self-running-change",
        family: Family::Safety,
        severity: Severity::Warning,
        why: "An action whose name says that it changes things runs by itself whenever the app is \
              opened, for everybody who opens it, and again when its inputs change.",
        example: "queries:\n  stop: {action: com.datadoghq.aws.ec2.stopInstances}",
        remedy: "Set `onlyTriggerManually: true` and trigger it by an event, or give it a `condition`.",
    },
    Rule {
        id: "mocked-outputs",
        family: Family::Safety,
        severity: Severity::Warning,
        why: "The app is published, and a query in it answers with made-up outputs instead of running \
              its action. They are meant for trying things out.",
        example: "publish: true\nqueries:\n  list: {action: a.b, mockedOutputs: {enabled: true, outputs: '[]'}}",
        remedy: "Set `enabled: false`.",
    },
    Rule {
        id: "fast-polling",
        family: Family::Safety,
        severity: Severity::Warning,
        why: "A query polls more often than every 15 seconds, which is the shortest interval that App \
              Builder has.",
        example: "pollingIntervalInMs: 5000",
        remedy: "Write 15000 or more.",
    },
];
