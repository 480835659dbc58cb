//! JSON Schemas of the file language, for editors and for other programs.
//!
//! They describe what [`super::load`] accepts, the raw API shape and unknown component types included; what only a whole
//! repository shows (connections, files, unique keys) is beyond them. `schemas/` holds them as files.
//!
//! Two kinds of reader have to be served. A validator must refuse what the loader refuses, at its exact place: so what can
//! take several shapes is told apart by `if`, not by `anyOf`, whose failures stand at the whole. An editor must know what
//! to offer and to explain: so known words stand beside "or any other", each with a description.
//!
//! Reading order: [`app`] (a definition), `query`, `component`, `event`, `word` (the known words); [`settings`].

mod app;
mod component;
mod event;
mod query;
mod settings;
mod word;

pub use app::app_schema;
pub use settings::settings_schema;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
