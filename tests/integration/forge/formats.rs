//! What pipelines read instead of a comment.

use crate::support::run::Run;

use super::setup::planned;

#[test]
fn gitlab_reads_the_counts_of_a_plan() {
    let (server, workspace) = planned();
    let args = ["plan", "--format", "gitlab-terraform"];
    let counts = Run::new(workspace.root(), Some(server.url()), &args).json(0);
    assert_eq!(
        counts,
        serde_json::json!({"create": 1, "update": 0, "delete": 0})
    );
    let plan = workspace.path("plan.json");
    let shown = [
        "show",
        plan.to_str().unwrap(),
        "--format",
        "gitlab-terraform",
    ];
    assert_eq!(Run::new(workspace.root(), None, &shown).json(0), counts);
    let wrong = ["validate", "--format", "gitlab-terraform"];
    assert_eq!(Run::new(workspace.root(), None, &wrong).code, 64);
}

#[test]
fn findings_are_junit_and_no_name_gets_out_of_its_attribute() {
    let (_server, workspace) = planned();
    let args = ["validate", "--format", "junit"];
    let clean = Run::new(workspace.root(), None, &args).expect(0);
    assert!(
        clean.contains(" failures=\"0\"") && clean.contains("<testcase "),
        "{clean}"
    );
    workspace.write("apps/a\"><b>&.yaml", "name: 3\ncomponents: []\n");
    let report = Run::new(workspace.root(), None, &args).expect(3);
    assert!(report.contains("<failure type="), "{report}");
    assert!(!report.contains("<b>"), "{report}");
    assert!(
        report.contains("a&quot;&gt;&lt;b&gt;&amp;.yaml:1:7"),
        "{report}"
    );
    let wrong = ["plan", "--format", "junit", "--sandbox"];
    assert_eq!(Run::new(workspace.root(), None, &wrong).code, 64);
}
