//! `ddapps.yaml`: the project, its environments and its policy (`FORMAT.md` section 1).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::build::Built;
use super::files::{MAX_FILE, Repository};
use super::notes::Notes;
use super::rules::rules;
use super::source::{Entry, Kind, Node, Position, parse};
use crate::model::{AppId, AppKey, Draft, Finding, Location, MaxDeletes, Policy, Rules};

/// The name of the settings file, which also marks the root of a repository.
pub const SETTINGS: &str = "ddapps.yaml";
const DEFINITIONS: &str = "apps/";

/// What `ddapps.yaml` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The ownership namespace.
    pub project: String,
    /// The folder with the definitions, relative to the root.
    pub definitions: String,
    /// The environments by name; empty in a repository without them.
    pub environments: BTreeMap<String, Environment>,
    /// What stands at the top level; it counts when there are no environments.
    pub top: Environment,
}

/// One place where the apps of a repository live.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Environment {
    /// The Datadog site.
    pub site: Option<String>,
    /// Connection ids by alias.
    pub connections: BTreeMap<String, String>,
    /// What `@{name}` stands for.
    pub variables: BTreeMap<String, Value>,
    /// Explicit bindings of keys to apps.
    pub apps: BTreeMap<AppKey, AppId>,
    /// What a run may do: what the environment says, else what the top level says, else the default.
    pub policy: Policy,
    /// How much the rules of `validate` matter: what the environment says, else what the top level says.
    pub rules: Rules,
}

/// The nearest folder from `start` upward that holds `ddapps.yaml`.
pub fn find_root(start: &Path) -> Option<PathBuf> {
    // Of a relative path only the written folders are ancestors.
    std::path::absolute(start)
        .ok()?
        .ancestors()
        .find(|folder| folder.join(SETTINGS).is_file())
        .map(Path::to_path_buf)
}

/// Reads the settings of the repository at `root`, or tells everything that is wrong with them.
pub fn read_settings(root: &Path) -> Result<Settings, Vec<Finding>> {
    let unreadable = |rule, error: &dyn std::fmt::Display| {
        let message = format!("cannot read `{SETTINGS}`: {error}");
        vec![Finding::error(rule, Location::start(SETTINGS), message)]
    };
    let repository =
        Repository::open(root).map_err(|error| unreadable("unreadable-file", &error))?;
    let text = repository
        .resolve("", SETTINGS)
        .and_then(|file| repository.read(&file, MAX_FILE))
        .map_err(|error| unreadable(error.rule(), &error))?;
    parse_settings(&text)
}

/// Reads the text of a settings file.
pub(super) fn parse_settings(text: &str) -> Result<Settings, Vec<Finding>> {
    let mut reader = Reader(Notes::new(SETTINGS.into()));
    let settings = reader.file(text);
    let mut findings = reader.0.findings;
    match settings {
        Some(settings) if findings.is_empty() => Ok(settings),
        _ => {
            findings.sort_by(|a, b| (&a.location, a.rule).cmp(&(&b.location, b.rule)));
            Err(findings)
        }
    }
}

/// What a policy says; what it leaves open comes from elsewhere.
#[derive(Clone, Copy, Default)]
struct PolicyWords {
    prune: Option<bool>,
    max_deletes: Option<MaxDeletes>,
}

impl PolicyWords {
    fn over(self, below: Policy) -> Policy {
        Policy {
            prune: self.prune.unwrap_or(below.prune),
            max_deletes: self.max_deletes.unwrap_or(below.max_deletes),
            ..below
        }
    }
}

const TOP_KEYS: [&str; 9] = [
    "project",
    "definitions",
    "policy",
    "rules",
    "environments",
    "site",
    "connections",
    "variables",
    "apps",
];
const ENVIRONMENT_KEYS: [&str; 6] = [
    "site",
    "connections",
    "variables",
    "apps",
    "policy",
    "rules",
];

/// Reads settings, collecting everything that is wrong.
struct Reader(Notes);

impl Reader {
    fn file(&mut self, text: &str) -> Option<Settings> {
        let source = parse(SETTINGS, text);
        self.0.problems(source.problems);
        if source.several {
            let message = "the settings are one document, not several";
            self.0.error("settings-shape", Position::START, message);
            return None;
        }
        let Some(node) = source.documents.into_iter().next() else {
            if self.0.findings.is_empty() {
                self.0.error(
                    "missing-key",
                    Position::START,
                    "the settings need a `project`",
                );
            }
            return None;
        };
        let at = node.at;
        let entries = self.0.map("the settings", node)?;
        self.top(entries, at)
    }

    fn top(&mut self, entries: Vec<Entry>, at: Position) -> Option<Settings> {
        let (mut project, mut definitions) = (None, DEFINITIONS.to_owned());
        let (mut environments, mut own, mut policy) = (None, Vec::new(), PolicyWords::default());
        let mut base = Environment::default();
        for entry in self.known("`ddapps.yaml`", entries, &TOP_KEYS) {
            match entry.key.as_str() {
                "project" => project = Some(self.project(entry.value)),
                "definitions" => definitions = self.definitions(entry.value)?,
                "policy" => policy = self.policy(entry.value),
                "rules" => base.rules = rules(&mut self.0, entry.value),
                "environments" => environments = self.map("`environments`", entry.value),
                _ => own.push(entry),
            }
        }
        if project.is_none() {
            self.0
                .error("missing-key", at, "the settings need a `project`");
        }
        base.policy = policy.over(Policy::default());
        let environments = environments.unwrap_or_default();
        if !environments.is_empty() {
            for entry in &own {
                let message = format!(
                    "`{}` at the top has no effect beside `environments`",
                    entry.key
                );
                self.0.error("settings-shape", entry.at, message);
                self.0.help("say it under each environment that needs it");
            }
        }
        let top = self.environment("the settings", own, &base);
        let environments = environments
            .into_iter()
            .filter_map(|entry| self.named_environment(entry, &base))
            .collect();
        Some(Settings {
            project: project??,
            definitions,
            environments,
            top,
        })
    }

    fn named_environment(
        &mut self,
        entry: Entry,
        base: &Environment,
    ) -> Option<(String, Environment)> {
        self.is_name("an environment's name", &entry.key, entry.at);
        let what = format!("environment `{}`", entry.key);
        let entries = self.map(&what, entry.value).unwrap_or_default();
        let entries = self.known(&what, entries, &ENVIRONMENT_KEYS);
        Some((entry.key, self.environment(&what, entries, base)))
    }

    fn environment(&mut self, what: &str, entries: Vec<Entry>, base: &Environment) -> Environment {
        let mut environment = Environment {
            policy: base.policy.clone(),
            rules: base.rules.clone(),
            ..Environment::default()
        };
        for entry in entries {
            match entry.key.as_str() {
                "site" => environment.site = self.0.text("`site`", entry.value),
                "connections" => environment.connections = self.connections(entry.value),
                "variables" => environment.variables = self.variables(entry.value),
                "apps" => environment.apps = self.apps(what, entry.value),
                "rules" => {
                    environment.rules = rules(&mut self.0, entry.value).over(&base.rules);
                }
                _ => environment.policy = self.policy(entry.value).over(base.policy.clone()),
            }
        }
        environment
    }

    fn project(&mut self, node: Node) -> Option<String> {
        let at = node.at;
        let project = self.0.text("`project`", node)?;
        if project.contains(Draft::INFIX) {
            let message = format!(
                "`project` must not hold `{}`: drafts are marked so",
                Draft::INFIX
            );
            self.0.error("invalid-name", at, message);
        }
        self.is_name("`project`", &project, at).then_some(project)
    }

    fn is_name(&mut self, what: &str, name: &str, at: Position) -> bool {
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !is_name {
            let message = format!("{what} has only `a` to `z`, `0` to `9` and `-`, found `{name}`");
            self.0.error("invalid-name", at, message);
        }
        is_name
    }

    fn definitions(&mut self, node: Node) -> Option<String> {
        let at = node.at;
        let folder = self.0.text("`definitions`", node)?;
        let leaves = folder.starts_with(['/', '\\'])
            || Path::new(&folder).is_absolute()
            || folder.split('/').any(|part| part == "..");
        if leaves {
            let message =
                format!("`definitions` must stay inside the repository, found `{folder}`");
            self.0.error("path-outside-repository", at, message);
        }
        Some(folder)
    }

    fn policy(&mut self, node: Node) -> PolicyWords {
        let mut words = PolicyWords::default();
        let entries = self.map("`policy`", node).unwrap_or_default();
        for entry in self.known("`policy`", entries, &["prune", "max_deletes"]) {
            match entry.key.as_str() {
                "prune" => words.prune = self.0.boolean("`prune`", &entry.value),
                _ => words.max_deletes = self.max_deletes(&entry.value),
            }
        }
        words
    }

    fn max_deletes(&mut self, node: &Node) -> Option<MaxDeletes> {
        let text = match &node.kind {
            Kind::Number(number) => number.to_string(),
            Kind::Text(text) => text.clone(),
            _ => {
                self.0
                    .wrong_type("`max_deletes`", "a count (`3`) or a share (`30%`)", node);
                return None;
            }
        };
        text.parse()
            .map_err(|message: String| self.0.error("wrong-type", node.at, message))
            .ok()
    }

    fn connections(&mut self, node: Node) -> BTreeMap<String, String> {
        let mut connections = BTreeMap::new();
        for entry in self.map("`connections`", node).unwrap_or_default() {
            let what = format!("connection `{}`", entry.key);
            let at = entry.value.at;
            match self.0.text(&what, entry.value) {
                Some(id) if id.is_empty() => {
                    self.0
                        .error("wrong-type", at, format!("{what} needs an id"));
                }
                Some(id) => {
                    connections.insert(entry.key, id);
                }
                None => {}
            }
        }
        connections
    }

    fn variables(&mut self, node: Node) -> BTreeMap<String, Value> {
        let file = self.0.file.clone();
        let entries = self.map("`variables`", node).unwrap_or_default();
        entries
            .into_iter()
            .map(|entry| (entry.key, Built::plain(entry.value, &file).value))
            .collect()
    }

    fn apps(&mut self, what: &str, node: Node) -> BTreeMap<AppKey, AppId> {
        let mut apps = BTreeMap::new();
        let mut bound: BTreeMap<AppId, AppKey> = BTreeMap::new();
        for Entry { key, at, value } in self.map("`apps`", node).unwrap_or_default() {
            let id_at = value.at;
            let Some(text) = self.0.text(&format!("the id of app `{key}`"), value) else {
                continue;
            };
            let key = match AppKey::new(key.as_str()) {
                Ok(key) => key,
                Err(reason) => {
                    let message = format!("`{key}` cannot be a key: {reason}");
                    self.0.error("invalid-key", at, message);
                    continue;
                }
            };
            let Ok(id) = text.parse::<AppId>() else {
                let message = format!("the id of app `{key}` must be a uuid, found `{text}`");
                self.0.error("wrong-type", id_at, message);
                continue;
            };
            if let Some(other) = bound.insert(id, key.clone()) {
                let message =
                    format!("`{other}` and `{key}` are both bound to app `{id}` in {what}");
                self.0.error("duplicate-binding", id_at, message);
            }
            apps.insert(key, id);
        }
        apps
    }

    /// The entries of a mapping that may be left empty.
    fn map(&mut self, what: &str, node: Node) -> Option<Vec<Entry>> {
        match node.kind {
            Kind::Null => None,
            _ => self.0.map(what, node),
        }
    }

    fn known(&mut self, what: &str, entries: Vec<Entry>, known: &[&str]) -> Vec<Entry> {
        self.0.only_known(what, entries, known)
    }
}
