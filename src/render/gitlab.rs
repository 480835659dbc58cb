//! A plan as the report that GitLab's merge requests show in their Terraform widget: three numbers.

use super::json::{Summary, document};

/// The numbers. Taking an app over changes it.
pub(super) fn terraform(summary: &Summary) -> String {
    let Summary {
        create,
        update,
        delete,
        adopt,
        ..
    } = summary;
    document(&serde_json::json!({"create": create, "update": update + adopt, "delete": delete}))
}
