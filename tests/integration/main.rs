//! The one integration test binary: each module is a subject.

mod client;
mod convergence;
mod definition;
mod diff_laws;
mod faults;
mod fetch;
mod recordings;
mod scripted;
mod support;
mod repository;
mod rules;
mod schema;
