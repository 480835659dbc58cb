//! One document of a file: from any of its three shapes to an app (`FORMAT.md` section 2).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::build::{Built, Placed};
use super::component::{Strange, depth};
use super::notes::listed;
use super::reading::Reading;
use super::source::{Entry, Kind, MAX_DEPTH, Node, Position};
use crate::model::{
    App, AppKey, Body, Definition, DefinitionPlaces, DesiredApp, Location, Mark, Places,
    ProtectionLevel,
};

/// What the format itself names at the top of a definition.
pub(super) const ATTRIBUTES: [&str; 10] = [
    "key",
    "name",
    "description",
    "tags",
    "publish",
    "protectionLevel",
    "selfService",
    "rootInstanceName",
    "queries",
    "components",
];

/// What exports hold and the server owns; accepted and left out. `$schema` is for editors.
pub(super) const LEFT_OUT: [&str; 21] = [
    "$schema",
    "id",
    "connections",
    "deployment",
    "favorite",
    "runAsUserUuid",
    "meta",
    "relationship",
    "relationships",
    "included",
    "createdAt",
    "updatedAt",
    "deletedAt",
    "created_at",
    "updated_at",
    "deleted_at",
    "orgId",
    "userId",
    "userUuid",
    "userName",
    "updatedSinceDeployment",
];

/// An app as one document declares it. Of a document with errors only the key is known.
pub(super) struct Document {
    pub key: AppKey,
    pub at: Location,
    pub app: Option<Whole>,
}

/// An app with all that is known of it while it is being read.
pub(super) struct Whole {
    pub app: DesiredApp,
    pub body: Body,
    pub places: DefinitionPlaces,
}

/// Where a document's key comes from if it does not say one.
#[derive(Clone, Copy)]
pub(super) enum DefaultKey<'a> {
    /// The file's stem or the folder's name.
    Of(&'a str),
    /// There are several documents in the file.
    None,
}

/// What a document says, attribute by attribute.
#[derive(Default)]
struct Attributes {
    key: Option<Node>,
    name: Option<Node>,
    description: Option<Node>,
    tags: Option<Node>,
    publish: Option<Node>,
    protection_level: Option<Node>,
    self_service: Option<Node>,
    root: Option<Node>,
    queries: Option<Node>,
    components: Option<Node>,
    extra: Map<String, Value>,
}

impl Reading<'_> {
    /// Reads one document; `None` if not even its key is known.
    pub fn document(&mut self, node: Node, default_key: DefaultKey) -> Option<Document> {
        let at = node.at;
        let errors_before = self.errors();
        if !matches!(node.kind, Kind::Map(_)) {
            self.notes.wrong_type("a definition", "a mapping", &node);
            return None;
        }
        let entries = self.unwrapped(node);
        let mut attributes = self.attributes(entries);
        let key = self.key(attributes.key.take(), at, default_key);
        let app = self.app(attributes, at);
        Some(Document {
            key: key?,
            at: self.notes.place(at),
            app: app.filter(|_| self.errors() == errors_before),
        })
    }

    fn errors(&self) -> usize {
        let is_error =
            |finding: &&crate::model::Finding| finding.severity == crate::model::Severity::Error;
        self.notes.findings.iter().filter(is_error).count()
    }

    /// The attributes, whether they stand at the top or in `{data: {attributes}}`. Our own words may stand beside `data`.
    fn unwrapped(&mut self, node: Node) -> Vec<Entry> {
        let is_whole = node
            .value("data")
            .and_then(|data| data.value("attributes"))
            .is_some_and(|attributes| matches!(attributes.kind, Kind::Map(_)));
        let Kind::Map(top) = node.kind else {
            return Vec::new();
        };
        if !is_whole {
            return top;
        }
        let mut entries: Vec<Entry> = Vec::new();
        for entry in top {
            match entry.value.kind {
                Kind::Map(data) if entry.key == "data" => {
                    for part in data {
                        match part.value.kind {
                            Kind::Map(attributes) if part.key == "attributes" => {
                                for attribute in attributes {
                                    self.join(&mut entries, attribute);
                                }
                            }
                            _ => {}
                        }
                    }
                }
                _ => self.join(&mut entries, entry),
            }
        }
        entries
    }

    fn join(&mut self, entries: &mut Vec<Entry>, entry: Entry) {
        match entries.iter().find(|other| other.key == entry.key) {
            // What the server owns may stand on both levels.
            Some(_) if LEFT_OUT.contains(&entry.key.as_str()) => {}
            Some(first) => {
                let message = format!(
                    "`{}` stands twice; first at line {}, column {}",
                    entry.key, first.at.line, first.at.column
                );
                self.notes.error("duplicate-key", entry.at, message);
            }
            None => entries.push(entry),
        }
    }

    fn attributes(&mut self, entries: Vec<Entry>) -> Attributes {
        let mut attributes = Attributes::default();
        let has_queries = entries.iter().any(|entry| entry.key == "queries");
        for mut entry in entries {
            // Before 2025-02 the API called them so.
            let is_old_name = entry.key == "embeddedQueries" && !has_queries;
            if is_old_name {
                let message = "`embeddedQueries` is an old name, and taken as `queries`";
                self.notes.warning("unknown-attribute", entry.at, message);
            }
            // The code of queries is left alone, so queries see to it themselves.
            if entry.key != "queries" && !is_old_name && !LEFT_OUT.contains(&entry.key.as_str()) {
                self.substitute(&mut entry.value);
            }
            let slot = match entry.key.as_str() {
                "key" => &mut attributes.key,
                "name" => &mut attributes.name,
                "description" => &mut attributes.description,
                "tags" => &mut attributes.tags,
                "publish" => &mut attributes.publish,
                "protectionLevel" => &mut attributes.protection_level,
                "selfService" => &mut attributes.self_service,
                "rootInstanceName" => &mut attributes.root,
                "queries" => &mut attributes.queries,
                _ if is_old_name => &mut attributes.queries,
                "components" => &mut attributes.components,
                key if LEFT_OUT.contains(&key) => continue,
                _ => {
                    self.unknown_attribute(&entry);
                    let value = self.built(entry.value).value;
                    attributes.extra.insert(entry.key, value);
                    continue;
                }
            };
            // A key without a value says nothing.
            if !matches!(entry.value.kind, Kind::Null) {
                *slot = Some(entry.value);
            }
        }
        attributes
    }

    fn unknown_attribute(&mut self, entry: &Entry) {
        let message = format!("unknown attribute `{}` is sent as it is", entry.key);
        self.notes.warning("unknown-attribute", entry.at, message);
        self.notes.suggest(&entry.key, ATTRIBUTES);
    }

    fn key(&mut self, node: Option<Node>, at: Position, default: DefaultKey) -> Option<AppKey> {
        let (text, at) = match (node, default) {
            (Some(node), _) => {
                let at = node.at;
                (self.notes.text("`key`", node)?, at)
            }
            (None, DefaultKey::Of(name)) => (name.to_owned(), at),
            (None, DefaultKey::None) => {
                let message = "of several documents in one file, each needs its `key`";
                self.notes.error("missing-key", at, message);
                return None;
            }
        };
        match AppKey::new(text.as_str()) {
            Ok(key) => Some(key),
            Err(reason) => {
                self.notes.error(
                    "invalid-key",
                    at,
                    format!("`{text}` cannot be a key: {reason}"),
                );
                self.notes.help("say another one with `key:`");
                None
            }
        }
    }

    fn app(&mut self, attributes: Attributes, at: Position) -> Option<Whole> {
        let Attributes {
            key: _,
            name,
            description,
            tags,
            publish,
            protection_level,
            self_service,
            root,
            queries,
            components,
            extra,
        } = attributes;
        let name = self.required(name, "name", at);
        let name = name.and_then(|node| self.notes.text("`name`", node));
        let description = description.and_then(|node| self.notes.text("`description`", node));
        let tags = tags.and_then(|node| self.tags(node));
        let publish = publish.and_then(|node| self.notes.boolean("`publish`", &node));
        let protection_level = protection_level.and_then(|node| self.protection_level(node));
        let self_service = self_service.and_then(|node| self.notes.boolean("`selfService`", &node));
        let queries = queries.map_or_else(Vec::new, |node| self.queries(node));
        let components = self.required(components, "components", at);
        let errors_before = self.errors();
        let components = components.and_then(|node| {
            let items = self.notes.list("`components`", node)?;
            Some(self.components(items, Strange::Refuse))
        })?;
        let root = match root {
            Some(node) => self.notes.text("`rootInstanceName`", node),
            // How many there are is not known while one of them cannot be read.
            None if self.errors() > errors_before => None,
            None => self.default_root(&components, at),
        };
        let extra_depth = extra.values().map(depth).max().unwrap_or(0);
        let parts = components.iter().chain(&queries);
        let deepest = parts.map(|part| depth(&part.value)).max().unwrap_or(0);
        // The API's form is deeper than the file's.
        if deepest.max(extra_depth) > MAX_DEPTH {
            let message =
                format!("the app is nested deeper than {MAX_DEPTH} levels in the API's form");
            self.notes.error("nesting-too-deep", at, message);
            return None;
        }
        let (components, component_places) = split(components);
        let (queries, query_places) = split(queries);
        let body = Body {
            root_instance_name: root?,
            components,
            queries,
            extra,
        };
        let app = App {
            name: name?,
            description,
            tags,
            protection_level,
            self_service,
            publish,
            definition: Definition::of(&body),
        };
        Some(Whole {
            app: DesiredApp {
                app,
                location: self.notes.place(at),
            },
            body,
            places: DefinitionPlaces {
                components: component_places,
                queries: query_places,
            },
        })
    }

    fn required(&mut self, node: Option<Node>, name: &str, at: Position) -> Option<Node> {
        if node.is_none() {
            self.notes
                .error("missing-key", at, format!("a definition needs `{name}`"));
        }
        node
    }

    /// The tags, without what looks like our mark: that is no part of a file.
    fn tags(&mut self, node: Node) -> Option<BTreeSet<String>> {
        let mut tags = BTreeSet::new();
        for item in self.notes.list("`tags`", node)? {
            let tag = self.notes.text("a tag", item)?;
            if !tag.starts_with(Mark::PREFIX) {
                tags.insert(tag);
            }
        }
        Some(tags)
    }

    fn protection_level(&mut self, node: Node) -> Option<ProtectionLevel> {
        let at = node.at;
        let text = self.notes.text("`protectionLevel`", node)?;
        let level = text.parse().ok();
        if level.is_none() {
            let known = [
                ProtectionLevel::DirectPublish,
                ProtectionLevel::ApprovalRequired,
            ];
            let known = known.map(ProtectionLevel::as_str);
            let message = format!(
                "`protectionLevel` must be one of {}, found `{text}`",
                listed(known)
            );
            self.notes.error("wrong-type", at, message);
            self.notes.suggest(&text, known);
        }
        level
    }

    fn default_root(&mut self, components: &[Built], at: Position) -> Option<String> {
        let name = match components {
            [only] => only.value.get("name").and_then(Value::as_str),
            _ => None,
        };
        if name.is_none() {
            let message = format!(
                "a definition with {} root components needs `rootInstanceName`",
                components.len()
            );
            self.notes.error("missing-key", at, message);
        }
        name.map(str::to_owned)
    }
}

fn split(parts: Vec<Built>) -> (Vec<Value>, Places) {
    let (values, places): (Vec<_>, Vec<_>) = parts
        .into_iter()
        .map(|part| (part.value, part.places))
        .unzip();
    (values, Placed::all(&places))
}
