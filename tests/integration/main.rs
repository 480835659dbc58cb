//! The one integration test binary: each module is a subject.

mod diff_laws;
mod recordings;
mod support;
//! The one integration test binary.

mod client;
mod fetch;
mod scripted;
