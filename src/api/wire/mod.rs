//! Answers become nouns of the model.
//!
//! Both shapes of `API.md` section 13 are read: the one that the server sends (`meta` and `relationships` inside `data`)
//! and the one that its specification shows (`meta` and `relationship` at the top). What is not known is kept; what is
//! missing and not essential is unknown, never a default.
//!
//! One file an answer: `app`, `listing`, `deployment`; here are the small ones, and what all share.

mod app;
mod deployment;
mod listing;

use std::collections::BTreeSet;

use serde_json::Value;

use super::Malformed;
use super::fields::Fields;
use crate::model::{AppId, Saved};

pub(super) use app::app;
pub use deployment::Deployment;
pub(super) use deployment::deployed;
pub use listing::ListedApp;
pub(super) use listing::{list, versions};

type Understood<T> = Result<T, Malformed>;

/// The id in the answer to a creation.
pub(super) fn created(answer: Value) -> Understood<AppId> {
    let mut top = Fields::new(answer, String::new())?;
    app_id(&mut required(&mut top, "data")?)
}

/// The ids in the answer to the deletion of several apps.
pub(super) fn deleted(answer: Value) -> Understood<BTreeSet<AppId>> {
    let mut top = Fields::new(answer, String::new())?;
    let items = top.objects("data")?.unwrap_or_default();
    items
        .into_iter()
        .map(|mut item| app_id(&mut item))
        .collect()
}

fn saved(meta: &mut Fields) -> Understood<Saved> {
    let name = meta.text("user_name")?.filter(|name| !name.is_empty());
    let by = match name {
        Some(name) => name,
        None => meta.text("user_uuid")?.unwrap_or_default(),
    };
    let at = meta.text("updated_at")?.unwrap_or_default();
    Ok(Saved { by, at })
}

/// The year 1 stands for "never".
fn is_deleted(meta: &mut Fields) -> Understood<bool> {
    let at = meta.text("deleted_at")?.unwrap_or_default();
    Ok(!at.is_empty() && !at.starts_with("0001-"))
}

fn app_id(item: &mut Fields) -> Understood<AppId> {
    match item.uuid("id")? {
        Some(id) => Ok(AppId(id)),
        None => Err(item.wrong("id", "a uuid")),
    }
}

fn required(holder: &mut Fields, name: &str) -> Understood<Fields> {
    match holder.object(name)? {
        Some(object) => Ok(object),
        None => Err(holder.wrong(name, "an object")),
    }
}

fn either(data: &mut Fields, top: &mut Fields, name: &str) -> Understood<Fields> {
    match data.object(name)? {
        Some(object) => Ok(object),
        None => required(top, name),
    }
}
