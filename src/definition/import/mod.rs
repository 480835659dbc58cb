//! Importing: apps as they are found become definitions of a repository, with proof that nothing was lost.
//!
//! [`import`] names each app, writes it to a place beside the repository, loads it from there, and puts it into the
//! repository only if it came back as the same app. What lives here never talks to a server: where the apps come from is
//! the caller's matter, or that of [`read_export`] and [`read_terraform`].

mod export;
mod names;
mod naming;
mod place;
mod terraform;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::edit::{Additions, SettingsError, add_to_settings};
use super::settings::{SETTINGS, Settings};
use super::target::Target;
use super::write::{LeftOut, WrittenFile, declared};
use super::{Loaded, load};
use crate::model::{App, AppId, AppKey, LiveApp, Mark, Publication, Severity};

pub use export::{ExportError, read_export};
use naming::{Naming, Prepared};
pub use terraform::{Terraform, TerraformError, Unread, read_terraform};

/// An app that is to be imported.
#[derive(Clone, Debug)]
pub struct Found {
    /// What it is.
    pub app: App,
    /// The live app to bind to, where there is one.
    pub id: Option<AppId>,
    /// The ownership marks that it bears.
    pub marks: BTreeSet<Mark>,
    /// Users run an older version, so that `publish: true` would change what they see.
    pub is_behind: bool,
}

impl From<LiveApp> for Found {
    fn from(live: LiveApp) -> Self {
        let is_behind = matches!(live.publication, Publication::Behind(_));
        let publish = (!is_behind).then_some(live.publication != Publication::Unpublished);
        Self {
            app: App {
                publish,
                ..live.app
            },
            id: Some(live.id),
            marks: live.marks,
            is_behind,
        }
    }
}

/// Where to import to, and how.
#[derive(Clone, Debug)]
pub struct Import<'a> {
    /// The repository's root.
    pub root: &'a Path,
    /// Its settings.
    pub settings: &'a Settings,
    /// The environment that the apps live in.
    pub target: &'a Target,
    /// One file an app, or one folder.
    pub layout: Layout,
    /// Leave long code in the definitions.
    pub inline: bool,
    /// Write over existing files.
    pub force: bool,
}

/// How a definition lies in the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `apps/refunds.yaml`, its parts in `apps/refunds/`.
    File,
    /// `apps/refunds/app.yaml`, its parts beside it.
    Folder,
}

/// What came of an import.
#[derive(Debug)]
pub struct Imported {
    /// The apps that have definitions now.
    pub apps: Vec<ImportedApp>,
    /// The apps that were left alone.
    pub refused: Vec<RefusedApp>,
    /// What the settings need to know besides.
    pub additions: Additions,
    /// Whether they know it now.
    pub settings: Result<(), SettingsError>,
}

impl Imported {
    /// Whether no app was left alone, and nothing is left to be done by hand.
    pub fn is_whole(&self) -> bool {
        let mut apps = self.apps.iter();
        self.refused.is_empty() && self.settings.is_ok() && apps.all(|app| app.stuck.is_empty())
    }
}

/// An app that has a definition now.
#[derive(Debug)]
pub struct ImportedApp {
    /// Its key.
    pub key: AppKey,
    /// The live app that it declares; without one, applying makes an app.
    pub id: Option<AppId>,
    /// Its name.
    pub name: String,
    /// The files, the definition first.
    pub files: Vec<String>,
    /// Parts that it named before and that nothing names any more, which were removed.
    pub removed: Vec<String>,
    /// Such parts that could not be removed, and why. As definitions of their own they are wrong.
    pub stuck: Vec<(String, io::Error)>,
    /// What the files need not say.
    pub left_out: LeftOut,
    /// Attributes that were left out, since the server owns them.
    pub attributes: Vec<String>,
    /// `publish` was left out, since users run an older version.
    pub is_behind: bool,
}

/// An app that was left alone.
#[derive(Debug)]
pub struct RefusedApp {
    /// Its name.
    pub name: String,
    /// Its id, where it has one.
    pub id: Option<AppId>,
    /// Why.
    pub why: Why,
}

/// Why an app was left alone.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// Somebody else declares it.
    #[error("it bears the mark `{0}`, so another repository or environment declares it")]
    Foreign(Mark),
    /// It claims to be two apps of this repository, or two apps claim to be this one.
    #[error("its marks do not tell which app of this repository it is")]
    Ambiguous,
    /// The repository has a definition of it.
    #[error("`{path}` declares it already")]
    Declared {
        /// The definition.
        path: String,
    },
    /// A file is in the way.
    #[error("`{path}` exists")]
    Exists {
        /// The file.
        path: String,
    },
    /// The files would not mean the app.
    #[error("the file language cannot say it: {reason}")]
    Loss {
        /// What the loader found, or that the value came back as another one.
        reason: String,
    },
    /// The machine.
    #[error("`{path}` cannot be written")]
    Io {
        /// The file.
        path: String,
        /// What is in the way.
        #[source]
        source: io::Error,
    },
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The settings could not be written.
    #[error("`ddapps.yaml` cannot be written")]
    Settings(#[source] io::Error),
    /// The place beside the repository could not be made or filled.
    #[error("the files cannot be tried out in a temporary folder")]
    Trial(#[source] io::Error),
}

/// Imports apps into a repository.
pub fn import(found: Vec<Found>, to: &Import<'_>) -> Result<Imported, ImportError> {
    let loaded = load(to.root, to.settings, to.target);
    let mut naming = Naming::new(to, &loaded);
    let (mut prepared, mut refused) = (Vec::new(), Vec::new());
    for found in found {
        let (name, id) = (found.app.name.clone(), found.id);
        match naming.prepare(found) {
            Ok(app) => prepared.push(app),
            Err(why) => refused.push(RefusedApp { name, id, why }),
        }
    }
    let losses = try_out(to, &prepared, &naming.connections).map_err(ImportError::Trial)?;
    let mut kept = Vec::new();
    for app in prepared {
        match losses.get(&app.key) {
            None => kept.push(app),
            Some(reason) => refused.push(app.refused(Why::Loss {
                reason: reason.clone(),
            })),
        }
    }
    let additions = additions(&kept, &naming.connections);
    // Bindings come first: a definition without its binding would be planned as a second app.
    let settings = write_settings(to, &additions)?;
    let mut apps = Vec::new();
    for app in kept {
        match put(to.root, app, to.force) {
            Ok(app) => apps.push(app),
            Err(app) => refused.push(app),
        }
    }
    Ok(Imported {
        apps,
        refused,
        additions,
        settings,
    })
}

/// Writes the files of an app, and removes the parts that it does not name any more.
fn put(root: &Path, app: Prepared, force: bool) -> Result<ImportedApp, RefusedApp> {
    for file in &app.written.files {
        if let Err(source) = place::place(root, file, force) {
            let path = file.path.clone();
            return Err(app.refused(Why::Io { path, source }));
        }
    }
    let (mut removed, mut stuck) = (Vec::new(), Vec::new());
    for path in &app.left {
        match fs::remove_file(root.join(path)) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => stuck.push((path.clone(), why)),
            _ => removed.push(path.clone()),
        }
    }
    Ok(app.imported(removed, stuck))
}

/// Writes all apps to a temporary folder and loads them from there; tells of each that did not come back as it was.
fn try_out(
    to: &Import<'_>,
    apps: &[Prepared],
    connections: &BTreeMap<String, String>,
) -> io::Result<BTreeMap<AppKey, String>> {
    let folder = tempfile::tempdir()?;
    for file in apps.iter().flat_map(|app| &app.written.files) {
        place::place(folder.path(), file, true)?;
    }
    let mut target = to.target.clone();
    target.environment.connections = connections.clone();
    let loaded = load(folder.path(), to.settings, &target);
    let mut losses = BTreeMap::new();
    for app in apps {
        let (expected, ..) = declared(&app.found.app);
        let back = loaded.desired.apps.get(&app.key).map(|it| &it.app);
        if back != Some(&expected) {
            losses.insert(app.key.clone(), reason(app, &loaded));
        }
    }
    Ok(losses)
}

fn reason(app: &Prepared, loaded: &Loaded) -> String {
    let is_here = |path: &str| app.written.files.iter().any(|file| file.path == path);
    let mut errors = loaded.findings.iter().filter(|finding| {
        finding.severity == Severity::Error
            && finding.location.as_ref().is_none_or(|at| is_here(&at.path))
    });
    match errors.next() {
        Some(finding) => finding.message.clone(),
        None => "what it writes loads as another value".to_owned(),
    }
}

fn additions(apps: &[Prepared], connections: &BTreeMap<String, String>) -> Additions {
    let mut additions = Additions::default();
    for app in apps {
        for alias in &app.aliases {
            additions
                .connections
                .insert(alias.clone(), connections[alias].clone());
        }
        if let (true, Some(id)) = (app.needs_binding, app.found.id) {
            additions.apps.insert(app.key.clone(), id);
        }
    }
    additions
}

/// Writes the additions, where the settings can be changed in place.
fn write_settings(
    to: &Import<'_>,
    additions: &Additions,
) -> Result<Result<(), SettingsError>, ImportError> {
    if additions.is_empty() {
        return Ok(Ok(()));
    }
    let path: PathBuf = to.root.join(SETTINGS);
    let text = fs::read_to_string(&path).map_err(ImportError::Settings)?;
    let environment = to.target.owner.environment.as_deref();
    let edited = match add_to_settings(&text, environment, additions) {
        Ok(edited) => edited,
        Err(error) => return Ok(Err(error)),
    };
    let file = WrittenFile {
        path: SETTINGS.to_owned(),
        text: edited,
    };
    place::place(to.root, &file, true).map_err(ImportError::Settings)?;
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::write::{Written, WrittenFile};

    /// A part is a folder by now, which holds something; the app is imported all the same, and the part is named.
    #[test]
    fn a_part_that_cannot_be_removed_does_not_undo_what_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("apps/it/js/old.js/x")).unwrap();
        fs::write(root.join("apps/it/js/gone.js"), "").unwrap();
        let text = r#"{"name": "It", "components": [], "queries": [], "rootInstanceName": "g"}"#;
        let app = Prepared {
            found: Found {
                app: read_export(text).unwrap(),
                id: None,
                marks: BTreeSet::new(),
                is_behind: false,
            },
            key: AppKey::new("it").unwrap(),
            needs_binding: false,
            aliases: BTreeSet::new(),
            written: Written {
                files: vec![WrittenFile {
                    path: "apps/it.yaml".to_owned(),
                    text: "name: It\n".to_owned(),
                }],
                left_out: LeftOut::default(),
                attributes: Vec::new(),
            },
            left: ["old", "gone", "gone-before"]
                .map(|name| format!("apps/it/js/{name}.js"))
                .to_vec(),
        };
        let app = put(root, app, true).unwrap();
        assert_eq!(
            fs::read_to_string(root.join("apps/it.yaml")).unwrap(),
            "name: It\n"
        );
        assert_eq!(
            app.removed,
            ["apps/it/js/gone.js", "apps/it/js/gone-before.js"]
        );
        let stuck: Vec<_> = app.stuck.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(stuck, ["apps/it/js/old.js"]);
    }
}
