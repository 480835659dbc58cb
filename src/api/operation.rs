//! What the API can do, and what each operation needs (`API.md` section 3).

use std::fmt;

use crate::http::{Method, Repeat};

/// An operation of the API that a reconciler needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// All apps, page by page.
    List,
    /// One app, with its definition.
    Read,
    /// The versions of an app, page by page.
    Versions,
    /// A new app.
    Create,
    /// A new version of an app.
    Update,
    /// The end of an app.
    Delete,
    /// The end of several apps.
    DeleteMany,
    /// Users run the newest version.
    Publish,
    /// Users run nothing.
    Unpublish,
    /// Somebody is asked to approve a publication.
    RequestPublish,
    /// The tags, all of them.
    SetTags,
    /// Whether the app is offered for self-service.
    SetSelfService,
    /// How publications go out.
    SetProtectionLevel,
    /// A version gets a name.
    NameVersion,
    /// An old version becomes the newest again.
    Revert,
}

impl Operation {
    /// The permissions that the owner of the application key, and the key itself if it is scoped, must have.
    pub fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::List => &["apps_run"],
            Self::Read | Self::Versions => &["apps_run", "connections_read"],
            Self::Create | Self::Update => &["apps_write", "connections_resolve", "workflows_run"],
            Self::Delete
            | Self::DeleteMany
            | Self::Publish
            | Self::Unpublish
            | Self::RequestPublish
            | Self::SetTags
            | Self::SetSelfService
            | Self::SetProtectionLevel
            | Self::NameVersion
            | Self::Revert => &["apps_write"],
        }
    }

    /// Whether it may be repeated blindly (`API.md` section 8). Deleting one app may: the second time there is no such
    /// app, which is what was wanted.
    pub fn repeat(self) -> Repeat {
        match self {
            Self::List
            | Self::Read
            | Self::Versions
            | Self::Delete
            | Self::SetTags
            | Self::SetSelfService
            | Self::SetProtectionLevel
            | Self::NameVersion => Repeat::Safe,
            Self::Create
            | Self::Update
            | Self::DeleteMany
            | Self::Publish
            | Self::Unpublish
            | Self::RequestPublish
            | Self::Revert => Repeat::Once,
        }
    }

    pub(super) fn method(self) -> Method {
        match self {
            Self::List | Self::Read | Self::Versions => Method::GET,
            Self::Create | Self::Publish | Self::RequestPublish | Self::Revert => Method::POST,
            Self::Delete | Self::DeleteMany | Self::Unpublish => Method::DELETE,
            Self::Update
            | Self::SetTags
            | Self::SetSelfService
            | Self::SetProtectionLevel
            | Self::NameVersion => Method::PATCH,
        }
    }

    /// Whether a success has nothing to say (204).
    pub(super) fn is_silent(self) -> bool {
        matches!(
            self,
            Self::SetTags | Self::SetSelfService | Self::NameVersion
        )
    }

    /// What it does, as the end of "cannot …".
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "list the apps",
            Self::Read => "read the app",
            Self::Versions => "list the app's versions",
            Self::Create => "create the app",
            Self::Update => "update the app",
            Self::Delete => "delete the app",
            Self::DeleteMany => "delete the apps",
            Self::Publish => "publish the app",
            Self::Unpublish => "unpublish the app",
            Self::RequestPublish => "request the app's publication",
            Self::SetTags => "set the app's tags",
            Self::SetSelfService => "set the app's self-service",
            Self::SetProtectionLevel => "set the app's protection level",
            Self::NameVersion => "name the app's version",
            Self::Revert => "revert the app",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
