//! The calls that make an app or a version: done once, whatever becomes of their answers.
//!
//! None of them may be repeated blindly. After an answer that leaves open what happened the server is looked at first:
//! what was sent is there, and then it is done; or it certainly is not, and then it is sent once more; or nobody can
//! tell, and then the report says so.

use serde_json::Value;

use crate::api::{self, At, Filter};
use crate::model::{AppId, AppKey, Content, LiveApp, Version, reasons};
use crate::plan::Call;

use super::Run;
use super::failure::failed;
use super::left::Left;
use super::report::{Failure, Notice, Stale};

/// How a step ends: done, perhaps with something to look at, or failed.
pub(super) type Ended = Result<Option<Notice>, Failure>;

/// A call that makes a version.
pub(super) enum Save<'a> {
    Update(&'a Value),
    Revert(Version),
}

impl Run<'_> {
    /// Makes an app, or finds the one that was made although its answer got lost.
    pub(super) async fn create(&self, key: &AppKey, attributes: &Value, left: &mut Left) -> Ended {
        let content = Content::sent(attributes);
        let mut error = match self.writer.create(attributes).await {
            Ok(id) => return Ok(left.created(id, content)),
            Err(error) => error,
        };
        if error.is_ambiguous() {
            if let Some(id) = self.own_creation(key, &content).await? {
                return Ok(left.created(id, content));
            }
            if error.may_still_happen() {
                return Err(failed(error));
            }
            error = match self.writer.create(attributes).await {
                Ok(id) => return Ok(left.created(id, content)),
                Err(error) => error,
            };
            if error.is_ambiguous()
                && let Some(id) = self.own_creation(key, &content).await?
            {
                return Ok(left.created(id, content));
            }
        }
        Err(failed(error))
    }

    /// The app that we made a moment ago, if it is there. How the server finds a name is not documented, so that before the
    /// app is made once more all apps are looked through.
    async fn own_creation(
        &self,
        key: &AppKey,
        content: &Content,
    ) -> Result<Option<AppId>, Failure> {
        let by_name = Filter {
            name: Some(content.name.clone()),
            ..Filter::default()
        };
        match self.creation_among(&by_name, key, content).await? {
            Some(id) => Ok(Some(id)),
            None => self.creation_among(&Filter::default(), key, content).await,
        }
    }

    /// The unmarked app that we made a moment ago, if there is exactly one: none that the plan knows, of the same name, with
    /// our query ids, or without queries and with the very same definition.
    async fn creation_among(
        &self,
        filter: &Filter,
        key: &AppKey,
        content: &Content,
    ) -> Result<Option<AppId>, Failure> {
        let unknown = |error: api::Error| Failure::Call {
            error: format!(
                "what became of the creation is not known, and looking for the app failed, too: {}",
                reasons(&error)
            ),
            ambiguous: true,
        };
        let mut found = Vec::new();
        for app in self.client.list(filter).await.map_err(unknown)? {
            let is_known = self.plan.apps.iter().any(|it| it.id == Some(app.id));
            if app.name != content.name || !app.marks.is_empty() || is_known {
                continue;
            }
            let live = self.client.app(app.id, At::Latest).await.map_err(unknown)?;
            found.extend(live.filter(|live| self.is_own(key, content, live)));
        }
        let why = match found.as_slice() {
            [] => return Ok(None),
            [live] if !self.makes_another_like(content) => return Ok(Some(live.id)),
            [_] => {
                "an unmarked app looks like it, and like another one that this run makes".to_owned()
            }
            several => format!("{} unmarked apps look like it", several.len()),
        };
        Err(Failure::Call {
            error: format!("what became of the creation is not known: {why}"),
            ambiguous: true,
        })
    }

    /// Whether an unmarked app that looks like ours may be that of another key, on its way to its mark: only query ids
    /// tell two equal apps apart.
    fn makes_another_like(&self, content: &Content) -> bool {
        let steps = self.plan.apps.iter().flat_map(|app| &app.steps);
        let alike = steps.filter(|step| match &step.call {
            Call::Create { attributes } => {
                let other = Content::sent(attributes);
                other.name == content.name && other.body.is_in(&content.body)
            }
            _ => false,
        });
        content.body.queries.is_empty() && alike.count() > 1
    }

    fn is_own(&self, key: &AppKey, content: &Content, live: &LiveApp) -> bool {
        let body = live.app.definition.body();
        live.marks.is_empty()
            && match body.queries.is_empty() {
                true => content.body.is_in(&body),
                false => body.bears_ids_of(&self.plan.owner, key),
            }
    }

    /// Makes a version of an app, on the one that `left` knows.
    pub(super) async fn save(
        &self,
        id: AppId,
        key: &AppKey,
        save: Save<'_>,
        left: &mut Left,
    ) -> Ended {
        let content = match &save {
            Save::Update(attributes) => Content::sent(attributes),
            Save::Revert(to) => match self.client.app(id, At::Number(*to)).await {
                Ok(Some(old)) => Content::of(&old.app),
                Ok(None) => return Err(Failure::NoVersion(*to)),
                Err(error) => return Err(failed(error)),
            },
        };
        let mut repeated = false;
        let live = loop {
            let answer = match &save {
                Save::Update(attributes) => self.writer.update(id, attributes).await,
                Save::Revert(to) => self.writer.revert(id, At::Number(*to)).await,
            };
            let error = match answer {
                Ok(live) => break live,
                Err(error) if error.is_ambiguous() => error,
                Err(error) => return Err(failed(error)),
            };
            let live = match self.client.app(id, At::Latest).await {
                Ok(Some(live)) => live,
                Ok(None) => return Err(Failure::Stale(Stale::Gone)),
                Err(_) => return Err(failed(error)),
            };
            let moved = left.version.is_none_or(|before| live.version > before);
            if moved && content.is_in(&live.app) {
                break live;
            }
            if moved {
                return Err(Failure::Unclear {
                    error: reasons(&error),
                    version: live.version,
                    saved: live.saved,
                });
            }
            if repeated || error.may_still_happen() {
                return Err(failed(error));
            }
            repeated = true;
        };
        let notice = self.overwritten(id, key, &live, left).await;
        left.at(&live);
        left.content = Some(content);
        Ok(notice)
    }

    /// Whether somebody else's save slipped in between our check and ours. Versions that only repeat what was there are
    /// nobody's edits: some servers make one of a change of tags.
    async fn overwritten(
        &self,
        id: AppId,
        key: &AppKey,
        saved: &LiveApp,
        left: &Left,
    ) -> Option<Notice> {
        let planned = left.version?;
        let lost = Version(saved.version.0.checked_sub(1)?);
        if lost <= planned {
            return None;
        }
        let between = self.client.app(id, At::Number(lost)).await;
        if let (Ok(Some(between)), Some(before)) = (&between, &left.content)
            && before.is_in(&between.app)
        {
            return None;
        }
        Some(Notice::Overwrote {
            key: key.clone(),
            planned,
            lost,
            saved: saved.version,
        })
    }
}

impl Left {
    /// An app was made, or found to have been made.
    fn created(&mut self, id: AppId, content: Content) -> Option<Notice> {
        self.id = Some(id);
        self.version = Some(Version(1));
        self.content = Some(content);
        None
    }
}
