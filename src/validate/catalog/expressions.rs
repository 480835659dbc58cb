//! The rules about code.

use super::{Family, Rule};
use crate::model::Severity;

pub(super) const RULES: [Rule; 6] = [
    Rule {
        id: "expression-syntax",
        family: Family::Expressions,
        severity: Severity::Error,
        why: "The code between `${` and `}` is no JavaScript expression. The server takes it as it is, \
              and the component that has it stays empty. Places are exact, also in block scalars, quotes \
              and `js: {file}`.",
        example: "label: ${'Scale to ' + }",
        remedy: "Correct the code where the message points.",
    },
    // A real, published blueprint has such code, so App Builder accepts it; its documentation speaks of expressions only. The
    // value of the last statement is what an evaluator of programs would give. Hence no error, and no silence.
    Rule {
        id: "expression-statements",
        family: Family::Expressions,
        severity: Severity::Warning,
        why: "The code between `${` and `}` is valid JavaScript, but several statements instead of one \
              expression. Real apps have such code, and App Builder saves it; that it takes the value of \
              the last statement is documented nowhere.",
        example: "value: '${const next = page.value + 1; next}'",
        remedy: "Put the statements in a function that is called: `${(() => { …; return next; })()}`.",
    },
    Rule {
        id: "unclosed-expression",
        family: Family::Expressions,
        severity: Severity::Warning,
        why: "A `${` without its `}` is plain text: people will see the code instead of its value. Often \
              a bracket or a quote inside is missing.",
        example: "label: 'Scale ${select0.value'",
        remedy: "Close it, or write the text without `${`.",
    },
    Rule {
        id: "undefined-name",
        family: Family::Expressions,
        severity: Severity::Warning,
        why: "The code uses a name that is neither a component nor a query of this app, nor declared in \
              the code, nor part of JavaScript. When it runs, it fails or gives nothing.",
        example: "label: ${deletedSelect.value}",
        remedy: "Correct the name, or remove the use. Expressions run in a sandbox: `window` and `document` \
                 do not exist there.",
    },
    Rule {
        id: "foreign-scope",
        family: Family::Expressions,
        severity: Severity::Warning,
        why: "The code reaches a component or query through a prefix, such as `ui.` or `queries.`, as \
              other app builders do. In App Builder each stands for itself.",
        example: "label: ${ui.select0.value}",
        remedy: "Leave the prefix out: `${select0.value}`.",
    },
    Rule {
        id: "foreign-template",
        family: Family::Expressions,
        severity: Severity::Warning,
        why: "`{{ name }}` is how other app builders write expressions. App Builder shows it as plain \
              text.",
        example: "label: '{{ select0.value }}'",
        remedy: "Write `${select0.value}`.",
    },
];
