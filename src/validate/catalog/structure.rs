//! The rules about the shape of a definition.

use super::{Family, Rule};
use crate::model::Severity;

pub(super) const RULES: [Rule; 9] = [
    Rule {
        id: "missing-root",
        family: Family::Structure,
        severity: Severity::Error,
        why: "`rootInstanceName` names the component that is drawn as the page. If none of the \
              components at the top has that name, the app shows nothing.",
        example: "rootInstanceName: grid1\ncomponents:\n  - grid grid0: {}",
        remedy: "Name one of the components at the top, or leave `rootInstanceName` out when there is only \
                 one.",
    },
    Rule {
        id: "wrong-shape",
        family: Family::Structure,
        severity: Severity::Error,
        why: "A part of a component or query is of another kind than the server and the editor expect \
              there: `events` that is no list, `properties` that is no mapping, a child that is no \
              component.",
        example: "- {type: grid, name: grid0, properties: {children: none}}",
        remedy: "Write the kind that the message asks for.",
    },
    Rule {
        id: "missing-action",
        family: Family::Structure,
        severity: Severity::Error,
        why: "A query of type `action` runs the action that `action:` (in the raw form \
              `properties.spec.fqn`) names. Without one it cannot run.",
        example: "queries:\n  list: {type: action, inputs: {}}",
        remedy: "Say which action it runs, such as `action: com.datadoghq.http.request`.",
    },
    Rule {
        id: "unknown-word",
        family: Family::Structure,
        severity: Severity::Warning,
        why: "A type, property, event or reaction is one slip of the finger away from a known one. \
              Unknown words are legal, since the product grows; this one is probably a typing mistake.",
        example: "- buton save: {label: Save}",
        remedy: "Write the word that the message suggests. If the word is right, silence the rule at that \
                 line.",
    },
    Rule {
        id: "cell-overflow",
        family: Family::Structure,
        severity: Severity::Warning,
        why: "A grid has twelve columns. A cell that ends behind the last, starts before the first or \
              has no size is cut off or moved by the page.",
        example: "at: {col: 10, row: 0, w: 4, h: 2}",
        remedy: "Make `col + w` at most 12.",
    },
    Rule {
        id: "cell-overlap",
        family: Family::Structure,
        severity: Severity::Warning,
        why: "Two cells of one grid, both always shown, share a place, so one covers the other or the \
              page moves it. Cells that are shown by a condition may share one and are left out.",
        example: "- button a: {at: {col: 0, row: 0, w: 4, h: 4}}\n- button b: {at: {col: 2, row: 2, w: 4, h: 4}}",
        remedy: "Move or shrink one of them.",
    },
    Rule {
        id: "tab-without-child",
        family: Family::Structure,
        severity: Severity::Warning,
        why: "Each tab shows the child whose name is its `value`. A tab whose value is no child's name \
              shows nothing.",
        example: "- tabs tabs0:\n    tabs: [{label: Tags, value: grid9}]\n    children: [grid grid1: {}]",
        remedy: "Use the name of a child as `value`, or remove the tab.",
    },
    Rule {
        id: "duplicate-name",
        family: Family::Structure,
        severity: Severity::Error,
        why: "Components and queries share one namespace. If two have one name, an expression or event \
              that uses it means one of them, and it is not said which.",
        example: "- button save: {}\n- modal save: {}",
        remedy: "Give one of them another name, and look at every use of it.",
    },
    Rule {
        id: "duplicate-cell",
        family: Family::Structure,
        severity: Severity::Warning,
        why: "Two grid cells have one name. Nothing refers to cells, so the page works; but the editor \
              and every diff name parts by their names and cannot tell these two apart.",
        example: "- button a: {at: {col: 0, row: 0, w: 1, h: 1, cell: cell1}}\n- button b: {at: {col: 1, row: 0, w: 1, h: 1, cell: cell1}}",
        remedy: "Give one cell another name, or leave `cell` out.",
    },
];
