//! Where calls, and with them the keys, may go.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

/// A base URL that credentials may be sent to: https, or http to this very machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

/// Why a text is no [`Endpoint`]. The text itself is not repeated: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// No URL at all.
    #[error("this is not a URL; one looks like `https://api.datadoghq.com`")]
    NotAUrl,
    /// Some other scheme.
    #[error("a URL for the API starts with `https://`")]
    Scheme,
    /// Keys would cross a network in clear text.
    #[error(
        "keys are sent over `http://` to a loopback address only (`127.0.0.1`, `[::1]`, `localhost`)"
    )]
    ClearText,
    /// `user:password@`.
    #[error("a URL for the API has no user name or password in it")]
    UserInfo,
    /// `?…` or `#…`.
    #[error("a URL for the API ends with its host or path, without `?` or `#`")]
    Tail,
}

impl Endpoint {
    /// Whether it is on this machine: then no proxy may see the calls.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// Whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The URL of a call.
    pub(super) fn url(&self, path: &str, query: &[(&str, String)]) -> Url {
        let mut url = self.0.clone();
        let base = self.0.path().trim_end_matches('/');
        url.set_path(&format!("{base}{path}"));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// The host that a redirect points to, if it names one.
    pub(super) fn host_of(location: &str) -> Option<String> {
        Url::parse(location).ok()?.host_str().map(str::to_owned)
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        let url = Url::parse(text.trim()).map_err(|_| EndpointError::NotAUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(EndpointError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(EndpointError::Tail);
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(EndpointError::ClearText);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

fn is_loopback(url: &Url) -> bool {
    // The parser has already turned other spellings (`0x7f.1`, `2130706433`) into the plain address.
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse()
            .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_over_tls_or_to_this_machine_only() {
        for good in [
            "https://api.datadoghq.com",
            "https://gateway.example.com/datadog/",
            "http://127.0.0.1:8080",
            "http://127.9.9.9/",
            "http://[::1]:1",
            "http://localhost:3000",
        ] {
            assert!(good.parse::<Endpoint>().is_ok(), "{good}");
        }
        for (bad, why) in [
            ("http://api.datadoghq.com", EndpointError::ClearText),
            ("http://localhost.example.com", EndpointError::ClearText),
            ("http://127.0.0.1.example.com", EndpointError::ClearText),
            ("http://0.0.0.0:80", EndpointError::ClearText),
            ("http://[::ffff:10.0.0.1]", EndpointError::ClearText),
            ("https://user:secret@example.com", EndpointError::UserInfo),
            ("http://127.0.0.1@example.com", EndpointError::UserInfo),
            ("ftp://127.0.0.1", EndpointError::Scheme),
            ("api.datadoghq.com", EndpointError::NotAUrl),
            ("https://example.com?x=1", EndpointError::Tail),
            ("", EndpointError::NotAUrl),
        ] {
            assert_eq!(bad.parse::<Endpoint>(), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_call_keeps_the_base_path() {
        let endpoint: Endpoint = "https://gateway.example.com/datadog/".parse().unwrap();
        let url = endpoint.url("/api/v2/x", &[("filter[name]", "a b&c".to_owned())]);
        assert_eq!(
            url.as_str(),
            "https://gateway.example.com/datadog/api/v2/x?filter%5Bname%5D=a+b%26c"
        );
        assert_eq!(endpoint.to_string(), "https://gateway.example.com/datadog");
    }
}
