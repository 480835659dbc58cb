//! Plans as text and JSON.

use ddapps::render::{Document, Format, Options, plan_schema, read_saved, render};
use serde_json::{Value, json};

use crate::support::project;

use super::{PAIRS, about, app, changed, findings, json_text, planned, revised, text};

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
fn blanks_at_the_end_of_a_line_are_seen() {
    let plan = changed("queries[q].js", json!("a  \nb"), json!("a\nb"));
    let text = text(&plan, &Options::default());
    assert!(text.contains("- a··\n") && text.contains("+ a\n"), "{text}");
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
