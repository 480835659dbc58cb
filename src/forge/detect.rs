//! In which pipeline, and so on which pull request, a run is: told by the variables that the pipelines set.
//!
//! A job that is started by another job's end (`workflow_run`) has secrets, and the run that it follows may be a
//! stranger's. So the pull request is never taken from what that run left behind: it is looked up by the branch and the
//! repository that the host itself names in the event.

use std::collections::BTreeMap;

use serde_json::Value;

use super::github::Github;
use super::gitlab::Gitlab;
use super::marker::is_commit;
use super::{Error, Place, Provider};

/// What a run can know about where it is.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The environment's variables.
    pub variables: BTreeMap<String, String>,
    /// The file that `GITHUB_EVENT_PATH` names.
    pub event: Option<String>,
    /// What the command line says about the host.
    pub provider: Option<Provider>,
    /// What it says about the repository.
    pub repository: Option<String>,
    /// What it says about the pull request.
    pub pull: Option<u64>,
    /// Whether it is no pull request that is spoken on, but an issue.
    pub for_issue: bool,
}

/// Which pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pull {
    /// This one.
    Number(u64),
    /// The one that this belongs to.
    Of(Origin),
    /// None: what is said is said in an issue.
    None,
}

/// What a pull request can be found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A commit of it, or the one that it was merged with.
    Commit(String),
    /// Its branch, which may be in a fork.
    Branch {
        /// Who owns the repository that the branch is in.
        owner: String,
        /// The branch.
        branch: String,
        /// Its newest commit when the run began.
        commit: String,
    },
}

impl Origin {
    /// The commit.
    pub fn commit(&self) -> &str {
        match self {
            Self::Commit(commit) | Self::Branch { commit, .. } => commit,
        }
    }
}

/// The place that a run is to speak at.
pub fn detect(around: &Surroundings) -> Result<Place, Error> {
    let provider = around.provider.or_else(|| around.pipeline());
    let provider = provider.ok_or(Error::Nowhere)?;
    let endpoint = match provider {
        Provider::Github => Github::endpoint(
            around
                .variable("GITHUB_API_URL")
                .unwrap_or("https://api.github.com"),
        ),
        Provider::Gitlab => Gitlab::endpoint(
            around
                .variable("CI_API_V4_URL")
                .unwrap_or("https://gitlab.com/api/v4"),
        ),
        Provider::Bitbucket => (around.variable("BITBUCKET_API_URL"))
            .unwrap_or("https://api.bitbucket.org/2.0")
            .to_owned(),
        Provider::Azure => around.needed("SYSTEM_COLLECTIONURI")?.to_owned(),
    };
    Ok(Place {
        provider,
        endpoint: endpoint.parse()?,
        repository: match &around.repository {
            Some(repository) => repository.clone(),
            None => around.repository(provider)?,
        },
        pull: match around.pull {
            _ if around.for_issue => Pull::None,
            Some(number) => Pull::Number(number),
            None => around.pull(provider)?,
        },
    })
}

/// The newest commit of the pull request that is checked out, as the pipeline says: most check out a merge of it.
pub fn pull_head(around: &Surroundings) -> Option<String> {
    let commit = match around.pipeline()? {
        Provider::Github => {
            let event = around.event();
            event["pull_request"]["head"]["sha"].as_str()?.to_owned()
        }
        Provider::Gitlab => around
            .variable("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")?
            .to_owned(),
        Provider::Bitbucket => {
            around.variable("BITBUCKET_PR_ID")?;
            around.variable("BITBUCKET_COMMIT")?.to_owned()
        }
        Provider::Azure => around
            .variable("SYSTEM_PULLREQUEST_SOURCECOMMITID")?
            .to_owned(),
    };
    is_commit(&commit).then_some(commit)
}

impl Surroundings {
    pub(super) fn pipeline(&self) -> Option<Provider> {
        let marks = [
            ("GITHUB_ACTIONS", Provider::Github),
            ("GITLAB_CI", Provider::Gitlab),
            ("BITBUCKET_BUILD_NUMBER", Provider::Bitbucket),
            ("TF_BUILD", Provider::Azure),
        ];
        (marks.into_iter()).find_map(|(name, provider)| self.variable(name).map(|_| provider))
    }

    /// A variable; an empty one is none.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(name)?;
        Some(value.trim()).filter(|it| !it.is_empty())
    }

    fn needed(&self, name: &'static str) -> Result<&str, Error> {
        self.variable(name).ok_or_else(|| wrong(name, "is not set"))
    }

    fn event(&self) -> Value {
        let event = self.event.as_deref().map(serde_json::from_str);
        event.and_then(Result::ok).unwrap_or_default()
    }

    fn repository(&self, provider: Provider) -> Result<String, Error> {
        Ok(match provider {
            Provider::Github => self.needed("GITHUB_REPOSITORY")?.to_owned(),
            Provider::Gitlab => match self.variable("CI_MERGE_REQUEST_PROJECT_PATH") {
                Some(project) => project.to_owned(),
                None => self.needed("CI_PROJECT_PATH")?.to_owned(),
            },
            Provider::Bitbucket => self.needed("BITBUCKET_REPO_FULL_NAME")?.to_owned(),
            Provider::Azure => {
                // A pipeline there may build a repository of another host.
                if self
                    .variable("BUILD_REPOSITORY_PROVIDER")
                    .is_some_and(|it| it != "TfsGit")
                {
                    let why = "is another host than Azure Repos; name the place by hand";
                    return Err(wrong("BUILD_REPOSITORY_PROVIDER", why));
                }
                let project = self.needed("SYSTEM_TEAMPROJECT")?;
                format!("{project}/{}", self.needed("BUILD_REPOSITORY_ID")?)
            }
        })
    }

    fn pull(&self, provider: Provider) -> Result<Pull, Error> {
        let (number, commit) = match provider {
            Provider::Github => return self.pull_of_event(),
            Provider::Gitlab => ("CI_MERGE_REQUEST_IID", "CI_COMMIT_SHA"),
            Provider::Bitbucket => ("BITBUCKET_PR_ID", "BITBUCKET_COMMIT"),
            Provider::Azure => ("SYSTEM_PULLREQUEST_PULLREQUESTID", "BUILD_SOURCEVERSION"),
        };
        match self.variable(number) {
            Some(text) => {
                let number = text.parse().map_err(|_| wrong(number, "is no number"))?;
                Ok(Pull::Number(number))
            }
            None => self.pull_of_commit(commit),
        }
    }

    fn pull_of_commit(&self, name: &'static str) -> Result<Pull, Error> {
        let commit = self.needed(name)?;
        match is_commit(commit) {
            true => Ok(Pull::Of(Origin::Commit(commit.to_owned()))),
            false => Err(wrong(name, "is no commit")),
        }
    }

    fn pull_of_event(&self) -> Result<Pull, Error> {
        let event = self.event();
        let issue = &event["issue"];
        let of_issue = issue["number"]
            .as_u64()
            .filter(|_| issue["pull_request"].is_object());
        if let Some(number) = event["pull_request"]["number"].as_u64().or(of_issue) {
            return Ok(Pull::Number(number));
        }
        if event["workflow_run"].is_object() {
            return pull_of_run(&event["workflow_run"]);
        }
        let reference = self.variable("GITHUB_REF").unwrap_or_default();
        let number = reference
            .strip_prefix("refs/pull/")
            .and_then(|it| it.split('/').next());
        match number.and_then(|it| it.parse().ok()) {
            Some(number) => Ok(Pull::Number(number)),
            None => self.pull_of_commit("GITHUB_SHA"),
        }
    }
}

fn pull_of_run(run: &Value) -> Result<Pull, Error> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let origin = || {
        Some(Origin::Branch {
            owner: text(&run["head_repository"]["owner"]["login"])?,
            branch: text(&run["head_branch"])?,
            commit: text(&run["head_sha"]).filter(|it| is_commit(it))?,
        })
    };
    let missing = || {
        wrong(
            "GITHUB_EVENT_PATH",
            "names a file that does not say which branch was run",
        )
    };
    Ok(Pull::Of(origin().ok_or_else(missing)?))
}

fn wrong(name: &'static str, why: &str) -> Error {
    Error::Variable {
        name,
        why: why.to_owned(),
    }
}
