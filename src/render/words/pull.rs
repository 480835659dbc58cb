//! What became of live edits that were to come home, in sentences.

use crate::plan::{Intake, Pulled};
use crate::render::json::{Refusal, Remark};

use super::{counted, listed, saver, undecided};

/// Why an app's files were left as they are.
pub(in crate::render) fn refusal(intake: &Intake) -> Option<Refusal> {
    let refusal = |code: &str, (message, help): (String, String)| {
        Some(Refusal {
            code: code.into(),
            message,
            help,
        })
    };
    match intake {
        Intake::Collides(collisions) => {
            let places = counted(collisions.len(), "place was", "places were");
            let message = format!(
                "{places} changed both in git and live, so its files were left as they are; what git says → what is live:"
            );
            let help = "edit the files by hand, or let the live side win with `--theirs`, or git with `--ours`";
            refusal("collides", (message, help.into()))
        }
        Intake::Undecided(why) => refusal("undecided", undecided(why)),
        Intake::Refused(why) => {
            let help = "edit the file by hand; `ddapps drift` shows what was done live";
            refusal(
                "files",
                (
                    format!("its files were left as they are: {why}"),
                    help.into(),
                ),
            )
        }
        Intake::Nothing | Intake::Edits(_) | Intake::Absent => None,
    }
}

/// What a reader should know about an app.
pub(in crate::render) fn notes(pulled: &Pulled) -> Vec<Remark> {
    let mut notes = Vec::new();
    let mut note = |code: &str, message: String| {
        notes.push(Remark {
            code: code.into(),
            message,
        });
    };
    match &pulled.intake {
        Intake::Absent => note(
            "absent",
            "no live app is it, so there is nothing to pull".into(),
        ),
        Intake::Edits(_) => {
            if let Some(saves) = saves(pulled) {
                note("versions", saves);
            }
            if pulled.base.is_none() && !pulled.saves.is_empty() {
                let message = "no version was named by an apply, so all that is live was taken";
                note("no-base", message.into());
            }
            let unversioned = |path: &str| UNVERSIONED.contains(&path);
            if pulled.changes.iter().any(|it| unversioned(&it.path)) {
                let message = "tags, protection level and self-service have no versions; what is live was taken";
                note("unversioned", message.into());
            }
            if !pulled.remaining.is_empty() {
                let places: Vec<_> = pulled.remaining.iter().map(String::as_str).collect();
                let places = listed(&places, MOST_SAVES);
                note(
                    "remaining",
                    format!(
                        "git differs from what is live there still, for the next apply: {places}"
                    ),
                );
            }
            note("files", format!("changes {}", pulled.files.join(", ")));
        }
        _ => {}
    }
    for message in &pulled.notes {
        note("file", message.clone());
    }
    notes
}

/// Of more saves only the newest are named.
const MOST_SAVES: usize = 5;

/// Who saved what is taken over.
fn saves(pulled: &Pulled) -> Option<String> {
    pulled.base.as_ref()?;
    let named = (pulled.saves.iter()).map(|info| format!("{}{}", info.version, saver(&info.saved)));
    let named: Vec<_> = named.collect();
    let named: Vec<_> = named.iter().map(String::as_str).collect();
    (!named.is_empty()).then(|| format!("takes over {}", listed(&named, MOST_SAVES)))
}

/// The attributes that are pulled and of which no version tells what they were.
const UNVERSIONED: [&str; 3] = ["tags", "protectionLevel", "selfService"];
