//! Where a comment leads to: the whole text that it may be a part of, and the job.

use super::host::{Host, Kind};
use super::setup::{planned, run_with, variables};

/// The last line of the comment that a run with these variables writes.
fn end(kind: Kind, more: &[(&'static str, &str)], args: &[&str]) -> String {
    let (_server, workspace) = planned();
    let host = Host::new(kind);
    let folder = workspace.root().to_str().unwrap();
    let mut variables = variables(&host, &workspace);
    let more = more.iter();
    variables.extend(more.map(|(name, value)| (*name, value.replace("FOLDER", folder))));
    let args = args.iter().map(|it| it.replace("FOLDER", folder));
    let args: Vec<_> = ["comment".to_owned(), format!("{folder}/plan.json")]
        .into_iter()
        .chain(args)
        .collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    run_with(None, &workspace, &variables, &args).expect(0);
    let ours = host.ours();
    ours[0].text.lines().last().unwrap().to_owned()
}

#[test]
fn the_comment_leads_to_the_artifact_where_gitlab_shows_it() {
    let job = ("CI_JOB_URL", "https://gitlab.com/octo/apps/-/jobs/11");
    let folder = ("CI_PROJECT_DIR", "FOLDER");
    let page = |file| ["--format", "html", "--output", file];
    let end = |file| end(Kind::Gitlab, &[job, folder], &page(file));
    assert!(end("FOLDER/plan.html").contains(
        "[in full](https://gitlab.com/octo/apps/-/jobs/11/artifacts/file/plan.html) · [the job]"
    ));
    // What cannot be kept, or cannot stand in a link, is not promised.
    for file in ["FOLDER/../plan.html", "FOLDER/my plan).html"] {
        let end = end(file);
        assert!(
            !end.contains("in full") && end.contains("[the job]"),
            "{end}"
        );
    }
}

#[test]
fn the_comment_leads_to_the_summary_of_the_job_on_github() {
    let summary = ("GITHUB_STEP_SUMMARY", "FOLDER/summary.md");
    let page = "https://github.com/octo/apps/actions/runs/11";
    let with = end(Kind::Github, &[summary], &[]);
    assert!(with.contains(&format!("[in full]({page})")), "{with}");
    assert!(!with.contains("the job"), "{with}");
    let without = end(Kind::Github, &[], &[]);
    assert!(without.contains(&format!("[the job]({page})")), "{without}");
}
