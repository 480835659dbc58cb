//! The one integration test binary: each module is a subject.

mod cli;
mod client;
mod convergence;
mod definition;
mod definition_write;
mod diff_laws;
mod fetch;
mod format;
mod fuzz;
mod generated;
mod import;
mod layers;
mod one_app;
mod pages;
mod recordings;
mod render;
mod repository;
mod rules;
mod rules_page;
mod scenarios;
mod schema;
mod scripted;
mod support;
mod validate;
