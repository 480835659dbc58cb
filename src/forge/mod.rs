//! The one comment on a pull request, and the one issue: finds it, edits it, and takes it away.
//!
//! What lives here takes a text, a marker and a place, and knows no plan. A [`Host`] only says which requests there are
//! and reads the answers, each in a file of its own: [`github`], [`gitlab`], [`bitbucket`], [`azure`]. What is done with
//! them is the same everywhere and stands in [`conversation`] and [`issue`]. Where it runs is told by [`detect()`], and where people
//! look at that by [`pages`], from variables that the caller has read; nothing here looks at the environment.
//!
//! A comment is ours if it starts with the marker *and* was written by the account that the token is of. A stranger can
//! copy the marker, but not the account: such a comment is neither edited nor deleted, and hides nothing.

mod azure;
mod bitbucket;
mod conversation;
mod detect;
mod github;
mod gitlab;
mod host;
mod issue;
mod marker;
mod pages;
mod token;

use std::str::FromStr;

use crate::http::{self, Endpoint, EndpointError, SetupError};

pub use conversation::{Conversation, Forge, Kept, Topic};
pub use detect::{Origin, Pull, Surroundings, detect, pull_head};
pub use issue::Told;
pub use marker::Marker;
pub use token::{Token, TokenError};

use host::Host;

/// A host of git repositories with pull requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// GitHub, also Enterprise.
    Github,
    /// GitLab, also self-hosted; its pull requests are called merge requests.
    Gitlab,
    /// Bitbucket Cloud.
    Bitbucket,
    /// Azure DevOps.
    Azure,
}

/// Where the comment is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The host.
    pub provider: Provider,
    /// Where its API is.
    pub endpoint: Endpoint,
    /// The repository, as its API names it: `owner/name`; of GitLab also a number; of Azure `project/repository`.
    pub repository: String,
    /// The pull request.
    pub pull: Pull,
}

impl Provider {
    /// The most bytes that a comment may have.
    pub fn limit(self) -> usize {
        match self {
            Self::Github => 65_536,
            Self::Gitlab => 1_000_000,
            Self::Bitbucket => 32_768,
            Self::Azure => 150_000,
        }
    }

    /// Whether HTML in a comment is more than text. GitHub and GitLab let `<details>` through by their documentation; Azure does
    /// since 2020, without a word about it. Diffs and tables are shown by all of them, and none needs a Mermaid block, which Azure
    /// would want between colons.
    pub fn shows_html(self) -> bool {
        self != Self::Bitbucket
    }

    /// The variables that may hold its token, in the order in which they are looked at.
    pub fn token_variables(self) -> &'static [&'static str] {
        match self {
            Self::Github => &["GITHUB_TOKEN", "GH_TOKEN"],
            Self::Gitlab => &["GITLAB_TOKEN"],
            Self::Bitbucket => &["BITBUCKET_TOKEN"],
            Self::Azure => &["SYSTEM_ACCESSTOKEN", "AZURE_DEVOPS_EXT_PAT"],
        }
    }

    fn host(self, repository: &str, endpoint: &Endpoint) -> Result<Box<dyn Host>, Error> {
        Ok(match self {
            Self::Github => Box::new(github::Github::new(repository, endpoint)?),
            Self::Gitlab => Box::new(gitlab::Gitlab::new(repository)?),
            Self::Bitbucket => Box::new(bitbucket::Bitbucket::new(repository)?),
            Self::Azure => Box::new(azure::Azure::new(repository)?),
        })
    }
}

impl FromStr for Provider {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "github" => Ok(Self::Github),
            "gitlab" => Ok(Self::Gitlab),
            "bitbucket" => Ok(Self::Bitbucket),
            "azure" => Ok(Self::Azure),
            _ => Err("known are `github`, `gitlab`, `bitbucket` and `azure`".to_owned()),
        }
    }
}

/// Why nothing was said on a pull request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No known pipeline.
    #[error("this is none of the pipelines of GitHub, GitLab, Bitbucket and Azure DevOps")]
    Nowhere,
    /// A variable that the pipeline sets, or should.
    #[error("`{name}` {why}")]
    Variable {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// Where the host's API is.
    #[error("the API of the host cannot be used")]
    Endpoint(#[from] EndpointError),
    /// No repository of this host is called that.
    #[error("`{found}` is no repository there; {expected}")]
    Repository {
        /// What was given.
        found: String,
        /// What one looks like.
        expected: &'static str,
    },
    /// No connection pool.
    #[error("the HTTP client cannot be set up")]
    Setup(#[from] SetupError),
    /// A call failed.
    #[error(transparent)]
    Http(#[from] http::Error),
    /// An answer has another shape than the documentation says.
    #[error("the answer of the host to `{request}` is not what its API promises: {why}")]
    Malformed {
        /// Method and path.
        request: String,
        /// What is wrong.
        why: String,
    },
    /// The host says that it did not do it.
    #[error("the host refused: {0}")]
    Refused(String),
    /// Ours may be on a page that was not read, and a second one would be worse than none.
    #[error("there are more than {most} {what}, so it is not known whether ours is among them")]
    TooMany {
        /// Of which.
        what: &'static str,
        /// How many are read.
        most: u64,
    },
    /// This host has no issues, or they are not known here.
    #[error("only issues of GitHub are known")]
    NoIssues,
    /// Others take our comment away as fast as it is written.
    #[error("the comment vanished while it was edited, {0} times")]
    Vanishing(usize),
}
