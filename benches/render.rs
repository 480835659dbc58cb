//! Rendering of a plan with a thousand changed apps, in every format: `cargo bench --bench render`.
//!
//! Each app is a real one in two revisions, 15 KB each, whose code, labels and layout differ. The goal is a second.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use ddapps::diff::diff;
use ddapps::model::{
    App, AppId, AppKey, Body, Definition, Desired, DesiredApp, History, Live, LiveApp, Location,
    Mark, Occasion, Owner, Policy, Publication, Saved, Version,
};
use ddapps::plan::{Plan, Terms, plan};
use ddapps::render::{About, Document, Format, MarkdownOptions, Options, render};
use serde_json::{Map, Value};
use uuid::Uuid;

const APPS: u128 = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let plan = changed()?;
    let about = About {
        environment: None,
        site: "datadoghq.com".into(),
        pages: Some(ddapps::model::Site::ALL[0]),
        commit: None,
        version: env!("CARGO_PKG_VERSION"),
    };
    let document = Document::Plan {
        plan: &plan,
        about: &about,
        findings: &[],
    };
    let whole = Options::default();
    let limited = Options {
        markdown: MarkdownOptions {
            limit: Some(65_536),
            ..MarkdownOptions::default()
        },
        ..Options::default()
    };
    for (name, format, options) in [
        ("text", Format::Text, &whole),
        ("json", Format::Json, &whole),
        ("markdown", Format::Markdown, &whole),
        ("markdown, cut to 65,536", Format::Markdown, &limited),
        ("html", Format::Html, &whole),
    ] {
        let mut best = f64::MAX;
        let mut size = 0;
        for _ in 0..3 {
            let begin = Instant::now();
            size = render(document, format, options).len();
            best = best.min(begin.elapsed().as_secs_f64() * 1e3);
        }
        println!("{name}: {best:.0} ms, {:.1} MB", size as f64 / 1e6);
    }
    Ok(())
}

/// The plan from the earlier revision of an app to a later one, a thousand times.
fn changed() -> Result<Plan, Box<dyn Error>> {
    let owner = Owner {
        project: "platform".into(),
        environment: None,
    };
    let (before, after) = (app("aws-ecs-tasks.rev1")?, edited(app("aws-ecs-tasks")?));
    let mut desired = Desired {
        owner: owner.clone(),
        apps: BTreeMap::new(),
        bindings: BTreeMap::new(),
        connections: BTreeMap::new(),
    };
    let mut live = Live::default();
    for number in 1..=APPS {
        let key = AppKey::new(format!("app-{number}"))?;
        let mark = Mark {
            owner: owner.clone(),
            key: key.clone(),
        };
        let found = LiveApp {
            id: AppId(Uuid::from_u128(number)),
            marks: BTreeSet::from([mark]),
            app: before.clone(),
            version: Version(17),
            version_id: None,
            publication: Publication::Current(None),
            saved: Saved {
                by: "ana@example.com".into(),
                at: "2026-11-20T10:00:00Z".into(),
            },
        };
        live.apps.insert(found.id, found);
        let wanted = DesiredApp {
            app: after.clone(),
            location: Location::start(format!("apps/{key}.yaml")),
        };
        desired.apps.insert(key, wanted);
    }
    let begin = Instant::now();
    let unknown = History {
        base: None,
        since: Vec::new(),
        unpublished: None,
        between: Default::default(),
    };
    let bases = live.apps.keys().map(|id| (*id, Ok(unknown.clone())));
    let terms = Terms {
        owner: &owner,
        policy: &Policy::default(),
        occasion: &Occasion::default(),
        bases: &bases.collect(),
    };
    let plan = plan(diff(&desired, &live), &terms);
    println!(
        "diff and plan: {:.0} ms",
        begin.elapsed().as_secs_f64() * 1e3
    );
    Ok(plan)
}

fn app(slug: &str) -> Result<App, Box<dyn Error>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let value: Value = serde_json::from_slice(&fs::read(corpus.join(format!("{slug}.json")))?)?;
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let list = |name: &str| value[name].as_array().cloned().unwrap_or_default();
    Ok(App {
        name: text("name"),
        description: Some(text("description")),
        tags: None,
        protection_level: None,
        self_service: None,
        publish: Some(true),
        definition: Definition::new(Body {
            root_instance_name: text("rootInstanceName"),
            components: list("components"),
            queries: list("queries"),
            extra: Map::new(),
        }),
    })
}

/// With another place for the first cell of the page, so that there is a picture to draw.
fn edited(mut app: App) -> App {
    let mut body = app.definition.body();
    let cells = &mut body.components[0]["properties"]["children"];
    cells[0]["properties"]["layout"]["default"]["y"] = 60.into();
    app.definition = Definition::new(body);
    app
}
