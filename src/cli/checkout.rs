//! Where a repository of definitions lies in what was checked out.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use ddapps::model::{Finding, Location};

use super::args::{Format, Global};

/// The findings as the result names their files. Where a host reads it, that is by their place in the checkout, of which
/// the repository may be a folder; people are at home in the repository.
pub fn placed<'a>(global: &Global, root: &Path, findings: &'a [Finding]) -> Cow<'a, [Finding]> {
    let folder = match global.format {
        Format::Github | Format::Sarif => folder(root),
        _ => None,
    };
    let Some(folder) = folder else {
        return findings.into();
    };
    let placed = |finding: &Finding| Finding {
        location: (finding.location.as_ref()).map(|at| Location {
            path: format!("{folder}/{}", at.path).into(),
            ..at.clone()
        }),
        ..finding.clone()
    };
    findings.iter().map(placed).collect()
}

/// The repository's folder in the checkout; `None` if it is all of it, or if there is no checkout.
fn folder(root: &Path) -> Option<String> {
    let root = root.canonicalize().ok()?;
    let checkout = root.ancestors().find(|it| it.join(".git").exists())?;
    let folder: PathBuf = root.strip_prefix(checkout).ok()?.to_owned();
    let parts: Option<Vec<_>> = folder.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/")).filter(|it| !it.is_empty())
}
