//! The first line of a comment of ours, which nobody sees.

use sha2::{Digest, Sha256};

use super::Provider;

/// What every marker has, and few other texts.
pub(super) const MARK: &str = "ddapps:";

/// What stands before the commit that is applied.
const APPLIED: &str = " applied";

/// What tells our comments apart: one for each project and environment. It is a hash, so no name can write into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker(String);

impl Marker {
    /// The marker of what is called this.
    pub fn of(project: &str, environment: Option<&str>) -> Self {
        let mut hash = Sha256::new();
        // Lengths, so that no two pairs are one text.
        hash.update(format!("{}:{project}", project.len()));
        hash.update(environment.map_or_else(String::new, |it| format!("{}:{it}", it.len())));
        let hash = hash.finalize();
        Self(
            hash[..16]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }

    /// The line, with the commit that the text is about, and whether that is applied. Bitbucket shows HTML comments, but
    /// not definitions of links.
    pub(super) fn line(&self, provider: Provider, commit: Option<&str>, applied: bool) -> String {
        let mut words = format!("{MARK}{}", self.0);
        if applied {
            words.push_str(APPLIED);
        }
        if let Some(commit) = commit.filter(|it| is_commit(it)) {
            words.push_str(&format!(" {}", commit.to_ascii_lowercase()));
        }
        match provider {
            Provider::Bitbucket => format!("[//]: # ({words})"),
            _ => format!("<!-- {words} -->"),
        }
    }

    /// Whether a text starts with this marker. Further down it may be a quotation.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.inside(text).is_some()
    }

    /// The commit that a text of ours is about.
    pub(super) fn commit(&self, text: &str) -> Option<String> {
        let inside = self.inside(text)?;
        let commit = inside.strip_prefix(APPLIED).unwrap_or(inside).trim();
        is_commit(commit).then(|| commit.to_owned())
    }

    /// Whether a text of ours tells that its commit is applied.
    pub(super) fn is_applied(&self, text: &str) -> bool {
        (self.inside(text)).is_some_and(|it| it.starts_with(APPLIED))
    }

    /// What follows the hash in the first line.
    fn inside<'a>(&self, text: &'a str) -> Option<&'a str> {
        let line = text.lines().next()?.trim_end();
        let start = |it: &'a str| it.strip_prefix(MARK)?.strip_prefix(self.0.as_str());
        let html = line
            .strip_prefix("<!-- ")
            .and_then(|it| it.strip_suffix("-->"));
        let link = line
            .strip_prefix("[//]: # (")
            .and_then(|it| it.strip_suffix(')'));
        html.or(link).and_then(start)
    }
}

/// Whether a text is the hash of a commit, or the start of one.
pub(super) fn is_commit(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether two hashes, one of which may be shortened, are of one commit.
pub(super) fn same_commit(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    is_commit(&a) && is_commit(&b) && (a.starts_with(&b) || b.starts_with(&a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_found_at_the_start_only() {
        let marker = Marker::of("platform", Some("prod"));
        let commit = "9f31c2a9f31c2a9f31c2a9f31c2a9f31c2a9f31c";
        for provider in [Provider::Github, Provider::Bitbucket] {
            let line = marker.line(provider, Some(commit), false);
            let applied = marker.line(provider, Some(commit), true);
            assert_eq!(marker.commit(&applied).unwrap(), commit);
            assert!(marker.is_applied(&applied) && !marker.is_applied(&line));
            assert!(marker.is_in(&format!("{line}\r\ntext")));
            assert!(!marker.is_in(&format!("> {line}\ntext")));
            assert!(!marker.is_in(&format!("text\n{line}")));
            assert_eq!(marker.commit(&line).unwrap(), commit);
        }
        assert_eq!(
            marker.commit(&marker.line(Provider::Gitlab, None, true)),
            None
        );
    }

    #[test]
    fn names_cannot_forge_another_marker() {
        let line = |project, environment| {
            Marker::of(project, environment).line(Provider::Github, None, false)
        };
        assert_ne!(line("a", Some("b")), line("ab", None));
        assert_ne!(line("a", None), line("a", Some("")));
        assert_ne!(line("a1:b", None), line("a", Some("b")));
        let hostile = Marker::of("x -->\n<script>", Some("-->"));
        let text = hostile.line(Provider::Github, Some("deadbee --> x"), false);
        assert_eq!(text.matches("-->").count(), 1, "{text}");
    }

    #[test]
    fn a_shortened_commit_is_the_same_one() {
        assert!(same_commit("9F31C2A", "9f31c2a0000"));
        assert!(!same_commit("9f31c2a", "9f31c2b0000"));
        assert!(!same_commit("", "9f31c2b0000"));
    }
}
