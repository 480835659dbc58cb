//! Every click on every real app, in every layout.

use std::collections::BTreeMap;
use std::time::Duration;

use ddapps::definition::write::{Options, PartsIn, write};
use ddapps::model::App;

use super::clicks::CLICKS;
use super::{Lines, are_same, comments, edited, lines, only_app, sprinkled, written};
use crate::definition_write::real_apps;
use crate::support::messy::messy;
use crate::support::{Workspace, project};

/// A repository with the app as `import` writes it.
fn imported(app: &App, parts: PartsIn<'_>) -> Workspace {
    let workspace = Workspace::with_project();
    let options = Options {
        file: "apps/it/app.yaml",
        key: None,
        connections: &BTreeMap::new(),
        parts,
    };
    for file in write(app, &options).files {
        workspace.write(&file.path, &file.text);
    }
    workspace
}

/// Does every click; tells what went wrong.
fn clicked(workspace: &Workspace, is_plain: bool, keeps_comments: bool) -> Vec<String> {
    let app = only_app(workspace);
    let mut wrong = Vec::new();
    for click in CLICKS {
        let Some(wanted) = (click.change)(&app.app) else {
            continue;
        };
        let edited = match edited(workspace, &app, &wanted) {
            Ok(edited) => edited,
            Err(error) => {
                wrong.push(format!("{}: {error}", click.name));
                continue;
            }
        };
        let (lines, shown) = lines(&edited);
        let after = written(workspace, &edited);
        if !are_same(&after, &wanted) {
            wrong.push(format!("{}: another app\n{shown}", click.name));
        }
        let most = click.most.filter(|_| is_plain).unwrap_or(Lines {
            gone: usize::MAX,
            new: usize::MAX,
        });
        if lines.gone > most.gone || lines.new > most.new || lines == Lines::default() {
            wrong.push(format!("{}: {lines:?}\n{shown}", click.name));
        }
        if keeps_comments && !click.takes_away {
            let before = comments(
                edited
                    .files
                    .iter()
                    .filter_map(|file| file.before.as_deref()),
            );
            let after = comments(edited.files.iter().filter_map(|file| file.after.as_deref()));
            if before != after {
                wrong.push(format!(
                    "{}: comments {before:?} {after:?}\n{shown}",
                    click.name
                ));
            }
        }
    }
    wrong
}

/// Every click on every app in a layout. The biggest app takes as long as all others, so one layout of it is enough.
fn all(repository: impl Fn(&str, &App) -> Workspace, is_plain: bool, keeps_comments: bool) {
    let mut wrong = String::new();
    for (name, app) in real_apps() {
        if app.definition.text().len() > BIG && !(is_plain && keeps_comments) {
            continue;
        }
        let workspace = repository(&name, &app);
        for problem in clicked(&workspace, is_plain, keeps_comments) {
            wrong.push_str(&format!("{name}: {problem}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

const BIG: usize = 400_000;

#[test]
fn in_one_file_a_click_changes_its_lines_only() {
    all(|_, app| imported(app, PartsIn::Nowhere), true, false);
}

#[test]
fn in_several_files_a_click_changes_its_lines_only() {
    all(|_, app| imported(app, PartsIn::Folder("")), true, false);
}

#[test]
fn comments_everywhere_stay() {
    let layout = |_: &str, app: &App| {
        let workspace = imported(app, PartsIn::Folder(""));
        for file in files(&workspace) {
            if file.ends_with(".yaml") {
                let text = workspace.read(&file);
                workspace.write(&file, &sprinkled(&text));
            }
        }
        workspace
    };
    all(layout, true, true);
}

fn files(workspace: &Workspace) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec!["apps/it".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(workspace.path(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found
}

#[test]
fn exports_in_json_keep_their_layout() {
    let layout = |name: &str, _: &App| {
        let workspace = Workspace::with_project();
        let text = std::fs::read_to_string(project(&format!("tests/corpus/{name}.json"))).unwrap();
        workspace.write("apps/it.json", &text);
        workspace
    };
    all(layout, false, false);
}

#[test]
fn whatever_people_write_can_be_edited() {
    let layout = |_: &str, app: &App| {
        let workspace = imported(app, PartsIn::Nowhere);
        let text = workspace.read("apps/it/app.yaml");
        let value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        let text = messy(&value, text.len() as u64 * 769).text;
        workspace.write("apps/it/app.yaml", &text);
        workspace
    };
    all(layout, false, true);
}

#[test]
fn an_edit_of_a_big_app_is_quick() {
    let (_, app) = real_apps()
        .into_iter()
        .max_by_key(|(_, app)| app.definition.text().len())
        .unwrap();
    let workspace = imported(&app, PartsIn::Nowhere);
    let app = only_app(&workspace);
    let wanted = (CLICKS[0].change)(&app.app).unwrap();
    let started = std::time::Instant::now();
    edited(&workspace, &app, &wanted).unwrap();
    // A debug build on a busy machine is far slower than what people wait for.
    assert!(started.elapsed() < Duration::from_secs(60));
}
