//! The two keys, kept from every log.

use std::fmt;

use hmac::{Hmac, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

use crate::http::Endpoint;
use crate::http::header::{HeaderMap, HeaderName, HeaderValue};

/// An API key and an application key. `Debug` shows neither, and memory is wiped when they are dropped.
#[derive(Clone)]
pub struct Credentials {
    api_key: SecretString,
    application_key: SecretString,
}

/// What stands for a place and the keys that look at it, without telling either. `Debug` shows nothing.
///
/// Whoever sees what was sealed with it learns neither key, and whoever has not both keys cannot seal.
#[derive(Clone)]
pub struct Seal(Hmac<Sha256>);

/// Why two texts are no credentials. The texts are not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// Nothing there.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// Something that no key contains.
    #[error("the {0} contains characters that no key has")]
    Characters(&'static str),
}

impl Credentials {
    /// Takes the keys; blanks and line breaks around them, as secret stores like to add, are not part of them.
    pub fn new(api_key: &str, application_key: &str) -> Result<Self, CredentialsError> {
        Ok(Self {
            api_key: key("API key", api_key)?,
            application_key: key("application key", application_key)?,
        })
    }

    /// The seal of these keys at an endpoint.
    pub(super) fn seal(&self, endpoint: &Endpoint) -> Seal {
        let mut key = Sha256::new();
        // A key holds visible characters only, and so does an address: none holds the line break between them.
        for part in [
            &endpoint.to_string(),
            self.api_key.expose_secret(),
            self.application_key.expose_secret(),
        ] {
            key.update(part);
            key.update("\n");
        }
        let seal = Hmac::new_from_slice(&key.finalize());
        Seal(seal.expect("a key of any length will do"))
    }

    /// The headers that carry them, marked so that no layer below shows or compresses them.
    pub(super) fn headers(&self) -> HeaderMap {
        let header = |name, key: &SecretString| {
            let mut value = HeaderValue::from_str(key.expose_secret())
                .expect("a key has visible characters only");
            value.set_sensitive(true);
            (HeaderName::from_static(name), value)
        };
        [
            header("dd-api-key", &self.api_key),
            header("dd-application-key", &self.application_key),
        ]
        .into_iter()
        .collect()
    }
}

impl Seal {
    /// The seal under a text that is given in parts.
    pub fn under(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut seal = self.0.clone();
        for part in parts {
            // The lengths, so that no other division of the same bytes has the same seal.
            seal.update(&(part.len() as u64).to_be_bytes());
            seal.update(part);
        }
        seal.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

fn key(name: &'static str, text: &str) -> Result<SecretString, CredentialsError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(CredentialsError::Empty(name));
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(CredentialsError::Characters(name));
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let credentials = Credentials::new("abcdef", "ghijkl\n").unwrap();
        assert_eq!(format!("{credentials:?}"), "***");
        assert!(!format!("{:?}", credentials.headers()).contains("def"));
        assert_eq!(credentials.headers()["dd-application-key"], "ghijkl");
    }

    #[test]
    fn another_key_or_another_place_has_another_seal() {
        let seal = |api, application, place: &str| {
            let credentials = Credentials::new(api, application).unwrap();
            credentials.seal(&place.parse().unwrap()).under(&[b"text"])
        };
        let seals = [
            seal("a", "b", "https://x"),
            seal("ab", "b", "https://x"),
            seal("a", "c", "https://x"),
            seal("b", "a", "https://x"),
            seal("a", "b", "https://y"),
        ];
        for (index, one) in seals.iter().enumerate() {
            assert!(!seals[..index].contains(one), "{index}");
        }
        assert_eq!(seals[0], seal(" a\n", "b", "https://x/"));
    }

    #[test]
    fn a_seal_shows_nothing_and_tells_parts_apart() {
        let credentials = Credentials::new("abcdef", "ghijkl").unwrap();
        let seal = credentials.seal(&"https://x".parse().unwrap());
        assert_eq!(format!("{seal:?}"), "***");
        assert_ne!(seal.under(&[b"ab", b"c"]), seal.under(&[b"a", b"bc"]));
    }

    #[test]
    fn what_cannot_be_a_key_is_refused_by_name() {
        let error = Credentials::new("a", " \n").unwrap_err();
        assert_eq!(error.to_string(), "the application key is empty");
        let error = Credentials::new("a\r\nx-evil: 1", "b").unwrap_err();
        assert_eq!(error, CredentialsError::Characters("API key"));
    }
}
