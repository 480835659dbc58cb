//! The command line and the environment variables: all of them are named here.

mod global;
mod home;
mod parallelism;
mod place;
mod reuse;
mod shard;
mod watching;

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use ddapps::model::{AppId, AppKey, MaxDeletes, Version};

pub use global::{Color, Format, Global, LogFormat};
pub use home::{Drift, Pull};
pub use parallelism::Parallelism;
pub use place::{Comment, Place, When};
pub use reuse::Reuse;
pub use shard::Part;
pub use watching::{Drafts, Pause, Watch};

/// Keeps Datadog App Builder apps as git says they should be.
#[derive(Debug, Parser)]
#[command(
    name = "ddapps",
    version,
    about,
    max_term_width = 110,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    // Without a heading of their own they would stand between a command's own options, one by one.
    #[command(flatten, next_help_heading = "Options of every command")]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// The same, where a variable that holds nothing is one that is not set: pipelines cannot always leave one out.
    pub fn without_empty_variables(mut self) -> Self {
        let Global { env, api_url, .. } = &mut self.global;
        for (value, name) in [(env, "DDAPPS_ENV"), (api_url, "DDAPPS_API_URL")] {
            let is_set_to_nothing = std::env::var_os(name).is_some_and(|it| it.is_empty());
            value.take_if(|value| value.is_empty() && is_set_to_nothing);
        }
        self
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Load and check the definitions; needs no network and no keys
    Validate(Validate),
    /// Show what would change, and why
    Plan(Plan),
    /// Show a saved plan, or the parts of one together
    Show(Show),
    /// Plan, show, ask, and make it so
    Apply(Apply),
    /// Plan, or converge, with every save
    ///
    /// Each time all of it: settings, definitions and the live side are looked at anew. Ctrl-C ends. On a terminal each
    /// plan stands in the place of the one before, elsewhere it is a log; with `--format json`, one event a line. With
    /// `--output FILE`, the newest plan is kept there in the chosen format.
    Watch(Watch),
    /// Show the copies that drafts left, or delete them
    Drafts(Drafts),
    /// Show what was done to the live apps since the last apply, by whom, and in which version
    ///
    /// Exits with 2 if somebody changed an app, 1 if an app could not be read. An app that is as git wants it has no
    /// drift, whoever made it so; versions are read only for apps that differ. Tags, the protection level, self-service
    /// and publications have no versions: where they differ from git, nobody can tell which side changed.
    Drift(Drift),
    /// Bring live edits home into the definition files, in place; comments and layout stay
    ///
    /// What our last apply left, what is live and what git says are merged; only lines that must change do, and nothing is
    /// written unless it loads as exactly that. Where both sides changed the same place, the files of that app stay as they
    /// are, and both are shown. Apps that git does not have are imported, not pulled. `publish` stays as git says.
    Pull(Pull),
    /// Put plans on the pull request: one comment a project and environment, edited in place
    ///
    /// The pull request is that of the pipeline (GitHub Actions, GitLab CI, Bitbucket Pipelines, Azure Pipelines), or of
    /// the commit that the pipeline builds. The token comes from GITHUB_TOKEN or GH_TOKEN, GITLAB_TOKEN, BITBUCKET_TOKEN,
    /// SYSTEM_ACCESSTOKEN or AZURE_DEVOPS_EXT_PAT. With `--output FILE` the file gets the whole plan in the chosen format.
    Comment(Comment),
    /// Write live or exported apps as definition files
    Import(Import),
    /// Lay out definitions and settings in the canonical form; comments stay
    Fmt(Fmt),
    /// Put our mark on an existing app
    Adopt(Adopt),
    /// Show an app's versions: number, when, who, name, published or not
    History(History),
    /// Make an old version of an app the newest again, and publish it if the app is published
    Rollback(Rollback),
    /// Print a JSON Schema
    Schema(Schema),
    /// Serve the App Builder API from this machine
    Emulator(Emulator),
    /// Print shell completions
    Completions(Completions),
}

#[derive(Debug, Args)]
pub struct Validate {
    /// Show only what concerns these files or folders
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Explain a rule; without one, list them all
    #[arg(long, value_name = "RULE", num_args = 0..=1, default_missing_value = "", conflicts_with = "paths")]
    pub explain: Option<String>,
}

/// What `plan` and `apply` decide by.
#[derive(Clone, Debug, Args)]
pub struct Decisions {
    /// Delete live apps that this project owns and git no longer has
    #[arg(long, overrides_with = "no_prune")]
    pub prune: bool,

    /// Leave them alone, whatever the settings say
    #[arg(long)]
    pub no_prune: bool,

    /// Refuse all deletions if there would be more: a count, or a share of the owned apps
    #[arg(long, value_name = "N|P%")]
    pub max_deletes: Option<MaxDeletes>,

    /// Leave publications as they are
    #[arg(long)]
    pub no_publish: bool,

    /// Let git win where somebody edited an app live since the last apply
    #[arg(long)]
    pub overwrite_drift: bool,

    /// What changes, for whoever approves a publication; default: the commit's message
    #[arg(long, value_name = "TEXT")]
    pub message: Option<String>,

    /// Where the change was reviewed, for whoever approves a publication
    #[arg(long, value_name = "URL")]
    pub pr_url: Option<String>,

    /// Show everything: unchanged apps, whole values, whole bodies
    #[arg(long)]
    pub full: bool,

    /// Errors among the findings stop the run
    #[arg(long)]
    pub strict: bool,
}

#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    pub decisions: Decisions,

    #[command(flatten)]
    pub reuse: Reuse,

    /// Save the plan, for `show` and `apply`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Exit with 2 if changes are pending
    #[arg(long)]
    pub detailed_exitcode: bool,
}

#[derive(Debug, Args)]
pub struct Show {
    /// A plan saved by `plan --out`; several: the parts of one, made with `--shard`
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// Exit with 2 if the plan holds changes
    #[arg(long)]
    pub detailed_exitcode: bool,

    /// Show everything: unchanged apps and whole values
    #[arg(long)]
    pub full: bool,
}

#[derive(Debug, Args)]
pub struct Apply {
    /// Apply only if this reviewed plan is still what would be done
    pub file: Option<PathBuf>,

    #[command(flatten)]
    pub decisions: Decisions,

    /// Do not ask; needed where there is no terminal
    #[arg(long, short)]
    pub yes: bool,

    /// What a failed app means for the others
    #[arg(long, value_enum, default_value_t = OnError::Continue)]
    pub on_error: OnError,

    /// Exit with 6 if publications wait for approval
    #[arg(long)]
    pub detailed_exitcode: bool,

    /// Say what was done in the comment on the pull request that the commit came from, and in the job's summary
    #[arg(long)]
    pub comment: bool,

    #[command(flatten)]
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnError {
    Continue,
    Stop,
}

/// With `--tag`, only apps that bear the tag are imported.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").multiple(true).required(true).args(["ids", "all", "name", "tag", "published", "self_service", "from", "from_terraform"]))]
pub struct Import {
    /// The ids of live apps
    #[arg(value_name = "ID", value_parser = id, conflicts_with_all = ["all", "name", "published", "self_service"])]
    pub ids: Vec<AppId>,

    /// All live apps that the keys may see
    #[arg(long)]
    pub all: bool,

    /// Live apps with this in their name
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,

    /// Live apps that users can run
    #[arg(long)]
    pub published: bool,

    /// Live apps that are offered for self-service
    #[arg(long)]
    pub self_service: bool,

    /// An export of the App Builder UI or the API, instead of live apps; may be repeated
    #[arg(long, value_name = "FILE", conflicts_with_all = ["ids", "all", "name", "tag", "published", "self_service"])]
    pub from: Vec<PathBuf>,

    /// A Terraform state, or a folder with one or with configuration: its `datadog_app_builder_app` resources
    #[arg(long, value_name = "PATH", conflicts_with_all = ["ids", "all", "name", "tag", "published", "self_service", "from"])]
    pub from_terraform: Option<PathBuf>,

    /// One file an app, or one folder
    #[arg(long, value_enum, default_value_t = Layout::File)]
    pub layout: Layout,

    /// Leave long code in the definitions
    #[arg(long)]
    pub inline: bool,

    /// Write over existing files
    #[arg(long)]
    pub force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Layout {
    File,
    Folder,
}

/// One value has one layout: the one that `import` writes. No value is changed, and no order of components, events or
/// queries. What is a matter of choice stays: comments, empty lines between entries, blocks of text, the shape of a
/// component or query. Files in JSON are left as they are.
#[derive(Debug, Args)]
pub struct Fmt {
    /// Files or folders; default: the settings and all definitions; `-`: from the standard input to the standard output
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Write nothing; exit with 2 if a file is not in the canonical form
    #[arg(long)]
    pub check: bool,

    /// Show what changes, line by line
    #[arg(long)]
    pub diff: bool,
}

#[derive(Debug, Args)]
pub struct Adopt {
    /// The key under which git knows the app, or will
    #[arg(value_parser = key)]
    pub key: AppKey,

    /// The app's id
    #[arg(value_parser = id)]
    pub id: AppId,
}

#[derive(Debug, Args)]
pub struct History {
    /// The app's key
    #[arg(value_parser = key)]
    pub key: AppKey,
}

#[derive(Debug, Args)]
pub struct Rollback {
    /// The app's key
    #[arg(value_parser = key)]
    pub key: AppKey,

    /// The number of the version to go back to, or `deployed`: the one that users run
    #[arg(long, value_name = "VERSION")]
    pub to: Goal,

    /// Do not ask; needed where there is no terminal
    #[arg(long, short)]
    pub yes: bool,
}

/// The version that a rollback goes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    Deployed,
    Number(Version),
}

impl FromStr for Goal {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_prefix('v').unwrap_or(text);
        match (text, number.parse()) {
            ("deployed", _) => Ok(Self::Deployed),
            (_, Ok(number)) => Ok(Self::Number(Version(number))),
            _ => Err("a version is a number (`17`) or `deployed`"),
        }
    }
}

fn key(text: &str) -> Result<AppKey, &'static str> {
    AppKey::new(text)
}

fn id(text: &str) -> Result<AppId, &'static str> {
    let wrong = "an app's id is a uuid; it is in the app's address in the product";
    text.parse().map_err(|_| wrong)
}

#[derive(Debug, Args)]
pub struct Schema {
    /// Of what
    #[arg(value_enum, default_value_t = SchemaOf::App)]
    pub of: SchemaOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    App,
    Settings,
    Plan,
    Drift,
    Pull,
}

#[derive(Debug, Args)]
pub struct Emulator {
    /// The address to listen on
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8765")]
    pub listen: std::net::SocketAddr,

    /// Keep the state in this file
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,

    /// Answer every request so much later
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub latency: u64,

    /// Ids and clock are counters
    #[arg(long)]
    pub deterministic: bool,

    /// Set an unknown of the real API; without a value or with a wrong one: what there is
    #[arg(long = "switch", value_name = "NAME=VALUE")]
    pub switches: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
