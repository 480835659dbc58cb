//! One comment on a pull request, on each of the four hosts, through the binary and the variables that each host sets.

mod formats;
mod host;
mod hosts;
mod issues;
mod links;
mod pipelines;
mod safety;
mod setup;
