//! Masking of credentials, in every value that any format shows (`FORMAT.md` section 10).
//!
//! A credential is known by what its key or header is called ([`names`]), by its shape ([`shapes`]), or because it is
//! one of our own keys. It becomes `***` and a short hash, so that a change of it stays visible. Masking twice is
//! masking once, and nothing here looks at a value more than a fixed number of times.

mod names;
mod shapes;

use std::borrow::Cow;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::path;

use names::is_secret;

/// What stands for a credential: `***` and the first six hexadecimal digits of its SHA-256.
fn stand_in(credential: &str) -> String {
    let hash = Sha256::digest(credential);
    format!("***{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2])
}

/// Whether a text is a stand-in already.
fn is_stand_in(text: &str) -> bool {
    let hash = text.strip_prefix("***");
    hash.is_some_and(|it| it.len() == 6 && it.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A text without what is shaped like a credential, and without each of `own`.
pub fn masked(text: &str, own: &[SecretString]) -> String {
    Mask::new(own).text(text)
}

/// Masks credentials.
pub(super) struct Mask {
    /// Our own keys.
    own: Vec<String>,
}

impl Mask {
    /// Shorter texts are no keys, and masking them would deface what is shown.
    const SHORTEST_OWN: usize = 8;
    /// Passes over one text, at most.
    const MOST_PASSES: usize = 8;

    /// Masks what is called or shaped like a credential, and each of `own`.
    pub fn new(own: &[SecretString]) -> Self {
        let own = own.iter().map(|it| it.expose_secret().to_owned());
        Self {
            own: own.filter(|it| it.len() >= Self::SHORTEST_OWN).collect(),
        }
    }

    /// Masks the credentials inside a text; the rest of it stays.
    pub fn text(&self, text: &str) -> String {
        let mut text = Cow::Borrowed(text);
        // A stand-in may end what was a longer, harmless run, and so uncover a shape before it. Chains of that are as
        // contrived as they are short.
        for _ in 0..Self::MOST_PASSES {
            let Cow::Owned(masked) = shapes::masked(&text) else {
                break;
            };
            if *masked == *text {
                break;
            }
            text = masked.into();
        }
        for own in &self.own {
            if text.contains(own.as_str()) {
                text = text.replace(own.as_str(), &stand_in(own)).into();
            }
        }
        text.into_owned()
    }

    /// Masks the credentials anywhere in a value.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => self.object(fields, false),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// Masks the value at a path of the definition language, whose names count as keys.
    pub fn at(&self, path: &str, value: &Value) -> Value {
        match names::path_is_secret(&path::segments(path)) {
            true => self.secret(value),
            false => self.value(value),
        }
    }

    /// Masks the fields of an object. `named` says whether what it describes is called like a secret.
    fn object(&self, fields: &Map<String, Value>, named: bool) -> Value {
        let own_name = ["key", "name"].iter().any(|field| {
            let name = fields.get(*field).and_then(Value::as_str);
            name.is_some_and(is_secret)
        });
        let named = named || own_name;
        let masked = fields.iter().map(|(key, value)| {
            let holds = is_secret(key) || (named && names::HELD.contains(&key.as_str()));
            let value = match value {
                value if holds => self.secret(value),
                // A query or component that is called like a secret holds it among its properties.
                Value::Object(inner) if key == "properties" => self.object(inner, named),
                value => self.value(value),
            };
            (self.text(key), value)
        });
        Value::Object(masked.collect())
    }

    /// Masks everything in a value that stands under the name of a secret.
    fn secret(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => shapes::secret(&self.text(text)).into(),
            Value::Number(number) => stand_in(&number.to_string()).into(),
            Value::Array(items) => items.iter().map(|item| self.secret(item)).collect(),
            Value::Object(fields) => {
                let masked = fields
                    .iter()
                    .map(|(key, it)| (self.text(key), self.secret(it)));
                Value::Object(masked.collect())
            }
            Value::Null | Value::Bool(_) => value.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
