//! Plans, reports and findings as Markdown and HTML: what real ones look like, where they lead to, and that nothing of a
//! stranger's comes out as markup.

mod drawn;
mod links;
mod strangers;

use ddapps::model::{App, Definition};
use ddapps::plan::Plan;
use ddapps::render::{Document, Format, MarkdownOptions, Options, render};
use serde_json::{Value, json};

use crate::render::{about, app, findings, planned};

fn shown(plan: &Plan, format: Format, options: &Options) -> String {
    let about = about();
    let document = Document::Plan {
        plan,
        about: &about,
        findings: &findings(),
    };
    render(document, format, options)
}

fn markdown(limit: Option<usize>, html: bool) -> Options {
    Options {
        markdown: MarkdownOptions {
            limit,
            html,
            more: Some("https://ci.example.com/jobs/17".into()),
        },
        ..Options::default()
    }
}

/// The body of a page without what is the same on every page.
fn body(page: &str) -> &str {
    let start = page.find("<header>").unwrap();
    &page[start..page.find("<script>").unwrap()]
}

/// An app with its components changed as a team would change them.
fn edited(slug: &str, edit: impl FnOnce(&mut [Value])) -> App {
    let mut app = app(slug);
    let mut body = app.definition.body();
    edit(&mut body.components);
    app.definition = Definition::new(body);
    app
}

/// A cell moves, another goes with what is in it, one comes.
fn moved(components: &mut [Value]) {
    let cells = components[0]["properties"]["children"]
        .as_array_mut()
        .unwrap();
    cells[0]["properties"]["layout"]["default"]["x"] = 0.into();
    cells.pop();
    cells.push(json!({
        "type": "gridCell", "name": "fresh", "events": [],
        "properties": {
            "children": [{"type": "button", "name": "restart", "events": [], "properties": {"label": "Restart"}}],
            "isVisible": "true",
            "layout": {"default": {"x": 9, "y": 31, "width": 3, "height": 4}},
        },
    }));
}

fn redrawn() -> Plan {
    let after = edited("aws-ecs-tasks", moved);
    planned(vec![("ecs", after)], vec![("ecs", app("aws-ecs-tasks"))])
}
