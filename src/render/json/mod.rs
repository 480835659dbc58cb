//! The saved plan, version 1: what `plan --format json` prints, what a plan file holds, and what every other format of
//! a plan is made from.
//!
//! The structs are the format: their fields, in this order, are the document of `schemas/plan.v1.schema.json`.
//! Additions are compatible; a change of meaning is a new version. All values are masked before anything is written.
//! [`of_plan`] fills them from a plan, [`masked`] masks them, [`read`] reads them back from a file that a stranger may
//! have written, [`merged`] joins the parts of one plan.

pub(super) mod drift;
pub(super) mod layout;
mod masked;
pub(super) mod merged;
mod of_plan;
pub(super) mod pull;
pub(super) mod read;
pub(super) mod report;
mod text;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) use layout::{Layout, Panel, PanelKind, Tile};
pub(super) use text::text;
pub use text::{document, event};

/// The version of the format that is written.
pub(super) const FORMAT_VERSION: &str = "1.0";

/// What a run of ddapps would do: the counts first, then app by app.
///
/// Credentials in values are masked as `***` and a short hash. The digest is over the true values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "ddapps plan, version 1", rename = "Plan")]
pub struct SavedPlan {
    /// The version of this format. Additions raise the second number, changes of meaning the first.
    pub(super) format_version: String,
    /// The version of ddapps that made the plan.
    pub(super) ddapps_version: String,
    /// The project whose apps these are.
    pub(super) project: String,
    /// The environment; null in a repository without environments.
    pub(super) environment: Option<String>,
    /// The Datadog site.
    pub(super) site: String,
    /// The commit that the files are from, if known.
    pub(super) commit: Option<String>,
    /// `sha256:` and 64 hexadecimal digits over every step with its true body and precondition.
    #[schemars(regex(pattern = r"^sha256:[0-9a-f]{64}$"))]
    pub(super) digest: String,
    /// How many apps and steps of each kind there are.
    pub(super) summary: Summary,
    /// Every app that git has or that bears this project's mark, sorted by key.
    pub(super) apps: Vec<App>,
    /// What is wrong with the files.
    pub(super) findings: Vec<Finding>,
}

/// How many apps and steps of each kind a plan holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Summary {
    /// Apps to create.
    pub create: usize,
    /// Apps to change.
    pub update: usize,
    /// Apps to remove.
    pub delete: usize,
    /// Apps to take over.
    pub adopt: usize,
    /// Publications and publish requests.
    pub publish: usize,
    /// Apps that users will no longer run.
    pub unpublish: usize,
    /// Apps left alone, orphaned ones among them.
    pub no_op: usize,
    /// Apps refused for safety.
    pub refused: usize,
    /// Apps that git no longer has and that are left alone, because pruning is off.
    #[serde(default)]
    pub orphaned: usize,
    /// Apps whose publication was requested before and waits for an approval.
    #[serde(default)]
    pub waiting: usize,
}

/// What a run would do about one app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct App {
    /// Its key.
    pub key: String,
    /// Its id; null for an app that is to be created, or of which it is not known which one it is.
    pub id: Option<String>,
    /// The address of its page for editing; absent where there is no such app yet, or no such address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its name in git, or else on the server.
    pub name: String,
    /// Where git declares it; null if git no longer does.
    pub file: Option<File>,
    /// What would be done, in one word.
    pub action: Action,
    /// The calls, in order.
    pub steps: Vec<Step>,
    /// Where git and the server differ, in reading order.
    pub changes: Vec<Change>,
    /// What the components that differ are, and where they stand, by the names in the paths of the changes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub components: BTreeMap<String, Component>,
    /// The environment's aliases of the connections that differ, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub connections: BTreeMap<String, String>,
    /// The screens on which something differs. Absent where nothing on any of them does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// What is live; null if there is no such app, or if it is not known which one it is.
    pub live: Option<Live>,
    /// What was changed live since the last apply.
    #[serde(default)]
    pub drift: Vec<Drift>,
    /// Why nothing is done, if that is so for safety.
    pub refusal: Option<Refusal>,
    /// Whether git no longer has the app, and it is left alone because pruning is off.
    #[serde(default)]
    pub orphaned: bool,
    /// What else a reader should know.
    #[serde(default)]
    pub notes: Vec<Remark>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct File {
    /// The file, relative to the repository's root.
    pub path: String,
    /// The line, counted from 1.
    pub line: u32,
}

/// What would be done about an app, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Action {
    /// Made new.
    Create,
    /// Changed, in its definition or beside it.
    Update,
    /// Removed.
    Delete,
    /// Taken over by marking it, and changed if it differs.
    Adopt,
    /// Left alone.
    NoOp,
    /// Left alone for safety.
    Refused,
}

/// The kind of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum StepKind {
    /// Make the app.
    Create,
    /// Save a new version.
    Update,
    /// Replace the tags.
    SetTags,
    /// Set how publications go out.
    SetProtectionLevel,
    /// Offer the app for self-service, or stop offering it.
    SetSelfService,
    /// Let users run the newest version.
    Publish,
    /// Ask for somebody's approval to do so.
    RequestPublish,
    /// Let users run nothing.
    Unpublish,
    /// Name the newest version.
    NameVersion,
    /// Make an old version the newest again.
    Revert,
    /// Remove the app.
    Delete,
}

/// One call, with the data that its kind has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Step {
    /// What is called.
    pub kind: StepKind,
    /// The id of the app that it is called on; null for the app that an earlier step makes.
    pub target: Option<String>,
    /// What the live app must still be right before the call. Absent where the call makes the app, and where it rests
    /// on the step before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expects: Option<Expects>,
    /// The tags after `set-tags`, the ownership mark included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// The level of `set-protection-level`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Whether `set-self-service` offers the app.
    #[serde(
        rename = "selfService",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub self_service: Option<bool>,
    /// The title of `request-publish`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The description of `request-publish`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The name that `name-version` gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The number of the version that `revert` makes the newest again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// How many components `create` makes, nested ones included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub components: Option<usize>,
    /// How many queries `create` makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queries: Option<usize>,
    /// The attributes that `create` or `update` sends; only in a full plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

/// What a live app must still be right before a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Expects {
    /// The newest version's number.
    pub version: u64,
    /// The newest version's id, where the server shows one.
    pub version_id: Option<String>,
}

/// One difference between git and the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Change {
    /// The place, by the names of components and queries: `components[button2].label`.
    pub path: String,
    /// What differs there.
    pub op: Op,
    /// The live value; null where only git has one. Of a move: `parent` and `index`, and `name` if it was renamed.
    #[serde(default)]
    pub before: Value,
    /// The value in git; null where only the server has one. Of a move: `parent` and `index`, and `name` if it was
    /// renamed.
    #[serde(default)]
    pub after: Value,
    /// Where an added item comes to stand, or a removed one stood; absent for what has no place, such as a property.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Of a rename: the paths of all references that follow it. They differ in nothing else, and are not listed by
    /// themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub followed: Vec<String>,
}

/// What a component is, and where it stands, as people see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Component {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The text by which people know it, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Of a cell of the grid: the only component in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<String>,
    /// What is around it, outermost first, without the grids and cells that only lay things out.
    #[serde(default)]
    pub within: Vec<Around>,
}

/// Something around a component that people see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Around {
    /// Its type; `tab` for a page of a `tabs` component.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name; of a tab, the name of the component that it shows.
    pub name: String,
    /// The text by which people know it, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A place in the component tree or in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Place {
    /// The component that holds it; null at the top and in plain lists.
    pub parent: Option<String>,
    /// The position there, counted from 0.
    pub index: usize,
}

/// What differs at one place.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Op {
    /// Only git has it.
    Add,
    /// Only the server has it.
    Remove,
    /// Both have it, with different values.
    Change,
    /// Both have it, at different places of the tree or list, or under different names: then `before` and `after` have a
    /// `name`, and the places may be the same.
    Move,
}

/// The version and publication of a live app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Live {
    /// The newest version's number.
    pub version: u64,
    /// The version that users run, if any and if known.
    pub published_version_id: Option<String>,
    /// What users run, in one word.
    pub state: State,
    /// Who saved the newest version; empty if the server does not say.
    #[serde(default)]
    pub saved_by: String,
    /// When, by RFC 3339; empty if the server does not say.
    #[serde(default)]
    pub saved_at: String,
}

/// What users run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// Nothing.
    Unpublished,
    /// The newest version.
    Published,
    /// An older version.
    Behind,
}

/// One place that was changed live since the last apply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Drift {
    /// The place.
    pub path: String,
    /// The version that changed it, or the newest of several that could have.
    pub version: u64,
    /// The oldest version that could have changed it, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
    /// Who saved that version.
    pub by: String,
    /// When.
    pub at: String,
    /// Whether git wants something else there.
    pub conflict: bool,
}

/// Why nothing is done about an app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Refusal {
    /// The reason, in one word.
    pub code: String,
    /// The reason, in a sentence.
    pub message: String,
    /// What to do.
    #[serde(default)]
    pub help: String,
}

/// Something that a reader should know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Remark {
    /// What it is, in one word.
    pub code: String,
    /// What it is, in a sentence.
    pub message: String,
}

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Finding {
    /// The rule that found it.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// The file, relative to the repository's root; null for what has no place.
    pub file: Option<String>,
    /// The line, counted from 1.
    pub line: Option<u32>,
    /// The column in characters, counted from 1.
    pub column: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// What is wrong with the files, as a document of its own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Findings {
    /// The version of this format.
    pub format_version: &'static str,
    /// The findings.
    pub findings: Vec<Finding>,
}

impl From<Vec<Finding>> for Findings {
    fn from(findings: Vec<Finding>) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            findings,
        }
    }
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Severity {
    /// The definition cannot be meant.
    Error,
    /// Probably a mistake.
    Warning,
    /// Worth knowing.
    Note,
}

impl SavedPlan {
    /// The project that the plan was made for.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The environment that the plan was made for.
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }

    /// The site that the plan was made on.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// The commit that the files are from, if known.
    pub fn commit(&self) -> Option<&str> {
        self.commit.as_deref()
    }

    /// The digest of the plan, as [`crate::plan::Digest`] is written.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Whether applying the plan would call anything.
    pub fn has_steps(&self) -> bool {
        self.apps.iter().any(|app| !app.steps.is_empty())
    }

    /// Whether anything was refused for safety.
    pub fn has_refusals(&self) -> bool {
        self.apps.iter().any(|app| app.refusal.is_some())
    }
}
