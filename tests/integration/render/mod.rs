//! What plans, reports and findings look like as text and JSON, on the differences of real apps and on hostile ones. Here is what
//! these tests, and those of [`crate::pages`], are made from.

pub mod hostile;
mod plans;
mod reports;

use std::collections::{BTreeMap, BTreeSet};

use ddapps::apply::{Failure, Outcome, Report};
use ddapps::diff::{Difference, FieldChange, diff};
use ddapps::model::{
    App, AppId, AppKey, Base, Body, Definition, Desired, DesiredApp, Finding, History, Live,
    LiveApp, Location, Mark, Occasion, Owner, Policy, ProtectionLevel, Publication, Saved, Version,
    VersionId, VersionName,
};
use ddapps::plan::{Plan, Terms, plan};
use ddapps::render::{About, Document, Format, Options, render};
use serde_json::{Map, Value};
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

/// What became of a plan whose first step failed.
pub fn failed(plan: &Plan, error: &str) -> Report {
    let mut report = Report::untried(plan);
    report.apps[0].steps[0].1 = Outcome::Failed(Failure::Call {
        error: error.to_owned(),
        ambiguous: false,
    });
    report
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

/// A plan of one app with one change, made by hand.
pub fn changed(path: &str, before: Value, after: Value) -> Plan {
    let mut plan = revised("aws-explore-s3");
    plan.apps[0].changes = vec![FieldChange {
        path: path.into(),
        difference: Difference::Changed { before, after },
    }];
    plan
}
