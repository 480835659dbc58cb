//! From remarks to findings: the exact place, the weight, and what comments silence.

use super::catalog::{rule, rules as catalog_rules};
use super::near::suggestion;
use super::pinpoint::pinpoint;
use super::silence::silences;
use crate::model::{Finding, Location, Remark, Rules, Severity, Texts};

/// The findings that `remarks` amount to, with those of the loader, sorted by place, rule and message.
///
/// `texts` are those of the files that remarks are about, and of those with comments that silence; of a file without a
/// text the places are those of whole values.
///
/// What the settings or a comment switch off is left out. Errors of the loader stay: what could not be read is not there,
/// whatever the settings say about it.
pub fn report(
    loaded: Vec<Finding>,
    remarks: Vec<Remark>,
    rules: &Rules,
    texts: &Texts,
) -> Vec<Finding> {
    let (fixed, open): (Vec<_>, Vec<_>) =
        (loaded.into_iter()).partition(|it| it.severity == Severity::Error);
    let located = remarks.into_iter().map(|remark| locate(remark, texts));
    let mut findings: Vec<Finding> = open
        .into_iter()
        .chain(located)
        .filter_map(|it| weigh(it, rules))
        .collect();
    let comments = silence(&mut findings, texts);
    findings.extend(comments.into_iter().filter_map(|it| weigh(it, rules)));
    findings.extend(unknown_rules(rules));
    findings.extend(fixed);
    findings
        .sort_by(|a, b| (&a.location, a.rule, &a.message).cmp(&(&b.location, b.rule, &b.message)));
    findings.dedup();
    findings
}

fn locate(remark: Remark, texts: &Texts) -> Finding {
    let Remark {
        rule: name,
        at,
        within,
        message,
        help,
    } = remark;
    let location = match (within, texts.get(&at.path)) {
        (Some(within), Some(text)) => pinpoint(&at, &within, text),
        _ => at,
    };
    Finding {
        rule: name,
        severity: rule(name).map_or(Severity::Warning, |it| it.severity),
        location: Some(location),
        message,
        help,
    }
}

/// The finding as the settings weigh it.
fn weigh(finding: Finding, rules: &Rules) -> Option<Finding> {
    let severity = rules.severity(finding.rule, finding.severity)?;
    Some(Finding {
        severity,
        ..finding
    })
}

/// Takes out what comments silence, and gives back what is wrong with the comments.
fn silence(findings: &mut Vec<Finding>, texts: &Texts) -> Vec<Finding> {
    let mut wrong = Vec::new();
    for (path, text) in texts {
        for silence in silences(path, text) {
            let before = findings.len();
            findings.retain(|finding| {
                let is_there = |at: &Location| at.path == *path && silence.covers(finding.rule, at);
                !finding.location.as_ref().is_some_and(is_there)
            });
            let remark = silence.remark(findings.len() < before);
            wrong.extend(remark.map(|it| locate(it, texts)));
        }
    }
    wrong
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
