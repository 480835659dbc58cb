//! What a run is about: the commit that is checked out and its message, or what the command line says instead.

use std::path::Path;
use std::process::Command;

use ddapps::model::Occasion;

use super::args::Decisions;
use super::forge;

/// What a run in the repository at `root` is about.
pub fn occasion(root: &Path, decisions: &Decisions) -> Occasion {
    let (commit, said) = head(root).unzip();
    let message = decisions.message.clone().or(said.flatten());
    Occasion {
        commit: commit.flatten(),
        message: message.map(plain),
        pr_url: decisions.pr_url.clone().map(plain),
    }
}

/// The commit that is checked out, if this is a git repository.
pub fn commit(root: &Path) -> Option<String> {
    head(root)?.0
}

/// The commit that is checked out and its message, if this is a git repository. Pipelines check out a pull request merged
/// with its target, which nobody knows by its hash: there, it is the newest commit of the pull request.
fn head(root: &Path) -> Option<(Option<String>, Option<String>)> {
    // One call says both, and nothing of signatures, which `git show` tells where the user wants that.
    let said = git(root, &["rev-list", "--max-count=1", "--format=%B", "HEAD"])?;
    let (first, message) = said.split_once('\n').unwrap_or((&said, ""));
    let message = Some(message.trim().to_owned()).filter(|it| !it.is_empty());
    let commit = first.strip_prefix("commit ")?.to_owned();
    if let Some(head) = forge::pull_head() {
        // The raw commit names its parents even where they were not fetched.
        let raw = git(root, &["cat-file", "commit", "HEAD"])?;
        if is_merge_of(&raw, &head) {
            return Some((Some(head), message));
        }
    }
    let is_hash = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some((is_hash.then_some(commit), message))
}

/// Whether a raw commit is a merge of another one. Its message comes after an empty line.
fn is_merge_of(raw: &str, commit: &str) -> bool {
    let head = raw.lines().take_while(|line| !line.is_empty());
    let parents: Vec<_> = (head.filter_map(|line| line.strip_prefix("parent "))).collect();
    parents.len() > 1 && parents.contains(&commit)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_merge_stands_for_its_parents() {
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let merge = format!("tree x\nparent {a}\nparent {b}\nauthor y\n\nMerge\n");
        assert!(is_merge_of(&merge, &b));
        assert!(!is_merge_of(
            &format!("tree x\nparent {b}\nauthor y\n\nNext\n"),
            &b
        ));
        assert!(!is_merge_of(
            &format!("tree x\nparent {a}\nparent {a}\n\nparent {b}\n"),
            &b
        ));
    }
}
