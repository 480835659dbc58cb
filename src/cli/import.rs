//! `ddapps import`: live or exported apps become definition files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use ddapps::api::Filter;
use ddapps::definition::Target;
use ddapps::definition::import::{
    Found, Import, Imported, Layout, Terraform, import, read_export, read_terraform,
};
use ddapps::fetch::{Sought, find};
use ddapps::model::reasons;

use super::args::{self, Format, Global};
use super::connection::connect;
use super::exit::{Ending, Exit};
use super::progress::Progress;
use super::repository::Repository;
use super::{imported, imported_json, output};

pub async fn run(global: &Global, args: &args::Import) -> Result<Exit> {
    let repository = Repository::open(global)?;
    let target = repository.target(global)?;
    let (found, unread) = match (&args.from_terraform, args.from.as_slice()) {
        (Some(path), _) => terraform(path)?,
        (None, []) => live(global, args, &repository, &target).await?,
        (None, files) => (exports(files)?, Vec::new()),
    };
    if found.is_empty() && unread.is_empty() {
        output::say(global, "no app is like that");
    }
    let result = import(
        found,
        &Import {
            root: &repository.root,
            settings: &repository.settings,
            target: &target,
            layout: match args.layout {
                args::Layout::File => Layout::File,
                args::Layout::Folder => Layout::Folder,
            },
            inline: args.inline,
            force: args.force,
        },
    )?;
    let text = match global.format {
        Format::Json => imported_json::json(&result, &unread),
        // The other forms are refused before any command begins.
        _ => imported::text(&result, &unread, &target),
    };
    output::result(global, &text)?;
    Ok(exit(&result, &unread))
}

/// The live apps that are asked for, and what could not be read, in words.
async fn live(
    global: &Global,
    args: &args::Import,
    repository: &Repository,
    target: &Target,
) -> Result<(Vec<Found>, Vec<String>)> {
    let progress = Arc::new(Progress::new(global));
    let connection = connect(global, repository, target, &progress).await?;
    progress.begin("reading apps", None);
    let answers = find(
        &connection.client,
        &sought(global, args),
        global.parallelism.into(),
    )
    .await;
    progress.end();
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    for (id, answer) in answers.context("the live apps cannot be listed")? {
        match answer {
            Ok(Some(app)) => found.push(Found::from(app)),
            Ok(None) => unread.push(format!("{id}: there is no such app")),
            Err(error) => unread.push(format!("{id}: {}", reasons(&error))),
        }
    }
    // The names of files must not depend on the order of ids.
    found.sort_by(|a, b| (&a.app.name, a.id).cmp(&(&b.app.name, b.id)));
    Ok((found, unread))
}

fn sought(global: &Global, args: &args::Import) -> Sought {
    if !args.ids.is_empty() {
        return Sought::Ids(args.ids.iter().copied().collect::<BTreeSet<_>>());
    }
    Sought::Filter(Filter {
        name: args.name.clone(),
        tags: global.selection.tag.iter().cloned().collect(),
        deployed: args.published.then_some(true),
        self_service: args.self_service.then_some(true),
        ..Filter::default()
    })
}

fn exports(files: &[PathBuf]) -> Result<Vec<Found>> {
    let read = |file: &PathBuf| {
        let shown = file.display();
        let text = fs::read_to_string(file).with_context(|| format!("`{shown}` cannot be read"))?;
        let app = read_export(&text)
            .map_err(|error| Ending::new(Exit::Invalid, format!("`{shown}`: {error}")))?;
        Ok(Found {
            app,
            id: None,
            marks: BTreeSet::new(),
            is_behind: false,
        })
    };
    files.iter().map(read).collect()
}

fn terraform(path: &Path) -> Result<(Vec<Found>, Vec<String>)> {
    let Terraform { apps, unread } = read_terraform(path)?;
    let unread = unread.iter();
    let unread = unread.map(|(address, why)| format!("{address}: {why}"));
    Ok((apps, unread.collect()))
}

/// Refusals are for safety; what could not be read is a failure.
fn exit(result: &Imported, unread: &[String]) -> Exit {
    match (
        result.is_whole() && unread.is_empty(),
        result.apps.is_empty(),
    ) {
        (true, _) => Exit::Done,
        (false, false) => Exit::InPart,
        (false, true) if unread.is_empty() => Exit::Refused,
        (false, true) => Exit::Failed,
    }
}
