//! The only place where the stages meet: files and server in, a plan out.

mod home;
mod locate;
mod memory;
mod sharing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use futures::future;

use crate::api::{self, Client};
use crate::definition::{self, Loaded, Parts, Settings, Target};
use crate::diff::diff;
use crate::expression::Parser;
use crate::fetch::{self, Cache, Depth, Event, Fetched, OnApp, Reading, Scope, Wanted};
use crate::model::{
    AppId, AppKey, Declared, Desired, DesiredApp, Finding, Live, Occasion, Policy, Selection,
    Severity, Texts,
};
use crate::plan::{Needed, Plan, Terms, history_of, plan};
use crate::validate::{self, validate};

use sharing::Sharing;

pub use home::{Homecoming, look_back, pull};
pub use locate::{NotLocated, locate};
pub use memory::Memory;

/// What to look at.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The repository.
    pub root: &'a Path,
    /// Its settings.
    pub settings: &'a Settings,
    /// The environment.
    pub target: &'a Target,
    /// Which of its apps.
    pub selection: &'a Selection,
    /// How many requests are under way at once.
    pub parallelism: usize,
    /// Where apps that did not change since they were read may come from.
    pub cache: Option<&'a Cache>,
    /// What earlier runs left, for whoever runs again and again.
    pub memory: Option<&'a Memory>,
}

/// Both sides, as they were read.
#[derive(Clone, Debug)]
pub struct Observation {
    /// What git wants, of the selected apps.
    pub desired: Desired,
    /// What the server has, of the selected apps.
    pub live: Live,
    /// What the loader and `validate` have to say.
    pub findings: Vec<Finding>,
    /// Where the live apps came from.
    pub reading: Reading,
    /// Which files name which parts.
    pub parts: Parts,
}

/// The selected definitions of a repository, and what is wrong with its files.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What could be read, and what could not.
    pub loaded: Loaded,
    /// What the loader said, and what the rules say about what it made of the files; sorted by file, line, column and rule.
    pub findings: Vec<Finding>,
}

/// Loads and checks the selected definitions, each as soon as it is read.
pub fn check(root: &Path, settings: &Settings, target: &Target, selection: &Selection) -> Checked {
    check_again(
        root,
        settings,
        target,
        selection,
        None,
        &Sharing::on_all_cores(),
    )
}

/// The same, looking only at what changed since the check that the memory is of; what the other side has in common is kept
/// once.
fn check_again(
    root: &Path,
    settings: &Settings,
    target: &Target,
    selection: &Selection,
    memory: Option<&mut definition::Memory<Look>>,
    sharing: &Sharing,
) -> Checked {
    let rules = &target.environment.rules;
    // What rules look at, and the texts of the files, are those of one app a thread: those of all would be most of the
    // memory of a run.
    let (mut loaded, looks) = definition::load_again(
        root,
        settings,
        target,
        memory,
        &sharing.gate,
        &|declared, parser| match selection.selects(declared.key, &declared.app.app) {
            true => {
                let seen = look(&declared, parser);
                sharing.meet(declared.key, &mut declared.app.app.definition);
                seen
            }
            false => Look {
                unchecked: declared.texts.keys().cloned().collect(),
                ..Look::default()
            },
        },
    );
    let is_selected = |key: &AppKey, app: &mut DesiredApp| selection.selects(key, &app.app);
    loaded.desired.apps.retain(is_selected);
    let (mut located, mut found, mut unchecked) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for look in looks {
        located.extend(look.located);
        found.extend(look.silences);
        unchecked.extend(look.unchecked);
    }
    let places = (loaded.findings.iter()).filter_map(|finding| finding.location.as_ref());
    let places = places.chain(rules.0.values().map(|level| &level.at));
    for path in places.map(|at| at.path.clone()).collect::<BTreeSet<_>>() {
        found.extend(silences(&definition::texts(root, BTreeSet::from([path]))));
    }
    let mut findings = validate::report(loaded.findings.clone(), located, &found, rules);
    // A comment at an app that is not checked may silence what nobody looks for.
    findings.retain(|finding| {
        let at = finding.location.as_ref();
        finding.rule != validate::UNUSED_SILENCE
            || at.is_none_or(|at| !unchecked.contains(&at.path))
    });
    Checked { loaded, findings }
}

/// What is found in the files of one app.
#[derive(Clone, Debug, Default)]
struct Look {
    /// What the rules say.
    located: Vec<Finding>,
    /// The comments that silence them.
    silences: Vec<validate::Silence>,
    /// The files, if the app is not selected.
    unchecked: BTreeSet<Arc<str>>,
}

/// Looks at an app with every rule.
fn look(declared: &Declared<'_>, parser: &mut Parser) -> Look {
    Look {
        located: validate::locate(validate(declared, parser), declared.texts),
        silences: silences(declared.texts),
        unchecked: BTreeSet::new(),
    }
}

fn silences(texts: &Texts) -> Vec<validate::Silence> {
    (texts.iter())
        .flat_map(|(path, text)| validate::silences(path, text))
        .collect()
}

/// Why there is nothing to plan on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The definitions cannot be read in full; a plan on a part could delete the rest.
    #[error("the definitions cannot be read in full")]
    Definitions(Vec<Finding>),
    /// The server's apps cannot be listed.
    #[error("the live apps cannot be listed")]
    Live(#[source] api::Error),
}

/// Reads files and server, side by side.
pub async fn observe(
    client: &Client,
    question: &Question<'_>,
    on_event: &(dyn Fn(Event) + Send + Sync),
) -> Result<Observation, Error> {
    let sharing = Arc::new(match question.cache {
        // With a cache, little comes from the network.
        Some(_) => Sharing::on_all_cores(),
        None => Sharing::default(),
    });
    let scope = Scope {
        on_app: Some(on_app(question, Arc::clone(&sharing))),
        ..scope(question)
    };
    let fetching = async {
        let fetched = fetch::fetch(client, &scope, on_event).await;
        sharing.gate.open();
        Ok(fetched)
    };
    // Files that cannot be read end it at once; a server that does not answer only when the files were looked at.
    let loading = load(question, Arc::clone(&sharing));
    let (checked, fetched) = future::try_join(loading, fetching).await?;
    let Checked {
        loaded: Loaded { desired, parts, .. },
        findings,
    } = checked;
    let Fetched {
        mut live,
        unmarked,
        reading,
    } = fetched.map_err(Error::Live)?;
    let selection = question.selection;
    live.apps.retain(|_, app| {
        let mut ours = app
            .marks
            .iter()
            .filter(|mark| mark.owner == desired.owner)
            .peekable();
        ours.peek().is_none()
            || ours.any(|mark| {
                desired.apps.contains_key(&mark.key) || selection.selects_orphan(&mark.key)
            })
    });
    let candidates = candidates(&desired, &live, &unmarked);
    fetch::read_more(client, &mut live, &candidates, question.parallelism).await;
    Ok(Observation {
        desired,
        live,
        findings,
        reading,
        parts,
    })
}

/// What a run on this observation would do. What our last apply left is read for the apps that differ.
pub async fn propose(
    client: &Client,
    observation: &Observation,
    policy: &Policy,
    occasion: &Occasion,
    parallelism: usize,
) -> Plan {
    let Observation { desired, live, .. } = observation;
    let changes = diff(desired, live);
    let wanted = changes.iter().filter_map(|change| {
        Some(Wanted {
            key: &change.key,
            live: change.live?,
            depth: match history_of(change)? {
                Needed::Names | Needed::Saves => Depth::Names,
                Needed::Base => Depth::Base,
            },
        })
    });
    let owner = &desired.owner;
    let bases = fetch::bases(client, owner, wanted.collect(), parallelism).await;
    let terms = Terms {
        owner,
        policy,
        occasion,
        bases: &bases,
    };
    plan(changes, &terms)
}

/// Loads and checks the selected definitions on a thread of its own: it is work for the processor, while the network waits.
async fn load(question: &Question<'_>, sharing: Arc<Sharing>) -> Result<Checked, Error> {
    let root = question.root.to_owned();
    let settings = question.settings.clone();
    let target = question.target.clone();
    let selection = question.selection.clone();
    let memory = question.memory.cloned();
    let loading = tokio::task::spawn_blocking(move || {
        let mut checked = match memory {
            Some(memory) => memory.check(&root, &settings, &target, &selection, &sharing),
            None => check_again(&root, &settings, &target, &selection, None, &sharing),
        };
        if let Some(draft) = &target.draft {
            let apps = checked.loaded.desired.apps.values_mut();
            apps.for_each(|app| draft.copy(&mut app.app));
        }
        let is_error = |it: &Finding| it.severity == Severity::Error;
        match checked.loaded.findings.iter().any(is_error) {
            true => Err(Error::Definitions(checked.loaded.findings)),
            false => Ok(checked),
        }
    });
    loading
        .await
        .expect("loading and checking does not panic, and is not cancelled")
}

fn scope(question: &Question<'_>) -> Scope {
    let Target {
        owner, environment, ..
    } = question.target;
    let selection = question.selection.clone();
    Scope {
        owner: owner.clone(),
        bound: (environment.apps.iter())
            .filter(|(key, _)| selection.admits(key))
            .map(|(key, id)| (key.clone(), *id))
            .collect(),
        selected: Arc::new(move |key| selection.admits(key)),
        parallelism: question.parallelism,
        cache: question.cache.cloned(),
        on_app: None,
    }
}

/// Lets each live app meet its desired one: the one with the key that a binding or a mark says.
fn on_app(question: &Question<'_>, sharing: Arc<Sharing>) -> OnApp {
    let target = question.target;
    let owner = target.owner.clone();
    let bound = target.environment.apps.iter();
    let bound: BTreeMap<AppId, AppKey> = bound.map(|(key, id)| (*id, key.clone())).collect();
    Arc::new(move |live| {
        let marked = live.marks.iter().find(|mark| mark.owner == owner);
        let key = bound.get(&live.id).or(marked.map(|mark| &mark.key));
        if let Some(key) = key {
            sharing.meet(key, &mut live.app.definition);
        }
    })
}

/// Unmarked apps that bear the name of a desired app without a live one: one of them could be our own creation that
/// lost its mark to a crash.
fn candidates(
    desired: &Desired,
    live: &Live,
    unmarked: &BTreeMap<String, Vec<AppId>>,
) -> Vec<AppId> {
    let marked: BTreeSet<_> = (live.apps.values())
        .flat_map(|app| app.marks.iter().filter(|it| it.owner == desired.owner))
        .map(|mark| &mark.key)
        .collect();
    let lonely = desired
        .apps
        .iter()
        .filter(|(key, _)| !marked.contains(key) && !desired.bindings.contains_key(*key));
    let ids: BTreeSet<_> = lonely
        .filter_map(|(_, app)| unmarked.get(&app.app.name))
        .flatten()
        .copied()
        .collect();
    ids.into_iter().collect()
}
