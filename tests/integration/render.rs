//! What plans, reports and findings look like, on the differences of real apps and on hostile ones.

use std::collections::{BTreeMap, BTreeSet};

use ddapps::apply::{Failure, Notice, Outcome, Report, Skipped, Stale};
use ddapps::diff::{Difference, Edits, FieldChange, diff};
use ddapps::model::{
    App, AppId, AppKey, Base, Body, Definition, Desired, DesiredApp, Finding, History, Live,
    LiveApp, Location, Mark, Occasion, Owner, Policy, ProtectionLevel, Publication, Saved, Texts,
    Version, VersionId, VersionName,
};
use ddapps::plan::{OthersEdits, Plan, Terms, plan};
use ddapps::render::{About, Document, Format, Options, plan_schema, read_saved, render};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::support::project;

fn owner() -> Owner {
    Owner {
        project: "platform".into(),
        environment: Some("prod".into()),
    }
}

pub fn about() -> About {
    About {
        environment: Some("prod".into()),
        site: "datadoghq.com".into(),
        pages: None,
        commit: Some("9f31c2a".into()),
        version: "0.1.0",
    }
}

/// A definition of the corpus, as one side of a comparison.
pub fn app(slug: &str) -> App {
    let file = project("tests/corpus").join(format!("{slug}.json"));
    let mut value: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    if value["data"].is_object() {
        value = value["data"]["attributes"].take();
    }
    let list = |field: &str| value[field].as_array().cloned().unwrap_or_default();
    App {
        name: value["name"].as_str().unwrap().into(),
        description: value["description"].as_str().map(Into::into),
        tags: Some(BTreeSet::from(["team:platform".into()])),
        protection_level: None,
        self_service: None,
        publish: Some(true),
        definition: Definition::new(Body {
            root_instance_name: value["rootInstanceName"].as_str().unwrap().into(),
            components: list("components"),
            queries: list("queries"),
            extra: Map::new(),
        }),
    }
}

/// The plan for git's apps by key, against the live ones by key. A live app without one in git is an orphan.
pub fn planned(desired: Vec<(&str, App)>, live: Vec<(&str, App)>) -> Plan {
    let key = |text: &str| AppKey::new(text).unwrap();
    let desired = Desired {
        owner: owner(),
        apps: desired
            .into_iter()
            .map(|(name, app)| {
                let app = DesiredApp {
                    app,
                    location: Location::start(format!("apps/{name}.yaml")),
                };
                (key(name), app)
            })
            .collect(),
        bindings: BTreeMap::new(),
        connections: BTreeMap::new(),
    };
    let live = live.into_iter().zip(1..).map(|((name, mut app), number)| {
        app.protection_level = Some(ProtectionLevel::DirectPublish);
        let id = AppId(Uuid::from_u128(number));
        let mark = Mark {
            owner: owner(),
            key: key(name),
        };
        let live = LiveApp {
            id,
            marks: BTreeSet::from([mark]),
            app,
            version: Version(17),
            version_id: Some(VersionId(Uuid::from_u128(170))),
            publication: Publication::Current(Some(VersionId(Uuid::from_u128(170)))),
            saved: Saved {
                by: "ana@example.com".into(),
                at: "2026-11-20T10:00:00Z".into(),
            },
        };
        (id, live)
    });
    let live = Live {
        apps: live.collect(),
        ..Live::default()
    };
    // Our last apply left each app as it is live.
    let bases = (live.apps.values()).map(|app| {
        let mark = app.marks.first().unwrap();
        let base = Base {
            version: app.version,
            name: VersionName::new(&mark.owner, &mark.key, None, "0123456789ab"),
            app: None,
        };
        let history = History {
            base: Some(base),
            since: Vec::new(),
            unpublished: None,
            between: BTreeMap::new(),
        };
        (app.id, Ok(history))
    });
    let terms = Terms {
        owner: &owner(),
        policy: &Policy::default(),
        occasion: &Occasion::default(),
        bases: &bases.collect(),
    };
    plan(diff(&desired, &live), &terms)
}

fn text(plan: &Plan, options: &Options) -> String {
    let about = about();
    let document = Document::Plan {
        plan,
        about: &about,
        findings: &[],
    };
    render(document, Format::Text, options)
}

fn json_text(plan: &Plan, options: &Options) -> String {
    let about = about();
    let document = Document::Plan {
        plan,
        about: &about,
        findings: &findings(),
    };
    render(document, Format::Json, options)
}

pub fn findings() -> Vec<Finding> {
    let place = |line, column| Location {
        path: "apps/ecs.yaml".into(),
        line,
        column,
    };
    vec![
        Finding::error(
            "dangling-query",
            place(12, 9),
            "`listServces` is no query of this app",
        )
        .help("did you mean `listServices`?"),
        Finding::warning(
            "unknown-attribute",
            place(3, 1),
            "`colour` is sent as it is",
        ),
    ]
}

pub const PAIRS: [&str; 6] = [
    "aws-autoscaling-groups",
    "aws-ecs-tasks",
    "aws-explore-s3",
    "aws-ec2-instances",
    "aws-sqs-queues",
    "github-pr-create-s3-bucket",
];

/// The plan from an earlier revision of an app to the newer one.
pub fn revised(slug: &str) -> Plan {
    planned(
        vec![(slug, app(slug))],
        vec![(slug, app(&format!("{slug}.rev1")))],
    )
}

#[test]
fn revisions_of_real_apps_are_easy_to_read() {
    for slug in PAIRS {
        insta::assert_snapshot!(slug, text(&revised(slug), &Options::default()));
    }
}

/// The table of `tests/corpus/REVISIONS.md`; `DDAPPS_BLESS=1` writes it anew.
#[test]
fn the_table_of_revisions_is_true() {
    let raw = |slug: &str| {
        std::fs::read_to_string(project("tests/corpus").join(format!("{slug}.json"))).unwrap()
    };
    let mut table = String::new();
    for slug in PAIRS {
        let plan = revised(slug);
        let shown = text(&plan, &Options::default());
        // What stands between the headline of the app and its steps.
        let lines = shown.lines().skip_while(|line| !line.contains("v17, "));
        let lines = lines.skip(1).take_while(|line| !line.contains("steps: "));
        let is_row = |line: &&str| {
            let text = line.trim_start();
            text.starts_with(['~', '+', '-']) && line.len() - text.len() <= 8
        };
        let changes = lines.clone().filter(is_row);
        let (before, after) = (raw(&format!("{slug}.rev1")), raw(slug));
        let diff = similar::TextDiff::from_lines(&before, &after);
        let differing = diff
            .iter_all_changes()
            .filter(|it| it.tag() != similar::ChangeTag::Equal);
        table += &format!(
            "| `{slug}` | {} | {} | {} |\n",
            changes.count(),
            lines.count(),
            differing.count()
        );
    }
    let file = project("tests/corpus/REVISIONS.md");
    let document = std::fs::read_to_string(&file).unwrap();
    let (head, old) = document.split_once("|---|---:|---:|---:|\n").unwrap();
    if std::env::var_os("DDAPPS_BLESS").is_some() {
        let fresh = format!("{head}|---|---:|---:|---:|\n{table}");
        return std::fs::write(&file, fresh).unwrap();
    }
    assert_eq!(old, table, "DDAPPS_BLESS=1 writes the table anew");
}

#[test]
fn colours_say_what_the_signs_say() {
    let colored = Options {
        color: true,
        ..Options::default()
    };
    let plain = text(&revised("aws-ecs-tasks"), &Options::default());
    let text = text(&revised("aws-ecs-tasks"), &colored);
    assert_ne!(plain, text);
    assert_eq!(anstream::adapter::strip_str(&text).to_string(), plain);
}

#[test]
fn many_apps_are_grouped_by_what_happens() {
    let mut renamed = app("cat-facts");
    renamed.name = "Cat facts, second edition".into();
    let mut hidden = app("tf-minimal");
    hidden.publish = Some(false);
    let plan = planned(
        vec![
            ("cats", renamed),
            ("hidden", hidden),
            ("same", app("callout-example")),
            ("fresh", app("jira-ticket-creator")),
        ],
        vec![
            ("cats", app("cat-facts")),
            ("hidden", app("tf-minimal")),
            ("same", app("callout-example")),
            ("gone", app("tf-inline-optional")),
        ],
    );
    let about = about();
    let document = Document::Plan {
        plan: &plan,
        about: &about,
        findings: &findings(),
    };
    insta::assert_snapshot!(
        "grouped",
        render(document, Format::Text, &Options::default())
    );
    insta::assert_snapshot!("grouped_json", json_text(&plan, &Options::default()));
}

#[test]
fn a_saved_plan_shows_what_the_plan_showed() {
    for slug in PAIRS {
        let plan = revised(slug);
        for full in [false, true] {
            let options = Options {
                full,
                ..Options::default()
            };
            let about = about();
            let document = Document::Plan {
                plan: &plan,
                about: &about,
                findings: &findings(),
            };
            let saved = read_saved(&json_text(&plan, &options)).unwrap();
            for format in [Format::Text, Format::Json] {
                assert_eq!(
                    render(Document::Saved(&saved), format, &options),
                    render(document, format, &options)
                );
            }
            assert_eq!(saved.digest(), plan.digest.to_string());
            assert_eq!(saved.environment(), Some("prod"));
        }
    }
}

#[test]
fn what_is_saved_follows_the_schema() {
    let schema = jsonschema::validator_for(&plan_schema()).unwrap();
    for slug in PAIRS {
        for full in [false, true] {
            let options = Options {
                full,
                ..Options::default()
            };
            let saved: Value = serde_json::from_str(&json_text(&revised(slug), &options)).unwrap();
            let errors: Vec<_> = schema
                .iter_errors(&saved)
                .map(|it| it.to_string())
                .collect();
            assert_eq!(errors, Vec::<String>::new(), "{slug}");
        }
    }
}

#[test]
fn no_line_of_a_value_is_wider_than_the_page() {
    let long = "x y".repeat(4_000);
    let plan = changed(
        "components[a].label",
        json!(format!("{long} old {long}")),
        json!(format!("{long} new {long}")),
    );
    for width in [60, 80, 120] {
        let options = Options {
            width,
            ..Options::default()
        };
        let text = text(&plan, &options);
        let mut shortened = text.lines().filter(|line| line.contains("chars…"));
        assert!(
            shortened.all(|line| line.chars().count() <= width),
            "{text}"
        );
        assert!(text.contains(" old ") && text.contains(" new "), "{text}");
        // What is left out is counted.
        assert!(text.contains("…119"), "{text}");
    }
    let full = Options {
        full: true,
        ..Options::default()
    };
    assert!(text(&plan, &full).contains(&format!("{long} new {long}")));
}

#[test]
fn a_line_of_a_file_is_no_command_to_a_ci_runner() {
    let file = "apps/##vso[task.x]a.yaml";
    let lines = [
        "a: '##vso[task.setvariable variable=PATH]x'",
        "::error::x",
        "## Notes",
    ];
    let texts = Texts::from([(file.into(), lines.join("\n"))]);
    for (number, line) in (1..).zip(lines) {
        let place = Location {
            line: number,
            column: 4,
            ..Location::start(file)
        };
        let finding = Finding::error("rule", place, line).help(line);
        for color in [false, true] {
            let options = Options {
                color,
                ..Options::default()
            };
            let shown = render(
                Document::findings(std::slice::from_ref(&finding), &texts),
                Format::Text,
                &options,
            );
            assert!(!shown.contains("##vso["), "{shown}");
            let starts = |line: &str| line.trim_start().starts_with("::");
            assert!(!shown.lines().any(starts), "{shown}");
            // What no runner obeys stays as people wrote it.
            assert_eq!(shown.contains("## Notes"), line == "## Notes", "{shown}");
        }
    }
}

#[test]
fn a_report_says_what_is_not_known() {
    let slugs = [
        "cat-facts",
        "callout-example",
        "tf-minimal",
        "tf-inline-optional",
        "jira-ticket-creator",
    ];
    let plan = planned(slugs.map(|slug| (slug, app(slug))).into(), Vec::new());
    let mut report = Report::untried(&plan);
    let outcomes = [
        Outcome::Done(None),
        Outcome::Done(Some(Notice::Overwrote {
            key: AppKey::new("callout-example").unwrap(),
            planned: Version(17),
            lost: Version(18),
            saved: Version(19),
        })),
        Outcome::Failed(Failure::Call {
            error: "`POST /api/v2/app-builder/apps` was answered 502 Bad Gateway".into(),
            ambiguous: true,
        }),
        Outcome::Failed(Failure::Stale(Stale::Touched {
            planned: Version(17),
            version: Version(18),
            publication: Publication::Unpublished,
            saved: Saved {
                by: "ana@example.com".into(),
                at: "2026-11-20T10:00:00Z".into(),
            },
            theirs: Box::new(OthersEdits {
                edits: Edits {
                    changes: [
                        (
                            "components[button0].label",
                            json!("Save"),
                            json!("Save all"),
                        ),
                        (
                            "queries[q].inputs.password",
                            json!("hunter2"),
                            json!("hunter3"),
                        ),
                        ("tags", json!(["a"]), json!(["a", "b"])),
                    ]
                    .map(|(path, before, after)| FieldChange {
                        path: path.into(),
                        difference: Difference::Changed { before, after },
                    })
                    .into(),
                    components: BTreeMap::new(),
                },
                unread: false,
            }),
        })),
        Outcome::Failed(Failure::Interrupted),
    ];
    for (app, outcome) in report.apps.iter_mut().zip(outcomes) {
        let failed = matches!(outcome, Outcome::Failed(_));
        for (_, it) in &mut app.steps {
            *it = match failed {
                true => Outcome::Skipped(Skipped::EarlierStep),
                false => Outcome::Done(None),
            };
        }
        app.steps[0].1 = outcome;
    }
    let about = about();
    let document = Document::Report {
        report: &report,
        plan: &plan,
        about: &about,
    };
    insta::assert_snapshot!(
        "report",
        render(document, Format::Text, &Options::default())
    );
    insta::assert_snapshot!(
        "report_json",
        render(document, Format::Json, &Options::default())
    );
}

#[test]
fn blanks_at_the_end_of_a_line_are_seen() {
    let plan = changed("queries[q].js", json!("a  \nb"), json!("a\nb"));
    let text = text(&plan, &Options::default());
    assert!(text.contains("- a··\n") && text.contains("+ a\n"), "{text}");
}

/// A plan of one app with one change, made by hand.
pub fn changed(path: &str, before: Value, after: Value) -> Plan {
    let mut plan = revised("aws-explore-s3");
    plan.apps[0].changes = vec![FieldChange {
        path: path.into(),
        difference: Difference::Changed { before, after },
    }];
    plan
}

#[test]
fn our_own_keys_are_masked_everywhere() {
    let key = "0123456789abcdef0123456789abcdef";
    let options = Options {
        secrets: vec![key.to_owned().into()],
        ..Options::default()
    };
    let mut plan = changed(
        &format!("components[{key}].label"),
        json!(key),
        json!({key: [key]}),
    );
    plan.apps[0].name = format!("a {key} b");
    for text in [text(&plan, &options), json_text(&plan, &options)] {
        assert!(!text.contains(key), "{text}");
        assert!(text.contains("***"), "{text}");
    }
}

/// Pieces of text that a terminal or a CI runner would obey, or that nobody would see.
pub fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "\u{1b}[31m",
            "\u{1b}]8;;x\u{7}",
            "\u{9b}",
            "\r",
            "\n",
            "\n::",
            "::",
            "::set-output",
            "##",
            "##[",
            "##vso[",
            "\u{202e}",
            "\u{2066}",
            "\u{200b}",
            "\u{feff}",
            "\u{e0041}",
            "\u{7f}",
            "\t",
            " ",
            "\u{fe0f}",
            "⚠️",
            "é",
            "x",
            "]",
            "[",
            ".",
            "\u{3000}",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// What must not be in a line, colours set aside.
pub fn obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A text without the colours that we make.
fn uncolored(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        let end = after.find('m').unwrap_or(0);
        let ours = after[..end]
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b';');
        assert!(ours && end > 0 && end < 6, "{text:?}");
        out.push_str(before);
        rest = &after[end + 1..];
    }
    out + rest
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_hostile_comes_out(
        texts in proptest::collection::vec(hostile(), 7),
        color in any::<bool>(),
        full in any::<bool>(),
        width in 0..150usize,
    ) {
        let [name, path, before, after, label, message, file] = texts.try_into().unwrap();
        let mut plan = changed(&path, json!(before), json!([after, {label.as_str(): before}]));
        let app = &mut plan.apps[0];
        app.name = name;
        app.location = Some(Location::start(file.as_str()));
        for difference in [
            Difference::Added { after: json!({"type": label, "name": label, "properties": {"label": label}}), place: None },
            Difference::Changed { before: json!(before), after: json!(after) },
        ] {
            app.changes.push(FieldChange { path: format!("components[{label}]"), difference });
        }
        let mut report = Report::untried(&plan);
        let error = message.clone();
        report.apps[0].steps[0].1 = Outcome::Failed(Failure::Call { error, ambiguous: false });
        let findings = [Finding::error("rule", Location::start(file), message.clone()).help(message)];
        let options = Options { color, width, full, ..Options::default() };
        let about = About { environment: Some(label), ..about() };
        for document in [
            Document::Plan { plan: &plan, about: &about, findings: &findings },
            Document::Report { report: &report, plan: &plan, about: &about },
            Document::Findings {
                findings: &findings,
                texts: &Texts::new(),
                rules: &[],
            },
        ] {
            let text = uncolored(&render(document, Format::Text, &options));
            for line in text.lines() {
                prop_assert!(!line.contains(obeyed), "{:?}", line);
                prop_assert!(!line.trim_start().starts_with("::"), "{:?}", line);
                prop_assert!(!line.contains("##[") && !line.contains("##vso["), "{:?}", line);
            }
            let json = render(document, Format::Json, &options);
            prop_assert!(!json.replace('\n', "").contains(obeyed));
            prop_assert!(serde_json::from_str::<Value>(&json).is_ok());
        }
        // One command, whatever is in it.
        let texts = Texts::new();
        let annotations = render(Document::findings(&findings, &texts), Format::Github, &options);
        prop_assert!(annotations.starts_with("::error file="), "{annotations:?}");
        prop_assert_eq!(annotations.matches('\n').count(), 1, "{:?}", annotations);
        prop_assert!(!annotations.trim_end().contains(obeyed), "{annotations:?}");
    }
}
