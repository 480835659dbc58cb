//! The page about the rules, made from their catalog.

use std::fmt::Write;
use std::fs;

use ddapps::model::Severity;
use ddapps::validate::{Family, Rule, rules};

use crate::support::project;

const PATH: &str = "src/validate/RULES.md";

const HEAD: &str = "\
# The rules of `ddapps validate`

Made from the catalog in [`catalog/`](catalog); `ddapps validate --explain RULE` shows the same about one rule.

Each rule can be an `error`, a `warning`, a `note` or `off` under `rules:` in `ddapps.yaml`, for all environments or for one,
and is silenced for a line by a comment with a reason, there or on the line above: `# ddapps: allow RULE because …`. Errors about
what cannot be read stay errors: what could not be read is not there.
";

/// With `DDAPPS_BLESS=1` the page is written instead.
#[test]
fn the_page_says_what_the_catalog_says() {
    let path = project(PATH);
    let expected = page();
    if std::env::var_os("DDAPPS_BLESS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == expected,
        "{PATH} is stale; run with DDAPPS_BLESS=1"
    );
}

fn page() -> String {
    let mut page = format!("{HEAD}\n| rule | by default | about |\n|---|---|---|\n");
    for rule in rules() {
        let Rule {
            id,
            severity,
            family,
            ..
        } = rule;
        let (severity, family) = (severity.as_str(), family.as_str());
        writeln!(page, "| [`{id}`](#{id}) | {severity} | {family} |").unwrap();
    }
    let mut family = None;
    for rule in rules() {
        if family.replace(rule.family) != Some(rule.family) {
            let name = rule.family.as_str();
            let (first, rest) = name.split_at(1);
            writeln!(page, "\n## {}{rest}", first.to_uppercase()).unwrap();
        }
        page.push_str(&section(rule));
    }
    page
}

fn section(rule: &Rule) -> String {
    let Rule {
        id,
        family,
        severity,
        why,
        example,
        remedy,
    } = rule;
    let fixed = match (family, severity) {
        (Family::Reading, Severity::Error) => "; cannot be switched off",
        _ => "",
    };
    let severity = severity.as_str();
    format!("\n### `{id}`\n\n*{severity}{fixed}.* {why}\n\n```yaml\n{example}\n```\n\n{remedy}\n")
}
