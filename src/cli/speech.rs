//! What is said on a pull request: a document, and what stands around it.

use ddapps::forge::{Forge, Kept, Provider};
use ddapps::render::{self, Document, MarkdownOptions, render};

use super::args::Global;
use super::keys::secrets;
use super::output;

/// Room for the marker and the end.
const AROUND: usize = 1_024;

/// A pull request's host, and what is said around a text there.
pub struct Speaker {
    /// The host.
    pub forge: Forge,
    provider: Provider,
    /// The page of the job.
    job: Option<String>,
    /// The page where all of it stands that does not fit into a comment, as far as that is known.
    whole: Option<String>,
}

impl Speaker {
    pub fn new(
        forge: Forge,
        provider: Provider,
        job: Option<String>,
        whole: Option<String>,
    ) -> Self {
        Self {
            forge,
            provider,
            job: job.filter(|it| is_plain_link(it)),
            whole: whole.filter(|it| is_plain_link(it)),
        }
    }

    /// A document as large as fits into a comment, between what stands `before` it and the end.
    pub fn text(&self, document: Document<'_>, full: bool, before: &str) -> String {
        let room = self.provider.limit() - AROUND;
        let options = MarkdownOptions {
            limit: Some(room.saturating_sub(before.len())),
            html: self.provider.shows_html(),
            more: self.whole.clone().or_else(|| self.job.clone()),
        };
        format!(
            "{before}{}",
            render(document, render::Format::Markdown, &markdown(full, options))
        )
    }

    /// The last line of a comment.
    pub fn end(&self, commit: Option<&str>) -> String {
        let commit = commit.and_then(short).map(|it| format!("commit `{it}`"));
        let whole = self.whole.as_ref().map(|it| format!("[in full]({it})"));
        let job = self.job.as_ref().filter(|_| self.whole != self.job);
        let job = job.map(|it| format!("[the job]({it})"));
        let version = concat!("ddapps ", env!("CARGO_PKG_VERSION")).to_owned();
        let words = commit.into_iter().chain(whole).chain(job);
        let words: Vec<_> = words.chain([version]).collect();
        format!("\n{}\n", words.join(" · "))
    }
}

/// What was done, in a word.
pub fn done(kept: Kept) -> &'static str {
    match kept {
        Kept::Created => "written",
        Kept::Edited => "edited",
        Kept::Unchanged => "says that already",
        Kept::Newer => "left alone: it is about a newer commit",
        Kept::Applied => "left alone: it tells that this commit is applied",
    }
}

/// Says on stderr what became of the comment.
pub fn say(global: &Global, pull: u64, what: &str) {
    output::say(global, &format!("comment on pull request {pull}: {what}"));
}

/// How a document is rendered as Markdown.
pub fn markdown(full: bool, markdown: MarkdownOptions) -> render::Options {
    render::Options {
        full,
        secrets: secrets(),
        markdown,
        ..render::Options::default()
    }
}

/// Whether an address can stand in a link of Markdown.
fn is_plain_link(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?=%&".contains(&b);
    text.starts_with("https://") && text.len() < 300 && text.bytes().all(is_plain)
}

/// Enough of a commit's hash, if it is one; it may come from a stranger's file.
pub fn short(commit: &str) -> Option<&str> {
    let is_hash = commit.len() >= 7 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| &commit[..7])
}
