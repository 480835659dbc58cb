//! The binary in the pipeline of each host.

use std::process::Command;

use ddapps::emulator::Settings;

use crate::support::run::{Run, command};
use crate::support::{Server, Workspace, project};

use super::host::{HEAD, Host, Kind};

/// A repository of one real app, and a server without any.
pub fn repository() -> (Server, Workspace) {
    let workspace = Workspace::with_project();
    let text = std::fs::read_to_string(project("tests/corpus/cat-facts.json")).unwrap();
    workspace.write("apps/cats.json", &text);
    (Server::new(Settings::default()), workspace)
}

/// A plan of it, saved in `plan.json`, that says it is of this commit.
pub fn saved(server: &Server, workspace: &Workspace, commit: Option<&str>) {
    let path = workspace.path("plan.json");
    let path = path.to_str().unwrap();
    Run::new(
        workspace.root(),
        Some(server.url()),
        &["plan", "--out", path],
    )
    .expect(0);
    let mut plan: serde_json::Value = serde_json::from_str(&workspace.read("plan.json")).unwrap();
    plan["commit"] = commit.into();
    workspace.write("plan.json", &plan.to_string());
}

/// The variables of a pipeline for the pull request 7.
pub fn variables(host: &Host, workspace: &Workspace) -> Vec<(&'static str, String)> {
    let text = str::to_owned;
    match host.kind {
        Kind::Github => {
            workspace.write("event.json", r#"{"pull_request": {"number": 7}}"#);
            vec![
                ("GITHUB_ACTIONS", text("true")),
                ("GITHUB_API_URL", host.url()),
                ("GITHUB_REPOSITORY", text("octo/apps")),
                (
                    "GITHUB_EVENT_PATH",
                    workspace.path("event.json").to_str().unwrap().to_owned(),
                ),
                ("GITHUB_SERVER_URL", text("https://github.com")),
                ("GITHUB_RUN_ID", text("11")),
                ("GITHUB_TOKEN", text("a-token")),
            ]
        }
        Kind::Gitlab => vec![
            ("GITLAB_CI", text("true")),
            ("CI_API_V4_URL", host.url()),
            ("CI_PROJECT_PATH", text("octo/apps")),
            ("CI_MERGE_REQUEST_IID", text("7")),
            ("GITLAB_TOKEN", text("a-token")),
        ],
        Kind::Bitbucket => vec![
            ("BITBUCKET_BUILD_NUMBER", text("11")),
            ("BITBUCKET_API_URL", host.url()),
            ("BITBUCKET_REPO_FULL_NAME", text("octo/apps")),
            ("BITBUCKET_PR_ID", text("7")),
            ("BITBUCKET_TOKEN", text("a-token")),
        ],
        Kind::Azure => vec![
            ("TF_BUILD", text("True")),
            ("SYSTEM_COLLECTIONURI", format!("{}/", host.url())),
            ("SYSTEM_TEAMPROJECT", text("Our Project")),
            ("BUILD_REPOSITORY_ID", text("3c0f2a51")),
            ("BUILD_REPOSITORY_PROVIDER", text("TfsGit")),
            ("SYSTEM_PULLREQUEST_PULLREQUESTID", text("7")),
            ("SYSTEM_ACCESSTOKEN", text("a-token")),
        ],
    }
}

/// Runs the binary in the pipeline of a host.
pub fn run(host: &Host, server: Option<&Server>, workspace: &Workspace, args: &[&str]) -> Run {
    let variables = variables(host, workspace);
    run_with(server, workspace, &variables, args)
}

pub fn run_with(
    server: Option<&Server>,
    workspace: &Workspace,
    variables: &[(&'static str, String)],
    args: &[&str],
) -> Run {
    let mut command: Command = command(workspace.root(), server.map(Server::url));
    let variables = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()));
    let output = command.envs(variables).args(args).output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Puts the saved plan on the pull request.
pub fn comment(host: &Host, workspace: &Workspace) -> Run {
    let plan = workspace.path("plan.json");
    run(host, None, workspace, &["comment", plan.to_str().unwrap()])
}

/// A commit that is not the newest one.
pub const OLD: &str = "1234567123456712345671234567123456712345";

/// The plan of the newest commit, on every host.
pub fn planned() -> (Server, Workspace) {
    let (server, workspace) = repository();
    saved(&server, &workspace, Some(HEAD));
    (server, workspace)
}
