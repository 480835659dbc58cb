//! What the properties of a query say about when it runs and what it does.

use serde_json::Value;

/// Whether a property is there and not off; an expression may be either, and counts as on.
pub fn is_on(property: Option<&Value>) -> bool {
    match property {
        Some(Value::Bool(value)) => *value,
        Some(Value::String(text)) => !matches!(text.as_str(), "" | "false" | "${false}"),
        _ => false,
    }
}

/// Whether the name of an action, such as `com.datadoghq.aws.ecs.updateEcsService`, says that it changes something.
pub fn changes_things(action: &str) -> bool {
    let action = action.rsplit('.').next().unwrap_or_default();
    let end = action
        .find(|letter: char| !letter.is_ascii_lowercase())
        .unwrap_or(action.len());
    let (first, rest) = (&action[..end], action[end..].to_lowercase());
    // To start a query is to read; to delete a saved one is not.
    let starts = matches!(
        first,
        "start" | "run" | "post" | "execute" | "invoke" | "submit" | "stop" | "cancel"
    );
    let reads = starts && (rest.contains("query") || rest.contains("search"));
    CHANGING.contains(&first) && !reads
}

/// First words of the names of actions that change something.
const CHANGING: [&str; 58] = [
    "add",
    "approve",
    "assign",
    "associate",
    "attach",
    "authorize",
    "cancel",
    "close",
    "copy",
    "create",
    "deactivate",
    "decline",
    "delete",
    "deploy",
    "deregister",
    "detach",
    "disable",
    "drain",
    "edit",
    "enable",
    "grant",
    "import",
    "invite",
    "invoke",
    "kill",
    "merge",
    "modify",
    "move",
    "mute",
    "patch",
    "post",
    "provision",
    "publish",
    "purge",
    "put",
    "reboot",
    "register",
    "reject",
    "remove",
    "rename",
    "reset",
    "restart",
    "revoke",
    "rollback",
    "rotate",
    "run",
    "scale",
    "send",
    "set",
    "start",
    "stop",
    "tag",
    "terminate",
    "trigger",
    "unmute",
    "untag",
    "update",
    "write",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_start_a_query_reads_and_to_delete_a_saved_one_changes() {
        for reads in [
            "logs.startQuery",
            "aws.athena.startQueryExecution",
            "postSearch",
            "listTasks",
        ] {
            assert!(!changes_things(reads), "{reads}");
        }
        for changes in [
            "aws.ecs.updateEcsService",
            "deleteNamedQuery",
            "createSearchIndex",
            "stopTask",
        ] {
            assert!(changes_things(changes), "{changes}");
        }
    }
}
