//! One API call of a plan, complete: what, on which app, and what must be true before.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::{AppId, LiveApp, ProtectionLevel, Publication, Version, VersionId};

/// One API call.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The call with its whole body.
    pub call: Call,
    /// The app that it is made on.
    pub target: Target,
    /// What must be true right before it.
    pub precondition: Precondition,
}

/// A call with its whole body.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// Make the app.
    Create {
        /// The attributes to send.
        attributes: Value,
    },
    /// Save a new version.
    Update {
        /// The attributes to send.
        attributes: Value,
    },
    /// Replace the tags.
    SetTags {
        /// All of them, our mark included.
        tags: BTreeSet<String>,
    },
    /// Set how publications go out.
    SetProtectionLevel {
        /// The level.
        level: ProtectionLevel,
    },
    /// Offer the app for self-service, or stop offering it.
    SetSelfService {
        /// Whether it is offered.
        self_service: bool,
    },
    /// Let users run the newest version.
    Publish,
    /// Ask for somebody's approval to do so.
    RequestPublish {
        /// What the approver reads first.
        title: String,
        /// What the approver reads next.
        description: String,
    },
    /// Let users run nothing.
    Unpublish,
    /// Name the newest version, as the steps before left it. No later step rests on it: a name is for the next plan.
    NameVersion {
        /// The name.
        name: String,
    },
    /// Make an old version the newest again.
    Revert {
        /// Its number.
        to: Version,
    },
    /// Remove the app.
    Delete,
}

impl Call {
    /// Whether what the app holds is replaced, or gone, afterwards.
    pub fn overwrites(&self) -> bool {
        matches!(
            self,
            Self::Update { .. } | Self::Revert { .. } | Self::Delete
        )
    }

    /// The word that every output uses.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Update { .. } => "update",
            Self::SetTags { .. } => "set-tags",
            Self::SetProtectionLevel { .. } => "set-protection-level",
            Self::SetSelfService { .. } => "set-self-service",
            Self::Publish => "publish",
            Self::RequestPublish { .. } => "request-publish",
            Self::Unpublish => "unpublish",
            Self::NameVersion { .. } => "name-version",
            Self::Revert { .. } => "revert",
            Self::Delete => "delete",
        }
    }
}

/// The app that a call is made on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// An app that exists.
    Known(AppId),
    /// The app that an earlier step of the same plan makes.
    CreatedHere,
}

/// What must be true right before a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// There is no such app yet.
    Absent,
    /// The app, read afresh, is still the one that was planned on.
    AsPlanned(Expected),
    /// The previous step on the same app was done.
    PreviousStep,
    /// The previous step on the same app was done, and the app, read afresh, is as our steps left it: before what goes
    /// live, and before what replaces something whose old value no answer shows.
    AsLeft,
}

/// What is expected of a live app: everything about it that shows whether somebody else touched it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The newest version's number.
    pub version: Version,
    /// The newest version's id, where the server shows one.
    pub version_id: Option<VersionId>,
    /// What users run.
    pub publication: Publication,
    /// All tags, marks included.
    pub tags: BTreeSet<String>,
}

impl Expected {
    /// What `live` is now.
    pub fn of(live: &LiveApp) -> Self {
        let tags = live.app.tags.iter().flatten().cloned();
        Self {
            version: live.version,
            version_id: live.version_id,
            publication: live.publication,
            tags: tags
                .chain(live.marks.iter().map(ToString::to_string))
                .collect(),
        }
    }
}

impl Step {
    pub(super) fn known(id: AppId, call: Call, precondition: Precondition) -> Self {
        Self {
            call,
            target: Target::Known(id),
            precondition,
        }
    }
}
