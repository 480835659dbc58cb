//! The pull request that a command speaks on: where it is, and the token, as the environment says.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use anyhow::Result;
use ddapps::forge::{self, Forge, Provider, Surroundings, Token, detect};

use super::args::{Global, Place};
use super::connection::transport;
use super::exit::{Ending, Exit};
use super::progress::Progress;
use super::speech::Speaker;
use super::summary;

/// Larger than the file of any event.
const LARGEST_EVENT: u64 = 32 << 20;

/// Opens the place that the command line and the environment name.
pub fn open(global: &Global, args: &Place, for_issue: bool) -> Result<Speaker> {
    let around = Surroundings {
        for_issue,
        ..surroundings(args)
    };
    let place = detect(&around).map_err(explained)?;
    let token = token(place.provider)?;
    let progress = Arc::new(Progress::new(global));
    let forge = Forge::open(&place, &token, transport(&progress)).map_err(explained)?;
    let (job, whole) = (around.job(), whole(global, &around));
    Ok(Speaker::new(forge, place.provider, job, whole))
}

/// The page where people find all of what is said: the file that `--output` names, as an artifact of the job, or the summary
/// of the job, which stands on its page.
fn whole(global: &Global, around: &Surroundings) -> Option<String> {
    let file = global.output.as_ref();
    let file = file.and_then(|it| std::path::absolute(it).ok());
    let artifact = file.and_then(|it| around.artifact(&it));
    artifact.or_else(|| summary::is_kept().then(|| around.job())?)
}

/// The newest commit of the pull request that the pipeline has checked out.
pub fn pull_head() -> Option<String> {
    let nothing = Place {
        provider: None,
        repo: None,
        pr: None,
    };
    forge::pull_head(&surroundings(&nothing))
}

/// An error of the host, with what to do about it.
pub fn explained(error: forge::Error) -> anyhow::Error {
    use forge::Error::{Http, Malformed, Nowhere, Refused, Repository, Variable};
    let hint = match &error {
        Nowhere | Variable { .. } => Some(
            "name the place with `--provider`, `--repo` and `--pr`, one of Azure also with SYSTEM_COLLECTIONURI",
        ),
        Repository { .. } => Some("name it with `--repo`"),
        Http(error) => match error.answer().map(|it| it.status) {
            Some(401 | 403 | 404) => Some(
                "the token has to be allowed to read the pull request and write comments on it; in GitHub Actions: \
                 `permissions: {pull-requests: write}`",
            ),
            _ => None,
        },
        Malformed { .. } | Refused(_) => Some("look at the token, the repository and the number"),
        _ => None,
    };
    match hint {
        Some(hint) => Ending::new(Exit::Failed, error.to_string())
            .hint(hint)
            .into(),
        None => error.into(),
    }
}

fn surroundings(args: &Place) -> Surroundings {
    // Where a run is, and nothing else: no token is among these.
    const PREFIXES: [&str; 7] = [
        "GITHUB_",
        "CI_",
        "GITLAB_CI",
        "BITBUCKET_",
        "SYSTEM_",
        "BUILD_",
        "TF_BUILD",
    ];
    let variables: BTreeMap<_, _> = (std::env::vars_os())
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| {
            PREFIXES.iter().any(|it| name.starts_with(it)) && !name.contains("TOKEN")
        })
        .collect();
    let event = variables.get("GITHUB_EVENT_PATH").and_then(|path| {
        let is_file = fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() <= LARGEST_EVENT);
        is_file.then(|| fs::read_to_string(path).ok())?
    });
    Surroundings {
        variables,
        event,
        provider: args.provider,
        repository: args.repo.clone(),
        pull: args.pr,
        for_issue: false,
    }
}

fn token(provider: Provider) -> Result<Token> {
    let names = provider.token_variables();
    let values = names
        .iter()
        .map(|name| (name, std::env::var(name).unwrap_or_default()));
    let mut set = values.filter(|(_, value)| !value.trim().is_empty());
    let Some((name, value)) = set.next() else {
        let message = format!("{} is not set", names.join(" or "));
        let hint = "give the job a token that may write comments; tokens are read from the environment only";
        return Err(Ending::new(Exit::Failed, message).hint(hint).into());
    };
    Token::new(provider, name, &value).map_err(|error| {
        let message = format!("{name} {error}");
        Ending::new(Exit::Failed, message).into()
    })
}
