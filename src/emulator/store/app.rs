//! An app as the server keeps it: its versions, its settings and its deployment.

use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::emulator::clock::Instant;
use crate::emulator::operation::VersionRef;

/// An app. It always has a version.
#[derive(Clone, Debug)]
pub struct App {
    /// Its id.
    pub id: Uuid,
    /// Who made it.
    pub author: User,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Its tags, in the order given.
    pub tags: Vec<String>,
    /// Whether it is in the self-service hub.
    pub self_service: bool,
    /// Whether the one user there is has it as a favourite.
    pub favorite: bool,
    /// The protection level, once it was set.
    pub protection: Option<String>,
    /// The newest deployment; none before the first publish or unpublish.
    pub deployment: Option<Deployment>,
    /// The requests for publication that wait. No operation of the API reads them back.
    pub publish_requests: Vec<PublishRequest>,
    /// The versions before the newest, oldest first.
    pub older: Vec<Version>,
    /// The newest version.
    pub newest: Version,
    /// What was written out since the last change.
    pub written: Written,
}

/// Texts kept until the app changes, so that reading a large app again costs a copy.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The answer to GET.
    pub shown: OnceLock<Bytes>,
    /// The app's part of the state file.
    pub saved: OnceLock<String>,
}

/// One version of an app.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its id, which deployments point to.
    pub id: Uuid,
    /// Its number, from 1.
    pub number: u64,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it; `None` for the app's author.
    pub author: Option<User>,
    /// A name that was given to it.
    pub name: Option<String>,
    /// Whether it was ever live.
    pub published: bool,
    /// Name, description, components, queries and whatever else the definition holds.
    pub content: Arc<Map<String, Value>>,
}

/// A publication, or the end of one.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Its id.
    pub id: Uuid,
    /// The live version's id; nil when the app was taken offline.
    pub version: Uuid,
    /// When it was made.
    pub created_at: Instant,
}

/// A request that somebody approve a publication.
#[derive(Clone, Debug)]
pub struct PublishRequest {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    pub title: String,
    /// More about it; may be empty.
    pub description: String,
    /// When it was made.
    pub created_at: Instant,
}

/// A person or service account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its number.
    pub id: u64,
    /// Its id.
    pub uuid: Uuid,
    /// Its name, usually an e-mail address.
    pub name: String,
}

impl User {
    /// A user known by name only; the rest follows from it.
    pub fn named(name: &str) -> Self {
        let uuid = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
        Self {
            id: u64::from(uuid.as_fields().0),
            uuid,
            name: name.to_owned(),
        }
    }

    /// Whose keys every caller has.
    pub fn caller() -> Self {
        Self::named("emulator@example.com")
    }
}

impl App {
    /// All versions, oldest first.
    pub fn versions(&self) -> impl DoubleEndedIterator<Item = &Version> {
        self.older.iter().chain([&self.newest])
    }

    /// All versions, oldest first, to change one.
    pub fn versions_mut(&mut self) -> impl Iterator<Item = &mut Version> {
        self.older.iter_mut().chain([&mut self.newest])
    }

    /// The id of the live version.
    pub fn live(&self) -> Option<Uuid> {
        self.deployment
            .as_ref()
            .map(|deployment| deployment.version)
            .filter(|id| !id.is_nil())
    }

    /// Whether what is live is not the newest version.
    pub fn updated_since_deployment(&self) -> bool {
        self.live().is_some_and(|live| live != self.newest.id)
    }

    /// The version that a reference means here.
    pub fn version(&self, wanted: VersionRef) -> Option<&Version> {
        match wanted {
            VersionRef::Latest => Some(&self.newest),
            VersionRef::Deployed => {
                let live = self.live()?;
                self.versions().find(|version| version.id == live)
            }
            VersionRef::Number(number) => self.versions().find(|version| version.number == number),
        }
    }

    /// Puts a version in front.
    pub fn push(&mut self, id: Uuid, created_at: Instant, content: Arc<Map<String, Value>>) {
        let newest = Version {
            id,
            number: self.newest.number.saturating_add(1),
            created_at,
            author: None,
            name: None,
            published: false,
            content,
        };
        self.older.push(std::mem::replace(&mut self.newest, newest));
        self.updated_at = created_at;
    }

    /// A text of the newest content.
    pub fn text(&self, attribute: &str) -> &str {
        self.newest
            .content
            .get(attribute)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}
