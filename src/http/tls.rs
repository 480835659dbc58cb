//! Makes the connection pool: whom it trusts, which proxy it may use, that it follows nobody.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use reqwest::header::HeaderMap;
use reqwest::{Certificate, Client, ClientBuilder, redirect};

use super::{Endpoint, Roots, Settings};

/// Why no connection pool could be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The file with root certificates cannot be read.
    #[error("cannot read the certificates in `{}`", path.display())]
    RootsUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file with root certificates holds none.
    #[error("`{}` holds no certificate in PEM form", path.display())]
    NoRoots {
        /// The file.
        path: PathBuf,
    },
    /// The client library refuses its settings.
    #[error("cannot set up the HTTP client")]
    Client(#[source] reqwest::Error),
}

/// The pool for one endpoint.
pub(super) fn client(
    endpoint: &Endpoint,
    headers: HeaderMap,
    settings: &Settings,
) -> Result<Client, SetupError> {
    // Without a provider the client library panics. That one is installed already is no error: it serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = || builder(endpoint, headers.clone(), settings);
    if !endpoint.is_encrypted() {
        // No certificate will be looked at, and reading the system's takes longer than a loopback call.
        return builder()
            .tls_certs_only([])
            .build()
            .map_err(SetupError::Client);
    }
    match &settings.roots {
        Roots::File(path) => builder()
            .tls_certs_only(certificates(path)?)
            .build()
            .map_err(SetupError::Client),
        // A system without certificates (a bare container) fails to build; nothing else in here can.
        Roots::System => builder().build().or_else(|_| {
            builder()
                .tls_certs_only(mozilla())
                .build()
                .map_err(SetupError::Client)
        }),
    }
}

fn builder(endpoint: &Endpoint, headers: HeaderMap, settings: &Settings) -> ClientBuilder {
    let builder = Client::builder()
        .default_headers(headers)
        .user_agent(&settings.user_agent)
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.timeout)
        // A redirect would carry the keys to wherever it points.
        .redirect(redirect::Policy::none())
        // Repeats are decided by what a request does; the library knows only the protocol.
        .retry(reqwest::retry::never())
        .https_only(endpoint.is_encrypted());
    if !endpoint.is_loopback() {
        return builder;
    }
    // `localhost` must mean this machine, whatever a resolver says, and no proxy lies between it and us.
    let local = [
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
    ];
    builder.no_proxy().resolve_to_addrs("localhost", &local)
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, SetupError> {
    let path = path.to_owned();
    let pem = match std::fs::read(&path) {
        Ok(pem) => pem,
        Err(source) => return Err(SetupError::RootsUnreadable { path, source }),
    };
    match Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(SetupError::NoRoots { path }),
    }
}

fn mozilla() -> impl Iterator<Item = Certificate> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .filter_map(|der| Certificate::from_der(der).ok())
}
