//! GitLab: the notes of a merge request. The endpoint ends with `/api/v4`.

use serde_json::{Value, json};

use crate::http::{Method, Request};

use super::host::{Address, Author, Comment, Host, PAGE, Page, list, parts, read, text, write};
use super::{Error, Origin};

/// A project.
pub(super) struct Gitlab {
    path: String,
}

impl Gitlab {
    pub(super) fn new(repository: &str) -> Result<Self, Error> {
        // A path is one segment to this API.
        let parts = parts(repository, "one looks like `group/project`, or is a number")?;
        Ok(Self {
            path: format!("/projects/{}", parts.join("%2F")),
        })
    }

    fn notes(&self, pull: u64) -> String {
        format!("{}/merge_requests/{pull}/notes", self.path)
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

    fn account(&self) -> Option<Request> {
        Some(read("/user".to_owned(), vec![]))
    }

    fn read_account(&self, answer: &Value) -> Option<String> {
        Some(answer["id"].as_u64()?.to_string())
    }

    fn head(&self, pull: u64) -> Option<Request> {
        Some(read(format!("{}/merge_requests/{pull}", self.path), vec![]))
    }

    fn read_head(&self, answer: &Value) -> Option<String> {
        text(&answer["sha"])
    }

    fn page(&self, pull: u64, next: Option<&str>) -> Request {
        let query = vec![
            ("per_page", PAGE.to_string()),
            ("page", next.unwrap_or("1").to_owned()),
            ("sort", "asc".to_owned()),
            ("order_by", "created_at".to_owned()),
        ];
        read(self.notes(pull), query)
    }

    fn read_page(&self, answer: &Value, number: u64) -> Result<Page, Error> {
        let notes = list(answer, None).map_err(|why| Error::Malformed {
            request: format!("GET {}/…/notes", self.path),
            why,
        })?;
        let written = notes.iter().filter(|it| it["system"] != true);
        Ok(Page {
            comments: written.filter_map(comment).collect(),
            // A page that is not full is the last one, and large lists have no other sign of their end.
            next: (notes.len() as u64 == PAGE).then(|| (number + 1).to_string()),
            head: None,
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

fn comment(note: &Value) -> Option<Comment> {
    Some(Comment {
        address: address(note["id"].as_u64()?),
        author: match note["author"]["id"].as_u64() {
            Some(id) => Author::Account(id.to_string()),
            None => Author::Other,
        },
        text: text(&note["body"])?,
    })
}

fn address(comment: u64) -> Address {
    Address { thread: 0, comment }
}
