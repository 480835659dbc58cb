//! What every command understands.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Parallelism, Part};

/// What every command understands.
#[derive(Debug, Args)]
pub struct Global {
    /// The repository's root; default: the nearest folder upward with a `ddapps.yaml`
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    pub dir: Option<PathBuf>,

    /// The environment of the settings to work on
    #[arg(
        short,
        long,
        global = true,
        value_name = "NAME",
        env = "DDAPPS_ENV",
        hide_env_values = true
    )]
    pub env: Option<String>,

    /// The form of the result
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Write the result to a file instead of the standard output
    #[arg(long, global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Colours (also: NO_COLOR, CLICOLOR_FORCE)
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,

    /// Say more on stderr; twice: each request
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// Say less on stderr
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// The form of the log on stderr
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    /// How many requests are under way at once; `auto`: as many as turn out to be good
    #[arg(long, global = true, value_name = "N|auto", default_value = "16")]
    pub parallelism: Parallelism,

    /// Work on the built-in emulator, kept in .ddapps/sandbox.json: no account, keys or network needed
    #[arg(long, global = true)]
    pub sandbox: bool,

    /// The Datadog site; default: what the settings say, then DD_SITE
    #[arg(long, global = true, value_name = "SITE")]
    pub site: Option<String>,

    /// The API's whole base URL: https, or http to this machine
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "DDAPPS_API_URL",
        hide_env_values = true
    )]
    pub api_url: Option<String>,

    #[command(flatten)]
    pub selection: Selection,
}

/// Which apps a run looks at.
#[derive(Debug, Args)]
pub struct Selection {
    /// Only apps whose key matches; may be repeated
    #[arg(long = "key", global = true, value_name = "GLOB")]
    pub keys: Vec<String>,

    /// Only apps with this tag
    #[arg(long, global = true, value_name = "TAG")]
    pub tag: Option<String>,

    /// Only part I of N, by a hash of the key; `auto`: the part that the pipeline has for this job
    #[arg(long, global = true, value_name = "I/N")]
    pub shard: Option<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
    /// For pull requests
    Markdown,
    /// A page with pictures that needs nothing else
    Html,
    /// What is wrong with the files, for code scanning (with `validate`)
    Sarif,
    /// What is wrong with the files, as annotations of GitHub Actions (with `validate`)
    Github,
    /// What is wrong with the files, as a JUnit report (with `validate`)
    Junit,
    /// How many apps come, change and go, for GitLab's `terraform` report (with `plan` and `show`)
    GitlabTerraform,
}

impl From<Format> for ddapps::render::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json,
            Format::Markdown => Self::Markdown,
            Format::Html => Self::Html,
            Format::Sarif => Self::Sarif,
            Format::Github => Self::Github,
            Format::Junit => Self::Junit,
            Format::GitlabTerraform => Self::GitlabTerraform,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}
