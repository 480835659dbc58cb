//! The one issue about a project and environment: opened when there is something to tell, edited as long as there is, and
//! closed when there is not. Only GitHub has this so far.

use serde_json::Value;

use super::conversation::{Forge, malformed, same_text};
use super::host::PAGE;
use super::{Error, Marker};
use crate::http::Request;

/// An open issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Issue {
    /// Its number; an older issue has a smaller one.
    pub number: u64,
    /// Whether the account of our token wrote it.
    pub is_ours: bool,
    /// What it says.
    pub text: String,
}

/// One page of open issues.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Its issues.
    pub issues: Vec<Issue>,
    /// What to ask for next.
    pub next: Option<String>,
}

/// The issues of a host's API. Every request comes with the function that reads its answer.
pub(super) trait Issues {
    /// Asks for a page of open issues: the first one, or what a page said comes next.
    fn page(&self, next: Option<&str>) -> Request;
    /// The page.
    fn read_page(&self, answer: &Value) -> Result<Page, Error>;
    /// Opens an issue.
    fn open(&self, title: &str, text: &str) -> Request;
    /// The number of the new issue.
    fn read_opened(&self, answer: &Value) -> Option<u64>;
    /// Replaces title and text of an issue.
    fn edit(&self, number: u64, title: &str, text: &str) -> Request;
    /// Replaces the text of an issue, and closes it.
    fn close(&self, number: u64, text: &str) -> Request;
}

/// What became of the issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// There was none, and now there is.
    Opened(u64),
    /// It says something else now.
    Edited(u64),
    /// It says that already.
    Unchanged(u64),
    /// There is nothing to tell any more.
    Closed(u64),
    /// There is nothing to tell, and there was no issue.
    Nothing,
}

/// More pages than anybody has open issues: ten thousand of them.
const MOST_PAGES: u64 = 100;

impl Forge {
    /// An error where no issues are known.
    pub fn expect_issues(&self) -> Result<(), Error> {
        self.issues().map(|_| ())
    }

    /// Makes the text what the one open issue with this marker says.
    pub async fn keep_issue(
        &self,
        marker: &Marker,
        title: &str,
        text: &str,
    ) -> Result<Told, Error> {
        let issues = self.issues()?;
        let text = format!("{}\n\n{text}", marker.line(self.provider, None, false));
        let told = match self.our_issues(issues, marker).await?.first() {
            Some(issue) if same_text(&issue.text, &text) => Told::Unchanged(issue.number),
            Some(issue) => {
                self.send(&issues.edit(issue.number, title, &text)).await?;
                Told::Edited(issue.number)
            }
            None => self.open_issue(issues, marker, title, &text).await?,
        };
        Ok(told)
    }

    /// Closes the issues with this marker, with a text that says why.
    pub async fn close_issue(&self, marker: &Marker, text: &str) -> Result<Told, Error> {
        let issues = self.issues()?;
        let text = format!("{}\n\n{text}", marker.line(self.provider, None, false));
        let mut told = Told::Nothing;
        for issue in self.our_issues(issues, marker).await?.iter().rev() {
            self.send(&issues.close(issue.number, &text)).await?;
            told = Told::Closed(issue.number);
        }
        Ok(told)
    }

    /// Opens an issue, and looks again: a job beside this one may have done the same. The oldest one stays.
    async fn open_issue(
        &self,
        issues: &dyn Issues,
        marker: &Marker,
        title: &str,
        text: &str,
    ) -> Result<Told, Error> {
        let request = issues.open(title, text);
        let opened = match self.ask(&request).await {
            Ok(answer) => {
                let number = issues.read_opened(&answer);
                number.ok_or_else(|| malformed(&request, "no number".to_owned()))?
            }
            // What may have happened is looked at, and not done twice.
            Err(Error::Http(error)) if error.is_ambiguous() => {
                return match self.our_issues(issues, marker).await?.first() {
                    Some(issue) => Ok(Told::Opened(issue.number)),
                    None => Err(error.into()),
                };
            }
            Err(error) => return Err(error),
        };
        let ours = self.our_issues(issues, marker).await?;
        let older = ours.first().filter(|it| it.number < opened);
        let Some(older) = older else {
            return Ok(Told::Opened(opened));
        };
        self.send(&issues.edit(older.number, title, text)).await?;
        let why = format!("The same as #{}.", older.number);
        self.send(&issues.close(opened, &why)).await?;
        Ok(Told::Edited(older.number))
    }

    /// Our open issues with this marker, the oldest first.
    async fn our_issues(&self, issues: &dyn Issues, marker: &Marker) -> Result<Vec<Issue>, Error> {
        let mut ours = Vec::new();
        let mut next = None;
        for _ in 0..MOST_PAGES {
            let request = issues.page(next.as_deref());
            let page = issues.read_page(&self.ask(&request).await?)?;
            let found = page.issues.into_iter();
            ours.extend(found.filter(|it| it.is_ours && marker.is_in(&it.text)));
            next = page.next;
            if next.is_none() {
                ours.sort_by_key(|it| it.number);
                return Ok(ours);
            }
        }
        Err(Error::TooMany {
            what: "open issues",
            most: MOST_PAGES * PAGE,
        })
    }

    /// Its issues; an error where they are not known.
    fn issues(&self) -> Result<&dyn Issues, Error> {
        self.host.issues().ok_or(Error::NoIssues)
    }

    async fn send(&self, request: &Request) -> Result<(), Error> {
        self.transport.send(request).await?;
        Ok(())
    }
}
