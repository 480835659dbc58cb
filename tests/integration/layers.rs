//! The direction of imports, and what pure rooms leave alone, read from `src/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::project;

/// What each room may import of ours.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("http", &[]),
    ("emulator", &[]),
    ("expression", &[]),
    ("definition", &["model", "expression"]),
    ("validate", &["model", "expression"]),
    ("diff", &["model", "expression"]),
    ("api", &["model", "http"]),
    ("forge", &["http"]),
    ("fetch", &["model", "api"]),
    ("plan", &["model", "diff"]),
    ("apply", &["model", "plan", "api"]),
    ("render", &["model", "diff", "plan", "apply"]),
    (
        "reconcile",
        &[
            "model",
            "expression",
            "definition",
            "validate",
            "api",
            "fetch",
            "diff",
            "plan",
            "apply",
            "render",
        ],
    ),
    ("watch", &["definition"]),
];

/// Rooms that take values and return values.
const PURE: [&str; 6] = ["model", "expression", "validate", "diff", "plan", "render"];

/// What a pure room never mentions: files, network, environment, clock, randomness, async, printing, logging, and order
/// that depends on a hash.
const IMPURE: [&str; 17] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::io",
    "std::time::SystemTime",
    "Instant::now",
    "tokio",
    "reqwest",
    "async fn",
    "println!",
    "eprintln!",
    "tracing::",
    "HashMap",
    "HashSet",
    "new_v4",
    "rand::",
];

/// A source file, without its tests.
struct Source {
    path: PathBuf,
    room: String,
    lines: Vec<(usize, String)>,
}

fn sources() -> Vec<Source> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, out),
                false if path.extension().is_some_and(|it| it == "rs") => out.push(path),
                false => {}
            }
        }
    }
    let root = project("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files
        .into_iter()
        .filter(|file| {
            !file.components().any(|part| part.as_os_str() == "tests")
                && !file.ends_with("tests.rs")
        })
        .map(|file| {
            let inside = file.strip_prefix(&root).unwrap();
            let first = inside
                .components()
                .next()
                .unwrap()
                .as_os_str()
                .to_str()
                .unwrap();
            let text = std::fs::read_to_string(&file).unwrap();
            let lines = text
                .lines()
                .enumerate()
                .take_while(|(_, line)| *line != "#[cfg(test)]");
            Source {
                room: first.trim_end_matches(".rs").to_owned(),
                lines: lines
                    .filter(|(_, line)| !line.trim_start().starts_with("//"))
                    .map(|(number, line)| (number + 1, line.to_owned()))
                    .collect(),
                path: inside.to_owned(),
            }
        })
        .collect()
}

#[test]
fn imports_go_down_the_layers_only() {
    let rules: BTreeMap<_, _> = MAY_IMPORT.iter().copied().collect();
    let mut broken = Vec::new();
    for source in sources() {
        if ["lib", "main", "cli"].contains(&source.room.as_str()) {
            continue;
        }
        let allowed = rules.get(source.room.as_str());
        assert!(
            allowed.is_some(),
            "`{}` is in a room without a rule",
            source.path.display()
        );
        for (number, line) in &source.lines {
            for (_, rest) in line
                .match_indices("crate::")
                .map(|(at, it)| line.split_at(at + it.len()))
            {
                let name: String = rest
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let is_room = rules.contains_key(name.as_str());
                let is_allowed = name == source.room || allowed.unwrap().contains(&name.as_str());
                if is_room && !is_allowed {
                    broken.push(format!(
                        "{}:{number} imports `{name}`",
                        source.path.display()
                    ));
                }
                // A list would hide the names from this test.
                if rest.starts_with('{') {
                    broken.push(format!(
                        "{}:{number} imports several rooms in one list",
                        source.path.display()
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn pure_rooms_stay_pure() {
    let mut broken = Vec::new();
    for source in sources() {
        if !PURE.contains(&source.room.as_str()) {
            continue;
        }
        for (number, line) in &source.lines {
            for word in IMPURE.iter().filter(|word| line.contains(*word)) {
                broken.push(format!(
                    "{}:{number} mentions `{word}`",
                    source.path.display()
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_library_never_prints_exits_or_reads_the_environment() {
    let mut broken = Vec::new();
    for source in sources() {
        if ["main", "cli"].contains(&source.room.as_str()) {
            continue;
        }
        for (number, line) in &source.lines {
            for word in [
                "println!",
                "eprintln!",
                "process::exit",
                "env::var",
                "io::stdout",
                "io::stderr",
            ] {
                if line.contains(word) {
                    broken.push(format!(
                        "{}:{number} mentions `{word}`",
                        source.path.display()
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn commands_stay_short_stories() {
    for source in sources()
        .iter()
        .filter(|it| it.room == "cli" || it.room == "main")
    {
        let limit = match source.path.to_str().unwrap() {
            "main.rs" => 60,
            // All options of all commands, with their help.
            "cli/args.rs" => 400,
            _ => 130,
        };
        let lines = source.lines.len();
        assert!(
            lines <= limit,
            "{} has {lines} lines of code, {limit} are allowed",
            source.path.display()
        );
    }
}
