//! The comment APIs of the four hosts, as their public documentation describes them: as much as a client that writes
//! comments sees. Comments are kept in one list, whatever the host calls them.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::scripted::{Received, Reply, Scripted};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Github,
    Gitlab,
    Bitbucket,
    Azure,
}

pub const KINDS: [Kind; 4] = [Kind::Github, Kind::Gitlab, Kind::Bitbucket, Kind::Azure];

pub const HEAD: &str = "9f31c2a9f31c2a9f31c2a9f31c2a9f31c2a9f31c";
/// The account of the token.
pub const US: &str = "1001";

#[derive(Clone, Debug)]
pub struct Comment {
    pub id: u64,
    pub author: String,
    pub text: String,
}

/// What is on the one pull request of the host, which has the number 7.
pub struct State {
    pub comments: Vec<Comment>,
    pub next_id: u64,
    /// What the host answers who is asked whose the token is.
    pub account_status: u16,
    /// Comments that another job writes at the very moment in which we write ours.
    pub racing: Vec<Comment>,
    /// How many requests are turned away first.
    pub limited: usize,
}

/// A host that runs.
pub struct Host {
    pub kind: Kind,
    pub state: Arc<Mutex<State>>,
    server: Scripted,
    _runtime: Runtime,
}

impl Host {
    pub fn new(kind: Kind) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let state = Arc::new(Mutex::new(State {
            comments: Vec::new(),
            next_id: 500,
            account_status: 200,
            racing: Vec::new(),
            limited: 0,
        }));
        let shared = Arc::clone(&state);
        let server = runtime.block_on(Scripted::start(move |_, request| {
            answer(kind, &mut shared.lock().unwrap(), request)
        }));
        Self {
            kind,
            state,
            server,
            _runtime: runtime,
        }
    }

    /// Where its API is, as its pipelines say.
    pub fn url(&self) -> String {
        let endpoint = &self.server.endpoint;
        match self.kind {
            Kind::Gitlab => format!("{endpoint}/api/v4"),
            _ => endpoint.to_string(),
        }
    }

    /// Adds what others have said: `count` comments, of which each has a number for its id.
    pub fn with_others(self, count: u64) -> Self {
        let others = (1..=count).map(|id| comment(id, "2002", &format!("comment {id}")));
        self.state.lock().unwrap().comments.extend(others);
        self
    }

    pub fn add(&self, id: u64, author: &str, text: &str) {
        self.state
            .lock()
            .unwrap()
            .comments
            .push(comment(id, author, text));
    }

    pub fn comments(&self) -> Vec<Comment> {
        self.state.lock().unwrap().comments.clone()
    }

    /// What the account of the token has written.
    pub fn ours(&self) -> Vec<Comment> {
        self.comments()
            .into_iter()
            .filter(|it| it.author == US)
            .collect()
    }

    /// `METHOD path` of every request.
    pub fn requests(&self) -> Vec<String> {
        self.server.received().iter().map(Received::line).collect()
    }
}

pub fn comment(id: u64, author: &str, text: &str) -> Comment {
    Comment {
        id,
        author: author.to_owned(),
        text: text.to_owned(),
    }
}

fn answer(kind: Kind, state: &mut State, request: &Received) -> Reply {
    let authorization = request
        .header("authorization")
        .or(request.header("private-token"));
    if !authorization.is_some_and(|it| it.ends_with("a-token")) {
        return Reply::json(401, &json!({"message": "Bad credentials"}));
    }
    if state.limited > 0 {
        state.limited -= 1;
        return Reply::json(429, &json!({"message": "slow down"})).header("retry-after", "0");
    }
    let body = request.json();
    let path = request.path.as_str();
    match (request.method.as_str(), path) {
        ("GET", "/user") | ("GET", "/_apis/connectionData") => account(kind, state),
        ("GET", _) if path.ends_with("/pulls") => Reply::json(
            200,
            &json!([
                {"number": 8, "merged_at": null, "head": {"sha": "0", "ref": "topic", "user": {"login": "stranger"}}},
                {"number": 7, "merged_at": null, "head": {"sha": HEAD, "ref": "fix", "user": {"login": "fork"}}},
            ]),
        ),
        ("GET", _) if path.ends_with("/merge_requests") => {
            Reply::json(200, &json!([{"iid": 7, "state": "merged"}]))
        }
        ("GET", _) if path.ends_with("/pullrequests") => {
            let pull = |id: u64, hash: &str| json!({"id": id, "merge_commit": {"hash": hash}});
            let open = json!({"id": 9, "merge_commit": null, "source": {"commit": {"hash": "0"}}});
            let pulls = [open, pull(8, "abcdef012345"), pull(7, &HEAD[..12])];
            Reply::json(200, &json!({ "values": pulls }))
        }
        ("POST", _) if path.ends_with("/pullrequestquery") => {
            Reply::json(200, &json!({"results": [{HEAD: [{"pullRequestId": 7}]}]}))
        }
        ("GET", _) if path.ends_with("/7") => Reply::json(
            200,
            &json!({
                "source": {"commit": {"hash": &HEAD[..12]}}, "lastMergeSourceCommit": {"commitId": HEAD},
            }),
        ),
        ("POST", _) if kind == Kind::Github && path.ends_with("/graphql") => {
            page(kind, state, body["variables"]["after"].as_str())
        }
        ("POST", _) if path.ends_with("/api/graphql") => {
            let asked = &body["variables"];
            let project = match asked["project"].is_array() {
                true => json!(["gid://gitlab/Project/42"]),
                false => json!("octo/apps"),
            };
            assert_eq!((&asked["project"], &asked["iid"]), (&project, &json!("7")));
            page(kind, state, asked["after"].as_str())
        }
        ("GET", _) => {
            if kind == Kind::Bitbucket {
                let asked = request.query_value("q").unwrap();
                assert!(asked.contains("content.raw"), "{asked}");
            }
            page(kind, state, request.query_value("page"))
        }
        ("POST", _) => {
            assert!(path.contains("/7/"), "{path}");
            let racing = std::mem::take(&mut state.racing);
            state.comments.extend(racing);
            let id = state.next_id;
            state.next_id += 1;
            state.comments.push(comment(id, US, &text(kind, &body)));
            Reply::json(201, &json!({"id": id, "comments": [{"id": 1}]}))
        }
        (method, _) => {
            let path = path.strip_suffix("/comments/1").unwrap_or(path);
            let id: u64 = path.rsplit('/').next().unwrap().parse().unwrap();
            let Some(at) = state.comments.iter().position(|it| it.id == id) else {
                return Reply::json(404, &json!({"message": "Not Found"}));
            };
            if state.comments[at].author != US && kind == Kind::Bitbucket {
                return Reply::json(403, &json!({"message": "not yours"}));
            }
            if method == "DELETE" {
                state.comments.remove(at);
                return Reply::new(204, "");
            }
            state.comments[at].text = text(kind, &body);
            Reply::json(200, &json!({ "id": id }))
        }
    }
}

fn account(kind: Kind, state: &State) -> Reply {
    if state.account_status != 200 {
        return Reply::json(state.account_status, &json!({"message": "no account"}));
    }
    Reply::json(
        200,
        &match kind {
            Kind::Azure => json!({"authenticatedUser": {"id": US}}),
            _ => json!({ "uuid": US }),
        },
    )
}

fn text(kind: Kind, body: &Value) -> String {
    let text = match kind {
        Kind::Github | Kind::Gitlab => &body["body"],
        Kind::Bitbucket => &body["content"]["raw"],
        Kind::Azure if body["comments"].is_array() => &body["comments"][0]["content"],
        Kind::Azure => &body["content"],
    };
    text.as_str().unwrap().to_owned()
}

fn page(kind: Kind, state: &State, asked: Option<&str>) -> Reply {
    let number: usize = asked.map_or(1, |it| it.parse().unwrap());
    let size = if kind == Kind::Azure { usize::MAX } else { 100 };
    // Bitbucket is asked for those with a marker only.
    let is_asked_for = |it: &&Comment| kind != Kind::Bitbucket || it.text.contains("ddapps:");
    let found: Vec<_> = state.comments.iter().filter(is_asked_for).collect();
    let start = (number - 1).saturating_mul(size).min(found.len());
    let end = start.saturating_add(size).min(found.len());
    let comments = &found[start..end];
    let has_more = end < found.len();
    let all = |one: fn(&Comment) -> Value| comments.iter().copied().map(one).collect::<Vec<_>>();
    let answer = match kind {
        Kind::Github => json!({"data": {"repository": {"pullRequest": {
            "headRefOid": HEAD,
            "comments": {
                "nodes": all(|it| json!({
                    "fullDatabaseId": it.id.to_string(), "viewerDidAuthor": it.author == US, "body": it.text,
                })),
                "pageInfo": {"hasNextPage": has_more, "endCursor": (number + 1).to_string()},
            },
        }}}}),
        Kind::Gitlab => {
            let user = |id: &str| json!({ "id": format!("gid://gitlab/User/{id}") });
            let nodes: Vec<_> = (comments.iter())
                .map(|it| {
                    let id = format!("gid://gitlab/Note/{}", it.id);
                    json!({"id": id, "system": false, "author": user(&it.author), "body": it.text})
                })
                .collect();
            let info = json!({"hasNextPage": has_more, "endCursor": (number + 1).to_string()});
            json!({"data": {
                "currentUser": if state.account_status == 200 { user(US) } else { Value::Null },
                "project": {"mergeRequest": {
                    "diffHeadSha": HEAD, "notes": {"nodes": nodes, "pageInfo": info},
                }},
            }})
        }
        Kind::Bitbucket => {
            let values = all(
                |it| json!({"id": it.id, "deleted": false, "user": {"uuid": it.author}, "content": {"raw": it.text}}),
            );
            match has_more {
                // The real address would be of the host; one that is followed gives the token away.
                true => json!({"values": values, "next": "https://evil.example/next"}),
                false => json!({ "values": values }),
            }
        }
        Kind::Azure => json!({"value": all(|it| json!({
            "id": it.id, "isDeleted": false,
            "comments": [{"id": 1, "commentType": "text", "author": {"id": it.author}, "content": it.text}],
        }))}),
    };
    Reply::json(200, &answer)
}
