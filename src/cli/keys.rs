//! The keys, which come from the environment alone.

use anyhow::Result;
use ddapps::api::Credentials;
use secrecy::SecretString;

use super::exit::{Ending, Exit};

/// The keys to call the API with.
pub fn credentials() -> Result<Credentials> {
    let variable = |name: &str| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    let missing = |what: &str| {
        Ending::new(Exit::Failed, format!("{what} is not set")).hint(
            "set DD_API_KEY and DD_APP_KEY, or work on the built-in emulator with `--sandbox`",
        )
    };
    let api_key = variable("DD_API_KEY").ok_or_else(|| missing("DD_API_KEY"))?;
    let app_key = variable("DD_APP_KEY")
        .or_else(|| variable("DD_APPLICATION_KEY"))
        .ok_or_else(|| missing("DD_APP_KEY (or DD_APPLICATION_KEY)"))?;
    Ok(Credentials::new(&api_key, &app_key)?)
}

/// The keys and tokens in the environment, so that nothing that is shown shows them.
pub fn secrets() -> Vec<SecretString> {
    let names = [
        "DD_API_KEY",
        "DD_APP_KEY",
        "DD_APPLICATION_KEY",
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "GITLAB_TOKEN",
        "CI_JOB_TOKEN",
        "BITBUCKET_TOKEN",
        "SYSTEM_ACCESSTOKEN",
        "AZURE_DEVOPS_EXT_PAT",
    ];
    let values = names.iter().filter_map(|name| std::env::var(name).ok());
    values
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
        .map(SecretString::from)
        .collect()
}
