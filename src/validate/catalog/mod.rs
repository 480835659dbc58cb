//! Every rule, with what it is about: the text behind `ddapps validate --explain`.

mod comments;
mod expressions;
mod reading;
mod references;
mod safety;
mod structure;

use crate::model::Severity;

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, in kebab-case.
    pub id: &'static str,
    /// What it belongs to.
    pub family: Family,
    /// How much its findings matter if the settings do not say otherwise.
    pub severity: Severity,
    /// What it finds, and why that is wrong.
    pub why: &'static str,
    /// A piece of a file that it finds something in.
    pub example: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// What a rule belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// The shape of a definition.
    Structure,
    /// What refers to what.
    References,
    /// The code in `${…}`.
    Expressions,
    /// What an app may give away or do unasked.
    Safety,
    /// Settings and comments about rules.
    Comments,
    /// Whether a file can be read at all.
    Reading,
}

impl Family {
    /// Its name in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::References => "references",
            Self::Expressions => "expressions",
            Self::Safety => "safety",
            Self::Comments => "comments",
            Self::Reading => "reading",
        }
    }
}

/// All rules, family by family.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let families: [&'static [Rule]; 6] = [
        &structure::RULES,
        &references::RULES,
        &expressions::RULES,
        &safety::RULES,
        &comments::RULES,
        &reading::RULES,
    ];
    families.into_iter().flatten()
}

/// The rule of a name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_explained_once() {
        let mut seen = std::collections::BTreeSet::new();
        for rule in rules() {
            assert!(seen.insert(rule.id), "{} stands twice", rule.id);
            assert!(
                rule.why.len() > 20 && rule.why.ends_with('.'),
                "{}",
                rule.id
            );
            assert!(!rule.example.is_empty(), "{}", rule.id);
            assert!(rule.remedy.ends_with('.'), "{}", rule.id);
            let is_kebab = rule
                .id
                .split('-')
                .all(|word| word.bytes().all(|it| it.is_ascii_lowercase()));
            assert!(is_kebab, "{}", rule.id);
        }
    }
}
