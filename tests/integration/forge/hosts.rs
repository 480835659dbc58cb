//! What holds on every host.

use ddapps::emulator::{Failure, Fault};

use crate::support::run::Run;

use super::host::{HEAD, Host, KINDS, Kind, US, comment as written};
use super::setup::{OLD, comment, planned, repository, run, run_with, saved, variables};

#[test]
fn there_is_one_comment_among_hundreds_and_it_is_edited_in_place() {
    let (server, workspace) = planned();
    for kind in KINDS {
        let host = Host::new(kind).with_others(299);
        comment(&host, &workspace).expect(0);
        let first = host.ours();
        assert_eq!(first.len(), 1, "{kind:?}");
        assert!(first[0].text.contains("1 to create"), "{}", first[0].text);
        assert!(!first[0].text.contains("Outdated"), "{}", first[0].text);
        let seen = host.requests().len();
        comment(&host, &workspace).expect(0);
        assert!(
            !host.requests()[seen..]
                .iter()
                .any(|it| it.starts_with("P") && !it.contains("graphql"))
        );

        // Another plan of the same project: the comment is edited.
        saved(&server, &workspace, None);
        let seen = host.requests().len();
        comment(&host, &workspace).expect(0);
        let second = host.ours();
        assert_eq!((second.len(), second[0].id), (1, first[0].id), "{kind:?}");
        assert_ne!(second[0].text, first[0].text);
        assert_eq!(host.comments().len(), 300);
        // Three pages and an edit. Bitbucket finds ours by itself and Azure has no pages, which leaves two requests for
        // whose the token is and which commit is the newest.
        let requests = &host.requests()[seen..];
        assert_eq!(requests.len(), 4, "{requests:?}");
        saved(&server, &workspace, Some(HEAD));
    }
}

#[test]
fn what_is_no_longer_to_do_is_said_and_the_comment_can_be_taken_away() {
    let (server, workspace) = planned();
    for kind in KINDS {
        let host = Host::new(kind).with_others(3);
        comment(&host, &workspace).expect(0);
        let applied = run(
            &host,
            Some(&server),
            &workspace,
            &["apply", "--yes", "--comment"],
        );
        assert_eq!(applied.code, 0, "{kind:?}: {}", applied.stderr);
        let ours = host.ours();
        assert_eq!(ours.len(), 1, "{kind:?}");
        let text = &ours[0].text;
        assert!(
            text.contains("Applied to") || text.contains("unchanged"),
            "{text}"
        );

        run(&host, Some(&server), &workspace, &["comment"]).expect(0);
        let ours = host.ours();
        assert_eq!(ours.len(), 1, "{kind:?}");
        assert!(
            ours[0].text.contains("no changes any more"),
            "{}",
            ours[0].text
        );
        run(&host, None, &workspace, &["comment", "--delete"]).expect(0);
        assert!(host.ours().is_empty(), "{kind:?}");
        assert_eq!(host.comments().len(), 3);
        // With nothing to do and no comment there, none is begun, except on demand.
        run(&host, Some(&server), &workspace, &["comment"]).expect(0);
        assert!(host.ours().is_empty(), "{kind:?}");
        run(
            &host,
            Some(&server),
            &workspace,
            &["comment", "--when", "always"],
        )
        .expect(0);
        assert_eq!(host.ours().len(), 1, "{kind:?}");
    }
}

#[test]
fn of_two_jobs_that_write_at_once_one_comment_is_left() {
    let (_server, workspace) = planned();
    for kind in KINDS {
        // The other job's comment is the older or the younger one.
        for id in [400, 600] {
            let host = Host::new(kind).with_others(2);
            comment(&host, &workspace).expect(0);
            let text = host.ours()[0].text.replace("1 to create", "2 to create");
            let race = Host::new(kind).with_others(150);
            race.state
                .lock()
                .unwrap()
                .racing
                .push(written(id, US, &text));
            comment(&race, &workspace).expect(0);
            let ours = race.ours();
            assert_eq!(ours.len(), 1, "{kind:?} {id}");
            assert_eq!(ours[0].id, id.min(500), "{kind:?}");
            assert!(ours[0].text.contains("1 to create"), "{}", ours[0].text);
        }
    }
}

#[test]
fn an_outdated_plan_says_so_and_does_not_replace_a_newer_one() {
    let (server, workspace) = repository();
    for kind in KINDS {
        let host = Host::new(kind);
        saved(&server, &workspace, Some(OLD));
        comment(&host, &workspace).expect(0);
        let text = host.ours()[0].text.clone();
        assert!(
            text.contains("Outdated") && text.contains("1234567"),
            "{text}"
        );
        saved(&server, &workspace, Some(HEAD));
        comment(&host, &workspace).expect(0);
        let newer = host.ours()[0].text.clone();
        assert!(!newer.contains("Outdated"), "{newer}");
        saved(&server, &workspace, Some(OLD));
        let late = comment(&host, &workspace);
        assert!(late.stderr.contains("newer commit"), "{}", late.stderr);
        assert_eq!(host.ours()[0].text, newer, "{kind:?}");
    }
}

#[test]
fn rate_limits_are_obeyed_and_wrong_tokens_explained() {
    let (_server, workspace) = planned();
    for kind in KINDS {
        let host = Host::new(kind);
        host.state.lock().unwrap().limited = 2;
        comment(&host, &workspace).expect(0);
        assert_eq!(host.ours().len(), 1, "{kind:?}");

        let mut variables = variables(&host, &workspace);
        let token = variables.last_mut().unwrap();
        token.1 = "another-secret".to_owned();
        let plan = workspace.path("plan.json");
        let args = ["comment", plan.to_str().unwrap(), "-vv"];
        let refused = run_with(None, &workspace, &variables, &args);
        assert_eq!(refused.code, 1, "{kind:?}");
        assert!(
            refused.stderr.contains("401") && refused.stderr.contains("help:"),
            "{}",
            refused.stderr
        );
        assert!(
            !refused.stderr.contains("another-secret"),
            "{}",
            refused.stderr
        );

        variables.last_mut().unwrap().1.clear();
        let missing = run_with(None, &workspace, &variables, &args);
        assert_eq!(missing.code, 1);
        assert!(missing.stderr.contains("is not set"), "{}", missing.stderr);
    }
}

#[test]
fn the_parts_that_several_jobs_planned_are_one_section_of_one_comment() {
    let (server, workspace) = planned();
    let cats = workspace.read("apps/cats.json");
    for name in ["a", "b", "c"] {
        workspace.write(&format!("apps/{name}.json"), &cats);
    }
    let host = Host::new(Kind::Github);
    let files = ["1/2", "2/2"].map(|part| {
        let file = workspace.path(&format!("{}.json", &part[..1]));
        let file = file.to_str().unwrap().to_owned();
        let args = ["plan", "--shard", part, "--out", &file];
        Run::new(workspace.root(), Some(server.url()), &args).expect(0);
        file
    });
    let variables = variables(&host, &workspace);
    let args = ["comment", &files[0], &files[1]];
    run_with(None, &workspace, &variables, &args).expect(0);
    let ours = host.ours();
    assert_eq!(ours.len(), 1);
    let text = &ours[0].text;
    assert_eq!(text.matches("### Plan for").count(), 1, "{text}");
    assert!(text.contains("4 to create"), "{text}");
}

#[test]
fn after_the_merge_the_pull_request_is_found_by_the_commit() {
    for kind in KINDS {
        let (server, workspace) = planned();
        let host = Host::new(kind);
        let mut variables = variables(&host, &workspace);
        variables.retain(|(name, _)| {
            !matches!(
                *name,
                "CI_MERGE_REQUEST_IID" | "BITBUCKET_PR_ID" | "SYSTEM_PULLREQUEST_PULLREQUESTID"
            )
        });
        workspace.write("event.json", "{}");
        let names = [
            "GITHUB_SHA",
            "CI_COMMIT_SHA",
            "BITBUCKET_COMMIT",
            "BUILD_SOURCEVERSION",
        ];
        variables.extend(names.map(|name| (name, HEAD.to_owned())));
        let summary = workspace.path("summary.md");
        variables.push(("GITHUB_STEP_SUMMARY", summary.to_str().unwrap().to_owned()));
        let run: Run = run_with(
            Some(&server),
            &workspace,
            &variables,
            &["apply", "--yes", "--comment"],
        );
        assert_eq!(run.code, 0, "{kind:?}: {}", run.stderr);
        assert_eq!(host.ours().len(), 1, "{kind:?}: {}", run.stderr);
        assert!(
            host.ours()[0].text.contains("Applied to"),
            "{}",
            host.ours()[0].text
        );
        assert!(workspace.read("summary.md").contains("Applied to"));
    }
}

#[test]
fn among_more_comments_than_are_read_no_second_one_is_written() {
    let (_server, workspace) = planned();
    let host = Host::new(Kind::Github).with_others(10_001);
    let run = comment(&host, &workspace);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("more than 10000 comments"),
        "{}",
        run.stderr
    );
    assert!(host.ours().is_empty());
}

#[test]
fn a_project_of_gitlab_has_a_number_as_well() {
    let (_server, workspace) = planned();
    let host = Host::new(Kind::Gitlab);
    let plan = workspace.path("plan.json");
    let args = ["comment", plan.to_str().unwrap(), "--repo", "42"];
    run(&host, None, &workspace, &args).expect(0);
    assert_eq!(host.ours().len(), 1);
}

#[test]
fn after_an_apply_the_comment_says_what_failed_and_why_and_what_waits() {
    for kind in KINDS {
        let (server, workspace) = planned();
        let live = "publish: true\ncomponents: [{grid grid0: {}}]\n";
        workspace.write("apps/fails.yaml", &format!("name: Fails\n{live}"));
        let waits = format!("name: Waits\nprotectionLevel: approval_required\n{live}");
        workspace.write("apps/waits.yaml", &waits);
        let host = Host::new(kind);
        comment(&host, &workspace).expect(0);
        // The first one is for `cats`.
        let create = "/api/v2/app-builder/apps";
        let second = Fault::on("POST", create, 2, Failure::Forbidden);
        server.emulator().set_faults(vec![second]);
        let args = ["apply", "--yes", "--comment", "--parallelism", "1"];
        run(&host, Some(&server), &workspace, &args).expect(5);
        let ours = host.ours();
        assert_eq!(ours.len(), 1, "{kind:?}");
        for part in [
            "1 failed",
            "| **failed** | `fails` Fails |",
            "403",
            "1 waiting for approval",
            "| **waiting for approval** | `waits` Waits |",
        ] {
            let text = &ours[0].text;
            assert!(text.contains(part), "{kind:?}: {part}: {text}");
        }
    }
}

#[test]
fn a_host_of_ones_own_is_where_its_pipelines_say() {
    let (_server, workspace) = planned();
    let plan = workspace.path("plan.json");
    let args = ["comment", plan.to_str().unwrap()];
    for (kind, variable, api, asked) in [
        (
            Kind::Github,
            "GITHUB_API_URL",
            "/api/v3",
            [
                "POST /api/graphql",
                "POST /api/v3/repos/octo/apps/issues/7/comments",
            ],
        ),
        (
            Kind::Gitlab,
            "CI_API_V4_URL",
            "/git/api/v4",
            [
                "POST /git/api/graphql",
                "POST /git/api/v4/projects/octo%2Fapps/merge_requests/7/notes",
            ],
        ),
    ] {
        let host = Host::new(kind);
        let mut variables = variables(&host, &workspace);
        let address = variables.iter_mut().find(|(name, _)| *name == variable);
        address.unwrap().1 = format!("{}{api}", host.url().trim_end_matches("/api/v4"));
        run_with(None, &workspace, &variables, &args).expect(0);
        assert_eq!(host.requests()[..2], asked, "{kind:?}");
    }
}

#[test]
fn an_apply_that_does_not_begin_says_why_where_the_comment_tells_of_its_plan() {
    let (server, workspace) = planned();
    let args = ["apply", "--yes", "--comment"];
    for kind in KINDS {
        let host = Host::new(kind);
        workspace.write("apps/broken.yaml", "name: [\n");
        // Nobody was told of a plan.
        run(&host, Some(&server), &workspace, &args).expect(3);
        assert!(host.ours().is_empty(), "{kind:?}");
        comment(&host, &workspace).expect(0);
        run(&host, Some(&server), &workspace, &args).expect(3);
        let ours = host.ours();
        assert_eq!(ours.len(), 1, "{kind:?}");
        let text = &ours[0].text;
        assert!(
            text.contains(
                "### Not applied to platform\n\n```text\nerror: the definitions cannot be read"
            ),
            "{kind:?}: {text}"
        );

        std::fs::remove_file(workspace.path("apps/broken.yaml")).unwrap();
        let list = "/api/v2/app-builder/apps";
        let forbidden = Fault::on("GET", list, 1, Failure::Forbidden);
        server.emulator().set_faults(vec![forbidden]);
        run(&host, Some(&server), &workspace, &args).expect(1);
        let text = &host.ours()[0].text;
        assert!(text.contains("403"), "{kind:?}: {text}");
        server.emulator().set_faults(Vec::new());
    }
    assert!(server.writes().is_empty());
}

#[test]
fn a_plan_that_comes_late_does_not_replace_what_an_apply_of_its_commit_did() {
    let apply = [
        "apply",
        "--yes",
        "--comment",
        "--on-error",
        "stop",
        "--parallelism",
        "1",
    ];
    for kind in KINDS {
        let (server, workspace) = planned();
        let host = Host::new(kind);
        comment(&host, &workspace).expect(0);
        let refused = Fault::on("POST", "/api/v2/app-builder/apps", 1, Failure::Forbidden);
        server.emulator().set_faults(vec![refused]);
        run(&host, Some(&server), &workspace, &apply).expect(1);
        assert!(host.ours()[0].text.contains("1 failed"), "{kind:?}");
        // What failed is still to do.
        comment(&host, &workspace).expect(0);
        assert!(host.ours()[0].text.contains("1 to create"), "{kind:?}");

        server.emulator().set_faults(Vec::new());
        run(&host, Some(&server), &workspace, &apply).expect(0);
        let applied = host.ours()[0].text.clone();
        assert!(applied.contains("Applied to"), "{kind:?}: {applied}");
        let late = comment(&host, &workspace);
        assert!(late.stderr.contains("is applied"), "{}", late.stderr);
        assert_eq!(host.ours()[0].text, applied, "{kind:?}");
        // Nor does one of an older commit.
        let plan = workspace.read("plan.json").replace(HEAD, OLD);
        workspace.write("plan.json", &plan);
        let older = comment(&host, &workspace);
        assert!(older.stderr.contains("newer commit"), "{}", older.stderr);
        assert_eq!(host.ours()[0].text, applied, "{kind:?}");
        assert_eq!(host.ours().len(), 1);
    }
}
