//! The calls that bring one app to what git wants.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::model::{
    AppKey, Body, DesiredApp, History, LiveApp, ProtectionLevel, Publication, Version, VersionName,
};

use super::{Call, Expected, Note, Precondition, Step, Target, Terms, digest};

/// Whether git wants an app live whose publications somebody has to approve, and it is not.
pub(super) fn is_requested(desired: &DesiredApp, live: &LiveApp) -> bool {
    let level = desired.app.protection_level.or(live.app.protection_level);
    desired.app.publish == Some(true)
        && level == Some(ProtectionLevel::ApprovalRequired)
        && !matches!(live.publication, Publication::Current(_))
}

/// The calls that bring one app to what git wants.
pub(super) struct Steps<'a> {
    pub terms: &'a Terms<'a>,
    pub key: &'a AppKey,
    pub desired: &'a DesiredApp,
    pub live: Option<&'a LiveApp>,
    /// What is known of earlier applies, where the plan depends on it.
    pub history: Option<&'a History>,
}

impl Steps<'_> {
    /// All calls in order, each after the first resting on the one before it.
    pub fn all(&self, body: Option<&Body>, notes: &mut Vec<Note>) -> Vec<Step> {
        let (adoption, definition) = (self.adoption(), self.definition(body));
        let leaves_a_base = adoption.is_some() || definition.is_some();
        let calls = [
            adoption,
            definition,
            self.creation_mark(),
            leaves_a_base.then(|| self.naming(self.name(body))),
            self.protection(notes),
            self.self_service(),
            self.tags(),
        ];
        let mut calls: Vec<Call> = calls.into_iter().flatten().collect();
        let publication = self.publication(body.is_some(), notes);
        let asks = matches!(publication, Some(Call::RequestPublish { .. }));
        calls.extend(publication);
        if asks {
            calls.push(self.naming(self.name(body).requested()));
        }
        let target = self
            .live
            .map_or(Target::CreatedHere, |live| Target::Known(live.id));
        let mut steps: Vec<Step> = Vec::with_capacity(calls.len());
        for call in calls {
            let precondition = match steps.is_empty() {
                true => self.first_precondition(),
                false => self.later_precondition(&call),
            };
            steps.push(Step {
                call,
                target,
                precondition,
            });
        }
        steps
    }

    fn first_precondition(&self) -> Precondition {
        self.live.map_or(Precondition::Absent, |live| {
            Precondition::AsPlanned(Expected::of(live))
        })
    }

    /// Nobody but its author sees an app that was just made, so that nobody can have tagged it.
    fn later_precondition(&self, call: &Call) -> Precondition {
        match call {
            Call::Publish | Call::RequestPublish { .. } | Call::Unpublish => Precondition::AsLeft,
            Call::SetTags { .. } if self.live.is_some() => Precondition::AsLeft,
            _ => Precondition::PreviousStep,
        }
    }

    fn naming(&self, name: VersionName) -> Call {
        Call::NameVersion {
            name: name.to_string(),
        }
    }

    /// The name of the version that these steps leave. One that an apply named before keeps that name.
    fn name(&self, body: Option<&Body>) -> VersionName {
        let base = self.history.and_then(|history| history.base.as_ref());
        let newest = base.filter(|base| Some(base.version) == self.version());
        if let (None, Some(base)) = (body, newest) {
            return base.name.clone();
        }
        let live = || self.live.map(|live| live.app.definition.body());
        let attributes = match body {
            Some(body) => attributes(self.desired, body),
            // An app without a body to send is equal to its live side.
            None => live().map_or(Value::Null, |body| attributes(self.desired, &body)),
        };
        let digest = digest::of_attributes(&attributes);
        let commit = self.terms.occasion.commit.as_deref();
        VersionName::new(self.terms.owner, self.key, commit, &digest)
    }

    fn version(&self) -> Option<Version> {
        self.live.map(|live| live.version)
    }

    /// Taking over an app starts with the mark: should the run break off, it is known as ours.
    fn adoption(&self) -> Option<Call> {
        let live = self.live?;
        let marked = live
            .marks
            .iter()
            .any(|it| it.owner == *self.terms.owner && it.key == *self.key);
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
            // Shown by the comparison as no difference, see `diff::fields`. It matters once something is published.
            Some(None) if wanted == ProtectionLevel::DirectPublish => None,
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
        tags.insert(self.terms.owner.mark(self.key));
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
        if self.terms.policy.no_publish {
            notes.push(Note::PublicationHeldBack);
            return None;
        }
        match &call {
            Call::RequestPublish { .. } if !saves && self.is_waiting() => {
                let since = self.version().unwrap_or(Version(1));
                notes.push(Note::WaitsForApproval { since });
                return None;
            }
            Call::RequestPublish { .. } => notes.push(Note::NeedsApproval),
            Call::Publish => notes.extend(self.unknown_level()),
            _ => {}
        }
        Some(call)
    }

    /// What a publication has to reckon with where the server does not show the level.
    fn unknown_level(&self) -> Option<Note> {
        match (
            self.desired.app.protection_level,
            self.live?.app.protection_level,
        ) {
            (_, Some(_)) => None,
            (Some(wanted), None) => Some(Note::ProtectionUnknown { wanted }),
            (None, None) => Some(Note::LevelUnknown),
        }
    }

    fn level(&self) -> Option<ProtectionLevel> {
        let live = self.live.and_then(|live| live.app.protection_level);
        self.desired.app.protection_level.or(live)
    }

    /// Whether the publication of the newest version was requested before. No operation of the API tells, but the name
    /// that the version was given then does.
    fn is_waiting(&self) -> bool {
        let base = self.history.and_then(|history| history.base.as_ref());
        base.is_some_and(|base| Some(base.version) == self.version() && base.name.requested)
    }

    fn publish(&self) -> Call {
        match self.level() {
            Some(ProtectionLevel::ApprovalRequired) => Call::RequestPublish {
                title: self.title(),
                description: self.description(),
            },
            Some(ProtectionLevel::DirectPublish) | None => Call::Publish,
        }
    }

    fn title(&self) -> String {
        let message = self.terms.occasion.message.as_deref().unwrap_or_default();
        let name = &self.desired.app.name;
        match message.lines().next().map(str::trim) {
            None | Some("") => format!("Publish {name}"),
            Some(line) => format!("Publish {name}: {}", shortened(line)),
        }
    }

    fn description(&self) -> String {
        let Terms {
            owner, occasion, ..
        } = self.terms;
        let more = (occasion.message.as_deref()).and_then(|text| text.split_once('\n'));
        let commit = (occasion.commit.as_ref()).map(|hash| format!(" from commit {hash}"));
        let paragraphs = [
            more.map(|(_, rest)| rest.trim().to_owned()),
            occasion.pr_url.clone(),
            Some(format!(
                "Requested by ddapps for {owner}/{}{}.",
                self.key,
                commit.unwrap_or_default()
            )),
        ];
        let said = paragraphs.into_iter().flatten().filter(|it| !it.is_empty());
        said.collect::<Vec<_>>().join("\n\n")
    }
}

/// Enough of a line for a title.
fn shortened(line: &str) -> String {
    const ENOUGH: usize = 120;
    match line.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
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
