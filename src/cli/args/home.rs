//! What was done live, and how it comes home.

use clap::Args;
use ddapps::model::AppKey;

use super::{Pause, key};

#[derive(Debug, Args)]
pub struct Drift {
    /// Show everything: whole components and queries, whole values
    #[arg(long)]
    pub full: bool,
}

#[derive(Debug, Args)]
pub struct Pull {
    /// Only these apps
    #[arg(value_name = "KEY", value_parser = key)]
    pub apps: Vec<AppKey>,

    /// Where both sides changed the same place, take what is live
    #[arg(long, conflicts_with = "ours")]
    pub theirs: bool,

    /// Where both sides changed the same place, keep what git says; tags, protection level and self-service stay, too
    #[arg(long)]
    pub ours: bool,

    /// Commit the files that change, with a message that names the live versions and who saved them
    #[arg(long)]
    pub commit: bool,

    /// Commit to this branch; it is made if it is not the one that is checked out
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,

    /// Keep pulling while somebody clicks; looks again after so long
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "5s", require_equals = true)]
    pub watch: Option<Pause>,

    /// Show everything: whole components and queries, whole values
    #[arg(long)]
    pub full: bool,
}
