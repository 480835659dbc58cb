//! What the template shows: a plan laid out, every text still as it is. The template escapes.

use minijinja::Value;
use serde::Serialize;

use crate::render::gist;
use crate::render::json::drift::SavedDrift;
use crate::render::json::{self, Op, SavedPlan};
use crate::render::rows::{Content, Row as ViewRow, Sign};
use crate::render::view::{AppView, Kind, Section as ViewSection, View};
use crate::render::wireframe::{heading, svg};
use crate::render::words::counted;

use super::code::{Line, Text, pairs, sides};
use super::report;

/// One page.
#[derive(Default, Serialize)]
pub(super) struct Page {
    pub title: String,
    /// What it was made from: a name and a value each.
    pub facts: Vec<(&'static str, String)>,
    pub counts: Vec<String>,
    pub plan: Option<Plan>,
    pub report: Option<Vec<report::App>>,
    pub findings: Vec<Finding>,
    pub finding_counts: String,
}

#[derive(Serialize)]
pub(super) struct Plan {
    sections: Vec<Section>,
    noted: Vec<Named>,
    orphans: Vec<Named>,
    has_pictures: bool,
    /// Whether there is more than one app, so that there is something to look for.
    is_list: bool,
}

#[derive(Serialize)]
struct Section {
    title: &'static str,
    /// The class that gives it its colour.
    class: &'static str,
    sign: &'static str,
    apps: Vec<App>,
}

/// An app that nothing happens to.
#[derive(Serialize)]
struct Named {
    key: String,
    name: String,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct App {
    anchor: String,
    key: String,
    name: String,
    url: Option<String>,
    file: String,
    status: String,
    differences: String,
    refusal: Option<(String, String)>,
    edits: Vec<(String, Vec<String>)>,
    notes: Vec<String>,
    panels: Vec<Panel>,
    /// What of the pictures is left out, in words.
    left_out: Vec<String>,
    parts: Vec<Part>,
    steps: Option<String>,
    open: bool,
}

#[derive(Serialize)]
struct Panel {
    heading: String,
    /// What happens to the panel itself.
    words: &'static str,
    before: Option<Value>,
    after: Option<Value>,
}

#[derive(Serialize)]
pub(super) struct Part {
    noun: String,
    name: String,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    class: &'static str,
    sign: &'static str,
    label: String,
    before: Option<Text>,
    after: Option<Text>,
    words: String,
    lines: Vec<Line>,
    /// Whether the lines are of one side only.
    is_one_sided: bool,
}

#[derive(Serialize)]
pub(super) struct Finding {
    severity: &'static str,
    place: Option<String>,
    rule: String,
    message: String,
    help: Option<String>,
}

/// With more apps than these a page begins folded: then the table is what is read first.
const MOST_OPEN: usize = 12;

/// What a plan was made from.
pub(super) fn facts(plan: &SavedPlan) -> Vec<(&'static str, String)> {
    let commit = plan.commit.as_ref().map(|it| ("commit", it.clone()));
    let digest = ("digest", plan.digest.clone());
    let version = ("ddapps", plan.ddapps_version.clone());
    commit.into_iter().chain([digest, version]).collect()
}

/// What a survey was made from.
pub(super) fn drift_facts(drift: &SavedDrift) -> Vec<(&'static str, String)> {
    let commit = drift.commit.as_ref().map(|it| ("commit", it.clone()));
    let version = ("ddapps", drift.ddapps_version.clone());
    commit.into_iter().chain([version]).collect()
}

/// What live edits came home to.
pub(super) fn pull_facts(pull: &json::pull::Document) -> Vec<(&'static str, String)> {
    vec![("ddapps", pull.ddapps_version.clone())]
}

pub(super) fn findings(findings: &[json::Finding]) -> Vec<Finding> {
    let findings = findings.iter().map(|finding| Finding {
        severity: gist::severity(finding.severity),
        place: gist::place(finding),
        rule: finding.rule.clone(),
        message: finding.message.clone(),
        help: finding.help.clone(),
    });
    findings.collect()
}

impl Plan {
    pub fn of(view: &View<'_>) -> Self {
        let count: usize = view.sections.iter().map(|it| it.apps.len()).sum();
        let named = |app: &&json::App| Named {
            key: app.key.clone(),
            name: app.name.clone(),
            notes: app.notes.iter().map(|it| it.message.clone()).collect(),
        };
        let mut sections = Vec::new();
        let mut number = 0;
        for section in &view.sections {
            sections.push(Section::of(section, count <= MOST_OPEN, &mut number));
        }
        let apps = || sections.iter().flat_map(|it| &it.apps);
        Self {
            has_pictures: apps().any(|it| !it.panels.is_empty()),
            is_list: count + view.noted.len() + view.orphans.len() > 1,
            noted: view.noted.iter().map(named).collect(),
            orphans: view.orphans.iter().map(named).collect(),
            sections,
        }
    }
}

impl Section {
    fn of(section: &ViewSection<'_>, open: bool, number: &mut usize) -> Self {
        let apps = section.apps.iter().map(|view| {
            *number += 1;
            let open = open || section.kind == Kind::Refused;
            App::of(section.kind, view, format!("app-{number}"), open)
        });
        Self {
            apps: apps.collect(),
            title: section.kind.title(),
            class: match section.kind {
                Kind::Refused | Kind::Untold | Kind::Collides | Kind::Left => "refused",
                Kind::Delete | Kind::Unpublish | Kind::Gone => "del",
                Kind::Create => "add",
                Kind::Update
                | Kind::Adopt
                | Kind::Edited
                | Kind::Unmarked
                | Kind::Unknown
                | Kind::Pulled
                | Kind::Absent => "mod",
            },
            sign: section.kind.sign(),
        }
    }
}

impl App {
    fn of(kind: Kind, view: &AppView<'_>, anchor: String, open: bool) -> Self {
        let json::App {
            key,
            url,
            name,
            file,
            refusal,
            notes,
            layout,
            ..
        } = view.app;
        let file = file.as_ref().map(|it| format!("{}:{}", it.path, it.line));
        let (mut panels, left_out) = layout.as_ref().map(pictures).unwrap_or_default();
        if matches!(kind, Kind::Create | Kind::Delete) {
            // All of them do, as the app does.
            panels.iter_mut().for_each(|it| it.words = "");
        }
        Self {
            anchor,
            key: key.clone(),
            name: name.clone(),
            url: url.clone(),
            file: file.unwrap_or_default(),
            status: view.status.clone(),
            differences: gist::differences(kind, view),
            refusal: (refusal.as_ref()).map(|it| (it.message.clone(), it.help.clone())),
            edits: (view.edits.iter())
                .map(|(said, places)| {
                    (
                        said.clone(),
                        places.iter().map(|it| (*it).to_owned()).collect(),
                    )
                })
                .collect(),
            notes: notes.iter().map(|it| it.message.clone()).collect(),
            panels,
            left_out,
            parts: view.parts.iter().map(Part::of).collect(),
            steps: view.steps.clone(),
            open,
        }
    }
}

/// What happens to a panel, in a word.
fn fate(op: Op) -> &'static str {
    match op {
        Op::Add => "comes",
        Op::Remove => "goes",
        Op::Change => "changes",
        Op::Move => "moves",
    }
}

/// The pictures of all panels, and what is not drawn.
fn pictures(layout: &json::Layout) -> (Vec<Panel>, Vec<String>) {
    let panels = layout.panels.iter().map(|panel| {
        let svg::Pictures { before, after } = svg::pictures(panel);
        Panel {
            heading: heading(panel),
            words: panel.op.map_or("", fate),
            before: before.map(Value::from_safe_string),
            after: after.map(Value::from_safe_string),
        }
    });
    let left_out = [
        (layout.equal, "equal screen is", "equal screens are"),
        (layout.left_out, "box is", "boxes are"),
    ];
    let left_out = left_out.into_iter().filter(|(count, ..)| *count > 0);
    let left_out = left_out.map(|(count, one, many)| counted(count, one, many));
    (panels.collect(), left_out.collect())
}

impl Part {
    pub fn of(part: &crate::render::rows::Part<'_>) -> Self {
        Self {
            noun: part.title.map_or_else(String::new, |it| it.noun.to_owned()),
            name: part.title.map_or_else(String::new, |it| it.name.to_owned()),
            rows: part.rows.iter().map(Row::of).collect(),
        }
    }
}

impl Row {
    fn of(row: &ViewRow) -> Self {
        let (class, sign) = match row.sign {
            Sign::Added => ("add", "+"),
            Sign::Removed => ("del", "−"),
            Sign::Changed => ("mod", "~"),
            Sign::Moved => ("mov", "→"),
        };
        let mut shown = Self {
            class,
            sign,
            label: row.label.clone(),
            before: None,
            after: None,
            words: String::new(),
            lines: Vec::new(),
            is_one_sided: false,
        };
        match &row.content {
            Content::Short { before, after } => {
                (shown.before, shown.after) = sides(before.as_deref(), after.as_deref());
            }
            Content::Lines(lines) => shown.lines = pairs(lines),
            Content::Summary { words, lines } => {
                shown.words = words.clone();
                shown.lines = pairs(lines);
            }
        }
        shown.is_one_sided = matches!(row.sign, Sign::Added | Sign::Removed);
        shown
    }
}
