//! What a run that only reads may take over from earlier ones.

use std::path::PathBuf;

use clap::Args;
use ddapps::fetch::Cache;

/// What was read before.
#[derive(Debug, Default, Args)]
pub struct Reuse {
    /// Keep the live apps that are read in this folder, and read only those again that changed
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,

    /// Read everything, whatever the cache holds
    #[arg(long)]
    pub refresh: bool,
}

impl Reuse {
    /// The cache that is meant.
    pub fn cache(&self) -> Option<Cache> {
        let cache = self.cache.as_deref().map(Cache::open)?;
        Some(cache.refreshed(self.refresh))
    }
}
