//! Nothing of a stranger's comes out as markup, however it is called and however little of it fits. Markdown is judged by a
//! parser that we did not write.

use std::collections::BTreeSet;

use ddapps::diff::{Difference, FieldChange};
use ddapps::model::{Finding, Location, Texts};
use ddapps::render::{
    About, Document, Format, MarkdownOptions, Options, SavedPlan, read_saved, render,
};
use proptest::prelude::*;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde_json::{Value, json};

use crate::render::hostile::{hostile, obeyed};
use crate::render::{about, changed, failed, revised};

use super::{body, markdown, redrawn, shown};

/// What a parser sees in Markdown that is not ours; empty if nothing.
fn smuggled(text: &str) -> Vec<String> {
    let mut options = pulldown_cmark::Options::empty();
    options.insert(pulldown_cmark::Options::ENABLE_TABLES);
    let ours = [
        "<details>",
        "<details open>",
        "</details>",
        "<summary>",
        "</summary>",
        "<b>",
        "</b>",
        "<code>",
        "</code>",
    ];
    let mut found = Vec::new();
    let (mut depth, mut in_code, mut cells) = (0i32, false, 0);
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let mut rest = html.to_string();
                depth += rest.matches("<details").count() as i32
                    - rest.matches("</details").count() as i32;
                while let (Some(start), Some(end)) = (rest.find("<code>"), rest.find("</code>")) {
                    // What stands in code is only escaped.
                    rest.replace_range(start..end + "</code>".len(), "");
                }
                for tag in ours {
                    rest = rest.replace(tag, "");
                }
                if rest.contains(['<', '@', '#', '`']) {
                    found.push(format!("html {html:?}"));
                }
            }
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Link { dest_url, .. })
                if &*dest_url != "https://ci.example.com/jobs/17" =>
            {
                found.push(format!("link {dest_url}"));
            }
            Event::Start(Tag::Image { dest_url, .. }) => found.push(format!("image {dest_url}")),
            Event::Start(Tag::TableRow | Tag::TableHead) => cells = 0,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::End(TagEnd::TableRow | TagEnd::TableHead) if cells != 4 => {
                found.push(format!("a row of {cells} cells"));
            }
            Event::Text(text) if !in_code => {
                let is_ours = text.starts_with("https://ci.example.com");
                if !is_ours
                    && text.contains([
                        '@', '#', '<', '_', '/', '\\', '[', '|', '!', '`', '$', '%', '&',
                    ])
                {
                    found.push(format!("text {text:?}"));
                }
            }
            _ => {}
        }
    }
    if depth != 0 {
        found.push(format!("{depth} details are open"));
    }
    found
}

/// What is in a page that the template cannot have made; empty if nothing.
fn foreign(page: &str) -> Vec<String> {
    let tags: BTreeSet<_> = [
        "header",
        "h1",
        "h2",
        "h3",
        "ul",
        "ol",
        "li",
        "dl",
        "div",
        "dt",
        "dd",
        "input",
        "button",
        "span",
        "main",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "b",
        "p",
        "section",
        "details",
        "summary",
        "figure",
        "figcaption",
        "svg",
        "g",
        "title",
        "rect",
        "line",
        "circle",
        "text",
        "code",
        "mark",
        "del",
        "ins",
    ]
    .into();
    let names: BTreeSet<_> = [
        "class",
        "id",
        "hidden",
        "type",
        "placeholder",
        "aria-label",
        "aria-hidden",
        "role",
        "scope",
        "href",
        "open",
        "viewBox",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "width",
        "height",
    ]
    .into();
    let mut found = Vec::new();
    for part in body(page).split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap_or((part, ""));
        let tag = tag.trim_start_matches('/').trim_end_matches('/');
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        if !tags.contains(name) {
            found.push(format!("tag {tag}"));
        }
        while !rest.is_empty() {
            let end = rest.find(['=', ' ']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if !names.contains(name) {
                found.push(format!("attribute {name:?} of {tag}"));
                break;
            }
            rest = match after.strip_prefix("=\"") {
                Some(value) => value.split_once('"').map_or("", |(_, rest)| rest),
                None => after,
            }
            .trim_start();
        }
    }
    found
}

/// Pieces of text that a browser, a Markdown host or a bot would obey.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => proptest::sample::select(vec![
            "```", "`", "````````", "~~~", "<!--", "-->", "</details>", "<details>", "<script>alert(1)</script>", "</script>",
            "<img src=x onerror=x>", "\" onload=\"x", "'", "&lt;", "&#64;", "@everyone", "@ana", "#123", "GH-12", "a/b#1", "!12",
            "https://evil.example", "www.evil.example", "[x](https://e.example)", "![x](y)", "|", "\\|", "\\", "\n\n# x", "\n- x",
            "\n/close", "deadbeefdeadbeef", "$x$", "**", "__", ":tada:", "{{ 7*7 }}", "{% raw %}", " ", "\t", "{+x+}", "%1", "~1",
        ])
        .prop_map(str::to_owned),
        1 => hostile(),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// A plan whose every text is a stranger's, as it is read from a file.
fn strangers(texts: Vec<String>) -> SavedPlan {
    let mut texts = texts.into_iter().cycle();
    let mut next = || texts.next().unwrap();
    let mut saved: Value =
        serde_json::from_str(&shown(&redrawn(), Format::Json, &Options::default())).unwrap();
    for field in ["project", "environment", "site", "commit"] {
        saved[field] = next().into();
    }
    let app = &mut saved["apps"][0];
    for field in ["key", "name"] {
        app[field] = next().into();
    }
    app["file"]["path"] = next().into();
    app["notes"] = json!([{"code": "x", "message": next()}]);
    app["refusal"] = json!({"code": next(), "message": next(), "help": next()});
    app["drift"] =
        json!([{"path": next(), "version": 1, "by": next(), "at": next(), "conflict": true}]);
    app["steps"][0]["tags"] = json!([next()]);
    let panel = &mut app["layout"]["panels"][0];
    panel["kind"] = "modal".into();
    panel["name"] = next().into();
    panel["title"] = next().into();
    for side in ["before", "after"] {
        for tile in panel[side].as_array_mut().unwrap() {
            tile["name"] = next().into();
            tile["label"] = next().into();
            tile["items"] = json!([next(), next()]);
        }
        panel[side][1]["type"] = next().into();
        panel[side][2]["type"] = "table".into();
        panel[side][3]["boxes"] = json!([panel[side][0]]);
        panel[side][4]["height"] = u32::MAX.into();
        panel[side][4]["y"] = u32::MAX.into();
    }
    for change in app["changes"].as_array_mut().unwrap() {
        change["before"] = next().into();
        change["after"] = json!([next(), {next(): next()}, next()]);
    }
    app["changes"][0]["path"] = format!("components[{}].{}", next(), next()).into();
    saved["findings"] = json!([{
        "rule": next(), "severity": "error", "file": next(), "line": 1, "column": 2, "message": next(), "help": next(),
    }]);
    read_saved(&saved.to_string()).unwrap()
}

fn assert_clean(text: &str, format: Format) -> Result<(), TestCaseError> {
    let is_shown = |c: char| !obeyed(c) || c == '\n' || c == '\t';
    let page = if format == Format::Html {
        body(text)
    } else {
        text
    };
    prop_assert!(page.chars().all(is_shown), "{}", text);
    let found = match format {
        Format::Html => foreign(text),
        _ => smuggled(text),
    };
    prop_assert!(found.is_empty(), "{:?}\n{}", found, text);
    Ok(())
}

#[test]
fn the_policy_of_a_page_allows_its_own_style_and_script_only() {
    let page = shown(&redrawn(), Format::Html, &Options::default());
    let start = page.find("content=\"default-src").unwrap();
    let policy = &page[start..start + page[start..].find("\">").unwrap()];
    assert_eq!(policy.matches("sha256-").count(), 2, "{policy}");
    assert!(
        !policy.contains("unsafe") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert!(!page.contains(" style=") && !page.contains("://"), "{page}");
}

proptest! {
    #![proptest_config(crate::support::cases(64))]

    #[test]
    fn a_stranger_cannot_write_markup(
        texts in proptest::collection::vec(nasty(), 5..40),
        html in any::<bool>(),
        full in any::<bool>(),
    ) {
        let saved = strangers(texts);
        for format in [Format::Markdown, Format::Html] {
            let options = Options { full, ..markdown(None, html) };
            assert_clean(&render(Document::Saved(&saved), format, &options), format)?;
        }
    }

    #[test]
    fn a_stranger_cannot_write_markup_in_reports_and_findings(
        texts in proptest::collection::vec(nasty(), 4),
        html in any::<bool>(),
    ) {
        let [name, message, file, environment] = texts.try_into().unwrap();
        let mut plan = changed("components[a].label", json!(1), json!(2));
        plan.apps[0].name = name;
        let report = failed(&plan, &message);
        let findings = [Finding::error("rule", Location::start(file), message.clone()).help(message)];
        let about = About { environment: Some(environment), ..about() };
        let texts = Texts::new();
        for document in [
            Document::Report { report: &report, plan: &plan, about: &about },
            Document::Findings { findings: &findings, texts: &texts, rules: &[] },
        ] {
            for format in [Format::Markdown, Format::Html] {
                assert_clean(&render(document, format, &markdown(None, html)), format)?;
            }
        }
    }

    #[test]
    fn a_cut_plan_fits_and_is_whole_in_its_parts(
        texts in proptest::collection::vec(nasty(), 1..12),
        lengths in proptest::collection::vec(0..12_usize, 0..24),
        limit in MarkdownOptions::LEAST..40_000,
        html in any::<bool>(),
    ) {
        let mut plan = revised("aws-ecs-tasks");
        let first = plan.apps[0].clone();
        for (index, length) in lengths.iter().enumerate() {
            let mut app = first.clone();
            app.name = texts[index % texts.len()].repeat(*length);
            app.changes.truncate(*length);
            app.changes.push(FieldChange {
                path: format!("queries[q{index}].js"),
                difference: Difference::Changed {
                    before: texts.join("\n").into(),
                    after: texts.concat().repeat(*length).into(),
                },
            });
            plan.apps.push(app);
        }
        let text = shown(&plan, Format::Markdown, &markdown(Some(limit), html));
        prop_assert!(text.len() <= limit, "{} of {limit}\n{text}", text.len());
        assert_clean(&text, Format::Markdown)?;
    }
}
