//! `ddapps history`: the versions of one app.

use anyhow::{Context, Result};
use ddapps::render;

use super::args::{self, Format, Global};
use super::exit::{Ending, Exit};
use super::located::Place;
use super::output;
use super::versions::Versions;

pub async fn run(global: &Global, args: &args::History) -> Result<Exit> {
    if !matches!(global.format, Format::Text | Format::Json) {
        let message = "a history is shown as text or JSON";
        return Err(Ending::new(Exit::Usage, message).into());
    }
    let place = Place::open(global).await?;
    let live = place.app(global, &args.key).await?;
    let listed = place.connection.client.versions(live.id).await;
    let versions = Versions {
        owner: &place.target.owner,
        key: &args.key,
        versions: &listed.context("the versions cannot be listed")?,
        live: &live,
    };
    let text = match global.format {
        Format::Json => render::document(&versions.json()),
        _ => versions.text(),
    };
    output::result(global, &text)?;
    Ok(Exit::Done)
}
