//! The comparison and its text, on one large app and on the worst cases: `cargo bench --bench diff`.
//!
//! The large app is the 966 kB console of the corpus against copies of itself that were edited here and there. The worst
//! cases are apps of up to 10,000 components of which all are renamed, moved, renamed and edited, or replaced, and texts of
//! 14 kB in one line. `plan` is what comes after the comparison: the notes, the pictures, and what others changed since our
//! last apply, which the last cases are about. Each number is the median of several runs; the last column is the time that
//! comparing a component takes, which stays about the same where the work is near-linear.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use ddapps::diff::{Change, diff};
use ddapps::model::{
    App, AppId, AppKey, Base, Body, Definition, Desired, DesiredApp, History, Live, LiveApp,
    Location, Mark, Occasion, Owner, Policy, Publication, Saved, Version, VersionId, VersionInfo,
    VersionName,
};
use ddapps::plan::{Terms, plan};
use ddapps::render::{About, Document, Format, Options, render};
use serde_json::{Map, Value, json};

const RUNS: usize = 9;
const CONSOLE: &str = include_str!("../tests/corpus/aws-service-console.json");

/// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    equal();
    println!(
        "{:<52} {:>10} {:>10} {:>10} {:>9}",
        "case", "diff", "plan", "render", "changes"
    );
    let console = console();
    for edits in [0, 1, 20] {
        let edited = edited(&console, edits);
        measure(
            &format!("966 kB console, {edits} edits"),
            &console,
            &edited,
            None,
            None,
        );
    }
    let (before, after) = long_lines(false);
    measure(
        "two 14 kB lines, edited in ten places",
        &before,
        &after,
        None,
        None,
    );
    let (before, after) = long_lines(true);
    measure(
        "two 14 kB lines with nothing in common",
        &before,
        &after,
        None,
        None,
    );
    type Case = (&'static str, fn(usize) -> (Body, Body));
    let cases: [Case; 5] = [
        ("all renamed", |n| (tree(n, "a", 0), tree(n, "b", 0))),
        ("all renamed, references too", |n| {
            (chained(n, "a"), chained(n, "b"))
        }),
        ("all renamed and edited", |n| {
            (tree(n, "a", 0), tree(n, "b", 1))
        }),
        ("all moved", |n| (tree(n, "a", 0), reversed(n))),
        ("all replaced", |n| (tree(n, "a", 0), replaced(n))),
    ];
    for (name, case) in cases {
        for components in [100, 1_000, 3_000, 10_000] {
            let (before, after) = case(components);
            let name = format!("{components} components, {name}");
            measure(&name, &before, &after, None, Some(components));
        }
    }
    type Foreign = (&'static str, fn(usize) -> Body);
    let foreign: [Foreign; 2] = [
        ("all edited by others", |n| tree(n, "a", 2)),
        ("all renamed by others", |n| tree(n, "b", 0)),
    ];
    for (name, live) in foreign {
        for components in [100, 1_000, 3_000, 10_000] {
            let (base, after) = (tree(components, "a", 0), tree(components, "a", 1));
            let name = format!("{components} components, {name}");
            measure(
                &name,
                &live(components),
                &after,
                Some(&base),
                Some(components),
            );
        }
    }
}

/// What an app that did not change costs, from the bytes of the answer to "nothing to do", beside parsing these bytes.
fn equal() {
    let text = include_str!("../tests/corpus/aws-eks.json");
    let value: Value = serde_json::from_str(text).expect("the corpus is JSON");
    let text = value.to_string();
    let parsed =
        || serde_json::from_str::<Value>(&text).expect("it was written by the same library");
    let of = |mut value: Value| {
        let mut list = |field: &str| match value[field].take() {
            Value::Array(items) => items,
            _ => Vec::new(),
        };
        body(list("components"), list("queries"))
    };
    let desired = desired(of(parsed()));
    let limit = median(201, || drop(parsed()));
    let compared = median(201, || {
        let live = live(of(parsed()));
        assert!(diff(&desired, &live)[0].fields.is_empty());
    });
    println!(
        "an equal app of {:.0} KB, from the answer's bytes to no-op: {:.0} us, parsing alone {:.0} us, ratio {:.1} (goal: 3)\n",
        text.len() as f64 / 1e3,
        compared.as_secs_f64() * 1e6,
        limit.as_secs_f64() * 1e6,
        compared.as_secs_f64() / limit.as_secs_f64()
    );
}

/// Compares, plans and renders; `base` is what our last apply left, where others saved `before` since.
fn measure(
    name: &str,
    before: &Body,
    after: &Body,
    base: Option<&Body>,
    components: Option<usize>,
) {
    let (desired, live) = (desired(after.clone()), live(before.clone()));
    let runs = if components.is_some_and(|it| it >= 3_000) {
        3
    } else {
        RUNS
    };
    let compared = median(runs, || drop(diff(&desired, &live)));
    let changes = |changes: &[Change<'_>]| changes[0].fields.len();
    let count = changes(&diff(&desired, &live));
    let history = history(base);
    let bases = live.apps.keys().map(|id| (*id, Ok(history.clone())));
    let terms = Terms {
        owner: &owner(),
        policy: &Policy {
            overwrite_drift: true,
            ..Policy::default()
        },
        occasion: &Occasion::default(),
        bases: &bases.collect(),
    };
    let planned = (0..runs).map(|_| {
        let changes = diff(&desired, &live);
        let begin = Instant::now();
        drop(plan(changes, &terms));
        begin.elapsed()
    });
    let planned = middle(planned.collect());
    let plan = plan(diff(&desired, &live), &terms);
    let about = About {
        environment: None,
        site: "datadoghq.com".into(),
        pages: Some(ddapps::model::Site::ALL[0]),
        commit: None,
        version: "0.0.0",
    };
    let document = Document::Plan {
        plan: &plan,
        about: &about,
        findings: &[],
    };
    let options = Options::default();
    let rendered = median(runs, || drop(render(document, Format::Text, &options)));
    let each =
        components.map(|it| format!("  {:.1} µs each", compared.as_secs_f64() * 1e6 / it as f64));
    println!(
        "{name:<52} {:>7.1} ms {:>7.1} ms {:>7.1} ms {count:>9}{}",
        compared.as_secs_f64() * 1e3,
        planned.as_secs_f64() * 1e3,
        rendered.as_secs_f64() * 1e3,
        each.unwrap_or_default(),
    );
}

fn median(runs: usize, mut work: impl FnMut()) -> Duration {
    let times = (0..runs).map(|_| {
        let begin = Instant::now();
        work();
        begin.elapsed()
    });
    middle(times.collect())
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Version 1 is ours, and holds this; version 2 is somebody else's. Without a base nothing is known.
fn history(base: Option<&Body>) -> History {
    let version = VersionInfo {
        id: VersionId(uuid::Uuid::from_u128(2)),
        version: Version(2),
        name: None,
        saved: Saved::default(),
        ever_published: false,
    };
    let ours = VersionName {
        owner: owner(),
        key: key(),
        commit: None,
        digest: "0".into(),
        requested: false,
    };
    History {
        since: base.map(|_| version).into_iter().collect(),
        base: base.map(|base| Base {
            version: Version(1),
            name: ours,
            app: live(base.clone()).apps.into_values().next(),
        }),
        unpublished: None,
        between: BTreeMap::new(),
    }
}

fn console() -> Body {
    let value: Value = serde_json::from_str(CONSOLE).expect("the corpus is JSON");
    let list = |field: &str| value[field].as_array().cloned().unwrap_or_default();
    body(list("components"), list("queries"))
}

fn body(components: Vec<Value>, queries: Vec<Value>) -> Body {
    Body {
        root_instance_name: "grid0".into(),
        components,
        queries,
        extra: Map::new(),
    }
}

/// The same with so many labels changed, spread over the whole.
fn edited(body: &Body, edits: usize) -> Body {
    fn labels<'a>(value: &'a mut Value, out: &mut Vec<&'a mut Value>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match name == "label" && value.is_string() {
                        true => out.push(value),
                        false => labels(value, out),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| labels(item, out)),
            _ => {}
        }
    }
    let mut body = body.clone();
    let mut found = Vec::new();
    body.components
        .iter_mut()
        .for_each(|it| labels(it, &mut found));
    let step = found.len() / edits.max(1);
    for label in found.into_iter().step_by(step).take(edits) {
        *label = format!("{} (new)", label.as_str().unwrap_or_default()).into();
    }
    body
}

/// A grid of so many buttons, four in each row, whose names and labels begin so.
fn tree(components: usize, name: &str, edit: usize) -> Body {
    let button = |n: usize| {
        json!({"type": "button", "name": format!("{name}{n}"), "events": [
            {"name": "click", "type": "triggerQuery", "queryName": "load"}
        ], "properties": {
            "label": format!("Button {n}{}", "!".repeat(edit)), "level": "default", "isPrimary": n.is_multiple_of(2),
            "isVisible": format!("${{load.outputs[{n}]}}"), "isDisabled": false, "iconLeft": "", "isBorderless": false,
        }})
    };
    let children: Vec<_> = (0..components).map(button).collect();
    body(
        vec![grid(children)],
        vec![json!({"type": "stateVariable", "name": "load", "properties": {}})],
    )
}

fn grid(children: Vec<Value>) -> Value {
    json!({"type": "grid", "name": "grid0", "events": [], "properties": {"children": children}})
}

/// The same where each refers to the one before it.
fn chained(components: usize, name: &str) -> Body {
    let mut body = tree(components, name, 0);
    let buttons = body.components[0]["properties"]["children"].as_array_mut();
    for (n, button) in buttons.into_iter().flatten().enumerate().skip(1) {
        button["properties"]["isLoading"] = format!("${{{name}{}.value > {n}}}", n - 1).into();
    }
    body
}

fn reversed(components: usize) -> Body {
    let mut body = tree(components, "a", 0);
    if let Some(children) = body.components[0]["properties"]["children"].as_array_mut() {
        children.reverse();
    }
    body
}

/// As many components with nothing in common.
fn replaced(components: usize) -> Body {
    let text = |n: usize| {
        json!({"type": "button", "name": format!("t{n}"), "properties": {
            "text": format!("Text {n}"), "size": n, "align": "left", "color": format!("#{n:06x}"),
        }})
    };
    body(vec![grid((0..components).map(text).collect())], Vec::new())
}

fn long_lines(different: bool) -> (Body, Body) {
    let line = |word: &str| -> String {
        (0..1_000)
            .map(|n| format!("{word}{}.f({n}); ", n % 97))
            .collect()
    };
    let text = |content: String| {
        body(
            vec![grid(vec![
                json!({"type": "text", "name": "t", "properties": {"content": content}}),
            ])],
            Vec::new(),
        )
    };
    let before = line("abc");
    let after = match different {
        true => line("xyz"),
        false => (0..10).fold(before.clone(), |text, n| {
            text.replacen(&format!("f({});", n * 90 + 5), "g(1);", 1)
        }),
    };
    (text(before), text(after))
}

fn owner() -> Owner {
    Owner {
        project: "platform".into(),
        environment: None,
    }
}

fn key() -> AppKey {
    AppKey::new("app").expect("a good key")
}

fn app(body: Body) -> App {
    App {
        name: "App".into(),
        description: None,
        tags: None,
        protection_level: None,
        self_service: None,
        publish: None,
        definition: Definition::new(body),
    }
}

fn desired(body: Body) -> Desired {
    let app = DesiredApp {
        app: app(body),
        location: Location::start("apps/app.json"),
    };
    Desired {
        owner: owner(),
        apps: BTreeMap::from([(key(), app)]),
        bindings: BTreeMap::new(),
        connections: BTreeMap::new(),
    }
}

fn live(body: Body) -> Live {
    let id = AppId(uuid::Uuid::from_u128(1));
    let mark = Mark {
        owner: owner(),
        key: key(),
    };
    let app = LiveApp {
        id,
        marks: BTreeSet::from([mark]),
        app: app(body),
        version: Version(1),
        version_id: None,
        publication: Publication::Unpublished,
        saved: Saved::default(),
    };
    Live {
        apps: BTreeMap::from([(id, app)]),
        ..Live::default()
    }
}
