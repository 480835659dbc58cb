//! A repository that several jobs share: each takes its part, and the parts of a plan are one again.

use ddapps::emulator::Settings;

use crate::support::run::{Run, command};
use crate::support::{Server, Workspace, project};

fn repository() -> Workspace {
    let workspace = Workspace::with_project();
    let text = std::fs::read_to_string(project("tests/corpus/cat-facts.json")).unwrap();
    for name in ["a", "b", "c", "d", "e"] {
        workspace.write(&format!("apps/{name}.json"), &text);
    }
    workspace
}

#[test]
fn the_parts_of_a_plan_are_shown_as_the_whole() {
    let (server, workspace) = (Server::new(Settings::default()), repository());
    let plan = |args: &[&str]| {
        Run::new(
            workspace.root(),
            Some(server.url()),
            &[&["plan"], args].concat(),
        )
    };
    let path = |name: &str| workspace.path(name).to_str().unwrap().to_owned();
    let (one, two, whole) = (path("1.json"), path("2.json"), path("whole.json"));
    plan(&["--shard", "1/2", "--out", &one]).expect(0);
    plan(&["--shard", "2/2", "--out", &two]).expect(0);
    let text = plan(&["--out", &whole]).expect(0);
    let show = |args: &[&str]| Run::new(workspace.root(), None, &[&["show"], args].concat());
    assert_eq!(show(&[&two, &one]).expect(0), text);

    let json = |args: &[&str]| show(&[&["--format", "json"], args].concat()).json(0);
    let (mut merged, mut expected) = (json(&[&one, &two]), json(&[&whole]));
    assert_eq!(merged, json(&[&two, &one]));
    assert_ne!(merged["digest"].take(), expected["digest"].take());
    assert_eq!(merged, expected);

    let wrong = show(&[&one, &whole]);
    assert_eq!(wrong.code, 64);
    assert!(
        wrong.stderr.contains("is in two of them"),
        "{}",
        wrong.stderr
    );
    let other = workspace.read("2.json");
    workspace.write("2.json", &other.replace("datadoghq.com", "datadoghq.eu"));
    let wrong = show(&[&one, &two]);
    assert_eq!(wrong.code, 64);
    assert!(wrong.stderr.contains("not of one site"), "{}", wrong.stderr);
}

#[test]
fn a_job_takes_its_part_from_the_pipeline() {
    let (server, workspace) = (Server::new(Settings::default()), repository());
    let plan = |part: &str, variables: &[(&str, &str)]| {
        let output = command(workspace.root(), Some(server.url()))
            .args(["plan", "--shard", part])
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let gitlab = [("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "2")];
    assert_eq!(plan("auto", &gitlab), plan("2/2", &[]));
    let kubernetes = [("JOB_COMPLETION_INDEX", "0")];
    assert_eq!(plan("auto/2", &kubernetes), plan("1/2", &[]));
    assert_ne!(plan("1/2", &[]).1, plan("2/2", &[]).1);
    let (code, _, stderr) = plan("auto", &[]);
    assert_eq!(code, Some(64));
    assert!(stderr.contains("CI_NODE_INDEX"), "{stderr}");
}
