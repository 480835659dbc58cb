//! Nothing of a stranger's reaches a terminal or the log of a CI runner as a command.

use ddapps::diff::{Difference, FieldChange};
use ddapps::model::{Finding, Location, Texts};
use ddapps::render::{About, Document, Format, Options, render};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{about, changed, failed};

/// Pieces of text that a terminal or a CI runner would obey, or that nobody would see.
pub fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "\u{1b}[31m",
            "\u{1b}]8;;x\u{7}",
            "\u{9b}",
            "\r",
            "\n",
            "\n::",
            "::",
            "::set-output",
            "##",
            "##[",
            "##vso[",
            "\u{202e}",
            "\u{2066}",
            "\u{200b}",
            "\u{feff}",
            "\u{e0041}",
            "\u{7f}",
            "\t",
            " ",
            "\u{fe0f}",
            "⚠️",
            "é",
            "x",
            "]",
            "[",
            ".",
            "\u{3000}",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// What must not be in a line, colours set aside.
pub fn obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A text without the colours that we make.
fn uncolored(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        let end = after.find('m').unwrap_or(0);
        let ours = after[..end]
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b';');
        assert!(ours && end > 0 && end < 6, "{text:?}");
        out.push_str(before);
        rest = &after[end + 1..];
    }
    out + rest
}

#[test]
fn a_line_of_a_file_is_no_command_to_a_ci_runner() {
    let file = "apps/##vso[task.x]a.yaml";
    let lines = [
        "a: '##vso[task.setvariable variable=PATH]x'",
        "::error::x",
        "## Notes",
    ];
    let texts = Texts::from([(file.into(), lines.join("\n"))]);
    for (number, line) in (1..).zip(lines) {
        let place = Location {
            line: number,
            column: 4,
            ..Location::start(file)
        };
        let finding = Finding::error("rule", place, line).help(line);
        for color in [false, true] {
            let options = Options {
                color,
                ..Options::default()
            };
            let shown = render(
                Document::findings(std::slice::from_ref(&finding), &texts),
                Format::Text,
                &options,
            );
            assert!(!shown.contains("##vso["), "{shown}");
            let starts = |line: &str| line.trim_start().starts_with("::");
            assert!(!shown.lines().any(starts), "{shown}");
            // What no runner obeys stays as people wrote it.
            assert_eq!(shown.contains("## Notes"), line == "## Notes", "{shown}");
        }
    }
}

proptest! {
    #![proptest_config(crate::support::cases(200))]

    #[test]
    fn nothing_hostile_comes_out(
        texts in proptest::collection::vec(hostile(), 7),
        color in any::<bool>(),
        full in any::<bool>(),
        width in 0..150usize,
    ) {
        let [name, path, before, after, label, message, file] = texts.try_into().unwrap();
        let mut plan = changed(&path, json!(before), json!([after, {label.as_str(): before}]));
        let app = &mut plan.apps[0];
        app.name = name;
        app.location = Some(Location::start(file.as_str()));
        for difference in [
            Difference::Added { after: json!({"type": label, "name": label, "properties": {"label": label}}), place: None },
            Difference::Changed { before: json!(before), after: json!(after) },
        ] {
            app.changes.push(FieldChange { path: format!("components[{label}]"), difference });
        }
        let report = failed(&plan, &message);
        let findings = [Finding::error("rule", Location::start(file), message.clone()).help(message)];
        let options = Options { color, width, full, ..Options::default() };
        let about = About { environment: Some(label), ..about() };
        for document in [
            Document::Plan { plan: &plan, about: &about, findings: &findings },
            Document::Report { report: &report, plan: &plan, about: &about },
            Document::Findings {
                findings: &findings,
                texts: &Texts::new(),
                rules: &[],
            },
        ] {
            let text = uncolored(&render(document, Format::Text, &options));
            for line in text.lines() {
                prop_assert!(!line.contains(obeyed), "{:?}", line);
                prop_assert!(!line.trim_start().starts_with("::"), "{:?}", line);
                prop_assert!(!line.contains("##[") && !line.contains("##vso["), "{:?}", line);
            }
            for line in render(document, Format::Markdown, &options).lines() {
                prop_assert!(!line.trim_start().starts_with("::"), "{:?}", line);
            }
            let json = render(document, Format::Json, &options);
            prop_assert!(!json.replace('\n', "").contains(obeyed));
            prop_assert!(serde_json::from_str::<Value>(&json).is_ok());
        }
        // One command, whatever is in it.
        let texts = Texts::new();
        let annotations = render(Document::findings(&findings, &texts), Format::Github, &options);
        prop_assert!(annotations.starts_with("::error file="), "{annotations:?}");
        prop_assert_eq!(annotations.matches('\n').count(), 1, "{:?}", annotations);
        prop_assert!(!annotations.trim_end().contains(obeyed), "{annotations:?}");
    }
}
