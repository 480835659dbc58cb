//! What our last apply left of single apps. It costs a request or two an app, so only those are asked about whose plan
//! depends on it.

use std::collections::BTreeMap;

use futures::{StreamExt as _, stream};
use tokio::task::JoinHandle;

use crate::api::{self, At, Client};
use crate::model::{
    AppId, AppKey, Base, History, LiveApp, Owner, Unpublished, Version, VersionInfo, reasons,
};

/// An app whose history is wanted.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Its key.
    pub key: &'a AppKey,
    /// What it is now.
    pub live: &'a LiveApp,
    /// How much of it is wanted.
    pub depth: Depth,
}

/// How much of a history is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Only which versions there are, and their names: one request.
    Names,
    /// Also what the base holds: one more.
    Base,
    /// Also what came between the base and the newest version: one more for each, up to [`MOST_BETWEEN`].
    Between,
}

/// Of more versions than these after the base, only the newest are read: who saves all day long is not followed click by
/// click.
pub const MOST_BETWEEN: usize = 20;

/// The histories of apps; where one could not be read, why.
pub type Bases = BTreeMap<AppId, Result<History, String>>;

/// Reads the versions of every wanted app, and the base where it is not the newest version.
pub async fn bases(
    client: &Client,
    owner: &Owner,
    wanted: Vec<Wanted<'_>>,
    parallelism: usize,
) -> Bases {
    stream::iter(wanted)
        .map(async |wanted| (wanted.live.id, told(client, owner, &wanted).await))
        .buffer_unordered(parallelism.max(1))
        .collect()
        .await
}

/// A history that is read while others do something else. Nobody waits for one that is dropped.
pub struct Asked {
    id: AppId,
    reading: JoinHandle<Result<History, String>>,
}

impl Asked {
    /// Begins to read.
    pub fn of(client: &Client, owner: &Owner, wanted: &Wanted<'_>) -> Self {
        let (client, owner) = (client.clone(), owner.clone());
        let (key, live, depth) = (wanted.key.clone(), wanted.live.clone(), wanted.depth);
        Self {
            id: live.id,
            reading: tokio::spawn(async move {
                let (key, live) = (&key, &live);
                told(&client, &owner, &Wanted { key, live, depth }).await
            }),
        }
    }

    /// What was read.
    pub async fn bases(mut self) -> Bases {
        let history = (&mut self.reading).await;
        let history = history.expect("reading does not panic, and is not cancelled");
        Bases::from([(self.id, history)])
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

async fn told(client: &Client, owner: &Owner, wanted: &Wanted<'_>) -> Result<History, String> {
    let history = history(client, owner, wanted).await;
    history.map_err(|error| reasons(&error))
}

async fn history(
    client: &Client,
    owner: &Owner,
    wanted: &Wanted<'_>,
) -> Result<History, api::Error> {
    let Wanted { key, live, depth } = wanted;
    let mut since = client.versions(live.id).await?;
    // What was saved after the app was read is not what was planned on: the check before the first call finds it.
    since.retain(|info| info.version <= live.version);
    let unpublished = Unpublished::of(&since, live, owner, key);
    let ours = (since.iter().enumerate())
        .find_map(|(index, info)| Some((index, info.version, info.our_name(owner, key)?)));
    let between = BTreeMap::new();
    let Some((index, version, name)) = ours else {
        return Ok(History {
            base: None,
            since,
            unpublished,
            between,
        });
    };
    since.truncate(index);
    let is_newest = version == live.version;
    let content = *depth >= Depth::Base;
    let app = match content && !is_newest {
        true => client.app(live.id, At::Number(version)).await?,
        false => None,
    };
    // A server that has forgotten what the base holds leaves us without one.
    let is_known = !content || is_newest || app.is_some();
    let base = is_known.then_some(Base { version, name, app });
    let mut history = History {
        base,
        since,
        unpublished,
        between,
    };
    if *depth == Depth::Between && history.base.is_some() {
        history.between = read_between(client, live, &history.since).await?;
    }
    Ok(history)
}

/// What the versions before the newest hold. One that the server has forgotten is left out.
async fn read_between(
    client: &Client,
    live: &LiveApp,
    since: &[VersionInfo],
) -> Result<BTreeMap<Version, LiveApp>, api::Error> {
    let mut between = BTreeMap::new();
    let before = since.iter().filter(|info| info.version != live.version);
    for VersionInfo { version, .. } in before.take(MOST_BETWEEN) {
        if let Some(app) = client.app(live.id, At::Number(*version)).await? {
            between.insert(*version, app);
        }
    }
    Ok(between)
}
