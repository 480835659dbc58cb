//! The nouns that every stage shares.
//!
//! Files and API answers both become an [`App`] before anyone compares them. What lives here is plain data with the few
//! operations that keep it well formed; nothing here reads a file, calls the network, prints, or knows a wire format.
//!
//! Reading order: [`ident`] (what things are called), [`app`] (what a person declares), [`state`] (the two sides that
//! are compared), [`policy`] (what a run may do), [`location`] and [`finding`] (where something stands, and what is
//! wrong with it), [`vocabulary`] (the words that App Builder uses).

mod app;
mod behaviour;
mod finding;
mod ident;
mod location;
mod places;
mod policy;
mod remark;
mod rules;
mod selection;
mod state;
pub mod vocabulary;
mod wrapper;

pub use app::{App, Body, Definition, ProtectionLevel, number_eq};
pub use behaviour::{changes_things, is_on};
pub use finding::{Finding, Severity};
pub use ident::{AppId, AppKey, Mark, Owner, Version, VersionId, query_id};
pub use location::{Location, Texts};
pub use places::{Located, Places};
pub use policy::{MaxDeletes, Policy};
pub use remark::{Remark, Within};
pub use rules::{Level, Rules, SILENCE};
pub use selection::{Selection, Shard};
pub use state::{DefinitionPlaces, Desired, DesiredApp, Live, LiveApp, Publication, Saved, Unread};
pub use wrapper::Wrapper;
