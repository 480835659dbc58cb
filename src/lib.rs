//! A declarative reconciler for Datadog App Builder apps.
//!
//! `files → definition::load → Desired ┐  API → fetch → Live ┴→ diff → changes → plan → Plan → apply → Report`, with
//! `render` at the side, and `forge` for what is said on a pull request. The library never prints, exits or reads the
//! environment; the binary does.

pub mod expression;
pub mod model;

pub mod definition;
pub mod validate;

pub mod forge;
pub mod http;

pub mod api;
pub mod fetch;

pub mod diff;
pub mod plan;

pub mod apply;

pub mod render;

pub mod reconcile;

pub mod watch;

pub mod emulator;

#[cfg(test)]
#[path = "../tests/integration/support/cases.rs"]
mod cases;
