//! The versions of one app, in words and as JSON: which an apply made, which users run, and what came after.

use std::fmt::Write as _;

use ddapps::model::{AppKey, LiveApp, Owner, VersionInfo, VersionName};
use ddapps::render::line;
use serde_json::{Value, json};

/// The versions of one app.
pub struct Versions<'a> {
    pub owner: &'a Owner,
    pub key: &'a AppKey,
    /// The newest first.
    pub versions: &'a [VersionInfo],
    pub live: &'a LiveApp,
}

/// What is to be said about one version.
struct Row<'a> {
    info: &'a VersionInfo,
    /// The name that an apply gave it.
    ours: Option<VersionName>,
    /// Whether it is the newest of those.
    is_base: bool,
    /// Whether it came after the newest of those.
    is_drift: bool,
    is_live: bool,
}

impl Versions<'_> {
    fn rows(&self) -> Vec<Row<'_>> {
        let name = |info: &VersionInfo| info.our_name(self.owner, self.key);
        let base = self.versions.iter().position(|info| name(info).is_some());
        let runs = self.live.publication.version_id();
        let rows = self.versions.iter().enumerate().map(|(index, info)| Row {
            info,
            ours: name(info),
            is_base: Some(index) == base,
            is_drift: base.is_some_and(|base| index < base),
            is_live: runs == Some(info.id),
        });
        rows.collect()
    }

    /// A line a version.
    pub fn text(&self) -> String {
        let LiveApp { id, app, .. } = self.live;
        let mut text = format!("{}  {}  {id}\n\n", self.key, line(&app.name));
        let rows = self.rows();
        let widest = |of: fn(&Row<'_>) -> usize| rows.iter().map(of).max().unwrap_or(0);
        let number = widest(|row| row.info.version.to_string().len());
        let at = widest(|row| line(&row.info.saved.at).chars().count());
        let by = widest(|row| line(&row.info.saved.by).chars().count());
        for row in &rows {
            let VersionInfo {
                version,
                saved,
                name,
                ..
            } = row.info;
            let remarks = row.remarks().join(", ");
            let (when, who) = (line(&saved.at), line(&saved.by));
            let mut shown = format!(
                "  {:<number$}  {when:<at$}  {who:<by$}  {}",
                version.to_string(),
                line(name.as_deref().unwrap_or_default()),
            );
            if !remarks.is_empty() {
                let _ = write!(shown, "  ({remarks})");
            }
            let _ = writeln!(text, "{}", shown.trim_end());
        }
        if !rows.iter().any(|row| row.is_base) {
            text.push_str("\nno version was named by an apply\n");
        }
        text
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let versions = self.rows().into_iter().map(|row| {
            json!({
                "version": row.info.version.0,
                "id": row.info.id.to_string(),
                "at": row.info.saved.at,
                "by": row.info.saved.by,
                "name": row.info.name,
                "published": row.is_live,
                "ever_published": row.info.ever_published,
                "ours": row.ours.is_some(),
                "base": row.is_base,
                "drift": row.is_drift,
                "commit": row.ours.and_then(|name| name.commit),
            })
        });
        json!({
            "format_version": "1.0",
            "key": self.key.as_str(),
            "id": self.live.id.to_string(),
            "name": self.live.app.name,
            "versions": versions.collect::<Vec<_>>(),
        })
    }
}

impl Row<'_> {
    fn remarks(&self) -> Vec<&'static str> {
        let waits = self.ours.as_ref().is_some_and(|name| name.requested);
        let remarks = [
            (self.is_live, "users run it"),
            (!self.is_live && self.info.ever_published, "users ran it"),
            (waits && !self.info.ever_published, "waiting for approval"),
            (self.is_base, "our last apply"),
            (self.is_drift, "changed live since our last apply"),
        ];
        let told = remarks.into_iter().filter(|(told, _)| *told);
        told.map(|(_, remark)| remark).collect()
    }
}
