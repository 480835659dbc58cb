//! `ddapps rollback`: makes an old version the newest again, and lets users run it if they run anything now.

use anyhow::{Context, Result};
use ddapps::apply::OnError;
use ddapps::model::{LiveApp, Version, VersionInfo};
use ddapps::plan;
use ddapps::render::Document;

use super::args::{Global, Goal, Rollback};
use super::converge::{ask, begun, converge};
use super::exit::{Ending, Exit};
use super::located::Place;
use super::output;

pub async fn run(global: &Global, args: &Rollback) -> Result<Exit> {
    let place = Place::open(global).await?;
    let live = place.app(global, &args.key).await?;
    let versions = place.connection.client.versions(live.id).await;
    let versions = versions.context("the versions cannot be listed")?;
    let to = goal(args, &live, &versions)?;
    let plan = plan::rollback(&place.target.owner, &args.key, &live, to);
    let about = place.about();
    // The plan is no result by itself: it says what is asked about.
    output::beside(
        global,
        Document::Plan {
            plan: &plan,
            about: &about,
            findings: &[],
        },
    )?;
    if !args.yes {
        let confirmed = ask(&format!(
            "Roll `{}` back from {} to {}{}?",
            args.key,
            live.version,
            to.version,
            by(to)
        ));
        begun(global, &plan, &about, confirmed)?;
    }
    let Place {
        repository,
        connection,
        progress,
        ..
    } = &place;
    let stop = OnError::Stop;
    let report = converge(global, &plan, connection, repository, progress, stop).await;
    let report = begun(global, &plan, &about, report)?;
    let document = Document::Report {
        report: &report,
        plan: &plan,
        about: &about,
    };
    output::show(global, document, false)?;
    if report.tally().done > 0 {
        output::say(
            global,
            &format!(
                "git still wants what it wanted: take {} over into it (`ddapps pull {}`), or the next apply \
                 will refuse the app",
                to.version, args.key
            ),
        );
    }
    Ok(Exit::of_report(&report, &plan, false))
}

/// The version to go back to.
fn goal<'a>(
    args: &Rollback,
    live: &LiveApp,
    versions: &'a [VersionInfo],
) -> Result<&'a VersionInfo> {
    let key = &args.key;
    let refused = |message: String, hint: String| {
        anyhow::Error::from(Ending::new(Exit::Refused, message).hint(hint))
    };
    let history = || format!("`ddapps history {key}` lists the versions");
    let found = match args.to {
        Goal::Number(number) => versions.iter().find(|info| info.version == number),
        Goal::Deployed => {
            let runs = live.publication.version_id();
            versions.iter().find(|info| Some(info.id) == runs)
        }
    };
    let Some(info) = found else {
        let message = match args.to {
            Goal::Number(Version(number)) => format!("`{key}` has no version {number}"),
            Goal::Deployed => format!("users run no version of `{key}`"),
        };
        return Err(refused(message, history()));
    };
    if info.version == live.version {
        let message = format!("{} is the newest version of `{key}` already", info.version);
        return Err(refused(message, history()));
    }
    Ok(info)
}

fn by(info: &VersionInfo) -> String {
    match (&*info.saved.by, &*info.saved.at) {
        ("", "") => String::new(),
        ("", at) => format!(" (saved {at})"),
        (by, at) => format!(" (saved by {by}, {at})"),
    }
}
