//! Apps of anybody, whole: by id, or by what the listing shows of them.

use std::collections::BTreeSet;

use futures::stream;

use super::{Answer, read};
use crate::api::{self, Client, Filter, ListedApp};
use crate::model::{AppId, LiveApp};

/// Which apps are sought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// These.
    Ids(BTreeSet<AppId>),
    /// Those that the filter describes. The server is asked with it, and what it answers is looked at again: names that
    /// hold the text whatever their case, all of the tags, and the publication and self-service as they are.
    Filter(Filter),
}

/// Reads the apps that are sought, sorted by id; `None` for an id without an app. An error is returned only where the
/// listing failed, since what it did not show would silently be missing.
pub async fn find(
    client: &Client,
    sought: &Sought,
    parallelism: usize,
) -> Result<Vec<Answer>, api::Error> {
    let ids: BTreeSet<AppId> = match sought {
        Sought::Ids(ids) => ids.clone(),
        Sought::Filter(filter) => {
            let listed = client.list(filter).await?.into_iter();
            listed
                .filter(|app| is_listed_so(filter, app))
                .map(|app| app.id)
                .collect()
        }
    };
    let permits = super::Permits::new(parallelism);
    let wants = stream::iter(ids);
    let mut answers = read(client, wants, &permits, parallelism, &|| ()).await;
    if let Sought::Filter(filter) = sought {
        answers.retain(|(_, answer)| match answer {
            Ok(Some(app)) => is_so(filter, app),
            // Deleted meanwhile.
            Ok(None) => false,
            Err(_) => true,
        });
    }
    answers.sort_by_key(|(id, _)| *id);
    Ok(answers)
}

fn is_listed_so(filter: &Filter, app: &ListedApp) -> bool {
    let has = |tag: &String| app.tags.as_ref().is_none_or(|tags| tags.contains(tag));
    is_called_so(filter, &app.name) && filter.tags.iter().all(has)
}

fn is_called_so(filter: &Filter, name: &str) -> bool {
    let wish = filter.name.as_ref().map(|wish| wish.to_lowercase());
    wish.is_none_or(|wish| name.to_lowercase().contains(&wish))
}

fn is_so(filter: &Filter, app: &LiveApp) -> bool {
    let has = |tag: &String| {
        let tags = app.app.tags.as_ref();
        tags.is_some_and(|tags| tags.contains(tag))
            || app.marks.iter().any(|mark| mark.to_string() == *tag)
    };
    is_called_so(filter, &app.app.name)
        && filter.tags.iter().all(has)
        && filter
            .deployed
            .is_none_or(|wish| app.app.publish == Some(wish))
        && filter
            .self_service
            .is_none_or(|wish| app.app.self_service == Some(wish))
}
