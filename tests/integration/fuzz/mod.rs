//! Whatever a file holds, it is read or refused: no panic, no hang, no blow-up of memory.
//!
//! The ordinary tests look at some thousand inputs; the ignored ones at as many as `DDAPPS_FUZZ_INPUTS` says, from
//! `DDAPPS_FUZZ_FIRST` on (`tests/fuzz/README.md`).

mod input;

use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use ddapps::definition::{Loaded, read_settings};
use ddapps::expression::{Parser, spans, with_parser};
use ddapps::model::{Selection, Severity};
use ddapps::reconcile;

use self::input::{below, chance, changed, seeds};
use crate::support::Workspace;

/// How long one input of at most 64 KiB may take, in a debug build on a busy machine too.
const LIMIT: Duration = Duration::from_secs(30);
/// How much memory a search may need at most, in KiB.
const MAX_MEMORY: u64 = 1 << 20;

#[test]
fn files_and_their_neighbours_are_read_or_refused() {
    look_at_seeds();
    many(0..2_000);
}

#[test]
fn expressions_and_their_neighbours_are_parsed_or_refused() {
    with_parser(|parser| {
        let seeds = expressions();
        for (_, seed) in &seeds {
            scan(parser, &String::from_utf8_lossy(seed));
        }
        search(0..2_000, |number| mutate(parser, &seeds, number));
    });
}

#[test]
#[ignore = "takes minutes: see tests/fuzz/README.md"]
fn many_files() {
    many(wanted());
}

#[test]
#[ignore = "takes minutes: see tests/fuzz/README.md"]
fn many_expressions() {
    with_parser(|parser| {
        let seeds = expressions();
        search(wanted(), |number| mutate(parser, &seeds, number));
    });
}

fn wanted() -> std::ops::Range<u64> {
    let number = |name: &str, default| {
        env::var(name).map_or(default, |text| text.parse().expect("a number of inputs"))
    };
    let first = number("DDAPPS_FUZZ_FIRST", 0);
    first..first + number("DDAPPS_FUZZ_INPUTS", 100_000)
}

/// Looks at each number, and fails if one takes too long or all together too much memory.
fn search(numbers: std::ops::Range<u64>, mut look_at: impl FnMut(u64)) {
    let count = numbers.end - numbers.start;
    let current = Mutex::new(Some((numbers.start, Instant::now())));
    let mut slowest = (Duration::ZERO, numbers.start);
    let start = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| watch(&current));
        let stop = Stop(&current);
        for number in numbers {
            let start = Instant::now();
            *current.lock().unwrap() = Some((number, start));
            look_at(number);
            slowest = slowest.max((start.elapsed(), number));
        }
        drop(stop);
    });
    let memory = memory();
    eprintln!(
        "{count} inputs in {:.0?}, {:.1?} each; the slowest, {}, took {:.1?}; at most {} MiB of memory",
        start.elapsed(),
        start.elapsed() / u32::try_from(count).unwrap_or(u32::MAX),
        slowest.1,
        slowest.0,
        memory / 1024,
    );
    assert!(memory < MAX_MEMORY, "too much memory: {memory} KiB");
}

/// Ends the watch, also when an input makes the thread panic.
struct Stop<'a>(&'a Mutex<Option<(u64, Instant)>>);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("input: {:?}", self.0.lock().unwrap());
        }
        *self.0.lock().unwrap() = None;
    }
}

/// A hang cannot be ended from outside, so it ends the whole run.
fn watch(current: &Mutex<Option<(u64, Instant)>>) {
    loop {
        // A copy: the lock is not to be held while this sleeps.
        let seen = *current.lock().unwrap();
        let Some((number, since)) = seen else {
            return;
        };
        if since.elapsed() > LIMIT {
            eprintln!("input {number} takes longer than {LIMIT:?}");
            std::process::abort();
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// The most memory that this process has needed so far, in KiB; 0 where the system does not say.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

/// The seeds as they are, in one repository.
fn look_at_seeds() {
    let workspace = Workspace::new();
    for (folder, place) in [
        ("definition", "apps/"),
        ("code", "apps/js/"),
        ("settings", ""),
    ] {
        for (name, bytes) in seeds(folder) {
            let name = name.replace("settings.yaml", "ddapps.yaml");
            fs::create_dir_all(workspace.path(place)).unwrap();
            fs::write(workspace.path(place).join(name), bytes).unwrap();
        }
    }
    let loaded = load_all(&workspace).expect("the settings are valid");
    let errors: Vec<_> = (loaded.findings.iter())
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.rule)
        .collect();
    // The part names itself, so `compact.yaml` is no app.
    assert_eq!(errors, ["circular-file"]);
    assert_eq!(loaded.desired.apps.len(), 4);
}

/// How many inputs stand in one repository: threads and folders are made once for all of them.
const BATCH: u64 = 64;

/// Writes changed seeds into a repository and loads and checks it, again and again. When an input makes it panic, it is one
/// of the last [`BATCH`].
fn many(numbers: std::ops::Range<u64>) {
    let workspace = Workspace::new();
    let files = Files::new(&workspace);
    let last = numbers.end - 1;
    let start = numbers.start;
    search(numbers, |number| {
        let place = (number - start) % BATCH;
        if place == 0 {
            files.clear(&workspace);
        }
        files.write(&workspace, place, number);
        if place + 1 == BATCH || number == last {
            load_all(&workspace);
        }
    });
}

/// The seeds of files.
struct Files {
    definitions: Vec<(String, Vec<u8>)>,
    code: Vec<(String, Vec<u8>)>,
    settings: Vec<(String, Vec<u8>)>,
}

impl Files {
    fn new(workspace: &Workspace) -> Self {
        let files = Self {
            definitions: seeds("definition"),
            code: seeds("code"),
            settings: seeds("settings"),
        };
        fs::create_dir_all(workspace.path("changed")).unwrap();
        fs::write(workspace.path("ddapps.yaml"), &files.settings[0].1).unwrap();
        files
    }

    fn clear(&self, workspace: &Workspace) {
        let apps = workspace.path("apps");
        let _ = fs::remove_dir_all(&apps);
        fs::create_dir_all(apps.join("js")).unwrap();
        fs::write(apps.join("js/code.js"), &self.code[0].1).unwrap();
        let part = self.definitions.iter().find(|it| it.0 == "part.yaml");
        fs::write(apps.join("part.yaml"), &part.unwrap().1).unwrap();
    }

    fn write(&self, workspace: &Workspace, place: u64, number: u64) {
        let mut chance = chance(number);
        let apps = workspace.path("apps");
        match below(&mut chance, 8) {
            0 => {
                let bytes = changed(&self.settings[0].1, &self.definitions, &mut chance);
                fs::write(workspace.path("changed/ddapps.yaml"), bytes).unwrap();
                let _ = read_settings(&workspace.path("changed"));
            }
            1 => {
                let bytes = changed(&self.code[0].1, &self.code, &mut chance);
                fs::write(apps.join(format!("js/{place}.js")), bytes).unwrap();
                let name = format!("{place}.yaml");
                let app = format!(
                    "name: A\ncomponents: []\nqueries: {{q: {{type: dataTransform, js: {{file: js/{place}.js}}}}}}\n"
                );
                fs::write(apps.join(name), app).unwrap();
            }
            _ => {
                let (name, seed) = &self.definitions[below(&mut chance, self.definitions.len())];
                let bytes = changed(seed, &self.definitions, &mut chance);
                fs::write(apps.join(format!("{place}{name}")), bytes).unwrap();
            }
        }
    }
}

/// Loads and checks a repository, unless its settings cannot be read.
fn load_all(workspace: &Workspace) -> Option<Loaded> {
    let root = workspace.root();
    let settings = read_settings(root).ok()?;
    let name = settings.environments.keys().next().cloned();
    let target = settings.target(name.as_deref()).ok()?;
    let checked = reconcile::check(root, &settings, &target, &Selection::default());
    for finding in checked.findings {
        let Some(location) = &finding.location else {
            continue;
        };
        assert!(location.line >= 1 && location.column >= 1, "{finding:?}");
    }
    Some(checked.loaded)
}

/// The seeds, and the expressions of the real apps.
fn expressions() -> Vec<(String, Vec<u8>)> {
    let mut all = seeds("expression");
    for name in crate::support::corpus() {
        let path = crate::support::project("tests/corpus").join(format!("{name}.json"));
        let text = fs::read_to_string(path).unwrap();
        collect(&serde_json::from_str(&text).unwrap(), &mut all);
    }
    all.sort();
    all.dedup();
    all
}

fn collect(value: &serde_json::Value, out: &mut Vec<(String, Vec<u8>)>) {
    match value {
        serde_json::Value::String(text) if text.contains("${") && text.len() < 1_000 => {
            out.push((String::new(), text.clone().into_bytes()));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, out)),
        serde_json::Value::Object(fields) => fields.values().for_each(|field| collect(field, out)),
        _ => {}
    }
}

fn mutate(parser: &mut Parser, seeds: &[(String, Vec<u8>)], number: u64) {
    let mut chance = chance(number);
    let (_, seed) = &seeds[below(&mut chance, seeds.len())];
    let bytes = changed(seed, seeds, &mut chance);
    scan(parser, &String::from_utf8_lossy(&bytes));
}

/// Finds and parses the expressions of a text, and parses the whole as if it were one.
fn scan(parser: &mut Parser, text: &str) {
    let mut end = 0;
    for span in spans(text) {
        assert!(span.start >= end && text[span.clone()].starts_with("${"));
        assert!(text[span.clone()].ends_with('}'));
        end = span.end;
        parse(parser, &text[span.start + 2..span.end - 1]);
    }
    parse(parser, text);
}

fn parse(parser: &mut Parser, code: &str) {
    let parsed = parser.parse(code);
    for error in &parsed.errors {
        assert!(code.is_char_boundary(error.offset), "{error:?} in {code:?}");
    }
    for name in &parsed.names {
        // Names can be written with escapes.
        assert!(code.is_char_boundary(name.offset), "{name:?} in {code:?}");
    }
}
