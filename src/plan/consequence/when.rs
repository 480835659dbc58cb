//! When a condition holds, as far as a definition says it outright.

use serde_json::Value;

/// When a condition of a component or query holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Always,
    Sometimes,
    Never,
}

impl When {
    /// `unsaid` is what an absent property means.
    pub fn of(property: Option<&Value>, unsaid: Self) -> Self {
        match property {
            None | Some(Value::Null) => unsaid,
            Some(Value::Bool(true)) => Self::Always,
            Some(Value::Bool(false)) => Self::Never,
            Some(Value::String(text)) => match text.as_str() {
                "" => unsaid,
                "true" | "${true}" => Self::Always,
                "false" | "${false}" => Self::Never,
                _ => Self::Sometimes,
            },
            Some(_) => Self::Sometimes,
        }
    }
}
