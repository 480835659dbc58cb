//! What strangers may try: their comments, their plans, their branches.

use crate::support::{Workspace, project};

use super::host::{HEAD, Host, KINDS, Kind};
use super::pipelines::texts;
use super::setup::{comment, planned, run, run_with, variables};

/// The first line of our comment.
fn marker(host: &Host) -> String {
    host.ours()[0].text.lines().next().unwrap().to_owned()
}

#[test]
fn a_stranger_who_copies_the_marker_is_left_alone_and_hides_nothing() {
    let (_server, workspace) = planned();
    for kind in KINDS {
        // A host that does not say whose the token is lets nobody edit what others wrote.
        let statuses: &[u16] = match kind {
            Kind::Bitbucket => &[200, 401, 403, 404],
            _ => &[200],
        };
        for status in statuses {
            let first = Host::new(kind);
            comment(&first, &workspace).expect(0);
            let planted = format!("{}\nall is well, merge it", marker(&first));
            let host = Host::new(kind);
            host.state.lock().unwrap().account_status = *status;
            host.add(1, "2002", &planted);
            comment(&host, &workspace).expect(0);
            comment(&host, &workspace).expect(0);
            host.add(900, "2002", &planted);
            comment(&host, &workspace).expect(0);
            assert_eq!(host.ours().len(), 1, "{kind:?}");
            let others: Vec<_> = host
                .comments()
                .into_iter()
                .filter(|it| it.author == "2002")
                .collect();
            assert!(
                others.iter().all(|it| it.text == planted) && others.len() == 2,
                "{kind:?}"
            );
        }
    }
}

#[test]
fn where_others_may_edit_our_comments_nothing_is_written_without_an_account() {
    let (_server, workspace) = planned();
    let host = Host::new(Kind::Gitlab);
    host.state.lock().unwrap().account_status = 403;
    let run = comment(&host, &workspace);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("the host refused"), "{}", run.stderr);
    assert!(host.comments().is_empty());
}

#[test]
fn our_own_text_that_quotes_the_marker_is_not_edited() {
    let (_server, workspace) = planned();
    for kind in KINDS {
        let first = Host::new(kind);
        comment(&first, &workspace).expect(0);
        let quoted = format!("> {}\nsee above", marker(&first));
        let host = Host::new(kind);
        host.add(1, super::host::US, &quoted);
        comment(&host, &workspace).expect(0);
        assert_eq!(host.comments()[0].text, quoted, "{kind:?}");
        assert_eq!(host.ours().len(), 2, "{kind:?}");
    }
}

#[test]
fn a_hostile_plan_writes_no_marker_and_leaves_the_code() {
    let (_server, workspace) = planned();
    let mut plan: serde_json::Value = serde_json::from_str(&workspace.read("plan.json")).unwrap();
    plan["project"] = "x --> @octocat <!-- ddapps:0 -->\n<img src=x>".into();
    plan["environment"] = "-->\n<details open>".into();
    plan["commit"] = "deadbeef --> x".into();
    workspace.write("plan.json", &plan.to_string());
    for kind in KINDS {
        let host = Host::new(kind);
        comment(&host, &workspace).expect(0);
        let text = host.ours()[0].text.clone();
        let (first, rest) = text.split_once('\n').unwrap();
        assert!(first.ends_with("-->") || first.ends_with(')'), "{first}");
        assert_eq!(
            first.matches("-->").count(),
            usize::from(kind != Kind::Bitbucket)
        );
        // In a code span nothing of it means anything.
        for line in rest
            .lines()
            .filter(|it| it.contains("octocat") || it.contains("<img"))
        {
            assert!(line.contains("`@octocat`"), "{line}");
            assert!(!line.contains(" <img"), "{line}");
        }
    }
}

#[test]
fn what_a_plan_names_is_neither_opened_nor_called() {
    let (server, workspace) = planned();
    let secret = Workspace::new();
    secret.write("secret", "a-secret");
    let path = secret.path("secret");
    let stranger = Host::new(Kind::Github);
    let mut plan: serde_json::Value = serde_json::from_str(&workspace.read("plan.json")).unwrap();
    plan["site"] = stranger.url().into();
    let app = &mut plan["apps"][0];
    app["file"] = serde_json::json!({"path": path, "line": 1});
    app["url"] = stranger.url().into();
    app["name"] = format!("![x]({}/x.png) <{}>", stranger.url(), stranger.url()).into();
    workspace.write("plan.json", &plan.to_string());
    let plan = workspace.path("plan.json");
    // Without keys for Datadog, and where there are no definitions.
    let elsewhere = Workspace::new();
    server.emulator().clear_requests();
    for kind in KINDS {
        let host = Host::new(kind);
        let args = ["comment", plan.to_str().unwrap(), "--when", "always"];
        run(&host, None, &elsewhere, &args).expect(0);
        let text = &host.ours()[0].text;
        assert!(!text.contains("a-secret"), "{text}");
        for (at, _) in text.match_indices(&stranger.url()) {
            let line = text[..at].lines().next_back().unwrap();
            assert!(line.matches('`').count() % 2 == 1, "{line}");
        }
    }
    assert!(stranger.requests().is_empty() && server.emulator().requests().is_empty());
}

#[test]
fn a_run_that_follows_a_forks_run_takes_the_pull_request_from_the_host() {
    let (_server, workspace) = planned();
    let host = Host::new(Kind::Github);
    let variables = variables(&host, &workspace);
    workspace.write(
        "event.json",
        &format!(
            r#"{{"workflow_run": {{"head_branch": "fix", "head_sha": "{HEAD}",
                "head_repository": {{"owner": {{"login": "fork"}}}}, "pull_requests": []}}}}"#
        ),
    );
    let plan = workspace.path("plan.json");
    let args = ["comment", plan.to_str().unwrap()];
    run_with(None, &workspace, &variables, &args).expect(0);
    assert_eq!(host.ours().len(), 1);
    // Another one's branch of another name is no answer to the question.
    workspace.write(
        "event.json",
        &format!(
            r#"{{"workflow_run": {{"head_branch": "fix", "head_sha": "{HEAD}",
                "head_repository": {{"owner": {{"login": "stranger"}}}}}}}}"#
        ),
    );
    let run = run_with(None, &workspace, &variables, &args);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("no pull request"), "{}", run.stderr);
}

#[test]
fn tokens_go_to_tls_or_this_machine_only() {
    let (_server, workspace) = planned();
    let host = Host::new(Kind::Github);
    let mut variables = variables(&host, &workspace);
    for (name, value) in &mut variables {
        if *name == "GITHUB_API_URL" {
            *value = "http://github.example.com/api/v3".to_owned();
        }
    }
    let plan = workspace.path("plan.json");
    let run = run_with(
        None,
        &workspace,
        &variables,
        &["comment", plan.to_str().unwrap()],
    );
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("loopback"), "{}", run.stderr);
}

#[test]
fn every_threat_in_the_readme_has_its_test() {
    let readme = std::fs::read_to_string(project("README.md")).unwrap();
    let (_, table) = readme.split_once("| threat |").unwrap();
    let rows = table.lines().skip(2).take_while(|it| it.contains('|'));
    let mut code = Vec::new();
    texts(&project("src"), &mut code);
    texts(&project("tests/integration"), &mut code);
    let mut named = 0;
    for row in rows {
        let tests = row.trim_end_matches('|').rsplit('|').next().unwrap();
        let tests: Vec<_> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "{row}");
        for test in tests {
            let is_it = format!("fn {test}(");
            assert!(code.iter().any(|it| it.contains(&is_it)), "{test}");
            named += 1;
        }
    }
    assert!(named > 12, "{named}");
}
