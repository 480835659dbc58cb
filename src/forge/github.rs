//! GitHub: comments are read by GraphQL, since that says in one answer which of them are ours and which commit is the
//! newest, also to the token of a job, which may not ask who it is. They are written by REST.

use serde_json::{Value, json};

use crate::http::{Endpoint, Method, Repeat, Request};

use super::host::{Address, Author, Comment, Host, PAGE, Page, list, parts, read, text, write};
use super::issue::{self, Issue, Issues};
use super::{Error, Origin};

/// A repository.
pub(super) struct Github {
    owner: String,
    name: String,
    /// Where REST is under the endpoint.
    rest: String,
}

const EXPECTED: &str = "one looks like `owner/name`";

/// Where GraphQL is under the endpoint.
const GRAPHQL: &str = "/graphql";

const COMMENTS: &str =
    "query($owner: String!, $name: String!, $number: Int!, $size: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      headRefOid
      comments(first: $size, after: $after) {
        nodes { fullDatabaseId viewerDidAuthor body }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}";

const ISSUES: &str = "query($owner: String!, $name: String!, $size: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    issues(first: $size, after: $after, states: OPEN) {
      nodes { number viewerDidAuthor body }
      pageInfo { hasNextPage endCursor }
    }
  }
}";

impl Github {
    pub(super) fn new(repository: &str, endpoint: &Endpoint) -> Result<Self, Error> {
        let found = parts(repository, EXPECTED)?;
        let [owner, name] = found.try_into().map_err(|_| Error::Repository {
            found: repository.to_owned(),
            expected: EXPECTED,
        })?;
        // Enterprise has both APIs under `/api`, and REST there under its version.
        let version = match endpoint.to_string().ends_with("/api") {
            true => "/v3",
            false => "",
        };
        Ok(Self {
            rest: format!("{version}/repos/{owner}/{name}"),
            owner,
            name,
        })
    }

    /// The endpoint under which both APIs are, from the address of the one that pipelines know.
    pub(super) fn endpoint(api: &str) -> String {
        let api = api.trim_end_matches('/');
        api.strip_suffix("/v3").unwrap_or(api).to_owned()
    }
}

impl Host for Github {
    fn pulls(&self, origin: &Origin) -> Request {
        match origin {
            Origin::Commit(commit) => read(format!("{}/commits/{commit}/pulls", self.rest), vec![]),
            Origin::Branch { owner, branch, .. } => {
                let head = format!("{owner}:{branch}");
                let query = vec![("head", head), ("state", "open".to_owned())];
                read(format!("{}/pulls", self.rest), query)
            }
        }
    }

    fn read_pulls(&self, answer: &Value, origin: &Origin) -> Result<Vec<u64>, String> {
        let pulls = list(answer, None)?.iter();
        // The host ignores a filter that it cannot make sense of, so what it gives is looked at once more.
        let fits = |pull: &&Value| match origin {
            Origin::Commit(_) => true,
            Origin::Branch { owner, branch, .. } => {
                let login = pull["head"]["user"]["login"].as_str().unwrap_or_default();
                pull["head"]["ref"] == branch.as_str() && login.eq_ignore_ascii_case(owner)
            }
        };
        let mut pulls: Vec<_> = pulls.filter(fits).collect();
        let commit = origin.commit();
        pulls.sort_by_key(|pull| {
            let is_it = pull["head"]["sha"] == commit || pull["merge_commit_sha"] == commit;
            (!is_it, pull["merged_at"].is_null())
        });
        Ok(pulls
            .iter()
            .filter_map(|it| it["number"].as_u64())
            .collect())
    }

    fn page(&self, pull: u64, next: Option<&str>) -> Request {
        let variables = json!({
            "owner": self.owner, "name": self.name, "number": pull, "size": PAGE, "after": next,
        });
        let body = json!({"query": COMMENTS, "variables": variables});
        Request {
            // It reads, whatever its method.
            repeat: Repeat::Safe,
            ..write(Method::POST, GRAPHQL.to_owned(), Some(&body))
        }
    }

    fn read_page(&self, answer: &Value, _: u64) -> Result<Page, Error> {
        let malformed = |why: String| Error::Malformed {
            request: format!("POST {GRAPHQL}"),
            why,
        };
        let pull = &answer["data"]["repository"]["pullRequest"];
        if pull.is_null() {
            let why = answer["errors"][0]["message"].as_str();
            let why = why.unwrap_or("no such pull request, or the token may not see it");
            return Err(Error::Refused(crate::http::clean(why.as_bytes(), 200)));
        }
        let comments = &pull["comments"];
        let nodes = list(comments, Some("nodes")).map_err(malformed)?;
        let info = &comments["pageInfo"];
        Ok(Page {
            comments: nodes.iter().filter_map(comment).collect(),
            next: match info["hasNextPage"].as_bool() {
                Some(true) => text(&info["endCursor"]),
                _ => None,
            },
            head: text(&pull["headRefOid"]),
        })
    }

    fn create(&self, pull: u64, text: &str) -> Request {
        let path = format!("{}/issues/{pull}/comments", self.rest);
        write(Method::POST, path, Some(&json!({ "body": text })))
    }

    fn read_created(&self, answer: &Value) -> Option<Address> {
        Some(address(answer["id"].as_u64()?))
    }

    fn edit(&self, _: u64, comment: Address, text: &str) -> Request {
        let path = format!("{}/issues/comments/{}", self.rest, comment.comment);
        write(Method::PATCH, path, Some(&json!({ "body": text })))
    }

    fn delete(&self, _: u64, comment: Address) -> Request {
        let path = format!("{}/issues/comments/{}", self.rest, comment.comment);
        write(Method::DELETE, path, None)
    }

    fn issues(&self) -> Option<&dyn Issues> {
        Some(self)
    }
}

impl Issues for Github {
    fn page(&self, next: Option<&str>) -> Request {
        let variables =
            json!({"owner": self.owner, "name": self.name, "size": PAGE, "after": next});
        let body = json!({"query": ISSUES, "variables": variables});
        Request {
            // It reads, whatever its method.
            repeat: Repeat::Safe,
            ..write(Method::POST, GRAPHQL.to_owned(), Some(&body))
        }
    }

    fn read_page(&self, answer: &Value) -> Result<issue::Page, Error> {
        let repository = &answer["data"]["repository"];
        if repository.is_null() {
            let why = answer["errors"][0]["message"].as_str();
            let why = why.unwrap_or("no such repository, or the token may not see it");
            return Err(Error::Refused(crate::http::clean(why.as_bytes(), 200)));
        }
        let issues = &repository["issues"];
        let nodes = list(issues, Some("nodes")).map_err(|why| Error::Malformed {
            request: format!("POST {GRAPHQL}"),
            why,
        })?;
        let issue = |node: &Value| {
            Some(Issue {
                number: node["number"].as_u64()?,
                is_ours: node["viewerDidAuthor"] == true,
                text: text(&node["body"])?,
            })
        };
        Ok(issue::Page {
            issues: nodes.iter().filter_map(issue).collect(),
            next: match issues["pageInfo"]["hasNextPage"].as_bool() {
                Some(true) => text(&issues["pageInfo"]["endCursor"]),
                _ => None,
            },
        })
    }

    fn open(&self, title: &str, text: &str) -> Request {
        let body = json!({"title": title, "body": text});
        write(Method::POST, format!("{}/issues", self.rest), Some(&body))
    }

    fn read_opened(&self, answer: &Value) -> Option<u64> {
        answer["number"].as_u64()
    }

    fn edit(&self, number: u64, title: &str, text: &str) -> Request {
        let body = json!({"title": title, "body": text});
        write(
            Method::PATCH,
            format!("{}/issues/{number}", self.rest),
            Some(&body),
        )
    }

    fn close(&self, number: u64, text: &str) -> Request {
        let body = json!({"body": text, "state": "closed", "state_reason": "completed"});
        write(
            Method::PATCH,
            format!("{}/issues/{number}", self.rest),
            Some(&body),
        )
    }
}

fn comment(node: &Value) -> Option<Comment> {
    // A number too large for GraphQL's integers, and so a text.
    let id = &node["fullDatabaseId"];
    let id = id.as_u64().or_else(|| id.as_str()?.parse().ok())?;
    Some(Comment {
        address: address(id),
        author: match node["viewerDidAuthor"].as_bool() {
            Some(true) => Author::Ourselves,
            _ => Author::Other,
        },
        text: text(&node["body"])?,
    })
}

fn address(comment: u64) -> Address {
    Address { thread: 0, comment }
}
