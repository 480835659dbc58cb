//! Every folder of `tests/scenarios`: a repository and a server in, everything that is shown and done out.
//!
//! A folder holds `desired/` (the repository), `live.json` (the server's state; none: no apps) and `scenario.json`:
//! what it is about, and optionally `drift: true` where it is shown what was done live, `pull: true` where that comes home before the apply, `args`, `env`, `switches`, `faults`, `page: true` where the page is looked at, and
//! `converged: false` where a second plan still has something to say. The rest is written by `DDAPPS_BLESS=1 cargo test`, and read with care before it is committed:
//! `plan.txt`, `plan.json`, `plan.md`, `plan.html` (what is on the page), the same of `drift`, `pull.txt`, `pull.json` and what it did to the files in `pull.diff`, `report.txt`, and `outcome.txt` with exit codes, write requests and the second plan.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use ddapps::emulator::{Failure, Fault, Settings, Switches, When};
use serde_json::Value;

use crate::support::run::Run;
use crate::support::{Server, Workspace, copy, project};

#[test]
fn every_scenario_shows_and_does_what_its_folder_says() {
    let mut names: Vec<_> = std::fs::read_dir(project("tests/scenarios"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() >= 40);
    let next = AtomicUsize::new(0);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut wrong = Vec::new();
                    while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                        wrong.extend(check(name));
                    }
                    wrong
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs one scenario; returns what is not as its files say.
fn check(name: &str) -> Vec<String> {
    let folder = project("tests/scenarios").join(name);
    let scenario = read_json(&folder.join("scenario.json")).unwrap();
    let workspace = Workspace::new();
    copy(&folder.join("desired"), workspace.root());
    let server = server(&folder, &scenario);
    let run = |command: &str, more: &[&str]| {
        server.emulator().set_faults(faults(&scenario));
        let mut args = vec![command, "--parallelism", "1"];
        args.extend(strings(&scenario["args"]));
        if let Some(env) = scenario["env"].as_str() {
            args.extend(["--env", env]);
        }
        args.extend(more);
        Run::new(workspace.root(), Some(server.url()), &args)
    };
    let about = scenario["about"].as_str().unwrap();
    let plan = run("plan", &["--detailed-exitcode"]);
    let json = run("plan", &["--format", "json"]);
    // Pages are made of the saved plan: what `show` prints is what `plan` would.
    let saved = workspace.root().join(".saved-plan");
    std::fs::write(&saved, &json.stdout).unwrap();
    let show = |format: &str| {
        let args = ["show", saved.to_str().unwrap(), "--format", format];
        Run::new(workspace.root(), None, &args).stdout
    };
    let has_page = scenario["page"].as_bool() == Some(true);
    let page = has_page.then(|| on_page(&show("html")).to_owned());
    let markdown = show("markdown");
    std::fs::remove_file(&saved).unwrap();
    let drift = (scenario["drift"].as_bool() == Some(true)).then(|| {
        let drift = |format: &str| run("drift", &["--format", format]);
        let text = drift("text");
        let mut shown = vec![
            ("drift.json", drift("json").stdout),
            ("drift.md", drift("markdown").stdout),
        ];
        if has_page {
            shown.push(("drift.html", on_page(&drift("html").stdout).to_owned()));
        }
        shown.push(("drift.txt", text.stdout + &text.stderr));
        (text.code, shown)
    });
    let pull = (scenario["pull"].as_bool() == Some(true)).then(|| {
        let json = run("pull", &["--format", "json"]).stdout;
        std::fs::remove_dir_all(workspace.path("apps")).unwrap();
        copy(&folder.join("desired"), workspace.root());
        let text = run("pull", &[]);
        let shown = [
            ("pull.json", json),
            ("pull.txt", text.stdout + &text.stderr),
            (
                "pull.diff",
                changes(&folder.join("desired"), workspace.root()),
            ),
        ];
        (text.code, shown)
    });
    assert_eq!(
        server.writes(),
        Vec::<String>::new(),
        "{name}: a plan never writes"
    );
    let apply = run("apply", &["--yes"]);
    let writes = server.writes();
    let second = run("plan", &["--detailed-exitcode"]);
    let converged = scenario["converged"].as_bool().unwrap_or(true);
    if converged {
        assert_eq!(
            second.code, 0,
            "{name}: not converged\n{}{}",
            second.stdout, second.stderr
        );
    }

    let mut outcome = format!("{about}\n\nplan: exit {}\n", plan.code);
    if let Some((code, _)) = &drift {
        writeln!(outcome, "drift: exit {code}").unwrap();
    }
    if let Some((code, _)) = &pull {
        writeln!(outcome, "pull: exit {code}").unwrap();
    }
    writeln!(outcome, "apply: exit {}", apply.code).unwrap();
    for write in &writes {
        writeln!(outcome, "  {write}").unwrap();
    }
    writeln!(outcome, "second plan: exit {}", second.code).unwrap();
    if scenario["sent"].as_bool() == Some(true) {
        let state = serde_json::to_string_pretty(
            &server.emulator().to_json()["apps"][0]["versions"][1]["attributes"],
        );
        writeln!(outcome, "sent: {}", state.unwrap()).unwrap();
    }
    let report = apply
        .stdout
        .strip_prefix(&plan.stdout)
        .unwrap_or(&apply.stdout);
    [
        ("plan.txt", plan.stdout.clone() + &plan.stderr),
        ("plan.json", json.stdout),
        ("report.txt", report.to_owned() + &apply.stderr),
        ("outcome.txt", outcome),
    ]
    .into_iter()
    // Where there is no plan, there is nothing to show.
    .chain((!markdown.is_empty()).then_some(("plan.md", markdown)))
    .chain(page.map(|page| ("plan.html", page)))
    .chain(drift.into_iter().flat_map(|(_, shown)| shown))
    .chain(pull.into_iter().flat_map(|(_, shown)| shown))
    .filter_map(|(file, text)| snapshot(&folder.join(file), &text))
    .collect()
}

/// What differs between the definitions of two repositories.
fn changes(before: &Path, after: &Path) -> String {
    let names: BTreeSet<_> = [before, after].into_iter().flat_map(files).collect();
    let mut shown = String::new();
    for name in names {
        let [a, b] = [before, after].map(|root| std::fs::read_to_string(root.join(&name)));
        let [a, b] = [a.unwrap_or_default(), b.unwrap_or_default()];
        let diff = similar::TextDiff::from_lines(&a, &b);
        let diff = diff.unified_diff().header(&name, &name).to_string();
        shown.push_str(&diff);
    }
    shown
}

/// The names of all files below a folder.
fn files(root: &Path) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![root.join("apps")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(
                    path.strip_prefix(root)
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned(),
                ),
            }
        }
    }
    found
}

/// What is on a page, without the style and script that are the same on all.
fn on_page(page: &str) -> &str {
    let (start, end) = (
        page.find("<header>").unwrap(),
        page.find("<script>").unwrap(),
    );
    page[start..end].trim_end()
}

fn server(folder: &Path, scenario: &Value) -> Server {
    let mut switches = Switches::default();
    for (name, value) in scenario["switches"].as_object().into_iter().flatten() {
        switches.set(name, value.as_str().unwrap()).unwrap();
    }
    let settings = Settings {
        switches,
        deterministic: true,
        ..Settings::default()
    };
    match read_json(&folder.join("live.json")) {
        Some(state) => Server::with_state(&state, settings),
        None => Server::new(settings),
    }
}

fn faults(scenario: &Value) -> Vec<Fault> {
    let listed = scenario["faults"].as_array().into_iter().flatten();
    listed
        .map(|fault| Fault {
            when: When::Matching {
                method: fault["method"].as_str().map(str::to_owned),
                path: fault["path"].as_str().unwrap().to_owned(),
                nth: fault["nth"].as_u64(),
            },
            failure: match fault["failure"].as_str().unwrap() {
                "forbidden" => Failure::Forbidden,
                "not-found" => Failure::NotFound,
                other => panic!("no failure `{other}`"),
            },
        })
        .collect()
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn read_json(path: &Path) -> Option<Value> {
    let text = std::fs::read_to_string(path).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

/// Compares with a file, or writes it when `DDAPPS_BLESS` is set. Only the version of the program is left open.
fn snapshot(path: &Path, text: &str) -> Option<String> {
    let text = text.replace(
        &format!("\"ddapps_version\": \"{}\"", env!("CARGO_PKG_VERSION")),
        "\"ddapps_version\": \"VERSION\"",
    );
    if std::env::var_os("DDAPPS_BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
        return None;
    }
    let wanted = std::fs::read_to_string(path).unwrap_or_default();
    (wanted != text).then(|| {
        let diff = similar::TextDiff::from_lines(&wanted, &text);
        format!(
            "{}\n{}",
            path.display(),
            diff.unified_diff().context_radius(2)
        )
    })
}
