//! The two keys, kept from every log.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::http::header::{HeaderMap, HeaderName, HeaderValue};

/// An API key and an application key. `Debug` shows neither, and memory is wiped when they are dropped.
#[derive(Clone)]
pub struct Credentials {
    api_key: SecretString,
    application_key: SecretString,
}

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
    fn what_cannot_be_a_key_is_refused_by_name() {
        let error = Credentials::new("a", " \n").unwrap_err();
        assert_eq!(error.to_string(), "the application key is empty");
        let error = Credentials::new("a\r\nx-evil: 1", "b").unwrap_err();
        assert_eq!(error, CredentialsError::Characters("API key"));
    }
}
