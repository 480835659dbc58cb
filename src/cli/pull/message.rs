//! What a commit of live edits says: whose they are, and in which versions. Every line that holds a name begins with our own
//! words, so that no name becomes a trailer.

use std::fmt::Write as _;

use ddapps::model::VersionInfo;
use ddapps::plan::{Intake, Pull, Pulled};
use ddapps::render::line;

/// The message of a commit: which live edits it brings, by whom they are, and in which versions.
pub fn message(pull: &Pull) -> String {
    let pulled = || {
        pull.apps
            .iter()
            .filter(|app| matches!(app.intake, Intake::Edits(_)))
    };
    let mut text = match pulled().count() {
        1 => "pull: live edits of ".to_owned(),
        count => format!("pull: live edits of {count} apps"),
    };
    if let (Some(app), 1) = (pulled().next(), pulled().count()) {
        text.push_str(app.key.as_str());
    }
    text.push_str("\n\n");
    for app in pulled() {
        let _ = writeln!(text, "- {}: {}", app.key, versions(app));
    }
    let _ = writeln!(
        text,
        "\nMerged into the files of {} by `ddapps pull`.",
        pull.owner
    );
    text
}

/// Of more versions only the newest are named.
const MOST_VERSIONS: usize = 10;

fn versions(app: &Pulled) -> String {
    let named = |info: &VersionInfo| {
        let who = plain(&info.saved.by);
        let when = plain(&info.saved.at);
        match (who.as_str(), when.as_str()) {
            ("", "") => info.version.to_string(),
            ("", when) => format!("{} ({when})", info.version),
            (who, when) => format!("{} by {who} ({when})", info.version),
        }
    };
    let mut named: Vec<_> = app.saves.iter().take(MOST_VERSIONS).map(named).collect();
    if app.saves.len() > MOST_VERSIONS {
        named.push(format!("{} earlier ones", app.saves.len() - MOST_VERSIONS));
    }
    match (named.is_empty(), &app.live) {
        (true, Some(live)) => live.version.to_string(),
        _ => named.join(", "),
    }
}

/// A stranger's word, in one line of a length that can be read.
fn plain(text: &str) -> String {
    line(text).chars().take(100).collect()
}
