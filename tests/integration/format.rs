//! Laws of `fmt`: no value changes, every comment stays, in its order, and once is enough.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Stdio;

use ddapps::definition::format::format_text;
use ddapps::definition::write::{Options, PartsIn, write};
use ddapps::definition::{load, read_settings};
use ddapps::model::{App, Finding};
use proptest::prelude::*;
use serde_json::json;

use crate::support::messy::{Messy, messy};
use crate::support::run::{Run, command};
use crate::support::{Workspace, nasty, project};

/// The text in the canonical form.
fn formatted(text: &str) -> Result<String, String> {
    format_text("apps/app.yaml", text).map_err(|findings| format!("{findings:#?}\nin\n{text}"))
}

/// The app as `import` writes it.
fn imported(app: &App) -> String {
    let options = Options {
        file: "apps/app.yaml",
        key: None,
        connections: &BTreeMap::new(),
        parts: PartsIn::Nowhere,
    };
    write(app, &options).files.remove(0).text
}

/// What the loader makes of a text: the app, and everything that it has to say, places aside.
fn loaded(text: &str) -> (Vec<App>, Vec<String>) {
    let workspace = Workspace::new();
    workspace.write(
        "ddapps.yaml",
        "project: platform\nvariables: {region: us-east-1, x: '1'}\n",
    );
    workspace.write("apps/app.yaml", text);
    let settings = read_settings(workspace.root()).unwrap();
    let loaded = load(workspace.root(), &settings, &settings.target(None).unwrap());
    let apps = loaded.desired.apps.into_values().map(|app| app.app);
    let message = |finding: Finding| {
        let message = finding.message.split("; first at").next().unwrap();
        format!("{} {message}", finding.rule)
    };
    let mut findings: Vec<_> = loaded.findings.into_iter().map(message).collect();
    findings.sort();
    (apps.collect(), findings)
}

/// The numbers of the comments in a text.
fn comments(text: &str) -> Vec<usize> {
    let numbers = text.split("# c").skip(1);
    numbers
        .filter_map(|rest| {
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            rest[..end].parse().ok()
        })
        .collect()
}

/// That two texts are the same, or where they differ.
fn same(before: &str, after: &str) -> Result<(), String> {
    let diff = similar::TextDiff::from_lines(before, after);
    match before == after {
        true => Ok(()),
        false => Err(diff.unified_diff().context_radius(8).to_string()),
    }
}

/// That formatting a text keeps its laws.
fn is_lawful(text: &str, count: usize) -> Result<String, String> {
    let once = formatted(text)?;
    let twice = formatted(&once)?;
    let shown = || format!("{text}\nbecame\n{once}");
    same(&once, &twice).map_err(|diff| format!("twice is not once:\n{diff}\n{text}"))?;
    if comments(&once) != (0..count).collect::<Vec<_>>() {
        return Err(format!("the comments are others: {}", shown()));
    }
    if loaded(text) != loaded(&once) {
        let (before, after) = (loaded(text), loaded(&once));
        return Err(format!("{}\nsays\n{after:#?}\nnot\n{before:#?}", shown()));
    }
    match once.contains('\r') {
        true => Err(format!("a carriage return: {}", shown())),
        false => Ok(once),
    }
}

/// That a messy text keeps the laws, or is left alone where an anchor or alias stands at a key.
fn is_tidied(messy: &Messy) -> Result<(), String> {
    let Messy {
        text,
        comments,
        has_named_keys,
    } = messy;
    match (has_named_keys, format_text("apps/app.yaml", text)) {
        (true, Err(findings)) if findings[0].rule == "not-formatted" => Ok(()),
        (true, formatted) => Err(format!("{formatted:#?} of\n{text}")),
        (false, _) => is_lawful(text, *comments).map(|_| ()),
    }
}

/// What each text becomes is written beside it; `DDAPPS_BLESS=1` rewrites that.
#[test]
fn each_choice_is_made_as_written_down() {
    let mut names: Vec<_> = std::fs::read_dir(project("tests/format"))
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".before.yaml").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert!(!names.is_empty());
    for name in names {
        let file = |side: &str| project(&format!("tests/format/{name}.{side}.yaml"));
        let before = std::fs::read_to_string(file("before")).unwrap();
        let after = is_lawful(&before, 0).unwrap_or_else(|error| panic!("{name}: {error}"));
        if std::env::var_os("DDAPPS_BLESS").is_some() {
            std::fs::write(file("after"), &after).unwrap();
        }
        let expected = std::fs::read_to_string(file("after")).unwrap();
        same(&expected, &after).unwrap_or_else(|diff| panic!("{name}:\n{diff}"));
    }
}

#[test]
fn what_cannot_be_laid_out_anew_says_why() {
    for (text, rule) in [
        ("name: [\n", "yaml-syntax"),
        ("name: A\nname: B\n", "duplicate-key"),
        ("%YAML 1.2\n---\nname:  A\n", "not-formatted"),
        ("&a name:  A\n", "not-formatted"),
        ("--- &a\nname:  A\n", "not-formatted"),
        ("just   text\n", "not-formatted"),
    ] {
        let findings = format_text("apps/a.yaml", text).unwrap_err();
        assert_eq!(findings[0].rule, rule, "{text}: {findings:?}");
    }
    for text in ["", "# nothing here\n", "---\n"] {
        assert_eq!(format_text("apps/a.yaml", text).as_deref(), Ok(text));
    }
}

/// A repository with something to format in every place.
fn repository() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("ddapps.yaml", "project:   platform\n");
    workspace.write("apps/good.yaml", "name: A\ncomponents:\n  - grid g: {}\n");
    workspace.write(
        "apps/messy.yaml",
        "name:   B # x\ncomponents: [grid g: {}]\n",
    );
    workspace.write(
        "apps/f/app.yml",
        "name: C\ncomponents:\n  - grid g:\n      children:\n        - {file: part.yaml}\n",
    );
    workspace.write("apps/f/part.yaml", "button  b: {label:   x}\n");
    workspace.write("apps/f/notes.yaml", "not:   ours\n");
    workspace.write("apps/export.json", "{ }");
    workspace
}

#[test]
fn fmt_writes_only_what_changes_and_check_writes_nothing() {
    let workspace = repository();
    let changed = "apps/f/part.yaml\napps/messy.yaml\nddapps.yaml\n";
    let run = |args: &[&str]| Run::new(workspace.root(), None, args);
    let before = workspace.read("apps/messy.yaml");
    assert_eq!(run(&["fmt", "--check"]).expect(2), changed);
    assert_eq!(workspace.read("apps/messy.yaml"), before);
    let json = run(&["fmt", "--check", "--diff", "--format", "json"]).json(2);
    assert_eq!(json["changed"][1]["path"], "apps/messy.yaml");
    let diff = json["changed"][1]["diff"].as_str().unwrap();
    assert!(
        diff.contains(
            "
-name:   B # x
"
        ) && diff.contains(
            "
+name: B  # x
"
        ),
        "{diff}"
    );
    assert_eq!(
        (&json["written"], &json["findings"]),
        (&json!(false), &json!([]))
    );
    assert_eq!(run(&["fmt"]).expect(0), changed);
    assert_eq!(
        workspace.read("apps/messy.yaml"),
        "name: B  # x\ncomponents:\n  - grid g: {}\n"
    );
    assert_eq!(
        workspace.read("apps/f/part.yaml"),
        "button  b:\n  label: x\n"
    );
    assert_eq!(workspace.read("apps/f/notes.yaml"), "not:   ours\n");
    assert_eq!(workspace.read("apps/export.json"), "{ }");
    assert_eq!(run(&["fmt", "--check"]).expect(0), "");
    assert_eq!(run(&["fmt", "-q"]).stderr, "");
}

#[test]
fn fmt_looks_only_at_the_paths_that_are_named() {
    let workspace = repository();
    let paths = |paths: &[&str]| {
        let paths: Vec<_> = paths.iter().map(|it| workspace.path(it)).collect();
        let paths = paths.iter().map(|it| it.to_str().unwrap());
        let args: Vec<_> = ["fmt", "--check"].into_iter().chain(paths).collect();
        Run::new(workspace.root(), None, &args)
    };
    assert_eq!(paths(&["apps/good.yaml"]).expect(0), "");
    assert_eq!(paths(&["apps/f"]).expect(2), "apps/f/part.yaml\n");
    assert_eq!(
        paths(&["apps/f/notes.yaml"]).expect(2),
        "apps/f/notes.yaml\n"
    );
    let json = paths(&["apps/export.json"]);
    assert!(
        json.stderr.contains("only YAML is formatted"),
        "{}",
        json.stderr
    );
    json.expect(0);
    assert_eq!(paths(&["../elsewhere.yaml"]).code, 1);
    assert_eq!(paths(&[".."]).code, 64);
}

#[test]
fn a_broken_file_stays_as_it_is_and_does_not_keep_others_from_being_formatted() {
    let workspace = repository();
    let broken = "name:   A\ncomponents: [\n";
    workspace.write("apps/broken.yaml", broken);
    let run = Run::new(workspace.root(), None, &["fmt"]);
    assert!(run.stderr.contains("apps/broken.yaml:"), "{}", run.stderr);
    assert!(run.expect(3).contains("apps/messy.yaml\n"));
    assert_eq!(workspace.read("apps/broken.yaml"), broken);
}

#[test]
fn what_fmt_leaves_alone_matters_as_much_as_the_settings_say() {
    let workspace = repository();
    Run::new(workspace.root(), None, &["fmt"]).expect(0);
    workspace.write("apps/version.yaml", "%YAML 1.2\n---\nname:  A\n");
    for (level, said, code) in [
        ("warning", "warning[not-formatted]", 0),
        ("note", "note[not-formatted]", 0),
        ("error", "error[not-formatted]", 3),
        ("off", "", 0),
    ] {
        let settings = format!("project: platform\nrules:\n  not-formatted: {level}\n");
        workspace.write("ddapps.yaml", &settings);
        let path = workspace.path("apps/version.yaml");
        let run = Run::new(workspace.root(), None, &["fmt", path.to_str().unwrap()]);
        let is_said = run.stderr.contains("not-formatted");
        assert!(
            run.stderr.contains(said) && is_said == (level != "off"),
            "{}",
            run.stderr
        );
        run.expect(code);
    }
    // A comment silences it, and no other command calls that comment unused.
    workspace.write("ddapps.yaml", "project: platform\n");
    let comment = "# ddapps: allow not-formatted because the version is said\n";
    let text = "%YAML 1.2\n---\nname:  A\ncomponents: [grid g: {}]\n";
    workspace.write("apps/version.yaml", &format!("{comment}{text}"));
    let path = workspace.path("apps/version.yaml");
    for command in ["fmt", "validate"] {
        let run = Run::new(workspace.root(), None, &[command, path.to_str().unwrap()]);
        assert!(!run.stderr.contains("apps/version.yaml"), "{}", run.stderr);
        let said = run.expect(0);
        assert!(!said.contains("apps/version.yaml"), "{said}");
    }
    // What cannot be read stays an error.
    let settings = "project: platform\nrules:\n  yaml-syntax: off\n";
    workspace.write("ddapps.yaml", settings);
    workspace.write("apps/version.yaml", "name: [\n");
    assert_eq!(
        Run::new(workspace.root(), None, &["fmt", "--check"]).code,
        3
    );
}

#[cfg(unix)]
#[test]
fn links_permissions_and_read_only_files_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let workspace = repository();
    let messy = workspace.path("apps/messy.yaml");
    let mode = |mode| std::fs::set_permissions(&messy, PermissionsExt::from_mode(mode)).unwrap();
    workspace.write("shared/linked.yaml", "name:  L\ncomponents: [grid g: {}]\n");
    symlink("../shared/linked.yaml", workspace.path("apps/linked.yaml")).unwrap();
    let outside = Workspace::new();
    outside.write("secret.yaml", "a:   b\n");
    mode(0o640);
    Run::new(workspace.root(), None, &["fmt"]).expect(0);
    let permissions = std::fs::metadata(&messy).unwrap().permissions();
    assert_eq!(permissions.mode() & 0o777, 0o640);
    let link = std::fs::symlink_metadata(workspace.path("apps/linked.yaml")).unwrap();
    assert!(link.is_symlink());
    assert!(
        workspace
            .read("shared/linked.yaml")
            .starts_with("name: L\n")
    );
    symlink(outside.path("secret.yaml"), workspace.path("apps/out.yaml")).unwrap();
    assert_eq!(Run::new(workspace.root(), None, &["fmt"]).code, 3);
    assert_eq!(outside.read("secret.yaml"), "a:   b\n");
    std::fs::remove_file(workspace.path("apps/out.yaml")).unwrap();
    workspace.write("apps/messy.yaml", "name:   B\ncomponents: [grid g: {}]\n");
    workspace.write("apps/other.yaml", "name:   O\ncomponents: [grid g: {}]\n");
    mode(0o440);
    let run = Run::new(workspace.root(), None, &["fmt"]);
    assert!(run.stderr.contains("read-only"), "{}", run.stderr);
    assert_eq!(run.expect(1), "apps/other.yaml\n");
    workspace.write("apps/other.yaml", "name:   O\ncomponents: [grid g: {}]\n");
    let json = Run::new(workspace.root(), None, &["fmt", "--format", "json"]).json(1);
    assert_eq!(json["changed"][0]["path"], "apps/other.yaml");
    assert_eq!(
        (&json["written"], &json["failed"]),
        (&json!(false), &json!(["apps/messy.yaml"]))
    );
}

#[test]
fn editors_format_through_stdin_without_a_repository() {
    let folder = Workspace::new();
    let fmt = |text: &str, args: &[&str]| {
        let mut child = command(folder.root(), None)
            .args(["fmt", "-"])
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), stdout)
    };
    assert_eq!(fmt("name:  A\n", &[]), (0, "name: A\n".to_owned()));
    assert_eq!(fmt("name:  A\n", &["--check"]), (2, String::new()));
    assert_eq!(fmt("name: A\n", &["--check"]), (0, String::new()));
    assert_eq!(fmt("name: [\n", &[]), (3, String::new()));
    assert_eq!(
        fmt("%YAML 1.2\n---\na:  b\n", &[]).1,
        "%YAML 1.2\n---\na:  b\n"
    );
    assert_eq!(fmt("", &["--diff"]).0, 64);
}

#[test]
fn the_examples_are_canonical() {
    Run::new(&project("examples/quickstart"), None, &["fmt", "--check"]).expect(0);
}

fn real_texts() -> Vec<(String, String)> {
    let apps = crate::definition_write::real_apps().into_iter();
    apps.map(|(name, app)| (name, imported(&app))).collect()
}

#[test]
fn what_import_writes_is_canonical() {
    for (name, text) in real_texts() {
        same(&formatted(&text).unwrap(), &text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn real_apps_that_were_written_badly_are_canonical_again() {
    for (name, text) in real_texts() {
        let value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        for seed in 0..4 {
            is_tidied(&messy(&value, seed))
                .unwrap_or_else(|error| panic!("{name} {seed}: {error}"));
        }
    }
}

proptest! {
    #![proptest_config(crate::support::cases(64))]

    #[test]
    fn nasty_apps_are_formatted_without_loss(app in nasty::app(), seed in any::<u64>()) {
        let text = imported(&app);
        if let Err(error) = formatted(&text).and_then(|again| same(&text, &again)) {
            return Err(TestCaseError::fail(error));
        }
        // What the independent reader refuses is not to be messed up by it.
        let Ok(value) = serde_yaml::from_str(&text) else { return Ok(()) };
        if let Err(error) = is_tidied(&messy(&value, seed)) {
            return Err(TestCaseError::fail(error));
        }
    }
}
