//! The wire: what the App Builder API is called, asked and told, and how its answers become the nouns of the model.
//!
//! What lives here knows paths, bodies, answer shapes and error shapes (`API.md`), and nothing else does. What never
//! lives here: what an app should be, and when to call. Reading and writing are different types, so that what computes
//! a plan cannot write: [`Client`] only reads, and a [`Writer`] comes from [`Client::writer`].
//!
//! Reading order: [`endpoint()`] and [`Credentials`] (where, as whom), [`Operation`] (what there is, and what each needs),
//! [`Client`] with its listing loop (`paging`), [`Writer`], `wire` (answers), [`export()`] (an app as a document), [`Error`] (what to tell a person).

mod answer;
mod call;
mod credentials;
mod endpoint;
mod error;
mod export;
mod fields;
mod list;
mod operation;
mod paging;
mod read;
mod wire;
mod write;

pub use credentials::{Credentials, CredentialsError, Seal};
pub use endpoint::endpoint;
pub use error::{Error, Item, Refusal};
pub use export::export;
pub use fields::Malformed;
pub use list::Filter;
pub use operation::Operation;
pub use read::{At, Client, Settings, UnreadApp};
pub use wire::{Deployment, ListedApp};
pub use write::{Deletion, Writer};
