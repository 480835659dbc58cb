//! Writing definitions: an app as the files that mean it (`FORMAT.md` sections 2 to 6), the reverse of loading.
//!
//! The compact form stands wherever it loses nothing, the raw form item by item elsewhere. What lives here is pure: an
//! app and what is known about the settings in, file texts out; the same app gives the same bytes. Nothing here touches
//! a disk, and whether the texts load as the same app again is for the caller to check (`import` does).
//!
//! Reading order: [`scalar`], [`tree`] and [`layout`] (values to YAML), [`carried`] (what is left out), [`event`], [`mod@component`],
//! [`query`] (the API's form to the file's), [`code`] and [`split`] (parts in files of their own).

mod carried;
pub(super) mod code;
pub(super) mod component;
pub(super) mod event;
mod layout;
pub(super) mod query;
pub(super) mod scalar;
mod split;
pub(super) mod tree;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::{ATTRIBUTES, LEFT_OUT};
use super::variables::escaped;
use crate::model::{App, AppKey, Body, Definition};

pub use carried::LeftOut;
use code::CodeFiles;
use component::component;
use query::Queries;
use split::Parts;
use tree::Tree;

/// How an app is laid out.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The definition's file, from the repository's root.
    pub file: &'a str,
    /// Said by the definition where the file's name does not say it.
    pub key: Option<&'a AppKey>,
    /// Connection ids by alias, of the environment that the app lives in.
    pub connections: &'a BTreeMap<String, String>,
    /// Where long code and big sub-trees go.
    pub parts: PartsIn<'a>,
}

/// Where the parts of an app go.
#[derive(Clone, Copy, Debug)]
pub enum PartsIn<'a> {
    /// Everything stays in the definition.
    Nowhere,
    /// Sub-trees go to this folder beside the definition (empty: the definition's own), code stays in place.
    Components(&'a str),
    /// Sub-trees and code do.
    Folder(&'a str),
}

/// A file to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    /// From the repository's root.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// An app as files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The definition, then its parts.
    pub files: Vec<WrittenFile>,
    /// What a file need not say.
    pub left_out: LeftOut,
    /// Unknown attributes that the server owns or that the format gives another meaning, and so are left out.
    pub attributes: Vec<String>,
}

/// What of an app a file says: without the carried fields, and without attributes that the format has no place for,
/// which are named.
pub fn declared(app: &App) -> (App, LeftOut, Vec<String>) {
    let mut body = app.definition.body();
    let mut left_out = LeftOut::default();
    (body.queries.iter_mut()).for_each(|query| left_out.query(query));
    (body.components.iter_mut()).for_each(|item| left_out.component(item));
    let is_ours = |name: &str| ATTRIBUTES.contains(&name) || LEFT_OUT.contains(&name);
    let attributes = body
        .extra
        .keys()
        .filter(|name| is_ours(name))
        .cloned()
        .collect();
    body.extra.retain(|name, _| !is_ours(name));
    let app = App {
        definition: Definition::new(body),
        ..app.clone()
    };
    (app, left_out, attributes)
}

/// Writes an app.
pub fn write(app: &App, options: &Options<'_>) -> Written {
    let (app, left_out, attributes) = declared(app);
    let Body {
        root_instance_name,
        components,
        queries,
        extra,
    } = app.definition.body();
    let mut entries = head(&app, options.key);
    let default_root = match components.as_slice() {
        [only] => only.get("name").and_then(Value::as_str),
        _ => None,
    };
    if default_root != Some(&root_instance_name) {
        entries.push(("rootInstanceName".to_owned(), text(&root_instance_name)));
    }
    entries.extend(extra.iter().map(|(key, value)| entry(key, value)));

    let folder = options
        .file
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let beside = |parts: &str, kind: &str| {
        let named: String = [parts, kind]
            .iter()
            .filter(|part| !part.is_empty())
            .map(|part| format!("{part}/"))
            .collect();
        match folder {
            "" => (named.clone(), named),
            folder => (format!("{folder}/{named}"), named),
        }
    };
    let mut writer = Queries {
        connections: options.connections,
        code: CodeFiles::new(match options.parts {
            PartsIn::Folder(parts) => Some(beside(parts, "js")),
            PartsIn::Nowhere | PartsIn::Components(_) => None,
        }),
    };
    if !queries.is_empty() {
        entries.push(("queries".to_owned(), writer.queries(&queries)));
    }
    let mut components: Vec<_> = components.iter().map(component).collect();
    let mut files = writer.code.files;
    if let (PartsIn::Folder(parts) | PartsIn::Components(parts), [root]) =
        (options.parts, components.as_mut_slice())
    {
        let (folder, named) = beside(parts, "components");
        let mut split = Parts::new(folder);
        let around = Tree::Block(entries.clone()).lines();
        split.fit(root, around, &named);
        files.extend(split.files);
    }
    entries.push(("components".to_owned(), Tree::List(components)));
    let definition = WrittenFile {
        path: options.file.to_owned(),
        text: Tree::Block(entries).document(),
    };
    files.insert(0, definition);
    Written {
        files,
        left_out,
        attributes,
    }
}

/// What stands before the definition's body.
fn head(app: &App, key: Option<&AppKey>) -> Vec<(String, Tree)> {
    let App {
        name,
        description,
        tags,
        protection_level,
        self_service,
        publish,
        definition: _,
    } = app;
    let tags = tags
        .as_ref()
        .map(|tags| Tree::List(tags.iter().map(|tag| text(tag)).collect()));
    [
        ("key", key.map(|key| text(key.as_str()))),
        ("name", Some(text(name))),
        ("description", description.as_deref().map(text)),
        ("tags", tags),
        ("publish", publish.map(Tree::Bool)),
        (
            "protectionLevel",
            protection_level.map(|level| text(level.as_str())),
        ),
        ("selfService", self_service.map(Tree::Bool)),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key.to_owned(), value?)))
    .collect()
}

/// A text of the API; variables are a matter of files alone.
fn text(text: &str) -> Tree {
    Tree::Text(escaped(text))
}

/// A value of the API, as it is.
fn plain(value: &Value) -> Tree {
    Tree::of(value, escaped)
}

fn entry(key: &str, value: &Value) -> (String, Tree) {
    (key.to_owned(), plain(value))
}

/// A name for a file, from any text: what is left of `wish` in letters, digits, `_` and `-`, told apart from the
/// `taken` ones also on disks that take `A` for `a`.
pub(super) fn unique_name(wish: &str, otherwise: &str, taken: &mut BTreeSet<String>) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let mut name: String = wish.chars().filter(|c| is_safe(*c)).take(60).collect();
    if name.is_empty() || name.starts_with('-') {
        name = otherwise.to_owned();
    }
    let mut unique = name.clone();
    let mut number = 2;
    while !taken.insert(unique.to_ascii_lowercase()) {
        unique = format!("{name}-{number}");
        number += 1;
    }
    unique
}
