//! What is done on a pull request, the same on every host: find our comment among the others, write it, edit it, take
//! it away, and leave one where two jobs wrote two.

use serde_json::Value;

use crate::http::{self, Request, Response, Transport};

use super::host::{Author, Comment, Host, PAGE};
use super::marker::{is_commit, same_commit};
use super::{Error, Marker, Place, Provider, Pull, Token};

/// A host, ready to be spoken to about one repository.
pub struct Forge {
    pub(super) transport: Transport,
    pub(super) host: Box<dyn Host>,
    pub(super) provider: Provider,
    pull: Pull,
}

/// What was found on a pull request.
pub struct Conversation<'a> {
    forge: &'a Forge,
    /// The pull request.
    pub pull: u64,
    /// Its newest commit, if the host tells it.
    pub head: Option<String>,
    account: Option<String>,
    comments: Vec<Comment>,
}

/// What a text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic<'a> {
    /// A plan.
    Plan {
        /// The commit that it is of, if known.
        commit: Option<&'a str>,
        /// Whether it was made some time ago.
        saved: bool,
    },
    /// What became of one.
    Outcome {
        /// Whether all of it is done.
        whole: bool,
    },
}

/// What was done with the comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// There was none, and now there is.
    Created,
    /// It says something else now.
    Edited,
    /// It says that already.
    Unchanged,
    /// It is about a newer commit, and was left alone.
    Newer,
    /// It tells that this very commit is applied, which is newer than a plan of it, and was left alone.
    Applied,
}

/// More pages than any person reads: ten thousand comments.
const MOST_PAGES: u64 = 100;

/// How often a comment is looked for that vanishes.
const ATTEMPTS: usize = 3;

impl Forge {
    /// Opens the place with a token.
    pub fn open(place: &Place, token: &Token, settings: http::Settings) -> Result<Self, Error> {
        let host = place.provider.host(&place.repository, &place.endpoint)?;
        let transport = Transport::new(place.endpoint.clone(), token.headers(), settings)?;
        Ok(Self {
            transport,
            host,
            provider: place.provider,
            pull: place.pull.clone(),
        })
    }

    /// Reads what is on the pull request; `None` if the commit belongs to none.
    pub async fn read(&self) -> Result<Option<Conversation<'_>>, Error> {
        let Some(pull) = self.pull().await? else {
            return Ok(None);
        };
        let mut found = Conversation {
            forge: self,
            pull,
            head: None,
            account: self.account().await?,
            comments: Vec::new(),
        };
        if let Some(request) = self.host.head(pull) {
            found.head = self.host.read_head(&self.ask(&request).await?);
        }
        found.read_comments().await?;
        // It will be shown, and compared.
        found.head = found.head.filter(|it| is_commit(it));
        Ok(Some(found))
    }

    async fn pull(&self) -> Result<Option<u64>, Error> {
        let origin = match &self.pull {
            Pull::Number(number) => return Ok(Some(*number)),
            Pull::None => return Ok(None),
            Pull::Of(origin) => origin,
        };
        let request = self.host.pulls(origin);
        let answer = self.ask(&request).await?;
        let pulls = self.host.read_pulls(&answer, origin);
        let pulls = pulls.map_err(|why| malformed(&request, why))?;
        Ok(pulls.first().copied())
    }

    /// Whose token it is. An access token of a repository is nobody's, and such hosts refuse the question, not all in one
    /// way. If the token is no good for anything, what is asked next says so.
    async fn account(&self) -> Result<Option<String>, Error> {
        let Some(request) = self.host.account() else {
            return Ok(None);
        };
        match self.ask(&request).await {
            Ok(answer) => Ok(self.host.read_account(&answer)),
            Err(Error::Http(error)) if matches!(status(&error), Some(401 | 403 | 404)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sends a request, and reads the answer as JSON.
    pub(super) async fn ask(&self, request: &Request) -> Result<Value, Error> {
        let Response { body, .. } = self.transport.send(request).await?;
        serde_json::from_slice(&body).map_err(|error| {
            // A page to sign in at has the status of a success on some hosts.
            let what = http::describe(&body).unwrap_or_else(|| error.to_string());
            malformed(request, what)
        })
    }
}

impl Conversation<'_> {
    /// Whether a comment with this marker is there.
    pub fn has(&self, marker: &Marker) -> bool {
        !self.ours(marker).is_empty()
    }

    /// Whether a text about this commit is outdated.
    pub fn is_outdated(&self, commit: &str) -> bool {
        self.head
            .as_ref()
            .is_some_and(|head| !same_commit(head, commit))
    }

    /// Makes the text the one comment with this marker.
    pub async fn keep(
        &mut self,
        marker: &Marker,
        text: &str,
        topic: Topic<'_>,
    ) -> Result<Kept, Error> {
        let (commit, applied) = match topic {
            Topic::Plan { commit, .. } => (commit, false),
            Topic::Outcome { whole } => (self.head.as_deref(), whole),
        };
        let line = marker.line(self.forge.provider, commit, applied);
        let text = format!("{line}\n\n{text}");
        for _ in 0..ATTEMPTS {
            let ours = self.ours(marker);
            let Some(oldest) = ours.first().cloned() else {
                self.create(marker, &text).await?;
                return Ok(Kept::Created);
            };
            if let Some(newer) = self.is_newer(marker, &oldest, topic) {
                return Ok(newer);
            }
            let kept = match same_text(&oldest.text, &text) {
                true => Kept::Unchanged,
                false => Kept::Edited,
            };
            if kept == Kept::Unchanged || self.edit(&oldest, &text).await? {
                self.delete_known(&ours[1..]).await?;
                return Ok(kept);
            }
            self.comments.retain(|it| it.address != oldest.address);
        }
        Err(Error::Vanishing(ATTEMPTS))
    }

    /// Takes the comment with this marker away; whether there was one.
    pub async fn remove(&mut self, marker: &Marker) -> Result<bool, Error> {
        let ours = self.ours(marker);
        for comment in &ours {
            // Hosts let some accounts delete what they may not edit, so a guess is tested by an edit first.
            let line = marker.line(self.forge.provider, None, false);
            if !self.is_a_guess(comment) || self.edit(comment, &line).await? {
                self.delete(comment).await?;
            }
        }
        Ok(!ours.is_empty())
    }

    /// Writes a new comment, and looks again: a job beside this one may have done the same. Of several the oldest stays,
    /// which all jobs see alike, with the text of whoever looked last.
    async fn create(&mut self, marker: &Marker, text: &str) -> Result<(), Error> {
        let host = &self.forge.host;
        let request = host.create(self.pull, text);
        let created = match self.forge.ask(&request).await {
            Ok(answer) => {
                let created = host.read_created(&answer);
                created.ok_or_else(|| malformed(&request, "no id".to_owned()))?
            }
            // What may have happened is looked at, and not done twice.
            Err(Error::Http(error)) if error.is_ambiguous() => {
                self.read_comments().await?;
                return match self.has(marker) {
                    true => Ok(()),
                    false => Err(error.into()),
                };
            }
            Err(error) => return Err(error),
        };
        self.read_comments().await?;
        let ours = self.ours(marker);
        let Some((oldest, younger)) = ours.split_first() else {
            return Ok(());
        };
        if oldest.address == created || same_text(&oldest.text, text) {
            return self.delete_known(younger).await;
        }
        // If it cannot be edited, it is not ours, and the new comment is needed.
        if self.edit(oldest, text).await? {
            for comment in younger.iter().filter(|it| it.address == created) {
                self.delete(comment).await?;
            }
        }
        Ok(())
    }

    /// Our comments with this marker, the oldest first.
    fn ours(&self, marker: &Marker) -> Vec<Comment> {
        let is_ours = |it: &&Comment| match (&it.author, &self.account) {
            (Author::Ourselves, _) => true,
            (Author::Account(author), Some(account)) => author == account,
            // Nobody says who we are. Such hosts let nobody edit what another one wrote, so an edit will tell.
            (Author::Account(_), None) => true,
            (Author::Other, _) => false,
        };
        let comments = self.comments.iter().filter(is_ours);
        let mut ours: Vec<_> = comments
            .filter(|it| marker.is_in(&it.text))
            .cloned()
            .collect();
        ours.sort_by_key(|it| it.address);
        ours
    }

    /// Whether a comment tells of something newer than a plan, and of what.
    fn is_newer(&self, marker: &Marker, comment: &Comment, topic: Topic<'_>) -> Option<Kept> {
        let Topic::Plan { commit, saved } = topic else {
            return None;
        };
        let (ours, theirs) = (commit?, marker.commit(&comment.text)?);
        if self.is_outdated(ours) && !self.is_outdated(&theirs) {
            return Some(Kept::Newer);
        }
        let is_applied = marker.is_applied(&comment.text) && same_commit(ours, &theirs);
        (saved && is_applied).then_some(Kept::Applied)
    }

    /// Reads all comments, page by page.
    async fn read_comments(&mut self) -> Result<(), Error> {
        let host = &self.forge.host;
        self.comments.clear();
        let mut next = None;
        for number in 1..=MOST_PAGES {
            let request = host.page(self.pull, next.as_deref());
            let page = host.read_page(&self.forge.ask(&request).await?, number)?;
            self.comments.extend(page.comments);
            self.head = page.head.or(self.head.take());
            next = page.next;
            if next.is_none() {
                return Ok(());
            }
        }
        Err(Error::TooMany {
            what: "comments",
            most: MOST_PAGES * PAGE,
        })
    }

    /// Edits a comment; `false` if it is gone, or not ours after all.
    async fn edit(&self, comment: &Comment, text: &str) -> Result<bool, Error> {
        let request = self.forge.host.edit(self.pull, comment.address, text);
        self.was_done(&request, comment).await
    }

    /// Deletes comments, except for those that may be somebody else's.
    async fn delete_known(&self, comments: &[Comment]) -> Result<(), Error> {
        for comment in comments.iter().filter(|it| !self.is_a_guess(it)) {
            self.delete(comment).await?;
        }
        Ok(())
    }

    async fn delete(&self, comment: &Comment) -> Result<(), Error> {
        let request = self.forge.host.delete(self.pull, comment.address);
        self.was_done(&request, comment).await.map(|_| ())
    }

    async fn was_done(&self, request: &Request, comment: &Comment) -> Result<bool, Error> {
        match self.forge.transport.send(request).await {
            Ok(_) => Ok(true),
            Err(error) => match status(&error) {
                Some(404 | 410) => Ok(false),
                Some(401 | 403) if self.is_a_guess(comment) => Ok(false),
                _ => Err(error.into()),
            },
        }
    }

    /// Whether a comment is ours is not known but only likely.
    fn is_a_guess(&self, comment: &Comment) -> bool {
        self.account.is_none() && matches!(comment.author, Author::Account(_))
    }
}

/// Whether two texts are one, however a host keeps the ends of lines.
pub(super) fn same_text(a: &str, b: &str) -> bool {
    a.trim_end().lines().eq(b.trim_end().lines())
}

fn status(error: &http::Error) -> Option<u16> {
    error.answer().map(|it| it.status)
}

pub(super) fn malformed(request: &Request, why: String) -> Error {
    Error::Malformed {
        request: format!("{} {}", request.method, request.path),
        why,
    }
}
