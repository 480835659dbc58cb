//! The pipelines to copy: that every command in them is one that the binary knows.

use std::fs;
use std::path::Path;

use crate::support::project;
use crate::support::run;

/// The files in a folder and in those below.
pub fn texts(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => self::texts(&path, texts),
            false => texts.push(fs::read_to_string(path).unwrap()),
        }
    }
}

/// The arguments of what a line runs, if it runs us.
fn command(line: &str) -> Option<Vec<String>> {
    let line = line.trim().trim_start_matches("- ");
    let line = (["run: ", "script: "].iter()).fold(line, |it, key| it.trim_start_matches(key));
    let line = line.strip_prefix("ddapps ")?;
    let ends = ["||", ">"].iter().filter_map(|it| line.find(it)).min();
    let words = line[..ends.unwrap_or(line.len())].split_whitespace();
    let word = |word: &str| match word {
        "\"$DIRECTORY\"" => ".".to_owned(),
        "\"$WHEN\"" => "changes".to_owned(),
        word => word.to_owned(),
    };
    Some(words.map(word).collect())
}

#[test]
fn every_command_in_the_pipelines_to_copy_is_understood() {
    let mut found = Vec::new();
    texts(&project("examples/ci"), &mut found);
    let commands: Vec<_> = found
        .iter()
        .flat_map(|it| it.lines())
        .filter_map(command)
        .collect();
    assert!(commands.len() >= 16, "{commands:?}");
    let empty = tempfile::tempdir().unwrap();
    for args in commands {
        let mut command = run::command(empty.path(), None);
        let output = command.args(&args).current_dir(empty.path()).output();
        let output = output.unwrap();
        // Nothing is there to work on, and that is all that is wrong.
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(1 | 3)),
            "{args:?}: {said}"
        );
    }
}

#[test]
fn what_the_pipelines_to_copy_take_from_others_is_pinned_by_its_hash() {
    let mut found = Vec::new();
    texts(&project("examples/ci"), &mut found);
    let lines = found.iter().flat_map(|it| it.lines());
    let actions: Vec<_> = lines.filter_map(|it| it.split_once("uses: ")).collect();
    assert!(actions.len() >= 8, "{actions:?}");
    for (_, action) in actions {
        let hash = action.split_once('@').map_or("", |(_, after)| after);
        let hash = hash.split(' ').next().unwrap_or_default();
        let is_hash = hash.len() == 40 && hash.bytes().all(|it| it.is_ascii_hexdigit());
        assert!(is_hash, "{action}");
    }
}
