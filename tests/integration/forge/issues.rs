//! The one issue about drift, on GitHub.

use std::sync::{Arc, Mutex};

use ddapps::emulator::{Deed, Failure, Fault, Settings, When};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::scripted::{Received, Reply, Scripted};
use crate::support::run::Run;
use crate::support::{Server, Workspace};

use super::setup::{repository, run_with};

#[derive(Clone, Debug)]
struct Issue {
    number: u64,
    is_ours: bool,
    is_open: bool,
    title: String,
    text: String,
}

/// The issues of a repository, as GitHub's documentation describes its APIs.
struct Issues {
    issues: Arc<Mutex<Vec<Issue>>>,
    server: Scripted,
    _runtime: Runtime,
}

impl Issues {
    /// With so many open ones of others.
    fn new(others: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let issues = (1..=others).map(|number| Issue {
            number,
            is_ours: false,
            is_open: true,
            title: "another".to_owned(),
            text: format!("issue {number}"),
        });
        let issues = Arc::new(Mutex::new(issues.collect()));
        let shared = Arc::clone(&issues);
        let server = runtime.block_on(Scripted::start(move |_, request| {
            answer(&mut shared.lock().unwrap(), request)
        }));
        Self {
            issues,
            server,
            _runtime: runtime,
        }
    }

    fn ours(&self) -> Vec<Issue> {
        let issues = self.issues.lock().unwrap();
        issues.iter().filter(|it| it.is_ours).cloned().collect()
    }

    fn requests(&self) -> usize {
        self.server.received().len()
    }

    fn run(&self, server: &Server, workspace: &Workspace, args: &[&str]) -> Run {
        self.run_with(Some(server), workspace, args)
    }

    fn run_with(&self, server: Option<&Server>, workspace: &Workspace, args: &[&str]) -> Run {
        let variables = [
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_API_URL", self.server.endpoint.to_string()),
            ("GITHUB_REPOSITORY", "octo/apps".to_owned()),
            ("GITHUB_TOKEN", "a-token".to_owned()),
        ];
        run_with(server, workspace, &variables, args)
    }
}

fn answer(issues: &mut Vec<Issue>, request: &Received) -> Reply {
    let body = request.json();
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/graphql") => {
            let start = body["variables"]["after"].as_str();
            let start: usize = start.map_or(0, |it| it.parse().unwrap());
            let open: Vec<_> = issues.iter().filter(|it| it.is_open).collect();
            let end = (start + 100).min(open.len());
            let node = |it: &&Issue| json!({"number": it.number, "viewerDidAuthor": it.is_ours, "body": it.text});
            let nodes: Vec<Value> = open[start..end].iter().map(node).collect();
            let info = json!({"hasNextPage": end < open.len(), "endCursor": end.to_string()});
            Reply::json(
                200,
                &json!({"data": {"repository": {"issues": {"nodes": nodes, "pageInfo": info}}}}),
            )
        }
        ("POST", "/repos/octo/apps/issues") => {
            let number = issues.len() as u64 + 1;
            issues.push(Issue {
                number,
                is_ours: true,
                is_open: true,
                title: text("title"),
                text: text("body"),
            });
            Reply::json(201, &json!({ "number": number }))
        }
        ("PATCH", path) => {
            let number: u64 = path.rsplit('/').next().unwrap().parse().unwrap();
            let issue = issues.iter_mut().find(|it| it.number == number).unwrap();
            assert!(issue.is_ours, "{path}");
            issue.text = text("body");
            if body["title"].is_string() {
                issue.title = text("title");
            }
            issue.is_open = body["state"] != "closed";
            Reply::json(200, &json!({ "number": number }))
        }
        other => panic!("{other:?}"),
    }
}

fn applied() -> (Server, Workspace) {
    let (server, workspace) = repository();
    let args = ["apply", "--yes"];
    Run::new(workspace.root(), Some(server.url()), &args).expect(0);
    (server, workspace)
}

fn id(server: &Server) -> Uuid {
    let state = server.emulator().to_json();
    state["apps"][0]["id"].as_str().unwrap().parse().unwrap()
}

fn edit(server: &Server) {
    server.emulator().meanwhile(id(server), Deed::Save);
}

#[test]
fn there_is_one_issue_about_drift_as_long_as_there_is_drift() {
    let (server, workspace) = applied();
    let host = Issues::new(230);
    let tell = |args: &[&str]| {
        let run = host.run(
            &server,
            &workspace,
            &[&["comment", "--issue"], args].concat(),
        );
        let said = run.stderr.clone();
        run.expect(0);
        said
    };
    assert!(tell(&[]).contains("no issue is needed"));
    assert_eq!(host.ours().len(), 0);

    edit(&server);
    assert!(tell(&[]).contains("issue 231: opened"));
    let ours = host.ours();
    assert_eq!(ours[0].title, "Live apps were changed: platform");
    assert!(ours[0].text.contains("cats"), "{}", ours[0].text);

    let seen = host.requests();
    assert!(tell(&[]).contains("issue 231: says that already"));
    // Three pages, and nothing written.
    assert_eq!(host.requests() - seen, 3);

    edit(&server);
    assert!(tell(&[]).contains("issue 231: edited"));

    // What was found by another job is told the same way, without keys and definitions.
    let file = workspace.path("drift.json");
    let file = file.to_str().unwrap();
    let args = ["drift", "--format", "json", "--output", file];
    Run::new(workspace.root(), Some(server.url()), &args).expect(2);
    let elsewhere = host.run_with(None, &Workspace::new(), &["comment", "--issue", file]);
    assert!(
        elsewhere.stderr.contains("issue 231: says that already"),
        "{}",
        elsewhere.stderr
    );
    elsewhere.expect(0);

    let args = ["apply", "--yes", "--overwrite-drift"];
    Run::new(workspace.root(), Some(server.url()), &args).expect(0);
    assert!(tell(&[]).contains("issue 231: closed"));
    let ours = host.ours();
    assert!(
        !ours[0].is_open && ours[0].text.contains("any more"),
        "{ours:?}"
    );
    assert_eq!(ours.len(), 1);
}

#[test]
fn what_cannot_be_read_closes_no_issue() {
    let (server, workspace) = applied();
    let host = Issues::new(0);
    edit(&server);
    host.run(&server, &workspace, &["comment", "--issue"])
        .expect(0);
    server.emulator().set_faults(vec![Fault {
        when: When::Matching {
            method: Some("GET".into()),
            path: format!("/api/v2/app-builder/apps/{}", id(&server)),
            nth: None,
        },
        failure: Failure::Forbidden,
    }]);
    let run = host.run(&server, &workspace, &["comment", "--issue"]);
    assert!(run.stderr.contains("left as it is"), "{}", run.stderr);
    run.expect(1);
    assert!(host.ours()[0].is_open);
}

#[test]
fn where_issues_are_not_known_it_is_said() {
    let server = Server::new(Settings::default());
    let workspace = Workspace::with_project();
    let variables = [
        ("GITLAB_CI", "true".to_owned()),
        ("CI_API_V4_URL", server.url().to_owned()),
        ("CI_PROJECT_PATH", "octo/apps".to_owned()),
        ("GITLAB_TOKEN", "a-token".to_owned()),
    ];
    let run = run_with(
        Some(&server),
        &workspace,
        &variables,
        &["comment", "--issue"],
    );
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("only issues of GitHub"),
        "{}",
        run.stderr
    );
}
