//! The token that comments are written with, kept from every log.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use super::Provider;

/// A token. `Debug` does not show it, and memory is wiped when it is dropped.
#[derive(Clone)]
pub struct Token {
    header: HeaderName,
    value: SecretString,
}

/// Why a text is no token. The text is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// Something that no token contains.
    #[error("contains characters that no token has")]
    Characters,
}

impl Token {
    /// Takes the value of a variable, in the way in which the host wants what stands in it.
    pub fn new(provider: Provider, variable: &str, text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TokenError::Empty);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::Characters);
        }
        let basic = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
        let (header, value) = match provider {
            Provider::Gitlab => (HeaderName::from_static("private-token"), text.to_owned()),
            // An API token of a person comes with the address of the account, an access token alone.
            Provider::Bitbucket if text.contains(':') => (AUTHORIZATION, basic(text)),
            Provider::Azure if variable == "AZURE_DEVOPS_EXT_PAT" => {
                (AUTHORIZATION, basic(&format!(":{text}")))
            }
            _ => (AUTHORIZATION, format!("Bearer {text}")),
        };
        Ok(Self {
            header,
            value: value.into(),
        })
    }

    /// The header that carries it, marked so that no layer below shows or compresses it.
    pub(super) fn headers(&self) -> HeaderMap {
        let mut value = HeaderValue::from_str(self.value.expose_secret())
            .expect("a token has visible characters only");
        value.set_sensitive(true);
        [(self.header.clone(), value)].into_iter().collect()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_gets_its_header_and_debug_shows_nothing() {
        let header = |provider, variable, text| {
            let token = Token::new(provider, variable, text).unwrap();
            assert_eq!(format!("{token:?}"), "***");
            let headers = token.headers();
            let (name, value) = headers.iter().next().unwrap();
            assert_eq!(format!("{value:?}"), "Sensitive");
            format!("{name}: {}", value.to_str().unwrap())
        };
        assert_eq!(
            header(Provider::Github, "", "tok\n"),
            "authorization: Bearer tok"
        );
        assert_eq!(header(Provider::Gitlab, "", "tok"), "private-token: tok");
        assert_eq!(
            header(Provider::Bitbucket, "", "tok"),
            "authorization: Bearer tok"
        );
        assert_eq!(
            header(Provider::Bitbucket, "", "a@b.c:tok"),
            "authorization: Basic YUBiLmM6dG9r"
        );
        assert_eq!(
            header(Provider::Azure, "AZURE_DEVOPS_EXT_PAT", "tok"),
            "authorization: Basic OnRvaw=="
        );
    }

    #[test]
    fn what_cannot_be_a_token_is_refused() {
        let new = |text| Token::new(Provider::Github, "GH_TOKEN", text).unwrap_err();
        assert_eq!(new(" \n"), TokenError::Empty);
        assert_eq!(new("a\r\nx: 1"), TokenError::Characters);
    }
}
