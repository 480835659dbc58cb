//! What a run is about: the commit that is checked out and its message, or what the command line says instead.

use std::path::Path;
use std::process::Command;

use ddapps::model::Occasion;

use super::args::Decisions;

/// What a run in the repository at `root` is about.
pub fn occasion(root: &Path, decisions: &Decisions) -> Occasion {
    let message = decisions.message.clone().or_else(|| message(root));
    Occasion {
        commit: commit(root),
        message: message.map(plain),
        pr_url: decisions.pr_url.clone().map(plain),
    }
}

/// The commit that is checked out, if this is a git repository.
fn commit(root: &Path) -> Option<String> {
    let commit = git(root, &["rev-parse", "--verify", "--quiet", "HEAD"])?;
    let is_hash = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then_some(commit)
}

fn message(root: &Path) -> Option<String> {
    git(root, &["show", "--no-patch", "--format=%B", "HEAD"])
}

fn git(root: &Path, args: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(root).args(args).output();
    let output = output.ok().filter(|it| it.status.success())?;
    let said = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (!said.is_empty()).then_some(said)
}

/// A stranger's words, for people: of a length that can be read, and without control characters.
fn plain(text: String) -> String {
    let is_plain = |c: &char| *c == '\n' || !c.is_control();
    text.chars().filter(is_plain).take(4_000).collect()
}
