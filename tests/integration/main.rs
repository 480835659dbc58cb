//! The one integration test binary: each module is a subject.

mod client;
mod definition;
mod diff_laws;
mod fetch;
mod recordings;
mod scripted;
mod support;
