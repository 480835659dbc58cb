//! Which files are formatted, and how they are written: whole or not at all, never outside of the repository, and not over
//! what somebody else has just saved.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::{Canonical, Unformatted, canonical};
use crate::definition::discover::discover;
use crate::definition::files::{Inside, MAX_FILE, ReadError, Repository};
use crate::definition::notes::Notes;
use crate::definition::parallel::{Gate, side_by_side};
use crate::definition::replace::replace;
use crate::definition::settings::{SETTINGS, Settings};
use crate::definition::source::Position;
use crate::model::{Finding, Location, Severity};

/// What formatting makes of files.
#[derive(Debug, Default)]
pub struct Formatted {
    /// The files that can be formatted, by their paths.
    pub files: Vec<FormattedFile>,
    /// Why others are left as they are. Errors: they cannot be read.
    pub findings: Vec<Finding>,
}

/// A file in its canonical form.
#[derive(Clone, Debug)]
pub struct FormattedFile {
    /// From the repository's root.
    pub path: String,
    /// What it says now.
    pub before: String,
    /// What it says in the canonical form.
    pub after: String,
    /// Without symbolic links.
    real: PathBuf,
}

impl FormattedFile {
    /// Whether it is not in the canonical form.
    pub fn is_changed(&self) -> bool {
        self.before != self.after
    }

    /// Writes the canonical form beside the file and renames it, with the permissions of the file.
    pub fn write(&self) -> io::Result<()> {
        replace(&self.real, &self.before, &self.after)
    }
}

/// Formats the text of a file, or says why it cannot.
pub fn format_text(path: &str, text: &str) -> Result<String, Vec<Finding>> {
    match canonical(text) {
        Ok(Canonical { text, .. }) => Ok(text),
        Err(why) => Err(findings(path, why)),
    }
}

/// Formats the settings, the definitions and their parts; with `paths`, from the repository's root, only those files, and
/// what stands below those folders. Nothing is written yet.
pub fn format(root: &Path, settings: &Settings, paths: &[PathBuf]) -> Formatted {
    let repository = match Repository::open(root) {
        Ok(repository) => repository,
        Err(error) => {
            let findings = vec![unreadable(&root.display().to_string(), &error.into())];
            return Formatted {
                files: Vec::new(),
                findings,
            };
        }
    };
    let mut formatting = Formatting {
        repository: &repository,
        seen: BTreeSet::new(),
        formatted: Formatted::default(),
    };
    let wanted = formatting.wanted(settings, paths);
    formatting.all(wanted);
    let Formatted {
        mut files,
        mut findings,
    } = formatting.formatted;
    if !paths.is_empty() {
        let is_wanted = |path: &str| paths.iter().any(|it| Path::new(path).starts_with(it));
        files.retain(|file| is_wanted(&file.path));
        findings.retain(|it| it.location.as_ref().is_none_or(|at| is_wanted(&at.path)));
    }
    // What cannot be read is not formatted, whatever the settings say about it.
    let weighed = |finding: Finding| match finding.severity {
        Severity::Error => Some(finding),
        Severity::Warning | Severity::Note => settings.top.rules.weigh(finding),
    };
    let mut findings: Vec<_> = findings.into_iter().filter_map(weighed).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    findings.sort_by(|a, b| (&a.location, a.rule).cmp(&(&b.location, b.rule)));
    Formatted { files, findings }
}

struct Formatting<'a> {
    repository: &'a Repository,
    /// Files without symbolic links: none is formatted twice.
    seen: BTreeSet<PathBuf>,
    formatted: Formatted,
}

impl Formatting<'_> {
    /// The files to begin with. Files that are named stand for themselves, whether or not they are found otherwise.
    fn wanted(&mut self, settings: &Settings, paths: &[PathBuf]) -> Vec<Inside> {
        let discovered = discover(self.repository, &settings.definitions);
        self.formatted.findings = discovered.findings;
        let mut wanted = Vec::new();
        let named = paths.iter().filter_map(|path| path.to_str());
        for path in named.chain([SETTINGS]) {
            match self.repository.resolve("", path) {
                Ok(file) if file.real.is_dir() => {}
                Ok(file) if is_yaml(path) => wanted.push(file),
                Ok(file) => {
                    let why = "only YAML is formatted; an export in JSON stays as it was exported";
                    let at = Location::start(file.shown);
                    let finding = Finding::warning("not-formatted", at, why);
                    self.formatted.findings.push(finding);
                }
                Err(error) => self.formatted.findings.push(unreadable(path, &error)),
            }
        }
        // What is named goes by that name, also where a link leads to it.
        let candidates = discovered.candidates.into_iter().map(|it| it.file);
        wanted.extend(candidates.filter(|file| is_yaml(&file.shown)));
        wanted
    }

    /// Formats files, and the parts that they name.
    fn all(&mut self, mut files: Vec<Inside>) {
        while !files.is_empty() {
            files.retain(|file| self.seen.insert(file.real.clone()));
            let results = side_by_side(&files, &Gate::opened(), |file, _| self.one(file));
            let mut parts = Vec::new();
            for (file, (formatted, findings, named)) in files.iter().zip(results) {
                self.formatted.files.extend(formatted);
                self.formatted.findings.extend(findings);
                // A part that is missing is a matter of validation.
                let named = named.iter().filter(|path| is_yaml(path));
                parts.extend(
                    named.filter_map(|path| self.repository.resolve(&file.shown, path).ok()),
                );
            }
            files = parts;
        }
    }

    /// The file in its canonical form, or what is in the way, and the parts that it names.
    fn one(&self, file: &Inside) -> (Option<FormattedFile>, Vec<Finding>, Vec<String>) {
        let before = match self.repository.read(file, MAX_FILE) {
            Ok(text) => text,
            Err(error) => return (None, vec![unreadable(&file.shown, &error)], Vec::new()),
        };
        match canonical(&before) {
            Ok(Canonical { text, parts }) => {
                let formatted = FormattedFile {
                    path: file.shown.to_string(),
                    before,
                    after: text,
                    real: file.real.clone(),
                };
                (Some(formatted), Vec::new(), parts)
            }
            Err(why) => (None, findings(&file.shown, why), Vec::new()),
        }
    }
}

fn findings(path: &str, why: Unformatted) -> Vec<Finding> {
    let mut notes = Notes::new(path.into());
    match why {
        Unformatted::Broken(problems) => notes.problems(problems),
        Unformatted::Strange(why) => {
            notes.warning(
                "not-formatted",
                Position::START,
                format!("left as it is: {why}"),
            );
        }
    }
    notes.findings
}

fn unreadable(path: &str, error: &ReadError) -> Finding {
    let message = format!("cannot read `{path}`: {error}");
    let at = match error {
        ReadError::NotText(Position { line, column }) => Location {
            path: path.into(),
            line: *line,
            column: *column,
        },
        _ => Location::start(path),
    };
    Finding::error(error.rule(), at, message)
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}
