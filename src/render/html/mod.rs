//! Plans, reports and findings as one HTML page that needs nothing else: no network, and no script to be read.
//!
//! The page is a template that escapes every value by itself ([`environment`]); what is in the values is decided in
//! `view` and laid out for the template in [`page`] and [`code`]. The policy in its head allows this style and this
//! script, by their hashes, and nothing else: should anything of a stranger's ever become markup, it loads and runs
//! nothing.

mod code;
mod page;
mod report;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, HtmlEscape, UndefinedBehavior, Value};
use sha2::{Digest as _, Sha256};

use super::json::drift::SavedDrift;
use super::json::pull::Document as Pull;
use super::json::report::Report;
use super::json::{Finding, SavedPlan};
use super::view::View;
use super::{escape, gist};

use page::Page;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A plan.
pub(super) fn plan(plan: &SavedPlan, view: &View<'_>) -> String {
    written(&Page {
        title: view.title.clone(),
        facts: page::facts(plan),
        counts: view.counts.clone(),
        plan: Some(page::Plan::of(view)),
        findings: page::findings(view.findings),
        finding_counts: gist::findings(view.findings),
        ..Page::default()
    })
}

/// What was done to live apps.
pub(super) fn drift(drift: &SavedDrift, view: &View<'_>) -> String {
    told(view, page::drift_facts(drift))
}

/// What became of live edits.
pub(super) fn pull(pull: &Pull, view: &View<'_>) -> String {
    told(view, page::pull_facts(pull))
}

fn told(view: &View<'_>, facts: Vec<(&'static str, String)>) -> String {
    written(&Page {
        title: view.title.clone(),
        facts,
        counts: view.counts.clone(),
        plan: Some(page::Plan::of(view)),
        finding_counts: gist::findings(&[]),
        ..Page::default()
    })
}

/// A report.
pub(super) fn report(report: &Report) -> String {
    written(&report::page(report))
}

/// Findings alone.
pub(super) fn findings(findings: &[Finding]) -> String {
    written(&Page {
        title: "Findings".into(),
        counts: vec![gist::findings(findings)],
        findings: page::findings(findings),
        finding_counts: gist::findings(findings),
        ..Page::default()
    })
}

fn written(page: &Page) -> String {
    let environment = environment();
    let template = environment.get_template("page");
    let text = template.and_then(|it| it.render(Serde(page)));
    text.expect(
        "the template is a constant, and its values are ours: the tests render every part of it",
    )
}

/// The template, with the one way in which values come into it.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(|out, _, value| match value.as_str() {
        // Pictures and the constants below; nothing else is ever called safe.
        Some(text) if value.is_safe() => Ok(out.write_str(text)?),
        Some(text) => Ok(write!(out, "{}", HtmlEscape(&escape::line(text)))?),
        None => Ok(write!(out, "{value}")?),
    });
    environment.add_filter("code", |text: &str| {
        Value::from_safe_string(HtmlEscape(&escape::code(text)).to_string())
    });
    environment.add_filter("sentence", |text: &str| {
        Value::from_safe_string(sentence(&escape::line(text)))
    });
    environment.add_global("style", Value::from_safe_string(STYLE.into()));
    environment.add_global("script", Value::from_safe_string(SCRIPT.into()));
    environment.add_global("style_hash", Value::from_safe_string(hash(STYLE)));
    environment.add_global("script_hash", Value::from_safe_string(hash(SCRIPT)));
    (environment.add_template("page", TEMPLATE))
        .expect("the template is a constant that the tests parse");
    environment
}

/// A sentence of ours, in which names stand between backticks.
fn sentence(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    // What follows the last backtick that has no partner is text.
    while let Some((before, after)) = rest.split_once('`') {
        let Some((name, after)) = after.split_once('`') else {
            break;
        };
        let (before, name) = (HtmlEscape(before), HtmlEscape(name));
        out.push_str(&format!("{before}<code>{name}</code>"));
        rest = after;
    }
    out + &HtmlEscape(rest).to_string()
}

/// The name by which a policy knows an inline text.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_sentence_are_code_and_nothing_in_them_is_markup() {
        for (text, html) in [
            ("no name", "no name"),
            ("`a` and `b`.", "<code>a</code> and <code>b</code>."),
            ("query `<b>` & `x", "query <code>&lt;b&gt;</code> &amp; `x"),
            ("`a`</code>`", "<code>a</code>&lt;/code&gt;`"),
        ] {
            assert_eq!(sentence(text).replace("&#x2f;", "/"), html);
        }
    }
}
