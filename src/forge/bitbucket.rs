//! Bitbucket Cloud: the comments of a pull request. The endpoint ends with `/2.0`.

use serde_json::{Value, json};

use crate::http::{Method, Request};

use super::host::{Address, Author, Comment, Host, PAGE, Page, list, parts, read, text, write};
use super::marker::{MARK, same_commit};
use super::{Error, Origin};

/// A repository.
pub(super) struct Bitbucket {
    path: String,
}

/// How many pull requests are asked for at a time; the host allows no more.
const MOST_PULLS: usize = 50;

const EXPECTED: &str = "one looks like `workspace/name`";

impl Bitbucket {
    pub(super) fn new(repository: &str) -> Result<Self, Error> {
        let found = parts(repository, EXPECTED)?;
        let [workspace, name] = found.try_into().map_err(|_| Error::Repository {
            found: repository.to_owned(),
            expected: EXPECTED,
        })?;
        Ok(Self {
            path: format!("/repositories/{workspace}/{name}"),
        })
    }

    fn comments(&self, pull: u64) -> String {
        format!("{}/pullrequests/{pull}/comments", self.path)
    }
}

impl Host for Bitbucket {
    fn pulls(&self, _: &Origin) -> Request {
        // The question for the pull requests of a commit is answered only where an app for it is installed, and knows no
        // merges. So the newest are looked through.
        let query = vec![
            ("state", "MERGED".to_owned()),
            ("state", "OPEN".to_owned()),
            ("sort", "-updated_on".to_owned()),
            ("pagelen", MOST_PULLS.to_string()),
        ];
        read(format!("{}/pullrequests", self.path), query)
    }

    fn read_pulls(&self, answer: &Value, origin: &Origin) -> Result<Vec<u64>, String> {
        let is_it = |commit: &Value| {
            let hash = commit["hash"].as_str();
            hash.is_some_and(|it| same_commit(it, origin.commit()))
        };
        let pulls = list(answer, Some("values"))?.iter();
        let pulls = pulls.map(|it| (is_it(&it["merge_commit"]), it));
        let mut fit: Vec<_> = pulls
            .filter(|(is_merge, it)| *is_merge || is_it(&it["source"]["commit"]))
            .collect();
        fit.sort_by_key(|(is_merge, _)| !is_merge);
        Ok(fit.iter().filter_map(|(_, it)| it["id"].as_u64()).collect())
    }

    fn account(&self) -> Option<Request> {
        Some(read("/user".to_owned(), vec![]))
    }

    fn read_account(&self, answer: &Value) -> Option<String> {
        text(&answer["uuid"])
    }

    fn head(&self, pull: u64) -> Option<Request> {
        Some(read(format!("{}/pullrequests/{pull}", self.path), vec![]))
    }

    fn read_head(&self, answer: &Value) -> Option<String> {
        text(&answer["source"]["commit"]["hash"])
    }

    fn page(&self, pull: u64, next: Option<&str>) -> Request {
        let query = vec![
            // The host looks for our comments, so that the others need no pages.
            ("q", format!("deleted = false AND content.raw ~ \"{MARK}\"")),
            ("pagelen", PAGE.to_string()),
            ("page", next.unwrap_or("1").to_owned()),
            ("sort", "created_on".to_owned()),
        ];
        read(self.comments(pull), query)
    }

    fn read_page(&self, answer: &Value, number: u64) -> Result<Page, Error> {
        let comments = list(answer, Some("values")).map_err(|why| Error::Malformed {
            request: format!("GET {}/…/comments", self.path),
            why,
        })?;
        let written = |it: &&Value| it["deleted"] != true && it["inline"].is_null();
        Ok(Page {
            comments: comments
                .iter()
                .filter(written)
                .filter_map(comment)
                .collect(),
            // The address itself is not followed: it would get the token.
            next: answer["next"].is_string().then(|| (number + 1).to_string()),
            head: None,
        })
    }

    fn create(&self, pull: u64, text: &str) -> Request {
        write(Method::POST, self.comments(pull), Some(&body(text)))
    }

    fn read_created(&self, answer: &Value) -> Option<Address> {
        Some(address(answer["id"].as_u64()?))
    }

    fn edit(&self, pull: u64, comment: Address, text: &str) -> Request {
        let path = format!("{}/{}", self.comments(pull), comment.comment);
        write(Method::PUT, path, Some(&body(text)))
    }

    fn delete(&self, pull: u64, comment: Address) -> Request {
        let path = format!("{}/{}", self.comments(pull), comment.comment);
        write(Method::DELETE, path, None)
    }
}

fn body(text: &str) -> Value {
    json!({"content": {"raw": text}})
}

fn comment(comment: &Value) -> Option<Comment> {
    Some(Comment {
        address: address(comment["id"].as_u64()?),
        author: match comment["user"]["uuid"].as_str() {
            Some(id) => Author::Account(id.to_owned()),
            None => Author::Other,
        },
        text: text(&comment["content"]["raw"])?,
    })
}

fn address(comment: u64) -> Address {
    Address { thread: 0, comment }
}
