//! `ddapps validate`: loads and checks definitions.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use ddapps::definition;
use ddapps::model::{Finding, Selection, Severity};
use ddapps::reconcile::check;
use ddapps::render::Document;

use super::args::{Global, Validate};
use super::checkout::placed;
use super::exit::{Ending, Exit};
use super::explain;
use super::output;
use super::repository::{Repository, invalid};

pub fn run(global: &Global, args: &Validate) -> Result<Exit> {
    if let Some(rule) = &args.explain {
        return explain::run(global, rule);
    }
    let repository = Repository::open(global)?;
    let mut findings = findings(global, &repository)?;
    if !args.paths.is_empty() {
        let wanted = inside(&repository.root, &args.paths)?;
        findings.retain(|finding| {
            (finding.location.as_ref()).is_none_or(|at| {
                wanted
                    .iter()
                    .any(|path| Path::new(&*at.path).starts_with(path))
            })
        });
    }
    let places = findings.iter().filter_map(|it| it.location.as_ref());
    let paths = places.map(|at| at.path.clone()).collect();
    let texts = definition::texts(&repository.root, paths);
    let document = Document::Findings {
        findings: &placed(global, &repository.root, &findings),
        texts: &texts,
        rules: &explain::texts(),
    };
    output::show(global, document, false)?;
    match findings.iter().any(|it| it.severity == Severity::Error) {
        true => Ok(Exit::Invalid),
        false => Ok(Exit::Done),
    }
}

/// The findings of the chosen environment, or of all of them; what several have in common is said once.
fn findings(global: &Global, repository: &Repository) -> Result<Vec<Finding>> {
    let Repository { root, settings } = repository;
    let names: Vec<Option<&str>> = match &global.env {
        Some(name) => vec![Some(name)],
        None if settings.environments.is_empty() => vec![None],
        None => settings
            .environments
            .keys()
            .map(|name| Some(name.as_str()))
            .collect(),
    };
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    for name in names {
        let target = settings.target(name).map_err(|error| invalid(&error))?;
        let checked = check(root, settings, &target, &Selection::default());
        for finding in checked.findings {
            let identity = (
                finding.location.clone(),
                finding.rule,
                finding.message.clone(),
            );
            if seen.insert(identity) {
                all.push(finding);
            }
        }
    }
    all.sort_by(|a, b| (&a.location, a.rule, &a.message).cmp(&(&b.location, b.rule, &b.message)));
    Ok(all)
}

/// The paths as the findings name them: relative to the root.
pub(super) fn inside(root: &Path, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let root = root
        .canonicalize()
        .context("the repository cannot be read")?;
    (paths.iter())
        .map(|path| {
            let whole = path
                .canonicalize()
                .with_context(|| format!("`{}` cannot be read", path.display()))?;
            let inside = whole.strip_prefix(&root).map_err(|_| {
                let message = format!("`{}` is not in the repository", path.display());
                Ending::new(Exit::Usage, message)
            })?;
            Ok(inside.to_owned())
        })
        .collect()
}
