//! What `validate` finds: in the real apps, all of it; in small ones, each rule once.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use ddapps::definition::read_settings;
use ddapps::emulator::Settings;
use ddapps::model::Selection;
use ddapps::reconcile::check;
use ddapps::validate::{Family, rules};

use crate::support::run::Run;
use crate::support::{Server, Workspace, project};

/// The findings about the repository at `root`, a line each.
fn findings(root: &Path) -> String {
    let settings = read_settings(root).unwrap();
    let target = settings.target(None).unwrap();
    let findings = check(root, &settings, &target, &Selection::default()).findings;
    let mut text = String::new();
    for finding in findings {
        let at = finding.location.unwrap();
        let (severity, rule) = (finding.severity.as_str(), finding.rule);
        writeln!(text, "{at} {severity}[{rule}] {}", finding.message).unwrap();
        if let Some(help) = finding.help {
            writeln!(text, "    {help}").unwrap();
        }
    }
    text
}

#[test]
fn the_findings_in_real_apps_are_the_true_ones() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("ddapps.yaml"), "project: corpus\n").unwrap();
    fs::create_dir(root.path().join("apps")).unwrap();
    for file in fs::read_dir(project("tests/corpus")).unwrap() {
        let file = file.unwrap();
        if file.path().extension().is_some_and(|it| it == "json") {
            fs::copy(file.path(), root.path().join("apps").join(file.file_name())).unwrap();
        }
    }
    insta::assert_snapshot!(findings(root.path()));
}

const DEFINITION: &str = r"name: A
rootInstanceName: grid0
publish: true
components:
  - grid grid0:
      children:
        - button save:
            at: {col: 10, row: 0, w: 4, h: 2}
            label: ${serch0.value}
            events:
              - {when: click, do: triggerQuery, queryName: lst}
              - {when: click, do: openModal}
              - {when: clik, do: closeModal, modalName: save}
        - search search0:
            at: {col: 9, row: 1, w: 2, h: 2}
            placeholder: '{{ search0.value }} ${ui.search0.value'
        - tabs tabs0: {tabs: [{value: a}], children: [{grid b: {}}]}
        - text text0:
            content: |
              # It's

              ${list.outputs.map(x => x.)}
        - text text1: {content: 'x {{ search0.value }}'}
        - text text2: {content: '${const next = search0.value + 1; next}'}
        - modal modal0: {title: '${`a ${ui.search0.value} ${typeof none}`}'}
queries:
  list:
    action: a.listThings
    pollingIntervalInMs: 5000
    mockedOutputs: {enabled: true}
    js: |
      return outputs
        .filter(it => it.nam === search.value);
  rows: {type: dataTransform, js: {file: ../js/rows.js}}
  stop: {action: a.stopThings, inputs: {headers: [{key: Authorization, value: Bearer 0123456789abcdefgh}]}}
  empty: {type: action, inputs: {}}
  save: {type: stateVariable}
";

#[test]
fn a_comment_beside_what_is_not_selected_is_not_called_unused() {
    let workspace = Workspace::with_project();
    let app = |key: &str| {
        format!(
            "key: {key}\nname: {key}\ncomponents:\n  - button b:\n      # ddapps: allow undefined-name because it comes\n\
             \u{20}     isLoading: ${{missing.isLoading}}\n"
        )
    };
    workspace.write(
        "apps/all.yaml",
        &format!("{}---\n{}", app("one"), app("two")),
    );
    let server = Server::new(Settings::default());
    for selection in [&[][..], &["--key", "two"]] {
        let args = [&["plan", "--format", "json"], selection].concat();
        let plan = Run::new(workspace.root(), Some(server.url()), &args).json(0);
        let rules: Vec<_> = plan["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| &it["rule"])
            .collect();
        assert!(
            !rules.iter().any(|it| *it == "unused-silence"),
            "{selection:?}: {rules:?}"
        );
    }
}

#[test]
fn every_rule_finds_its_mistake_at_its_place() {
    let work = Workspace::new();
    work.write("ddapps.yaml", "project: a\nrules: {no-rule: off}\n");
    work.write("apps/a.yaml", DEFINITION);
    work.write(
        "js/rows.js",
        "export default () => {\n  return list.outputs.map(x => y + x);\n};\n",
    );
    insta::assert_snapshot!(findings(work.root()));
}

/// A small repository with one finding in each of three ways to write a text.
fn three_findings() -> Workspace {
    let work = Workspace::new();
    work.write("ddapps.yaml", "project: a\n");
    let text = r#"name: A
components:
  - grid grid0:
      events:
        - {when: click, do: triggerQuery, queryName: "100%, a:b"}
      label: |
        Hello

        ${ name + }
queries:
  left:	{type: stateVariable}
"#;
    work.write("apps/a.yaml", &text.replace('\t', " "));
    work
}

#[test]
fn findings_are_shown_with_their_lines() {
    let work = three_findings();
    let text = Run::new(work.root(), None, &["validate"]).expect(3);
    insta::assert_snapshot!(text);
}

#[test]
fn findings_are_annotations_of_github_and_sarif() {
    let work = three_findings();
    let github = ["validate", "--format", "github"];
    insta::assert_snapshot!(Run::new(work.root(), None, &github).expect(3));
    let sarif = ["validate", "--format", "sarif"];
    let sarif = Run::new(work.root(), None, &sarif).json(3);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let place = &results[1]["locations"][0]["physicalLocation"];
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(results[1]["ruleId"], "expression-syntax");
    let described = &sarif["runs"][0]["tool"]["driver"]["rules"];
    insta::assert_snapshot!("sarif_rules", format!("{described:#}"));
    assert_eq!(place["artifactLocation"]["uri"], "apps/a.yaml");
    assert_eq!(
        place["region"],
        serde_json::json!({"startLine": 9, "startColumn": 19})
    );
    for other in ["plan", "show"] {
        let args = [other, "--sandbox", "--format", "sarif", "x"];
        let args = &args[..if other == "show" { 5 } else { 4 }];
        Run::new(work.root(), None, args).expect(64);
    }
}

#[test]
fn hosts_are_told_of_files_by_their_place_in_the_checkout() {
    let checkout = three_findings();
    std::fs::create_dir_all(checkout.path("low/code")).unwrap();
    for name in ["apps", "ddapps.yaml"] {
        std::fs::rename(checkout.path(name), checkout.path("low/code").join(name)).unwrap();
    }
    let root = checkout.path("low/code");
    let run = |args: &[&str]| Run::new(&root, None, &[&["validate"], args].concat());
    let github = |place: &str| {
        let text = run(&["--format", "github"]).expect(3);
        let expected = format!("::error file={place},");
        assert!(text.lines().any(|it| it.starts_with(&expected)), "{text}");
    };
    github("apps/a.yaml");
    std::fs::create_dir(checkout.path(".git")).unwrap();
    github("low/code/apps/a.yaml");
    let sarif = run(&["--format", "sarif"]).json(3);
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "low/code/apps/a.yaml");
    let text = run(&[]).expect(3);
    assert!(text.contains("--> apps/a.yaml:"), "{text}");
    checkout.write("low/code/ddapps.yaml", "projct: a\n");
    github("low/code/ddapps.yaml");
}

#[test]
fn a_binding_of_a_mistyped_key_is_noticed() {
    let work = three_findings();
    let settings = |key: &str| {
        let id = "65bb1f25-52e1-4510-9f8d-22d1516ed693";
        let text = format!("project: a\nenvironments:\n  dev:\n    apps: {{{key}: {id}}}\n");
        work.write("ddapps.yaml", &text);
    };
    work.write("apps/refunds.yaml", "name: R\ncomponents: [grid g: {}]\n");
    std::fs::remove_file(work.path("apps/a.yaml")).unwrap();
    let run =
        |args: &[&str]| Run::new(work.root(), None, &[&["validate"], args].concat()).expect(0);
    settings("refunds");
    assert_eq!(run(&[]), "no findings\n");
    settings("refnuds");
    let text = run(&[]);
    assert!(
        text.contains("warning[unused-binding]: `refnuds`"),
        "{text}"
    );
    assert!(text.contains("--> ddapps.yaml:4:12\n"), "{text}");
    assert!(text.contains("did you mean `refunds`?"), "{text}");
    assert_eq!(run(&["--key", "refunds"]), text);
}

#[test]
fn a_mistyped_word_of_the_format_is_noticed() {
    let work = Workspace::with_project();
    work.write(
        "apps/a.yaml",
        "name: A\nqueries:\n  q: {action: a.b, conection: aws, input: {}, evnets: []}\n\
         components:\n  - grid g: {evnets: [], childern: []}\n",
    );
    let text = Run::new(work.root(), None, &["validate", "--format", "github"]).expect(0);
    for (word, meant) in [
        ("conection", "connection"),
        ("input", "inputs"),
        ("evnets", "events"),
        ("childern", "children"),
    ] {
        let expected = format!("no property is known as `{word}`%0Ahelp: did you mean `{meant}`?");
        assert!(text.contains(&expected), "{text}");
    }
}

#[test]
fn every_rule_explains_itself() {
    let work = Workspace::new();
    let run = |args: &[&str], code| Run::new(work.root(), None, args).expect(code);
    let all = run(&["validate", "--explain"], 0);
    for rule in rules() {
        assert!(all.contains(rule.id), "{}", rule.id);
        assert!(run(&["validate", "--explain", rule.id], 0).contains(rule.remedy));
    }
    run(&["validate", "--explain", "dangling-querry"], 64);
}

#[test]
fn the_rules_of_the_loader_are_in_the_catalog() {
    let mut named = Vec::new();
    let mut folders = vec![project("src/definition")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => named.push(fs::read_to_string(path).unwrap()),
            }
        }
    }
    for rule in rules().filter(|rule| rule.family == Family::Reading) {
        let quoted = format!("\"{}\"", rule.id);
        assert!(
            named.iter().any(|text| text.contains(&quoted)),
            "nobody says {}",
            rule.id
        );
    }
}

#[test]
fn settings_and_comments_weigh_findings() {
    let work = Workspace::new();
    let rules = "project: a\nrules: {unused-query: error, unused-modal: off}\n";
    work.write("ddapps.yaml", rules);
    work.write(
        "apps/a.yaml",
        "name: A
components:
  - grid grid0:
      children:
        - modal modal0: {}
        # ddapps: allow undefined-name because the query comes with the next change
        - text a: {content: '${soon.outputs}'}
        - text b: {content: '${soon.outputs}'} # ddapps: allow undefined-name because of that, too
        - text c: {content: '${soon.outputs}'} # ddapps: allow undefined-name
        # ddapps: allow dangling-query because of nothing
        # ddapps: allow danglin-query because of a slip
queries:
  left: {type: stateVariable}
",
    );
    insta::assert_snapshot!(findings(work.root()));
}

/// Each of these took a time or a memory that grew with the square of its size.
#[test]
fn what_is_wrong_in_thousands_of_places_takes_no_longer_for_each() {
    const MANY: usize = 4_000;
    let number = |write: &dyn Fn(usize) -> String| (0..MANY).map(write).collect::<String>();
    let text = |text: &str| format!("    - text text0: {{content: '{text}'}}\n");
    let children = [
        // Names that nobody knows, in one text.
        text(&number(&|it| format!("${{soon{it}.a}} "))),
        // Templates of another builder that close at the end, or never.
        text(&format!("{}}}}}", "{{text0 ".repeat(10 * MANY))),
        text(&"{{text0 ".repeat(10 * MANY)),
        // A name that is nearly one of thousands, for each of these.
        number(&|it| format!("    - text label{it}: {{content: '${{lable{it}}}'}}\n")),
        // A comment for each, on a line of its own.
        number(&|it| {
            let allow = "# ddapps: allow undefined-name because it comes";
            format!("    {allow}\n    - text other{it}: {{content: '${{later{it}.value}}'}}\n")
        }),
    ];
    let begin = Instant::now();
    for children in children {
        let work = Workspace::new();
        work.write("ddapps.yaml", "project: a\n");
        let head = "name: A\ncomponents:\n- grid grid0:\n    children:\n";
        work.write("apps/a.yaml", &format!("{head}{children}"));
        let settings = read_settings(work.root()).unwrap();
        let target = settings.target(None).unwrap();
        let checked = check(work.root(), &settings, &target, &Selection::default());
        let found = checked.findings.len();
        println!("{found} findings after {:?}", begin.elapsed());
    }
    assert!(begin.elapsed() < Duration::from_secs(60));
}
