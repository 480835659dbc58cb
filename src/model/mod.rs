//! The nouns that every stage shares.
//!
//! Files and API answers both become an [`App`] before anyone compares them. What lives here is plain data with the few
//! operations that keep it well formed; nothing here reads a file, calls the network, prints, or knows a wire format.
//!
//! Reading order: [`ident`] (what things are called), [`app`] and [`definition`] (what a person declares), [`mod@same`]
//! (when two are the same), [`state`] (the two sides that are compared), [`history`] and [`version_name`] (what our last
//! apply left), [`policy`] (what a run may do), [`location`] and [`finding`] (where something stands, and what is wrong
//! with it), [`vocabulary`] (the words that App Builder uses).

mod app;
mod behaviour;
mod canonical;
mod definition;
mod draft;
mod finding;
mod history;
mod ident;
mod location;
mod packed;
mod places;
mod policy;
mod reasons;
mod remark;
mod rules;
mod same;
mod selection;
mod site;
mod state;
mod version_name;
pub mod vocabulary;
mod words;
mod wrapper;

pub use app::{App, ProtectionLevel, number_eq};
pub use behaviour::{changes_things, is_on};
pub use canonical::NotCanonical;
pub use definition::{Answered, Body, Definition};
pub use draft::Draft;
pub use finding::{Finding, Severity};
pub use history::{Base, History, Unpublished, VersionInfo};
pub use ident::{AppId, AppKey, Mark, Owner, Version, VersionId, query_id};
pub use location::{Location, Texts};
pub use places::{Located, Places};
pub use policy::{MaxDeletes, Occasion, Policy};
pub use reasons::reasons;
pub use remark::{Remark, Within};
pub use rules::{Level, Rules, SILENCE};
pub use same::{Content, same, same_text, shown};
pub use selection::{Selection, Shard};
pub use site::{Site, UnknownSite};
pub use state::{
    Declared, DefinitionPlaces, Desired, DesiredApp, Live, LiveApp, Publication, Saved, Unread,
};
pub use version_name::VersionName;
pub use words::{COMPONENT_WORDS, QUERY_WORDS};
pub use wrapper::Wrapper;
