//! Live edits on their way home: what git is to say, and the files that say it.

use crate::api::Client;
use crate::definition::edit::{EditError, Edited, EditedFile, Editor, Opened};
use crate::diff::{Apart, Pairing, Side, Sides, diff, pairings, unlike};
use crate::expression::{Parser, with_parser};
use crate::fetch::{self, Asked, Bases, Depth, Wanted};
use crate::model::{App, AppKey, Declared, DesiredApp, Finding, LiveApp, Rules};
use crate::plan::{Evidence, Intake, Pull, Survey, is_in_question, survey};
use crate::validate;

use super::{Look, Observation, Question, look};

/// What git is to say, and the files that say it. Nothing is written yet.
#[derive(Clone, Debug)]
pub struct Homecoming {
    /// What comes of each app.
    pub pull: Pull,
    /// The files that change, in the order in which they are to be written.
    pub files: Vec<EditedFile>,
}

/// What was done to the live apps of an observation since our last applies. Histories are read for the apps that differ.
pub async fn look_back(client: &Client, observation: &Observation, parallelism: usize) -> Survey {
    let Observation { desired, live, .. } = observation;
    let changes = diff(desired, live);
    let in_question = changes.iter().filter(|change| is_in_question(change));
    let in_question = in_question.filter_map(|it| Some(wanted((&it.key, it.live?))));
    let bases = fetch::bases(client, &desired.owner, in_question.collect(), parallelism).await;
    let evidence = Evidence {
        owner: &desired.owner,
        connections: &desired.connections,
        bases: &bases,
    };
    survey(changes, &evidence)
}

/// What git is to say so that no live edit of an observation is lost. `favour` is the side that wins where both changed the
/// same place.
pub async fn pull(
    client: &Client,
    question: &Question<'_>,
    observation: &Observation,
    favour: Option<Side>,
) -> Homecoming {
    let Observation { desired, live, .. } = observation;
    let editor = Editor::new(question.root, question.target, &observation.parts);
    let owner = &desired.owner;
    let first = unlike(desired, live);
    let first = first.as_ref();
    // Versions are asked for and files are read while the sides are. Who looks again and again asks only for what is needed:
    // apps whose files leave out ids are unlike and the same.
    let asked = first.filter(|_| question.cache.is_none());
    let asked = asked.map(|it| Asked::of(client, owner, &wanted((&it.key, it.live))));
    let mut opened = editor.ahead();
    opened.open(first.map(|it| it.git));
    let sides = first.map(|it| Sides::of(it.live, it.git));
    let pairings = pairings(desired, live, sides.as_ref());
    let is_first = |it: &&Pairing<'_>| first.is_some_and(|first| first.key == it.key);
    let to_pull = pairings.iter().filter(|it| it.apart != Apart::Nothing);
    opened.open(to_pull.filter(|it| !is_first(it)).map(|it| it.desired));
    let in_question = pairings.iter().filter(|it| it.apart == Apart::Version);
    let is_asked = |it: &&Pairing<'_>| asked.is_some() && is_first(it);
    let (first, rest): (Vec<_>, Vec<_>) = in_question.partition(is_asked);
    let mut bases = match asked {
        Some(asked) if !first.is_empty() => asked.bases().await,
        _ => Bases::new(),
    };
    let rest = rest.into_iter();
    let rest = rest.filter_map(|it| Some(wanted((&it.key, (*it.live.as_ref().ok()?)?))));
    bases.extend(fetch::bases(client, owner, rest.collect(), question.parallelism).await);
    let evidence = Evidence {
        owner: &desired.owner,
        connections: &desired.connections,
        bases: &bases,
    };
    let mut pull = crate::plan::pull(&pairings, sides, &evidence, favour);
    let mut files: Vec<EditedFile> = Vec::new();
    for app in &mut pull.apps {
        let (Intake::Edits(wanted), Some(git)) = (&app.intake, desired.apps.get(&app.key)) else {
            continue;
        };
        // Several apps may share a file, so each is changed on top of those before it.
        let opened = opened.take(git);
        match changed(question, &editor, opened, &files, git, wanted) {
            Ok(Changed { edited, findings }) => {
                let Edited { files: own, notes } = edited;
                let found = unheard(findings, &observation.findings);
                app.files = own.iter().map(|file| file.path.clone()).collect();
                app.notes = notes.iter().map(ToString::to_string).chain(found).collect();
                lay(&mut files, own);
            }
            Err(error) => {
                app.intake = Intake::Refused(error.to_string());
                app.changes.clear();
            }
        }
    }
    Homecoming { pull, files }
}

/// Files that say what is wanted, and what the rules say about the app that they then declare.
struct Changed {
    edited: Edited,
    findings: Vec<Finding>,
}

fn changed(
    question: &Question<'_>,
    editor: &Editor<'_>,
    opened: Option<Result<Opened, EditError>>,
    files: &[EditedFile],
    git: &DesiredApp,
    wanted: &App,
) -> Result<Changed, EditError> {
    let change = |parser: &mut Parser| {
        let opened = opened.unwrap_or_else(|| editor.open(git))?;
        let rules = &question.target.environment.rules;
        let report = &mut |app: Declared<'_>| report(look(&app, parser), rules);
        let (edited, findings) = editor.edit(opened, files, git, wanted, report)?;
        Ok(Changed { edited, findings })
    };
    with_parser(change)
}

/// What the rules say about an app.
fn report(look: Look, rules: &Rules) -> Vec<Finding> {
    let Look {
        located, silences, ..
    } = look;
    let silences = silences.into_iter().collect();
    let mut findings = validate::report(Vec::new(), located, &silences, rules);
    findings.retain(|finding| finding.rule != validate::UNUSED_SILENCE);
    findings
}

/// The findings that the files did not give rise to before, in words.
fn unheard(found: Vec<Finding>, before: &[Finding]) -> impl Iterator<Item = String> {
    let is_new = |finding: &Finding| {
        let same =
            |other: &Finding| (other.rule, &other.message) == (finding.rule, &finding.message);
        !before.iter().any(same)
    };
    found.into_iter().filter(is_new).filter_map(|finding| {
        let Finding {
            rule,
            severity,
            location,
            message,
            ..
        } = finding;
        Some(format!(
            "{}: {} {rule}: {message}",
            location?,
            severity.as_str()
        ))
    })
}

/// Of several changes of one file the last holds them all; what the file says now is what the first was made from.
fn lay(files: &mut Vec<EditedFile>, own: Vec<EditedFile>) {
    for file in own {
        match files.iter_mut().find(|it| it.path == file.path) {
            Some(earlier) => earlier.after = file.after,
            None => files.push(file),
        }
    }
}

/// The whole of an app's history is wanted.
fn wanted<'a>((key, live): (&'a AppKey, &'a LiveApp)) -> Wanted<'a> {
    Wanted {
        key,
        live,
        depth: Depth::Between,
    }
}
