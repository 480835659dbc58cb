//! What makes two plans the same: a digest over every step with its body and its precondition.
//!
//! A reviewed plan is applied only if planning anew gives the same digest. It is taken over the true values, while
//! renderings mask credentials.

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::model::Owner;

use super::{AppPlan, Call, Expected, Precondition, Step, Target};

/// `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    pub(super) fn of(owner: &Owner, apps: &[AppPlan]) -> Self {
        let mut hash = Sha256::new();
        hash.update(owner.to_string());
        for app in apps {
            for step in &app.steps {
                // One line a step; JSON text never holds a raw line break.
                let line = json!([app.key.as_str(), step_value(step)]);
                hash.update(line.to_string());
                hash.update("\n");
            }
        }
        Self(hash.finalize().into())
    }
}

/// A hash of the attributes that a step sends, in hexadecimal digits.
pub(super) fn of_attributes(attributes: &Value) -> String {
    Digest(Sha256::digest(attributes.to_string()).into()).digits()
}

impl Digest {
    fn digits(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.digits())
    }
}

impl FromStr for Digest {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not `sha256:` and 64 hexadecimal digits");
        let hex = text.strip_prefix("sha256:").ok_or_else(wrong)?;
        if hex.len() != 64 || !hex.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let pair = &hex[2 * index..2 * index + 2];
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

fn step_value(step: &Step) -> Value {
    let Step {
        call,
        target,
        precondition,
    } = step;
    let body = match call {
        Call::Create { attributes } | Call::Update { attributes } => attributes.clone(),
        Call::SetTags { tags } => json!(tags),
        Call::SetProtectionLevel { level } => level.as_str().into(),
        Call::SetSelfService { self_service } => (*self_service).into(),
        Call::Revert { to } => to.0.into(),
        // Words that tell of the commit: the same change, applied after the merge, has another one.
        Call::RequestPublish { .. } | Call::NameVersion { .. } => Value::Null,
        Call::Publish | Call::Unpublish | Call::Delete => Value::Null,
    };
    let target = match target {
        Target::Known(id) => id.to_string(),
        Target::CreatedHere => "created".into(),
    };
    let precondition = match precondition {
        Precondition::Absent => json!("absent"),
        Precondition::PreviousStep => json!("previous"),
        Precondition::AsLeft => json!("as-left"),
        Precondition::AsPlanned(Expected {
            version,
            version_id,
            publication,
            tags,
        }) => {
            let version_id = version_id.map(|id| id.to_string());
            let published = publication.version_id().map(|id| id.to_string());
            json!([version.0, version_id, publication.as_str(), published, tags])
        }
    };
    json!([call.kind(), target, precondition, body])
}
