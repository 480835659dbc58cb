//! A load that has a memory reads only what changed.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use ddapps::definition::{self, Gate, Memory, load_again};

use super::{app, repository};
use crate::support::Workspace;

/// The keys of the apps that were looked at: those of files that were read.
fn read(workspace: &Workspace, memory: &mut Memory<()>) -> BTreeSet<String> {
    let root = workspace.root();
    let settings = definition::read_settings(root).unwrap();
    let target = settings.target(None).unwrap();
    let keys = Mutex::new(BTreeSet::new());
    // What was written right before a load is read again by the next one: coarse clocks do not tell it apart.
    std::thread::sleep(Duration::from_millis(40));
    let look = |declared: ddapps::model::Declared<'_>, _: &mut _| {
        keys.lock().unwrap().insert(declared.key.to_string());
    };
    let (loaded, _) = load_again(
        root,
        &settings,
        &target,
        Some(memory),
        &Gate::opened(),
        &look,
    );
    assert_eq!(
        loaded.desired.apps.len(),
        definition::load(root, &settings, &target)
            .desired
            .apps
            .len()
    );
    keys.into_inner().unwrap()
}

#[test]
fn only_what_changed_is_read_again() {
    let workspace = repository();
    workspace.write(
        "apps/parts.yaml",
        "name: Parts\ncomponents:\n  - {file: ../shared/button.yaml}\n",
    );
    workspace.write("shared/button.yaml", "button button0:\n  label: one\n");
    let mut memory = Memory::default();
    let mut expect = |change: &dyn Fn(), keys: &[&str]| {
        change();
        let wanted: BTreeSet<_> = keys.iter().map(|key| (*key).to_owned()).collect();
        assert_eq!(read(&workspace, &mut memory), wanted);
    };
    expect(&|| (), &["first", "other", "parts"]);
    expect(&|| (), &[]);
    expect(
        &|| workspace.write("apps/first.json", &app("First", "new")),
        &["first"],
    );
    expect(
        &|| workspace.write("shared/button.yaml", "button button0:\n  label: two\n"),
        &["parts"],
    );
    let rename = || {
        std::fs::rename(
            workspace.path("apps/other.json"),
            workspace.path("apps/moved.json"),
        )
    };
    expect(&|| rename().unwrap(), &["moved"]);
    expect(
        &|| workspace.write("ddapps.yaml", "project: another\n"),
        &["first", "moved", "parts"],
    );
    // What cannot be read is looked for each time, so that it is seen when it is there.
    expect(&|| workspace.write("apps/first.json", "{"), &[]);
    expect(
        &|| workspace.write("apps/first.json", &app("First", "new")),
        &["first"],
    );
}
