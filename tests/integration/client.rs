//! The client is held to the recordings, and to what a network does to requests.

mod faults;
mod recorded;
mod recording;
mod setup;
mod shapes;
mod tls;
