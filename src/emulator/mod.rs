//! The App Builder HTTP API from memory: for tests, for a sandbox, for anyone without an account.
//!
//! A call goes `server` (HTTP, faults, latency) → `operation` (what is asked, strictly) → `store` (what it does) →
//! `answer`. What nobody knows about the API is a switch ([`Switches`]); what can go wrong on the way is a [`Fault`].
//!
//! This room imports nothing of ours and shares no code with the client, so that each checks the other. It knows the
//! API from recordings alone; it never validates, plans or compares apps.

mod answer;
mod call;
mod clock;
mod fault;
mod limit;
mod line;
mod log;
mod operation;
mod persist;
mod server;
mod store;
mod switch;

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

use answer::Answer;
use call::Call;
use clock::Source;
use fault::Faults;
use limit::{Budget, Limiter};
use log::Log;
use store::{StateError, Store};

pub use store::Deed;

pub use fault::{Failure, Fault, When};
pub use limit::RateLimit;
pub use log::Request;
pub use operation::BASE;
pub use switch::*;

/// How an emulator behaves. The default is a server as recorded, at once, without faults.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The open questions of the API.
    pub switches: Switches,
    /// Whether ids and the clock are counters.
    pub deterministic: bool,
    /// How long every answer takes at least.
    pub latency: Duration,
    /// How many calls are let through.
    pub rate_limit: Option<RateLimit>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// The API key and the application key that are right; `None`: any that are not empty.
    pub keys: Option<(String, String)>,
}

/// An emulator whose state cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is there but cannot be read.
    #[error("cannot read the emulator's state `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not JSON.
    #[error("the emulator's state `{}` is not JSON", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// Where it goes wrong.
        source: serde_json::Error,
    },
    /// The file is JSON but no state.
    #[error("the emulator's state `{}` is broken", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Where it goes wrong.
        source: InvalidState,
    },
    /// The value is no state.
    #[error("the emulator's state is broken")]
    Invalid(#[source] InvalidState),
}

/// What is wrong with a state, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct InvalidState(#[from] StateError);

/// A handle on an emulated server; clones share it.
#[derive(Clone, Debug)]
pub struct Emulator(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    forbidden: ForbiddenBody,
    keys: Option<(String, String)>,
    latency: Duration,
    file: Option<PathBuf>,
    store: Mutex<Store>,
    faults: Mutex<Faults>,
    limiter: Option<Mutex<Limiter>>,
    log: Mutex<Log>,
}

/// The keys of a call, empty where they are missing.
struct Keys<'a> {
    api: &'a str,
    application: &'a str,
}

impl Emulator {
    /// A server without apps.
    pub fn new(settings: Settings) -> Self {
        let store = Store::new(settings.switches.clone(), source(&settings));
        Self::with(store, settings, None)
    }

    /// A server that keeps its state in a file. A missing file is a server without apps; a broken one is an error, and
    /// is left as it is.
    pub fn open(path: &Path, settings: Settings) -> Result<Self, Error> {
        let store = match persist::load(path)? {
            None => Store::new(settings.switches.clone(), source(&settings)),
            Some(state) => read(&state, &settings).map_err(|source| Error::Broken {
                path: path.to_owned(),
                source,
            })?,
        };
        Ok(Self::with(store, settings, Some(path.to_owned())))
    }

    /// A server with the apps of a state document.
    pub fn from_json(state: &Value, settings: Settings) -> Result<Self, Error> {
        let store = read(state, &settings).map_err(Error::Invalid)?;
        Ok(Self::with(store, settings, None))
    }

    /// The whole state, which [`Self::from_json`] reads.
    pub fn to_json(&self) -> Value {
        lock(&self.0.store).to_json()
    }

    /// Serves until the future is dropped.
    pub async fn serve(self, listener: TcpListener) -> std::io::Result<()> {
        server::serve(self, listener).await
    }

    /// Serves on a free port of this machine, in the background, until the result is dropped.
    pub async fn start(self) -> std::io::Result<Running> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let served = self.clone();
        let task = tokio::spawn(async move {
            if let Err(error) = served.serve(listener).await {
                tracing::error!(%error, "the emulator stopped");
            }
        });
        Ok(Running {
            url,
            emulator: self,
            task,
        })
    }

    /// The requests so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.0.log).requests().to_vec()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        lock(&self.0.log).clear();
    }

    /// Replaces the faults, and counts requests from nothing again.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        *lock(&self.0.faults) = Faults::new(faults);
    }

    /// Approves the publish requests of an app, as a person would in the product: its newest version goes live. False
    /// if there are none.
    pub fn approve(&self, app: Uuid) -> bool {
        self.change(|store| store.approve(app)).status == 201
    }

    /// Lets somebody else do something to an app, as a person would in the product. False if there is no such app.
    pub fn meanwhile(&self, app: Uuid, deed: Deed) -> bool {
        self.change(|store| store.meanwhile(app, deed)).status < 300
    }

    fn with(store: Store, settings: Settings, file: Option<PathBuf>) -> Self {
        let Settings {
            switches,
            deterministic: _,
            latency,
            rate_limit,
            faults,
            keys,
        } = settings;
        Self(Arc::new(Shared {
            forbidden: switches.forbidden_body,
            keys,
            latency,
            file,
            store: Mutex::new(store),
            faults: Mutex::new(Faults::new(faults)),
            limiter: rate_limit.map(|limit| Mutex::new(Limiter::new(limit))),
            log: Mutex::default(),
        }))
    }

    /// The answer to a call; a write is in the file before it is answered.
    async fn answer(&self, keys: &Keys<'_>, call: Call) -> Answer {
        if !self.admits(keys) {
            return self.forbidden();
        }
        let emulator = self.clone();
        let act = move || emulator.act(&call);
        if self.0.file.is_none() {
            return act();
        }
        match tokio::task::spawn_blocking(act).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(%error, "a request broke off");
                Answer::gateway(500, "Internal Server Error")
            }
        }
    }

    fn act(&self, call: &Call) -> Answer {
        let asked = operation::parse(call);
        match asked {
            Ok(operation) if call.method == "GET" => lock(&self.0.store).apply(operation),
            Ok(operation) => self.change(|store| store.apply(operation)),
            Err(problem) => lock(&self.0.store).refuse(&problem),
        }
    }

    /// Changes the state and saves it; what cannot be saved did not happen.
    fn change(&self, apply: impl FnOnce(&mut Store) -> Answer) -> Answer {
        let mut store = lock(&self.0.store);
        let Some(file) = &self.0.file else {
            return apply(&mut store);
        };
        let before = store.clone();
        let answer = apply(&mut store);
        if answer.status < 300
            && let Err(error) = persist::save(file, &store.to_text())
        {
            tracing::error!(%error, file = %file.display(), "cannot save the emulator's state");
            *store = before;
            return Answer::gateway(500, "Internal Server Error");
        }
        answer
    }

    fn admits(&self, keys: &Keys<'_>) -> bool {
        match &self.0.keys {
            None => !keys.api.is_empty() && !keys.application.is_empty(),
            Some((api, application)) => keys.api == api && keys.application == application,
        }
    }

    fn forbidden(&self) -> Answer {
        Answer::forbidden(self.0.forbidden)
    }

    fn latency(&self) -> Duration {
        self.0.latency
    }

    fn strike(&self, method: &str, path: &str) -> Option<Failure> {
        lock(&self.0.faults).strike(method, path)
    }

    fn spend(&self) -> Option<Budget> {
        Some(lock(self.0.limiter.as_ref()?).spend())
    }

    /// Logs a request and returns its number.
    fn arrived(&self, method: &str, path: &str, query: &str) -> u64 {
        lock(&self.0.log).arrived(method, path, query)
    }

    fn answered(&self, number: u64, status: Option<u16>) {
        lock(&self.0.log).answered(number, status);
    }
}

/// A server in the background; it ends, with its connections, when this is dropped.
#[derive(Debug)]
pub struct Running {
    url: String,
    emulator: Emulator,
    task: JoinHandle<()>,
}

impl Running {
    /// Where it listens: scheme, host and port.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server itself.
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn source(settings: &Settings) -> Source {
    if settings.deterministic {
        Source::Counted { ids: 0, ticks: 0 }
    } else {
        Source::Real
    }
}

fn read(state: &Value, settings: &Settings) -> Result<Store, InvalidState> {
    Ok(Store::from_json(
        state,
        settings.switches.clone(),
        source(settings),
    )?)
}

/// A panic elsewhere does not make the state wrong: every operation changes it at its end.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
