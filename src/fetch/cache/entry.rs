//! One app as the cache keeps it: a seal, a line of JSON, and the definition, packed.
//!
//! The seal is made with the keys and covers the rest and the address that the entry is kept under. So an entry that is
//! damaged, that stands in another's place, or that somebody without the keys has written is none.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::api::Seal;
use crate::model::{App, AppId, Definition, LiveApp, Mark, Publication, Saved, Version, VersionId};

/// Changes whenever what is written here, or what it means, does.
pub(super) const FORMAT: &str = concat!("ddapps-cache-v2-", env!("CARGO_PKG_VERSION"));

/// The length of a seal.
const SEAL: usize = 32;

/// An app, and when the server showed it so.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::fetch) struct Entry {
    pub(in crate::fetch) app: LiveApp,
    pub(in crate::fetch) read_at: SystemTime,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    read_at: u64,
    id: Uuid,
    marks: Vec<String>,
    name: String,
    description: Option<String>,
    tags: Option<Vec<String>>,
    protection_level: Option<String>,
    self_service: Option<bool>,
    publish: Option<bool>,
    version: u64,
    version_id: Option<Uuid>,
    publication: String,
    deployed: Option<Uuid>,
    saved_by: String,
    saved_at: String,
}

impl Entry {
    /// The bytes to keep under an address.
    pub(super) fn write(&self, address: &[u8], seal: &Seal) -> Vec<u8> {
        let head = serde_json::to_vec(&self.head()).expect("texts and numbers have a JSON form");
        let definition = self.app.app.definition.packed();
        let mut bytes = Vec::with_capacity(SEAL + head.len() + 1 + definition.len());
        bytes.extend([0; SEAL]);
        bytes.extend(head);
        bytes.push(b'\n');
        bytes.extend(definition);
        let seal = seal.under(&[address, &bytes[SEAL..]]);
        bytes[..SEAL].copy_from_slice(&seal);
        bytes
    }

    /// The entry that was kept under an address; `None` if these bytes are none.
    pub(super) fn read(bytes: &[u8], address: &[u8], seal: &Seal) -> Option<Self> {
        let (sealed, rest) = bytes.split_at_checked(SEAL)?;
        if sealed != seal.under(&[address, rest]) {
            return None;
        }
        // In JSON, a line break inside of a text is written otherwise.
        let head = rest.split(|byte| *byte == b'\n').next()?;
        let definition = rest.get(head.len() + 1..)?;
        Self::of(serde_json::from_slice(head).ok()?, definition)
    }

    fn head(&self) -> Head {
        // Taken apart so that a new field cannot be forgotten here.
        let LiveApp {
            id,
            marks,
            app,
            version,
            version_id,
            publication,
            saved,
        } = &self.app;
        let App {
            name,
            description,
            tags,
            protection_level,
            self_service,
            publish,
            definition: _,
        } = app;
        let read_at = self.read_at.duration_since(UNIX_EPOCH);
        Head {
            // In nanoseconds, so that of apps that were read in one second one was read first.
            read_at: read_at.map_or(0, |it| u64::try_from(it.as_nanos()).unwrap_or(u64::MAX)),
            id: id.0,
            marks: marks.iter().map(Mark::to_string).collect(),
            name: name.clone(),
            description: description.clone(),
            tags: tags.as_ref().map(|it| it.iter().cloned().collect()),
            protection_level: protection_level.map(|it| it.as_str().to_owned()),
            self_service: *self_service,
            publish: *publish,
            version: version.0,
            version_id: version_id.map(|it| it.0),
            publication: publication.as_str().to_owned(),
            deployed: publication.version_id().map(|it| it.0),
            saved_by: saved.by.clone(),
            saved_at: saved.at.clone(),
        }
    }

    fn of(head: Head, definition: &[u8]) -> Option<Self> {
        let deployed = head.deployed.map(VersionId);
        let publications = [
            Publication::Unpublished,
            Publication::Current(deployed),
            Publication::Behind(deployed),
        ];
        let marks = head.marks.iter().map(|tag| Mark::parse(tag));
        let level = head.protection_level.map(|word| word.parse());
        let app = App {
            name: head.name,
            description: head.description,
            tags: head.tags.map(|it| it.into_iter().collect()),
            protection_level: level.transpose().ok()?,
            self_service: head.self_service,
            publish: head.publish,
            definition: Definition::from_packed(definition)?,
        };
        Some(Self {
            read_at: UNIX_EPOCH.checked_add(Duration::from_nanos(head.read_at))?,
            app: LiveApp {
                id: AppId(head.id),
                marks: marks.collect::<Option<_>>()?,
                app,
                version: Version(head.version),
                version_id: head.version_id.map(VersionId),
                publication: (publications.into_iter())
                    .find(|it| it.as_str() == head.publication)?,
                saved: Saved {
                    by: head.saved_by,
                    at: head.saved_at,
                },
            },
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::api::{Client, Credentials, Settings};
    use crate::http;
    use crate::model::{Body, ProtectionLevel};
    use serde_json::{Map, json};

    pub(in crate::fetch::cache) fn seal(key: &str) -> Seal {
        let settings = Settings {
            endpoint: "http://127.0.0.1:1".parse().unwrap(),
            credentials: Credentials::new(key, "application").unwrap(),
            http: http::Settings::default(),
        };
        Client::new(settings).unwrap().seal().clone()
    }

    pub(in crate::fetch::cache) fn entry() -> Entry {
        let version = VersionId(Uuid::from_u128(7));
        Entry {
            read_at: UNIX_EPOCH + Duration::from_nanos(1_700_000_000_123_456_789),
            app: LiveApp {
                id: AppId(Uuid::from_u128(1)),
                marks: [Mark::parse("ddapps:p.prod/a").unwrap()].into(),
                app: App {
                    name: "a\nb \u{e9}".to_owned(),
                    description: None,
                    tags: Some([String::new(), "team:x".to_owned()].into()),
                    protection_level: Some(ProtectionLevel::ApprovalRequired),
                    self_service: Some(false),
                    publish: Some(true),
                    definition: Definition::new(Body {
                        root_instance_name: "grid0".to_owned(),
                        components: vec![json!({"name": "line\nbreak", "n": 1.5})],
                        queries: Vec::new(),
                        extra: Map::from_iter([("inputSchema".to_owned(), json!(null))]),
                    }),
                },
                version: Version(3),
                version_id: Some(version),
                publication: Publication::Behind(Some(version)),
                saved: Saved {
                    by: "somebody".to_owned(),
                    at: "2026-01-02T03:04:05.6Z".to_owned(),
                },
            },
        }
    }

    #[test]
    fn an_entry_comes_back_as_it_was() {
        let mut entry = entry();
        let seal = seal("a");
        for publication in [
            entry.app.publication,
            Publication::Unpublished,
            Publication::Current(None),
        ] {
            entry.app.publication = publication;
            entry.app.app.tags = None;
            let bytes = entry.write(b"address", &seal);
            assert_eq!(
                Entry::read(&bytes, b"address", &seal).as_ref(),
                Some(&entry)
            );
        }
    }

    #[test]
    fn a_damaged_entry_is_none_whichever_byte_it_is() {
        let seal = seal("a");
        let good = entry().write(b"address", &seal);
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << (at % 8);
            assert_eq!(Entry::read(&bytes, b"address", &seal), None, "byte {at}");
            assert_eq!(
                Entry::read(&good[..at], b"address", &seal),
                None,
                "cut at {at}"
            );
        }
        let longer = [&good[..], b" "].concat();
        assert_eq!(Entry::read(&longer, b"address", &seal), None);
    }

    #[test]
    fn an_entry_of_another_address_or_of_other_keys_is_none() {
        let bytes = entry().write(b"address", &seal("a"));
        assert_eq!(Entry::read(&bytes, b"another", &seal("a")), None);
        assert_eq!(Entry::read(&bytes, b"address", &seal("b")), None);
    }

    #[test]
    fn an_entry_holds_no_key() {
        let bytes = entry().write(b"address", &seal("the-api-key"));
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains("the-api-key") && !text.contains("application"),
            "{text}"
        );
    }
}
