//! The calls that bring one app to what git wants.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::model::{
    AppKey, Body, DesiredApp, LiveApp, Owner, Policy, ProtectionLevel, Publication,
};

use super::{Call, Expected, Note, Precondition, Step, Target};

/// The calls that bring one app to what git wants.
pub(super) struct Steps<'a> {
    pub owner: &'a Owner,
    pub key: &'a AppKey,
    pub desired: &'a DesiredApp,
    pub live: Option<&'a LiveApp>,
    pub policy: &'a Policy,
}

impl Steps<'_> {
    /// All calls in order, each after the first resting on the one before it.
    pub fn all(&self, body: Option<&Body>, notes: &mut Vec<Note>) -> Vec<Step> {
        let calls: Vec<Call> = [
            self.adoption(),
            self.definition(body),
            self.creation_mark(),
            self.protection(notes),
            self.self_service(),
            self.tags(),
        ]
        .into_iter()
        .flatten()
        .collect();
        let publication = self.publication(body.is_some(), notes);
        let target = self
            .live
            .map_or(Target::CreatedHere, |live| Target::Known(live.id));
        let first = self.live.map_or(Precondition::Absent, |live| {
            Precondition::AsPlanned(Expected::of(live))
        });
        let mut preconditions =
            std::iter::once(first).chain(std::iter::repeat(Precondition::PreviousStep));
        calls
            .into_iter()
            .chain(publication)
            .zip(&mut preconditions)
            .map(|(call, precondition)| Step {
                call,
                target,
                precondition,
            })
            .collect()
    }

    /// Taking over an app starts with the mark: should the run break off, it is known as ours.
    fn adoption(&self) -> Option<Call> {
        let live = self.live?;
        let marked = live
            .marks
            .iter()
            .any(|it| it.owner == *self.owner && it.key == *self.key);
        (!marked).then(|| Call::SetTags {
            tags: self.all_tags(),
        })
    }

    fn definition(&self, body: Option<&Body>) -> Option<Call> {
        let attributes = attributes(self.desired, body?);
        Some(match self.live {
            None => Call::Create { attributes },
            Some(_) => Call::Update { attributes },
        })
    }

    /// A new app is marked right after its creation, with its other tags.
    fn creation_mark(&self) -> Option<Call> {
        self.live.is_none().then(|| Call::SetTags {
            tags: self.all_tags(),
        })
    }

    fn protection(&self, notes: &mut Vec<Note>) -> Option<Call> {
        let wanted = self.desired.app.protection_level?;
        let now = self.live.map(|live| live.app.protection_level);
        match now {
            Some(Some(level)) if level == wanted => None,
            // Shown by the comparison as no difference, see `diff::fields`.
            Some(None) if wanted == ProtectionLevel::DirectPublish => {
                notes.push(Note::ProtectionUnknown { wanted });
                None
            }
            Some(None) => {
                notes.push(Note::ProtectionUnknown { wanted });
                Some(Call::SetProtectionLevel { level: wanted })
            }
            // Also where a new app has the wanted level by default: from then on the server shows it.
            Some(Some(_)) | None => Some(Call::SetProtectionLevel { level: wanted }),
        }
    }

    fn self_service(&self) -> Option<Call> {
        let wanted = self.desired.app.self_service?;
        // A new app is not offered for self-service (`API.md` section 5).
        let now = self.live.map_or(Some(false), |live| live.app.self_service);
        (now != Some(wanted)).then_some(Call::SetSelfService {
            self_service: wanted,
        })
    }

    /// A change of tags alone. New and adopted apps get theirs together with the mark.
    fn tags(&self) -> Option<Call> {
        let live = self.live?;
        if self.adoption().is_some() {
            return None;
        }
        let wanted = self.desired.app.tags.as_ref()?;
        (live.app.tags.as_ref() != Some(wanted)).then(|| Call::SetTags {
            tags: self.all_tags(),
        })
    }

    /// What the app's tags will be: git's, or the live ones where git does not say, and always our mark.
    fn all_tags(&self) -> BTreeSet<String> {
        let live = self.live.and_then(|live| live.app.tags.as_ref());
        let tags = self.desired.app.tags.as_ref().or(live);
        let mut tags = tags.cloned().unwrap_or_default();
        tags.insert(self.owner.mark(self.key));
        tags
    }

    /// `saves` says whether an earlier step makes a new version.
    fn publication(&self, saves: bool, notes: &mut Vec<Note>) -> Option<Call> {
        let now = self
            .live
            .map_or(Publication::Unpublished, |live| live.publication);
        let call = match (self.desired.app.publish?, now) {
            (true, Publication::Current(_)) if !saves => None,
            (true, _) => Some(self.publish()),
            (false, Publication::Unpublished) => None,
            (false, _) => Some(Call::Unpublish),
        }?;
        if self.policy.no_publish {
            notes.push(Note::PublicationHeldBack);
            return None;
        }
        if matches!(call, Call::RequestPublish { .. }) {
            notes.push(Note::NeedsApproval);
        }
        Some(call)
    }

    fn publish(&self) -> Call {
        let live = self.live.and_then(|live| live.app.protection_level);
        match self.desired.app.protection_level.or(live) {
            Some(ProtectionLevel::ApprovalRequired) => Call::RequestPublish {
                title: format!("Publish {}", self.desired.app.name),
                description: format!("Requested by ddapps for {}/{}.", self.owner, self.key),
            },
            Some(ProtectionLevel::DirectPublish) | None => Call::Publish,
        }
    }
}

/// The attributes of a create or update request: what makes a version, and nothing else (`API.md` sections 3.3, 3.4).
fn attributes(desired: &DesiredApp, body: &Body) -> Value {
    let Body {
        root_instance_name,
        components,
        queries,
        extra,
    } = body;
    let mut attributes = Map::clone(extra);
    attributes.insert("name".into(), desired.app.name.as_str().into());
    if let Some(description) = &desired.app.description {
        attributes.insert("description".into(), description.as_str().into());
    }
    attributes.insert(
        "rootInstanceName".into(),
        root_instance_name.as_str().into(),
    );
    attributes.insert("components".into(), components.clone().into());
    attributes.insert("queries".into(), queries.clone().into());
    attributes.into()
}
