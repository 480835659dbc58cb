//! What the differences of an app mean for those who use it: what runs by itself from now on, what no longer asks, what is
//! published along, what is left without what it names.
//!
//! Only what a difference brings about is told, never what was so before; whether a definition makes sense at all is for
//! `validate` to say.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diff::{Change, Dangling, Difference, Thing};
use crate::model::{
    Body, ProtectionLevel, Publication, Saved, Version, changes_things, is_on, same,
};

use super::{Call, Step};

/// What a difference means for those who use the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// Users run an older version, so that publishing shows them more than what is listed.
    PublishesEarlierSaves {
        /// The newest version.
        version: Version,
        /// Who saved it, and when.
        saved: Saved,
    },
    /// Publications went through an approval, and no longer will.
    NoApprovalAnyMore,
    /// Everybody may use the app.
    OfferedForSelfService,
    /// Something is gone, or called otherwise, that is still named.
    StillNamed {
        /// What is gone.
        gone: Thing,
        /// What it is called now, if it was renamed.
        renamed_to: Option<String>,
        /// What names it.
        by: Vec<Thing>,
    },
    /// A query runs whenever the app is opened and its inputs change, and did not before.
    RunsByItself {
        /// Its name.
        query: String,
        /// What it runs.
        action: String,
    },
    /// A query runs again and again, and did not before.
    Polls {
        /// Its name.
        query: String,
        /// The interval in milliseconds, as written.
        every: String,
    },
    /// A query asked the user before it ran, and no longer does.
    NoLongerAsks {
        /// Its name.
        query: String,
        /// What it runs.
        action: String,
    },
    /// A query ran under a condition, and no longer does.
    NoLongerWaits {
        /// Its name.
        query: String,
    },
    /// A query answers with made-up outputs, and did not before.
    MockedOutputs {
        /// Its name.
        query: String,
    },
    /// A query whose action changes things is new, or does something else than before.
    ChangesThings {
        /// Its name.
        query: String,
        /// What it runs.
        action: String,
        /// What of it is new.
        touched: Touched,
    },
    /// Queries whose actions change things run with another connection, whatever else of them is new.
    OtherConnection {
        /// Their names.
        queries: Vec<String>,
    },
    /// A component is always shown, and was not.
    AlwaysShown(Thing),
    /// A component is never shown, and was.
    NeverShown(Thing),
    /// A component can always be used, and could not.
    AlwaysUsable(Thing),
    /// A component can never be used, and could.
    NeverUsable(Thing),
}

/// What of a query is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// All of it.
    Added,
    /// The action that it runs.
    Action,
    /// What it is given.
    Inputs,
}

/// The consequences of a change that is made by these steps.
pub(super) fn consequences(change: &Change<'_>, steps: &[Step]) -> Vec<Consequence> {
    let mut notes = Vec::new();
    publication(change, steps, &mut notes);
    protection(change, &mut notes);
    for Dangling {
        gone,
        renamed_to,
        by,
    } in &change.dangling
    {
        notes.push(Consequence::StillNamed {
            gone: gone.clone(),
            renamed_to: renamed_to.clone(),
            by: by.clone(),
        });
    }
    if let (Some(live), Some(after)) = (change.live, &change.body) {
        let before = live.app.definition.body();
        let renames = renames(change);
        let pairs = Pairs::new(&before, &renames);
        queries(&pairs, after, &mut notes);
        components(&pairs, after, &mut notes);
    }
    notes
}

/// What is published along with what is listed.
fn publication(change: &Change<'_>, steps: &[Step], notes: &mut Vec<Consequence>) {
    let Some(live) = change.live else { return };
    let publishes = steps
        .iter()
        .any(|step| matches!(step.call, Call::Publish | Call::RequestPublish { .. }));
    if publishes && matches!(live.publication, Publication::Behind(_)) {
        notes.push(Consequence::PublishesEarlierSaves {
            version: live.version,
            saved: live.saved.clone(),
        });
    }
}

/// Who may publish, and who may use the app.
fn protection(change: &Change<'_>, notes: &mut Vec<Consequence>) {
    let (Some(desired), Some(live)) = (change.desired, change.live) else {
        return;
    };
    let level = (live.app.protection_level, desired.app.protection_level);
    if level
        == (
            Some(ProtectionLevel::ApprovalRequired),
            Some(ProtectionLevel::DirectPublish),
        )
    {
        notes.push(Consequence::NoApprovalAnyMore);
    }
    if desired.app.self_service == Some(true) && live.app.self_service == Some(false) {
        notes.push(Consequence::OfferedForSelfService);
    }
}

/// The live names of what is called otherwise now, by the desired ones.
fn renames(change: &Change<'_>) -> BTreeMap<String, String> {
    let renamed = change.fields.iter().filter_map(|it| match &it.difference {
        Difference::Renamed { before, after, .. } => {
            Some((after.name.clone(), before.name.clone()))
        }
        _ => None,
    });
    renamed.collect()
}

/// The live components and queries by name. Where a name occurs twice, nothing is said of any of them.
struct Pairs<'a> {
    named: BTreeMap<&'a str, Option<&'a Value>>,
    renames: &'a BTreeMap<String, String>,
}

impl<'a> Pairs<'a> {
    fn new(before: &'a Body, renames: &'a BTreeMap<String, String>) -> Self {
        let mut named = BTreeMap::new();
        for item in all_components(&before.components).chain(&before.queries) {
            let once = named.insert(name(item), Some(item)).is_none();
            if !once {
                named.insert(name(item), None);
            }
        }
        Self { named, renames }
    }

    /// The live item; `None` if there is none, `Some(None)` if there are several.
    fn before(&self, item: &Value) -> Option<Option<&'a Value>> {
        let own = name(item);
        let name = self.renames.get(own).map_or(own, String::as_str);
        self.named.get(name).copied()
    }
}

/// The component tree, each component before its children.
fn all_components(components: &[Value]) -> impl Iterator<Item = &Value> {
    let mut stack: Vec<&Value> = components.iter().rev().collect();
    std::iter::from_fn(move || {
        let next = stack.pop()?;
        let children = property(next, "children").and_then(Value::as_array);
        stack.extend(children.into_iter().flatten().rev());
        Some(next)
    })
}

fn name(item: &Value) -> &str {
    item.get("name").and_then(Value::as_str).unwrap_or_default()
}

fn property<'a>(item: &'a Value, name: &str) -> Option<&'a Value> {
    item.get("properties")?.get(name)
}

fn action(query: &Value) -> Option<&str> {
    property(query, "spec")?.get("fqn")?.as_str()
}

fn queries(pairs: &Pairs<'_>, after: &Body, notes: &mut Vec<Consequence>) {
    let mut queries = Vec::new();
    for query in after.queries.iter().filter(|query| action(query).is_some()) {
        match pairs.before(query) {
            None => added(query, notes),
            Some(Some(before)) => {
                changed(before, query, notes);
                let (name, action) = described(query);
                if changes_things(&action) && differs(before, query, "connectionId") {
                    queries.push(name);
                }
            }
            Some(None) => {}
        }
    }
    // One change of a connection is often one of many queries: that is one thing to know.
    if !queries.is_empty() {
        notes.push(Consequence::OtherConnection { queries });
    }
}

/// A query that there was not before.
fn added(query: &Value, notes: &mut Vec<Consequence>) {
    let (name, action) = described(query);
    if changes_things(&action) {
        let touched = Touched::Added;
        notes.push(Consequence::ChangesThings {
            query: name.clone(),
            action: action.clone(),
            touched,
        });
        if runs_by_itself(query) && !asks(query) {
            notes.push(Consequence::RunsByItself {
                query: name.clone(),
                action,
            });
        }
    }
    if is_mocked(query) {
        notes.push(Consequence::MockedOutputs { query: name });
    }
}

fn changed(before: &Value, after: &Value, notes: &mut Vec<Consequence>) {
    let (query, action) = described(after);
    if runs_by_itself(after) && !runs_by_itself(before) {
        notes.push(Consequence::RunsByItself {
            query: query.clone(),
            action: action.clone(),
        });
    }
    let polls = |query| property(query, "pollingIntervalInMs").filter(|it| is_interval(it));
    if let (None, Some(every)) = (polls(before), polls(after)) {
        notes.push(Consequence::Polls {
            query: query.clone(),
            every: text(every),
        });
    }
    if asks(before) && !asks(after) {
        notes.push(Consequence::NoLongerAsks {
            query: query.clone(),
            action: action.clone(),
        });
    }
    let waits = |query| When::of(property(query, "condition"), When::Always) != When::Always;
    if waits(before) && !waits(after) {
        notes.push(Consequence::NoLongerWaits {
            query: query.clone(),
        });
    }
    if is_mocked(after) && !is_mocked(before) {
        notes.push(Consequence::MockedOutputs {
            query: query.clone(),
        });
    }
    if changes_things(&action)
        && let Some(touched) = touched(before, after)
    {
        notes.push(Consequence::ChangesThings {
            query,
            action,
            touched,
        });
    }
}

/// What of an action is another one than before, but for the connection.
fn touched(before: &Value, after: &Value) -> Option<Touched> {
    let parts = [("fqn", Touched::Action), ("inputs", Touched::Inputs)];
    let first = (parts.into_iter()).find(|(name, _)| differs(before, after, name));
    first.map(|(_, touched)| touched)
}

/// Whether a part of what a query runs is another one.
fn differs(before: &Value, after: &Value, part: &str) -> bool {
    let part = |query| property(query, "spec").and_then(|spec: &Value| spec.get(part));
    match (part(before), part(after)) {
        (Some(before), Some(after)) => !same(before, after),
        (before, after) => before.is_some() != after.is_some(),
    }
}

fn described(query: &Value) -> (String, String) {
    let action = action(query).unwrap_or_default();
    (name(query).to_owned(), action.to_owned())
}

fn runs_by_itself(query: &Value) -> bool {
    !is_on(property(query, "onlyTriggerManually"))
}

fn asks(query: &Value) -> bool {
    is_on(property(query, "requiresConfirmation"))
}

fn is_mocked(query: &Value) -> bool {
    is_on(property(query, "mockedOutputs").and_then(|it| it.get("enabled")))
}

/// Nought is off.
fn is_interval(value: &Value) -> bool {
    !matches!(text(value).as_str(), "" | "0" | "null" | "${0}")
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// When a condition of a component holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    Sometimes,
    Never,
}

impl When {
    /// `unsaid` is what an absent property means.
    fn of(property: Option<&Value>, unsaid: Self) -> Self {
        match property {
            None | Some(Value::Null) => unsaid,
            Some(Value::Bool(true)) => Self::Always,
            Some(Value::Bool(false)) => Self::Never,
            Some(Value::String(text)) => match text.as_str() {
                "" => unsaid,
                "true" | "${true}" => Self::Always,
                "false" | "${false}" => Self::Never,
                _ => Self::Sometimes,
            },
            Some(_) => Self::Sometimes,
        }
    }
}

/// Components that are shown or can be used where they were not, or the other way round.
fn components(pairs: &Pairs<'_>, after: &Body, notes: &mut Vec<Consequence>) {
    for component in all_components(&after.components) {
        let Some(Some(before)) = pairs.before(component) else {
            continue;
        };
        let kind = component.get("type").and_then(Value::as_str);
        let thing = || Thing {
            kind: kind.unwrap_or("component").to_owned(),
            name: name(component).to_owned(),
        };
        let visible = |it| When::of(property(it, "isVisible"), When::Always);
        match (visible(before), visible(component)) {
            (When::Never | When::Sometimes, When::Always) => {
                notes.push(Consequence::AlwaysShown(thing()))
            }
            (When::Always | When::Sometimes, When::Never) => {
                notes.push(Consequence::NeverShown(thing()))
            }
            _ => {}
        }
        let disabled = |it| When::of(property(it, "isDisabled"), When::Never);
        match (disabled(before), disabled(component)) {
            (When::Always | When::Sometimes, When::Never) => {
                notes.push(Consequence::AlwaysUsable(thing()));
            }
            (When::Never | When::Sometimes, When::Always) => {
                notes.push(Consequence::NeverUsable(thing()))
            }
            _ => {}
        }
    }
}
