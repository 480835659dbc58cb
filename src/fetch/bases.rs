//! What our last apply left of single apps. It costs a request or two an app, so only those are asked about whose plan
//! depends on it.

use std::collections::BTreeMap;

use futures::{StreamExt as _, stream};

use crate::api::{self, At, Client};
use crate::model::{AppId, AppKey, Base, History, LiveApp, Owner, Unpublished, reasons};

/// An app whose history is wanted.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Its key.
    pub key: &'a AppKey,
    /// What it is now.
    pub live: &'a LiveApp,
    /// Whether it matters what the base holds, and not only which version it is.
    pub content: bool,
}

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
        .map(async |wanted| {
            let history = history(client, owner, &wanted).await;
            (wanted.live.id, history.map_err(|error| reasons(&error)))
        })
        .buffer_unordered(parallelism.max(1))
        .collect()
        .await
}

async fn history(
    client: &Client,
    owner: &Owner,
    wanted: &Wanted<'_>,
) -> Result<History, api::Error> {
    let Wanted { key, live, content } = wanted;
    let mut since = client.versions(live.id).await?;
    // What was saved after the app was read is not what was planned on: the check before the first call finds it.
    since.retain(|info| info.version <= live.version);
    let unpublished = Unpublished::of(&since, live, owner, key);
    let ours = (since.iter().enumerate())
        .find_map(|(index, info)| Some((index, info.version, info.our_name(owner, key)?)));
    let Some((index, version, name)) = ours else {
        return Ok(History {
            base: None,
            since,
            unpublished,
        });
    };
    since.truncate(index);
    let is_newest = version == live.version;
    let app = match *content && !is_newest {
        true => client.app(live.id, At::Number(version)).await?,
        false => None,
    };
    // A server that has forgotten what the base holds leaves us without one.
    let is_known = !*content || is_newest || app.is_some();
    let base = is_known.then_some(Base { version, name, app });
    Ok(History {
        base,
        since,
        unpublished,
    })
}
