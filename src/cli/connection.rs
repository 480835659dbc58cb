//! The server that a command talks to: Datadog, another one, or the emulator in this process.

use std::sync::Arc;

use anyhow::{Context, Result};
use ddapps::api::{self, Client, Credentials, Settings};
use ddapps::definition::Target;
use ddapps::emulator::{self, Emulator, Running};
use ddapps::http::{self, Endpoint, Roots};
use ddapps::model::{Site, UnknownSite};

use super::args::{Global, Parallelism};
use super::exit::{Ending, Exit};
use super::keys::credentials;
use super::progress::Progress;
use super::repository::Repository;

/// A client, and what must live as long as it.
pub struct Connection {
    pub client: Client,
    /// The site, as plans name it.
    pub site: String,
    /// Where the apps' pages are; `None` where the API has an address of its own.
    pub pages: Option<Site>,
    /// The emulator, in the sandbox.
    _sandbox: Option<Running>,
}

/// Connects as the command line, the settings and the environment say, in this order.
pub async fn connect(
    global: &Global,
    repository: &Repository,
    target: &Target,
    progress: &Arc<Progress>,
) -> Result<Connection> {
    let site = site(global, target);
    if global.sandbox {
        let running = sandbox(repository).await?;
        let keys = Credentials::new("sandbox", "sandbox")?;
        return Ok(Connection {
            client: client(global, endpoint(running.url())?, keys, progress)?,
            site,
            pages: None,
            _sandbox: Some(running),
        });
    }
    let (endpoint, pages) = match &global.api_url {
        Some(url) => (endpoint(url)?, None),
        None => {
            let known = known(global, &site)?;
            (api::endpoint(known), Some(known))
        }
    };
    Ok(Connection {
        client: client(global, endpoint, credentials()?, progress)?,
        site,
        pages,
        _sandbox: None,
    })
}

/// The site that is meant: by its name if it is a known one, however it was written.
pub fn site(global: &Global, target: &Target) -> String {
    let from_environment = || {
        std::env::var("DD_SITE")
            .ok()
            .filter(|site| !site.is_empty())
    };
    let chosen = (global.site.clone())
        .or_else(|| target.environment.site.clone())
        .or_else(from_environment);
    match chosen {
        None => Site::ALL[0].to_string(),
        Some(site) => site.parse().map_or(site, |known: Site| known.to_string()),
    }
}

fn known(global: &Global, site: &str) -> Result<Site> {
    let exit = match global.site {
        Some(_) => Exit::Usage,
        None => Exit::Invalid,
    };
    site.parse().map_err(|error: UnknownSite| {
        Ending::new(exit, error.to_string())
            .hint("another address needs `--api-url`")
            .into()
    })
}

fn endpoint(url: &str) -> Result<Endpoint> {
    url.parse().map_err(|error: http::EndpointError| {
        let message = format!("the API URL cannot be used: {error}");
        Ending::new(Exit::Usage, message).into()
    })
}

fn client(
    global: &Global,
    endpoint: Endpoint,
    credentials: Credentials,
    progress: &Arc<Progress>,
) -> Result<Client> {
    let settings = Settings {
        endpoint,
        credentials,
        http: http::Settings {
            adaptive: global.parallelism == Parallelism::Auto,
            ..transport(progress)
        },
    };
    Client::new(settings).context("the HTTP client cannot be set up")
}

/// How calls are made: whom to believe, and whom to tell when one has to wait.
pub fn transport(progress: &Arc<Progress>) -> http::Settings {
    let progress = Arc::clone(progress);
    http::Settings {
        roots: match std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()) {
            Some(path) => Roots::File(path.into()),
            None => Roots::System,
        },
        on_wait: Some(Arc::new(move |wait| progress.waits(&wait))),
        ..http::Settings::default()
    }
}

/// Starts the emulator in this process, with its state in `.ddapps/sandbox.json`.
async fn sandbox(repository: &Repository) -> Result<Running> {
    let folder = repository.own_folder()?;
    let emulator = Emulator::open(&folder.join("sandbox.json"), emulator::Settings::default())?;
    emulator
        .start()
        .await
        .context("the emulator cannot listen on this machine")
}
