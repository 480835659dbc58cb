//! The half of the API that changes nothing.

use std::fmt;

use tokio::sync::Semaphore;

use super::call::{Call, Came};
use super::paging::{self, Ask, Page};
use super::{Credentials, Error, Operation, Seal, Writer, wire};
use crate::http::{self, Endpoint, SetupError, Transport};
use crate::model::{AppId, LiveApp, Version, VersionInfo};

/// Where to call, as whom, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The API.
    pub endpoint: Endpoint,
    /// The keys.
    pub credentials: Credentials,
    /// Time-outs, repeats, certificates.
    pub http: http::Settings,
}

/// Which version of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The newest.
    Latest,
    /// The one that users run.
    Deployed,
    /// The one with this number.
    Number(Version),
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::Deployed => f.write_str("deployed"),
            Self::Number(Version(number)) => number.fmt(f),
        }
    }
}

/// Reads apps; cannot write. Clones share their connections and their rate-limit budget.
#[derive(Clone)]
pub struct Client {
    pub(super) transport: Transport,
    seal: Seal,
}

/// What the server said about an app.
pub struct UnreadApp {
    id: AppId,
    came: Came,
}

impl UnreadApp {
    /// The app; `None` if it was deleted.
    pub fn read(&self) -> Result<Option<LiveApp>, Error> {
        self.came.understand(|answer| wire::app(answer, self.id))
    }
}

impl Client {
    /// A client; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let Settings {
            endpoint,
            credentials,
            http,
        } = settings;
        let seal = credentials.seal(&endpoint);
        let transport = Transport::new(endpoint, credentials.headers(), http)?;
        Ok(Self { transport, seal })
    }

    /// What stands for the place and the keys: two clients that see the same have the same one.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// Where it calls.
    pub fn endpoint(&self) -> &Endpoint {
        self.transport.endpoint()
    }

    /// One app, with its definition; `None` if there is no such app, or no such version of it.
    ///
    /// The publication is the app's only with [`At::Latest`]: in an older version's answer it is compared with that one.
    pub async fn app(&self, id: AppId, version: At) -> Result<Option<LiveApp>, Error> {
        let unread = self.unread_app(id, version).await?;
        unread.map_or(Ok(None), |unread| unread.read())
    }

    /// The same, to be read by whoever has the time: that takes the processor only, and the next request need not wait for
    /// it.
    pub async fn unread_app(&self, id: AppId, version: At) -> Result<Option<UnreadApp>, Error> {
        let mut call = Call::on(Operation::Read, id, "");
        if version != At::Latest {
            call = call.query("version", version.to_string());
        }
        match call.ask_app(&self.transport).await {
            Err(error) if matches!(error.status(), Some(404 | 410)) => Ok(None),
            other => other.map(|came| Some(UnreadApp { id, came })),
        }
    }

    /// All versions of an app, the newest first.
    pub async fn versions(&self, id: AppId) -> Result<Vec<VersionInfo>, Error> {
        let mut versions = Vec::new();
        let ask = |ask| self.page_of_versions(id, ask);
        let permits = Semaphore::new(4);
        paging::read(Operation::Versions, &permits, ask, |page| {
            versions.extend(page)
        })
        .await?;
        versions.sort_by_key(|info| std::cmp::Reverse((info.version, info.id)));
        versions.dedup_by_key(|info| info.id);
        Ok(versions)
    }

    async fn page_of_versions(&self, id: AppId, ask: Ask) -> Result<Page<VersionInfo>, Error> {
        let call = Call::on(Operation::Versions, id, "/versions")
            .query("limit", ask.limit.to_string())
            .query("page", ask.number.to_string());
        let (versions, counts) = call.ask(&self.transport, wire::versions).await?;
        Ok(Page {
            items: versions.into_iter().map(|info| (info.id.0, info)).collect(),
            // The filtered count was 0 beside one item.
            announced: counts.all,
        })
    }

    /// The half that changes things.
    pub fn writer(&self) -> Writer {
        Writer::new(self.clone())
    }
}
