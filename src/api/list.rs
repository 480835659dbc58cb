//! The listing of apps: what may be asked for, and the loop over its pages.

use tokio::sync::Semaphore;

use super::call::Call;
use super::paging::{self, Ask, Page};
use super::{Client, Error, ListedApp, Operation, wire};

/// Which apps to list; the default is all. How the server matches is not documented (exact or in part, case): whoever
/// needs certainty looks at the result again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// By name.
    pub name: Option<String>,
    /// By name or author.
    pub query: Option<String>,
    /// By the author's name.
    pub user_name: Option<String>,
    /// By the author's uuid.
    pub user_uuid: Option<String>,
    /// By tags, all of them.
    pub tags: Vec<String>,
    /// Published or not.
    pub deployed: Option<bool>,
    /// A favourite of the calling user or not.
    pub favorite: Option<bool>,
    /// Offered for self-service or not.
    pub self_service: Option<bool>,
}

impl Filter {
    /// The filter as a query; every field must be considered, so that a new one breaks the build here.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let Self {
            name,
            query,
            user_name,
            user_uuid,
            tags,
            deployed,
            favorite,
            self_service,
        } = self;
        let flag = |flag: &Option<bool>| flag.map(|flag| flag.to_string());
        [
            ("filter[name]", name.clone()),
            ("filter[query]", query.clone()),
            ("filter[user_name]", user_name.clone()),
            ("filter[user_uuid]", user_uuid.clone()),
            ("filter[tags]", (!tags.is_empty()).then(|| tags.join(","))),
            ("filter[deployed]", flag(deployed)),
            ("filter[favorite]", flag(favorite)),
            ("filter[self_service]", flag(self_service)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

impl Client {
    /// All apps that the filter lets through and the key may see, sorted by name. That an app is missing does not prove
    /// that it does not exist.
    pub async fn list(&self, filter: &Filter) -> Result<Vec<ListedApp>, Error> {
        let mut apps = std::collections::BTreeMap::new();
        let permits = Semaphore::new(8);
        self.each_page(filter, &permits, |page| {
            apps.extend(page.into_iter().map(|app| (app.id, app)));
        })
        .await?;
        let mut apps: Vec<ListedApp> = apps.into_values().collect();
        apps.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Ok(apps)
    }

    /// The same page by page, as pages come in, in no particular order; each request takes one of the permits. After an
    /// error, what was handed over is true but not all. An app may be handed over twice.
    pub async fn each_page(
        &self,
        filter: &Filter,
        permits: &Semaphore,
        on_page: impl FnMut(Vec<ListedApp>),
    ) -> Result<(), Error> {
        let pairs = &filter.pairs();
        let ask = |ask| self.page(pairs, ask);
        paging::read(Operation::List, permits, ask, on_page).await
    }

    async fn page(
        &self,
        filter: &[(&'static str, String)],
        ask: Ask,
    ) -> Result<Page<ListedApp>, Error> {
        let mut call = Call::on_all(Operation::List)
            .query("limit", ask.limit.to_string())
            .query("page", ask.number.to_string())
            // Creation never changes, so that pages hold still as far as they can.
            .query("sort", "created_at");
        for (name, value) in filter {
            call = call.query(name, value.as_str());
        }
        let (apps, counts) = call.ask(&self.transport, wire::list).await?;
        let everything = counts.all.filter(|_| filter.is_empty());
        Ok(Page {
            announced: match counts.filtered {
                // Listings of versions announce 0 beside items; should this one do so too, the other count is left.
                Some(0) if !apps.is_empty() => everything,
                Some(filtered) => Some(filtered),
                None => everything,
            },
            items: apps.into_iter().map(|app| (app.id.0, app)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_a_query_of_what_it_says_and_nothing_else() {
        assert!(Filter::default().pairs().is_empty());
        let filter = Filter {
            name: Some("a b".to_owned()),
            tags: vec!["x:1".to_owned(), "y".to_owned()],
            deployed: Some(false),
            ..Filter::default()
        };
        assert_eq!(
            filter.pairs(),
            [
                ("filter[name]", "a b".to_owned()),
                ("filter[tags]", "x:1,y".to_owned()),
                ("filter[deployed]", "false".to_owned()),
            ]
        );
    }
}
