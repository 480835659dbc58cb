//! GitLab: the notes of a merge request. They are read by GraphQL, since that says in one answer whose token it is and which
//! commit is the newest, and written by REST. The endpoint ends with `/api`, where both are.

use serde_json::{Value, json};

use crate::http::{Method, Repeat, Request};

use super::host::{Address, Author, Comment, Host, PAGE, Page, list, parts, read, text, write};
use super::{Error, Origin};

/// A project.
pub(super) struct Gitlab {
    /// Its path, or its number.
    project: String,
    path: String,
}

/// Where GraphQL is under the endpoint.
const GRAPHQL: &str = "/graphql";

/// What is asked about a merge request.
const NOTES: &str = "mergeRequest(iid: $iid) {
      diffHeadSha
      notes(first: $size, after: $after) {
        nodes { id system author { id } body }
        pageInfo { hasNextPage endCursor }
      }
    }";

impl Gitlab {
    pub(super) fn new(repository: &str) -> Result<Self, Error> {
        // A path is one segment to REST.
        let parts = parts(repository, "one looks like `group/project`, or is a number")?;
        Ok(Self {
            project: repository.to_owned(),
            path: format!("/v4/projects/{}", parts.join("%2F")),
        })
    }

    /// The endpoint under which both APIs are, from the address of the one that pipelines know.
    pub(super) fn endpoint(api: &str) -> String {
        let api = api.trim_end_matches('/');
        api.strip_suffix("/v4").unwrap_or(api).to_owned()
    }

    fn notes(&self, pull: u64) -> String {
        format!("{}/merge_requests/{pull}/notes", self.path)
    }

    /// The query, and what it says about the project: GraphQL knows projects by paths, or by ids of its own.
    fn query(&self) -> (String, Value) {
        let is_number = self.project.bytes().all(|it| it.is_ascii_digit());
        let (kind, found, project) = match is_number {
            true => (
                "[ID!]",
                format!("projects(ids: $project, first: 1) {{ nodes {{ {NOTES} }} }}"),
                json!([format!("gid://gitlab/Project/{}", self.project)]),
            ),
            false => (
                "ID!",
                format!("project(fullPath: $project) {{ {NOTES} }}"),
                json!(self.project),
            ),
        };
        let query = format!(
            "query($project: {kind}, $iid: String!, $size: Int!, $after: String) {{\n  currentUser {{ id }}\n  {found}\n}}"
        );
        (query, project)
    }
}

impl Host for Gitlab {
    fn pulls(&self, origin: &Origin) -> Request {
        let commit = origin.commit();
        let path = format!("{}/repository/commits/{commit}/merge_requests", self.path);
        read(path, vec![])
    }

    fn read_pulls(&self, answer: &Value, _: &Origin) -> Result<Vec<u64>, String> {
        let mut pulls: Vec<_> = list(answer, None)?.iter().collect();
        pulls.sort_by_key(|it| it["state"] != "merged");
        Ok(pulls.iter().filter_map(|it| it["iid"].as_u64()).collect())
    }

    fn page(&self, pull: u64, next: Option<&str>) -> Request {
        let (query, project) = self.query();
        let variables = json!({
            "project": project, "iid": pull.to_string(), "size": PAGE, "after": next,
        });
        let body = json!({"query": query, "variables": variables});
        Request {
            // It reads, whatever its method.
            repeat: Repeat::Safe,
            ..write(Method::POST, GRAPHQL.to_owned(), Some(&body))
        }
    }

    fn read_page(&self, answer: &Value, _: u64) -> Result<Page, Error> {
        let data = &answer["data"];
        let project = match &data["project"] {
            Value::Null => &data["projects"]["nodes"][0],
            project => project,
        };
        let pull = &project["mergeRequest"];
        // Without an account, what others wrote could not be told from what is ours, and some may edit both.
        let (Some(us), false) = (data["currentUser"]["id"].as_str(), pull.is_null()) else {
            let why = answer["errors"][0]["message"].as_str();
            let why = why.unwrap_or("no such merge request, or the token may not see it");
            return Err(Error::Refused(crate::http::clean(why.as_bytes(), 200)));
        };
        let notes = &pull["notes"];
        let nodes = list(notes, Some("nodes")).map_err(|why| Error::Malformed {
            request: format!("POST {GRAPHQL}"),
            why,
        })?;
        let written = nodes.iter().filter(|it| it["system"] != true);
        Ok(Page {
            comments: written.filter_map(|it| comment(it, us)).collect(),
            next: match notes["pageInfo"]["hasNextPage"].as_bool() {
                Some(true) => text(&notes["pageInfo"]["endCursor"]),
                _ => None,
            },
            head: text(&pull["diffHeadSha"]),
        })
    }

    fn create(&self, pull: u64, text: &str) -> Request {
        write(
            Method::POST,
            self.notes(pull),
            Some(&json!({ "body": text })),
        )
    }

    fn read_created(&self, answer: &Value) -> Option<Address> {
        Some(address(answer["id"].as_u64()?))
    }

    fn edit(&self, pull: u64, comment: Address, text: &str) -> Request {
        let path = format!("{}/{}", self.notes(pull), comment.comment);
        write(Method::PUT, path, Some(&json!({ "body": text })))
    }

    fn delete(&self, pull: u64, comment: Address) -> Request {
        let path = format!("{}/{}", self.notes(pull), comment.comment);
        write(Method::DELETE, path, None)
    }
}

fn comment(note: &Value, us: &str) -> Option<Comment> {
    // `gid://gitlab/Note/17`, or another kind of note.
    let (_, id) = note["id"].as_str()?.rsplit_once('/')?;
    Some(Comment {
        address: address(id.parse().ok()?),
        author: match note["author"]["id"].as_str() {
            Some(id) if id == us => Author::Ourselves,
            _ => Author::Other,
        },
        text: text(&note["body"])?,
    })
}

fn address(comment: u64) -> Address {
    Address { thread: 0, comment }
}
