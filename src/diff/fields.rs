//! Where two apps differ: beside the definition here, in it by the names of queries and components.
//!
//! Paths use the words of the definition language (`FORMAT.md` sections 3 and 4), not those of the API.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::expression::{Parser, with_parser};
use crate::model::{App, AppKey, Body, LiveApp, Owner, ProtectionLevel, Publication, same, shown};

use super::dangling::{Dangling, dangling};
use super::found::Found;
use super::matching::Matching;
use super::normalize::{carry, normal};
use super::parts::{components, queries};
use super::renames::Renames;
use super::standing::{Standing, standings};
use super::values::{segment, values};
use super::{Difference, FieldChange};

/// What a comparison found.
pub(super) struct Compared {
    pub fields: Vec<FieldChange>,
    /// What the components that differ are, and where they stand, by the names in their paths.
    pub components: BTreeMap<String, Standing>,
    /// What the desired definition still names, although it is gone.
    pub dangling: Vec<Dangling>,
    /// The definition to send, if the definitions differ.
    pub body: Option<Body>,
}

/// Compares what the file manages with what is live.
pub(super) fn compare(desired: &App, live: &LiveApp, owner: &Owner, key: &AppKey) -> Compared {
    let mut fields = Vec::new();
    attributes(desired, live, &mut fields);
    let sent_with_definition = is_sent_with_definition(&fields);
    if !sent_with_definition && desired.definition.is_plainly(&live.app.definition) {
        return Compared {
            fields,
            components: BTreeMap::new(),
            dangling: Vec::new(),
            body: None,
        };
    }
    let bodies = (live.app.definition.body(), desired.definition.body());
    apart(fields, sent_with_definition, bodies, (owner, key))
}

/// The same of two definitions that are at hand: what is live, and what is wanted. Theirs are not looked at.
pub(super) fn compare_bodies(
    (live, before): (&LiveApp, Body),
    (desired, wanted): (&App, Body),
    ids: (&Owner, &AppKey),
) -> Compared {
    let mut fields = Vec::new();
    attributes(desired, live, &mut fields);
    apart(fields, false, (before, wanted), ids)
}

/// Adds to the attributes that differ what differs in the definitions.
fn apart(
    mut fields: Vec<FieldChange>,
    sent_with_definition: bool,
    (before, wanted): (Body, Body),
    (owner, key): (&Owner, &AppKey),
) -> Compared {
    let before = normal(before);
    let matching = Matching::of(&before, &wanted);
    let after = normal(carry(wanted, Some((&before, &matching)), owner, key));
    let differs = !after.is_in(&before);
    let (mut components, mut left) = (BTreeMap::new(), Vec::new());
    if differs {
        fields.extend(definitions(&before, &after, &matching));
        components = standings(&fields, &before, &after);
        left = dangling(&before, &after, &matching);
    }
    Compared {
        fields,
        components,
        dangling: left,
        body: (differs || sent_with_definition).then_some(after),
    }
}

/// Whether one of these attributes is saved with the definition, and makes a version.
pub(super) fn is_sent_with_definition(attributes: &[FieldChange]) -> bool {
    let mut attributes = attributes.iter();
    attributes.any(|it| ["name", "description"].contains(&&*it.path))
}

/// The attributes beside the definition, as far as the file says them.
pub(super) fn attributes(desired: &App, live: &LiveApp, out: &mut Vec<FieldChange>) {
    let App {
        name,
        description,
        tags,
        protection_level,
        self_service,
        publish,
        definition: _,
    } = desired;
    let now = &live.app;
    let mut managed = |path: &str, before: Option<Value>, after: Value| {
        if before.as_ref().is_none_or(|before| !same(before, &after)) {
            let difference = match before {
                Some(before) => Difference::Changed { before, after },
                None => Difference::Added { after, place: None },
            };
            out.push(FieldChange {
                path: path.to_owned(),
                difference,
            });
        }
    };
    managed("name", Some(now.name.as_str().into()), name.as_str().into());
    if let Some(description) = description {
        // A server that shows no description has an empty one.
        let before = now.description.as_deref().unwrap_or("");
        managed(
            "description",
            Some(before.into()),
            description.as_str().into(),
        );
    }
    if let Some(tags) = tags {
        let list = |tags: &BTreeSet<String>| Value::from_iter(tags.iter().cloned());
        managed("tags", now.tags.as_ref().map(list), list(tags));
    }
    // A level that the server does not show is unknown. New apps publish directly (`API.md` section 3.9), so wanting
    // that is no difference; wanting approvals is one, and setting them is safe to repeat.
    let unknown = now.protection_level.is_none();
    match protection_level {
        Some(ProtectionLevel::DirectPublish) if unknown => {}
        Some(level) => {
            let before = now.protection_level.map(|it| it.as_str().into());
            managed("protectionLevel", before, level.as_str().into());
        }
        None => {}
    }
    if let Some(self_service) = self_service {
        managed(
            "selfService",
            now.self_service.map(Value::from),
            (*self_service).into(),
        );
    }
    match (publish, live.publication) {
        (Some(true), Publication::Unpublished | Publication::Behind(_)) => {
            managed(
                "publish",
                Some(live.publication.as_str().into()),
                "published".into(),
            );
        }
        (Some(false), Publication::Current(_) | Publication::Behind(_)) => {
            managed(
                "publish",
                Some(live.publication.as_str().into()),
                "unpublished".into(),
            );
        }
        _ => {}
    }
}

/// Two normal definitions. The JavaScript parser, which needs a thread of its own, is set up only where something was
/// renamed.
fn definitions(before: &Body, after: &Body, matching: &Matching) -> Vec<FieldChange> {
    let compared = |parser: Option<&mut Parser>| {
        let mut found = Found::new(Renames::new(&matching.renames, parser));
        parts(before, after, matching, &mut found);
        found.finish()
    };
    match matching.renames.is_empty() {
        true => compared(None),
        false => with_parser(|parser| compared(Some(parser))),
    }
}

fn parts(before: &Body, after: &Body, matching: &Matching, out: &mut Found<'_>) {
    let (old, new) = (&before.root_instance_name, &after.root_instance_name);
    if old != new && !out.follows_name("rootInstanceName", old, new) {
        let (old, new) = (old.as_str().into(), new.as_str().into());
        out.change("rootInstanceName", Some(&old), Some(&new));
    }
    for (name, after, before) in shown(&after.extra, &before.extra) {
        values(&segment("", name), name, Some(before), Some(after), out);
    }
    queries(&before.queries, &after.queries, matching, out);
    components(&before.components, &after.components, matching, out);
}
