//! What is drawn of a plan, and what of it is left out.

use ddapps::render::{Document, Format, Options, read_saved, render};
use serde_json::Value;

use crate::render::{app, planned};

use super::{body, edited, markdown, moved, redrawn, shown};

#[test]
fn a_changed_layout_is_drawn() {
    let plan = redrawn();
    insta::assert_snapshot!(
        "layout_md",
        shown(&plan, Format::Markdown, &markdown(None, true))
    );
    insta::assert_snapshot!(
        "layout_plain_md",
        shown(&plan, Format::Markdown, &markdown(None, false))
    );
    insta::assert_snapshot!(
        "layout_html",
        body(&shown(&plan, Format::Html, &Options::default()))
    );
}

#[test]
fn a_saved_plan_shows_the_same_pages() {
    let plan = redrawn();
    let saved = read_saved(&shown(&plan, Format::Json, &Options::default())).unwrap();
    for format in [Format::Markdown, Format::Html] {
        let options = markdown(Some(9_000), true);
        assert_eq!(
            render(Document::Saved(&saved), format, &options),
            shown(&plan, format, &options)
        );
    }
}

#[test]
fn what_does_not_fit_is_left_out_in_the_order_in_which_it_matters() {
    let mut desired = Vec::new();
    let mut live = vec![("gone", app("tf-minimal"))];
    let slugs = [
        "aws-ecs-tasks",
        "aws-explore-s3",
        "aws-ec2-instances",
        "aws-sqs-queues",
    ];
    for slug in slugs {
        desired.push((slug, app(slug)));
        live.push((slug, app(&format!("{slug}.rev1"))));
    }
    desired.push(("redrawn", edited("aws-ecs-tasks", moved)));
    live.push(("redrawn", app("aws-ecs-tasks")));
    let plan = planned(desired, live);
    let text = |limit| shown(&plan, Format::Markdown, &markdown(Some(limit), true));
    let (whole, part, little) = (text(1_000_000), text(5_000), text(4_096));
    assert!(!whole.contains("Not everything fits"));
    assert!(
        part.contains("Not everything fits") && part.contains("<https://ci.example.com/jobs/17>")
    );
    for slug in slugs {
        assert!(little.contains(&format!("`{slug}`")), "{little}");
    }
    assert!(little.len() < part.len() && part.len() < whole.len());
    insta::assert_snapshot!("cut_md", part);
}

#[test]
fn no_credential_is_drawn() {
    let token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    let long = format!("{}{token}", "x ".repeat(15));
    let after = edited("aws-ecs-tasks", |components| {
        moved(components);
        let cells = components[0]["properties"]["children"]
            .as_array_mut()
            .unwrap();
        let button = &mut cells.last_mut().unwrap()["properties"]["children"][0];
        button["properties"]["label"] = long.as_str().into();
    });
    let plan = planned(vec![("ecs", after)], vec![("ecs", app("aws-ecs-tasks"))]);
    for format in [Format::Text, Format::Json, Format::Markdown, Format::Html] {
        let text = shown(&plan, format, &Options::default());
        assert!(!text.contains("abcdefghij"), "{text}");
    }
}

#[test]
fn where_nothing_folds_no_picture_stands_before_the_next_app() {
    let live = || app("aws-ecs-tasks");
    let redrawn = || edited("aws-ecs-tasks", moved);
    let one = planned(vec![("ecs", redrawn())], vec![("ecs", live())]);
    let two = planned(
        vec![("ecs", redrawn()), ("other", redrawn())],
        vec![("ecs", live()), ("other", live())],
    );
    for (plan, html, drawn) in [
        (&one, false, true),
        (&two, false, false),
        (&one, true, true),
        (&two, true, true),
    ] {
        let text = shown(plan, Format::Markdown, &markdown(None, html));
        assert_eq!(text.contains('┌'), drawn, "{html}: {text}");
    }
}

#[test]
fn what_moves_without_passing_anything_is_not_drawn_twice() {
    let lower = |components: &mut [Value]| {
        let cells = components[0]["properties"]["children"]
            .as_array_mut()
            .unwrap();
        let last = cells
            .iter_mut()
            .max_by_key(|cell| cell["properties"]["layout"]["default"]["y"].as_u64());
        let y = &mut last.unwrap()["properties"]["layout"]["default"]["y"];
        *y = (y.as_u64().unwrap() + 6).into();
    };
    let after = edited("approval-queue", lower);
    let plan = planned(
        vec![("queue", after)],
        vec![("queue", app("approval-queue"))],
    );
    let text = shown(&plan, Format::Markdown, &markdown(None, true));
    assert!(text.contains("@@ layout @@"), "{text}");
    assert!(!text.contains('┌'), "{text}");
}
