//! From remarks to findings: the exact place, the weight, and what comments silence.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::{rule, rules as catalog_rules};
use super::near::suggestion;
use super::pinpoint::Page;
use super::silence::{NOT_FORMATTED, Silence, silences};
use crate::model::{Finding, Remark, Rules, Severity, Texts};

/// The findings that remarks are, each at its exact place; of a file without a text, at the place of the whole value.
pub fn locate(remarks: Vec<Remark>, texts: &Texts) -> Vec<Finding> {
    let mut pages = BTreeMap::new();
    let located = remarks.into_iter().map(|remark| {
        let Remark {
            rule: name,
            at,
            within,
            message,
            help,
        } = remark;
        let location = match (within, texts.get(&at.path)) {
            (Some(within), Some(text)) => {
                let page = pages.entry(at.path.clone());
                page.or_insert_with(|| Page::of(text))
                    .pinpoint(&at, &within)
            }
            _ => at,
        };
        Finding {
            rule: name,
            severity: rule(name).map_or(Severity::Warning, |it| it.severity),
            location: Some(location),
            message,
            help,
        }
    });
    located.collect()
}

/// What there is to say after all, sorted by place, rule and message: the findings of the loader and those of the rules, as
/// the settings weigh them, without those that a comment silences.
///
/// Errors of the loader stay: what could not be read is not there, whatever the settings say about it.
pub fn report(
    loaded: Vec<Finding>,
    located: Vec<Finding>,
    silences: &BTreeSet<Silence>,
    rules: &Rules,
) -> Vec<Finding> {
    let (fixed, open): (Vec<_>, Vec<_>) =
        (loaded.into_iter()).partition(|it| it.severity == Severity::Error);
    let mut findings: Vec<Finding> = open
        .into_iter()
        .chain(located)
        .filter_map(|it| rules.weigh(it))
        .collect();
    let comments = silence(&mut findings, silences);
    findings.extend(comments.into_iter().filter_map(|it| rules.weigh(it)));
    findings.extend(unknown_rules(rules));
    findings.extend(fixed);
    findings
        .sort_by(|a, b| (&a.location, a.rule, &a.message).cmp(&(&b.location, b.rule, &b.message)));
    findings.dedup();
    findings
}

/// What `fmt` finds, without what a comment in these texts silences. What cannot be read stays said.
pub fn unsilenced(findings: Vec<Finding>, texts: &Texts) -> Vec<Finding> {
    let is_left = |finding: &Finding| finding.rule == NOT_FORMATTED;
    let (mut open, fixed): (Vec<_>, Vec<_>) = findings.into_iter().partition(is_left);
    let comments = texts.iter().flat_map(|(path, text)| silences(path, text));
    silence(&mut open, &comments.collect());
    open.extend(fixed);
    open.sort_by(|a, b| (&a.location, a.rule).cmp(&(&b.location, b.rule)));
    open
}

/// Takes out what comments silence, and gives back what is wrong with the comments.
fn silence(findings: &mut Vec<Finding>, silences: &BTreeSet<Silence>) -> Vec<Finding> {
    let by_line: BTreeMap<_, _> = silences.iter().map(|it| (it.line(), it)).collect();
    let mut used: BTreeSet<&Silence> = BTreeSet::new();
    findings.retain(|finding| {
        let Some(at) = &finding.location else {
            return true;
        };
        let lines = [at.line.saturating_sub(1), at.line];
        let mut near = lines
            .iter()
            .filter_map(|line| by_line.get(&(&*at.path, *line)));
        let found = near.find(|silence| silence.covers(finding.rule, at));
        used.extend(found.copied());
        found.is_none()
    });
    let remark = |silence: &Silence| silence.remark(used.contains(silence));
    locate(silences.iter().filter_map(remark).collect(), &Texts::new())
}

fn unknown_rules(rules: &Rules) -> Vec<Finding> {
    let unknown = rules.0.iter().filter(|(name, _)| rule(name).is_none());
    let findings = unknown.map(|(name, level)| {
        let message = format!("no rule is called `{name}`");
        let help = suggestion(name, catalog_rules().map(|rule| rule.id));
        let finding = Finding::error("unknown-rule", level.at.clone(), message);
        match help {
            Some(help) => finding.help(help),
            None => finding.help("`ddapps validate --explain` lists them"),
        }
    });
    findings.collect()
}
