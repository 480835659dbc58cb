//! How patient, how trusting and how talkative the transport is.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How the transport behaves; the default is right for the real API.
#[derive(Clone)]
pub struct Settings {
    /// How we introduce ourselves.
    pub user_agent: String,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long one attempt may take, from connecting to the last byte.
    pub timeout: Duration,
    /// The largest body that is read, unpacked.
    pub largest_body: usize,
    /// Whom we believe to be the server.
    pub roots: Roots,
    /// What is repeated how often.
    pub retry: Retry,
    /// Whether it is to be found out how many calls at once are good, up to what the callers ask for. Without, they are all
    /// made at once while the server is not in trouble.
    pub adaptive: bool,
    /// Told before every pause, so that a person is not left wondering.
    pub on_wait: Option<Arc<dyn Fn(Wait) + Send + Sync>>,
}

/// Which certificate authorities are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roots {
    /// The system's; where it has none, the ones Mozilla trusts.
    System,
    /// Only those in this PEM file (`SSL_CERT_FILE`).
    File(PathBuf),
}

/// How often, and after which pauses, a call is repeated.
#[derive(Clone, Debug)]
pub struct Retry {
    /// How many repeats after failures; rate limits are not counted here.
    pub repeats: usize,
    /// The first pause; each later one is twice as long. Up to its own length again is added at random.
    pub base: Duration,
    /// The longest of these pauses.
    pub cap: Duration,
    /// The longest single wait that a server may ask for.
    pub longest_wait: Duration,
    /// How long one call waits for rate limits altogether before it gives up.
    pub patience: Duration,
}

/// A pause that is about to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The reason.
    pub why: Why,
    /// Its length.
    pub duration: Duration,
    /// The kind of call that waits.
    pub route: &'static str,
}

/// Why a call waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The server allows no more calls for now.
    RateLimit,
    /// So many attempts failed, and another follows.
    Repeat {
        /// The attempts so far.
        attempts: u32,
    },
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_agent: concat!("ddapps/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(60),
            largest_body: 64 << 20,
            roots: Roots::System,
            retry: Retry::default(),
            adaptive: false,
            on_wait: None,
        }
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            repeats: 4,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(15),
            longest_wait: Duration::from_secs(120),
            patience: Duration::from_secs(600),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("user_agent", &self.user_agent)
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.timeout)
            .field("largest_body", &self.largest_body)
            .field("roots", &self.roots)
            .field("retry", &self.retry)
            .field("adaptive", &self.adaptive)
            .finish_non_exhaustive()
    }
}
