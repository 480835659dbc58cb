//! Azure DevOps: threads of a pull request, of which ours has one comment. The endpoint is that of the organisation.

use serde_json::{Value, json};

use crate::http::{Method, Repeat, Request};

use super::host::{Address, Author, Comment, Host, Page, list, parts, read, text, write};
use super::{Error, Origin};

/// A repository.
pub(super) struct Azure {
    path: String,
}

const EXPECTED: &str = "one looks like `project/repository`";

impl Azure {
    pub(super) fn new(repository: &str) -> Result<Self, Error> {
        let found = parts(repository, EXPECTED)?;
        let [project, name] = found.try_into().map_err(|_| Error::Repository {
            found: repository.to_owned(),
            expected: EXPECTED,
        })?;
        Ok(Self {
            path: format!("/{project}/_apis/git/repositories/{name}"),
        })
    }

    fn threads(&self, pull: u64) -> String {
        format!("{}/pullRequests/{pull}/threads", self.path)
    }

    fn comment(&self, pull: u64, address: Address) -> String {
        let Address { thread, comment } = address;
        format!("{}/{thread}/comments/{comment}", self.threads(pull))
    }
}

impl Host for Azure {
    fn pulls(&self, origin: &Origin) -> Request {
        let commit = origin.commit();
        let query = |kind: &str| json!({"items": [commit], "type": kind});
        let body = json!({"queries": [query("lastMergeCommit"), query("commit")]});
        let path = format!("{}/pullrequestquery", self.path);
        versioned(Request {
            // It reads, whatever its method.
            repeat: Repeat::Safe,
            ..write(Method::POST, path, Some(&body))
        })
    }

    fn read_pulls(&self, answer: &Value, _: &Origin) -> Result<Vec<u64>, String> {
        let results = list(answer, Some("results"))?.iter();
        // Each result maps the commit to its pull requests.
        let pulls = results
            .filter_map(Value::as_object)
            .flat_map(|it| it.values());
        let pulls = pulls.filter_map(Value::as_array).flatten();
        Ok(pulls
            .filter_map(|it| it["pullRequestId"].as_u64())
            .collect())
    }

    fn account(&self) -> Option<Request> {
        // The only preview in use: it never had another version.
        Some(read(
            "/_apis/connectionData".to_owned(),
            vec![("api-version", "7.1-preview".to_owned())],
        ))
    }

    fn read_account(&self, answer: &Value) -> Option<String> {
        text(&answer["authenticatedUser"]["id"])
    }

    fn head(&self, pull: u64) -> Option<Request> {
        Some(versioned(read(
            format!("{}/pullRequests/{pull}", self.path),
            vec![],
        )))
    }

    fn read_head(&self, answer: &Value) -> Option<String> {
        text(&answer["lastMergeSourceCommit"]["commitId"])
    }

    fn page(&self, pull: u64, _: Option<&str>) -> Request {
        versioned(read(self.threads(pull), vec![]))
    }

    fn read_page(&self, answer: &Value, _: u64) -> Result<Page, Error> {
        let threads = list(answer, Some("value")).map_err(|why| Error::Malformed {
            request: format!("GET {}/…/threads", self.path),
            why,
        })?;
        let written = threads.iter().filter(|it| it["isDeleted"] != true);
        Ok(Page {
            comments: written.filter_map(first_comment).collect(),
            // All threads come at once.
            next: None,
            head: None,
        })
    }

    fn create(&self, pull: u64, text: &str) -> Request {
        let comment = json!({"parentCommentId": 0, "content": text, "commentType": "text"});
        // An open thread would hold up a pull request whose threads have to be resolved.
        let body = json!({"comments": [comment], "status": "closed"});
        versioned(write(Method::POST, self.threads(pull), Some(&body)))
    }

    fn read_created(&self, answer: &Value) -> Option<Address> {
        Some(Address {
            thread: answer["id"].as_u64()?,
            comment: answer["comments"][0]["id"].as_u64()?,
        })
    }

    fn edit(&self, pull: u64, comment: Address, text: &str) -> Request {
        let body = json!({ "content": text });
        versioned(write(
            Method::PATCH,
            self.comment(pull, comment),
            Some(&body),
        ))
    }

    fn delete(&self, pull: u64, comment: Address) -> Request {
        versioned(write(Method::DELETE, self.comment(pull, comment), None))
    }
}

fn versioned(mut request: Request) -> Request {
    request.query.push(("api-version", "7.1".to_owned()));
    request
}

/// The comment that a thread begins with; the others answer it.
fn first_comment(thread: &Value) -> Option<Comment> {
    let comment = thread["comments"].get(0)?;
    if comment["isDeleted"] == true || comment["commentType"] == "system" {
        return None;
    }
    Some(Comment {
        address: Address {
            thread: thread["id"].as_u64()?,
            comment: comment["id"].as_u64()?,
        },
        author: match comment["author"]["id"].as_str() {
            Some(id) => Author::Account(id.to_owned()),
            None => Author::Other,
        },
        text: text(&comment["content"])?,
    })
}
