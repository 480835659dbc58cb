//! What a comment on a pull request is about, and where it goes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use ddapps::forge::Provider;

use super::{Decisions, Reuse};

#[derive(Debug, Args)]
pub struct Comment {
    /// Plans saved by `plan --out`; without one, the plan is made first
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    #[command(flatten)]
    pub decisions: Decisions,

    #[command(flatten)]
    pub reuse: Reuse,

    #[command(flatten)]
    pub place: Place,

    /// When a comment is begun; one that is there is always kept true
    #[arg(long, value_enum, default_value_t = When::Changes)]
    pub when: When,

    /// Take the comment away
    #[arg(long)]
    pub delete: bool,

    /// Keep one issue of the repository about drift instead: FILE is what `drift --format json` said; without one, it is
    /// looked for first. It is closed when there is none any more (GitHub)
    #[arg(long, conflicts_with_all = ["delete", "pr", "when"])]
    pub issue: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// If there is something to do
    Changes,
    /// Also if there is nothing to do
    Always,
}

/// Where a comment goes; default: what the pipeline says.
#[derive(Debug, Args)]
pub struct Place {
    /// The host of the pull request: github, gitlab, bitbucket, azure
    #[arg(long, value_name = "HOST")]
    pub provider: Option<Provider>,

    /// The repository on the host: `owner/name`, of GitLab also a number, of Azure `project/repository`
    #[arg(long, value_name = "NAME")]
    pub repo: Option<String>,

    /// The pull request's number
    #[arg(long, value_name = "N")]
    pub pr: Option<u64>,
}
