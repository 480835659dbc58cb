//! Reports as text and JSON.

use std::collections::BTreeMap;

use ddapps::apply::{Failure, Notice, Outcome, Report, Skipped, Stale};
use ddapps::diff::{Difference, Edits, FieldChange};
use ddapps::model::{AppKey, Publication, Saved, Version};
use ddapps::plan::OthersEdits;
use ddapps::render::{Document, Format, Options, render};
use serde_json::json;

use super::{about, app, planned};

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
