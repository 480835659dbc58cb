//! Laws of editing in place: the files say what is wanted, nothing else changes, and comments stay.

mod anchors;
mod clicks;
mod environments;
mod kinds;
mod mutate;
mod random;
mod real;
mod variables;

use std::collections::BTreeMap;

use ddapps::definition::edit::{EditError, Edited, EditedFile, Editor};
use ddapps::definition::{load, read_settings};
use ddapps::model::{App, Declared, DesiredApp, Severity, same};
use similar::{ChangeTag, TextDiff};

use crate::support::Workspace;

/// The only app of a repository.
pub fn only_app(workspace: &Workspace) -> DesiredApp {
    let settings = read_settings(workspace.root()).unwrap();
    let loaded = load(workspace.root(), &settings, &settings.target(None).unwrap());
    let errors = loaded
        .findings
        .iter()
        .filter(|it| it.severity == Severity::Error);
    assert_eq!(errors.collect::<Vec<_>>(), Vec::<&_>::new());
    let mut apps: Vec<_> = loaded.desired.apps.into_values().collect();
    assert_eq!(apps.len(), 1, "{apps:?}");
    apps.remove(0)
}

/// The change of an app of a repository, not written.
pub fn edited(workspace: &Workspace, app: &DesiredApp, wanted: &App) -> Result<Edited, EditError> {
    edited_after(workspace, &[], app, wanted)
}

/// The same, on top of changes that are not written either.
pub fn edited_after(
    workspace: &Workspace,
    earlier: &[EditedFile],
    app: &DesiredApp,
    wanted: &App,
) -> Result<Edited, EditError> {
    let root = workspace.root();
    let settings = read_settings(root).unwrap();
    let target = settings.target(None).unwrap();
    let parts = load(root, &settings, &target).parts;
    let look = &mut |_: Declared<'_>| ();
    let editor = Editor::new(root, &target, &parts);
    let (edited, ()) = editor.edit(editor.open(app)?, earlier, app, wanted, look)?;
    Ok(edited)
}

/// How many lines go and come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    pub gone: usize,
    pub new: usize,
}

/// How many lines the changes take, and what they look like.
pub fn lines(edited: &Edited) -> (Lines, String) {
    let (mut lines, mut shown) = (Lines::default(), String::new());
    for file in &edited.files {
        let [before, after] =
            [&file.before, &file.after].map(|it| it.as_deref().unwrap_or_default());
        let diff = TextDiff::from_lines(before, after);
        for change in diff.iter_all_changes() {
            match change.tag() {
                ChangeTag::Delete => lines.gone += 1,
                ChangeTag::Insert => lines.new += 1,
                ChangeTag::Equal => {}
            }
        }
        shown.push_str(
            &diff
                .unified_diff()
                .header(&file.path, &file.path)
                .to_string(),
        );
    }
    (lines, shown)
}

/// Whether two apps are the same, as far as anybody can tell.
pub fn are_same(a: &App, b: &App) -> bool {
    let (x, y) = (a.definition.body(), b.definition.body());
    let whole = |body: &ddapps::model::Body| {
        serde_json::json!([
            body.root_instance_name,
            body.components,
            body.queries,
            body.extra
        ])
    };
    // Line ends are no difference.
    let unix = |text: &str| text.replace("\r\n", "\n");
    let rest = |app: &App| {
        let App {
            name,
            description,
            tags,
            protection_level,
            self_service,
            publish,
            definition: _,
        } = app;
        (
            unix(name),
            description.as_deref().map(unix),
            tags.clone(),
            *protection_level,
            *self_service,
            *publish,
        )
    };
    same(&whole(&x), &whole(&y)) && rest(a) == rest(b)
}

/// Writes the changes and tells what the files then say; gives the old texts back.
pub fn written(workspace: &Workspace, edited: &Edited) -> App {
    for file in &edited.files {
        file.write().unwrap();
    }
    let app = only_app(workspace).app;
    for file in &edited.files {
        match &file.before {
            Some(before) => workspace.write(&file.path, before),
            None => std::fs::remove_file(workspace.path(&file.path)).unwrap(),
        };
    }
    app
}

/// Comments that are put at every place where a line of the writer's layout has room for one: `# c0`, `# c1` …
pub fn sprinkled(text: &str) -> String {
    let mut out = String::new();
    let mut count = 0;
    let mut block: Option<usize> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        if let Some(outer) = block {
            if line.trim().is_empty() || indent > outer {
                out.push_str(line);
                out.push('\n');
                continue;
            }
            block = None;
        }
        let mut comment = || {
            count += 1;
            format!("# c{}", count - 1)
        };
        out.push_str(&format!("{:indent$}{}\n", "", comment()));
        out.push_str(&format!("{line}  {}\n", comment()));
        let header = line.rsplit(' ').next().unwrap_or_default();
        if header.starts_with('|') && header.len() <= 3 {
            block = Some(indent);
        }
    }
    out
}

/// How often each numbered comment stands in the texts.
pub fn comments<'t>(texts: impl Iterator<Item = &'t str>) -> BTreeMap<usize, usize> {
    let mut found = BTreeMap::new();
    for text in texts {
        for rest in text.split("# c").skip(1) {
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            if let Ok(number) = rest[..end].parse() {
                *found.entry(number).or_default() += 1;
            }
        }
    }
    found
}
