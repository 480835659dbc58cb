//! Where plans and reports lead to.

use ddapps::apply::{Outcome, Report};
use ddapps::model::{ProtectionLevel, Site};
use ddapps::render::{About, Document, Format, Options, read_saved, render};

use crate::render::{about, app, planned};

use super::redrawn;

#[test]
fn an_app_leads_to_its_page_in_every_format_and_only_where_there_is_one() {
    let plan = redrawn();
    let about = |pages| About { pages, ..about() };
    let links = Options {
        color: true,
        links: true,
        ..Options::default()
    };
    let shown = |pages, format| {
        let about = about(pages);
        let document = Document::Plan {
            plan: &plan,
            about: &about,
            findings: &[],
        };
        render(document, format, &links)
    };
    let id = plan.apps[0].id.unwrap();
    let page = format!("https://app.datadoghq.com/app-builder/apps/edit/{id}");
    for (format, expected) in [
        (
            Format::Text,
            format!("\u{1b}]8;;{page}\u{1b}\\\u{1b}[1mecs\u{1b}[0m\u{1b}]8;;\u{1b}\\"),
        ),
        (Format::Markdown, format!("[`ecs`]({page})")),
        (
            Format::Html,
            format!("<a href=\"{page}\" rel=\"noreferrer\">"),
        ),
        (Format::Json, format!("\"url\": \"{page}\"")),
    ] {
        let text = shown(Some(Site::ALL[0]), format).replace("&#x2f;", "/");
        assert!(text.contains(&expected), "{text}");
        let text = shown(None, format);
        assert!(!text.contains("app-builder"), "{text}");
    }
    // A saved plan leads to the same page.
    let saved = read_saved(&shown(Some(Site::ALL[0]), Format::Json)).unwrap();
    let text = render(Document::Saved(&saved), Format::Text, &links);
    assert_eq!(text, shown(Some(Site::ALL[0]), Format::Text));
}

#[test]
fn a_report_leads_to_what_waits_for_approval() {
    let mut desired = app("cat-facts");
    desired.protection_level = Some(ProtectionLevel::ApprovalRequired);
    desired.name = "Cats".into();
    let plan = planned(vec![("cats", desired)], vec![("cats", app("cat-facts"))]);
    let mut report = Report::untried(&plan);
    for (_, outcome) in &mut report.apps[0].steps {
        *outcome = Outcome::Done(None);
    }
    let about = About {
        pages: Some(Site::ALL[0]),
        ..about()
    };
    let document = Document::Report {
        report: &report,
        plan: &plan,
        about: &about,
    };
    let id = plan.apps[0].id.unwrap();
    let page = format!("https://app.datadoghq.com/app-builder/apps/edit/{id}");
    for format in [Format::Text, Format::Json, Format::Markdown, Format::Html] {
        let options = Options {
            color: true,
            links: true,
            ..Options::default()
        };
        let linked = render(document, format, &options).replace("&#x2f;", "/");
        assert!(linked.contains(&page), "{format:?}: {linked}");
        let text = render(document, format, &Options::default());
        let waits = "waiting for approval: nothing changes";
        assert!(text.contains(waits), "{format:?}: {text}");
    }
    let markdown = render(document, Format::Markdown, &Options::default());
    assert!(
        markdown.contains(&format!("| **waiting for approval** | [`cats`]({page}) ")),
        "{markdown}"
    );
}
