//! Three become one: what our last apply left, what is live, and what git says, merged to what git is to say.
//!
//! What only one side changed is as that side has it; what both changed to the same is that; what both changed to
//! different things collides, and either a side is favoured or a person has to say. Things are told by their names, as
//! in a comparison: components wherever they stand ([`tree`]), queries, properties, keyed lists item by item
//! ([`values`]), code line by line ([`lines`]). What a file does not manage stays unmanaged.

mod deletions;
mod items;
mod lines;
mod order;
mod queries;
mod said;
mod side;
mod tree;
mod values;

use serde_json::Value;

use crate::model::{App, AppKey, Body, Definition, DesiredApp, LiveApp, Owner, Publication, shown};

use super::earlier::{Edits, saved};
use super::fields::compare_bodies;
use super::matching::Matching;
use super::normalize::normal;
use super::values::segment;
use super::{Difference, FieldChange};

use said::said;
use values::{Merger, Three};

pub use order::Side;
pub use values::Collision;

/// What a merge came to.
#[derive(Clone, Debug)]
pub struct Merged {
    /// What git is to say. Where something collides and no side is favoured, it says there what it says now.
    pub app: App,
    /// What that changes in git.
    pub edits: Edits,
    /// Where both sides changed what the base had, to different things.
    pub collisions: Vec<Collision>,
}

/// The two sides of a merge, read.
#[derive(Clone, Debug)]
pub struct Sides<'a> {
    live: &'a LiveApp,
    git: &'a DesiredApp,
    /// What is live, as far as a file says it.
    now: Body,
    /// What git says.
    wanted: Body,
}

impl<'a> Sides<'a> {
    /// Reads both.
    pub fn of(live: &'a LiveApp, git: &'a DesiredApp) -> Self {
        let wanted = plain(normal(git.app.definition.body()));
        Self {
            live,
            git,
            now: read(live, &wanted),
            wanted,
        }
    }

    /// Whether these are they.
    pub fn are(&self, live: &LiveApp, git: &DesiredApp) -> bool {
        std::ptr::eq(self.live, live) && std::ptr::eq(self.git, git)
    }

    /// Whether git says anything else than what is live.
    pub fn differ(&self) -> bool {
        !self.wanted.is_in(&self.now)
    }

    /// Merges them. Without a base everything live is taken, where the file manages it.
    pub fn merge(
        self,
        base: Option<&LiveApp>,
        (owner, key): (&Owner, &AppKey),
        favour: Option<Side>,
    ) -> Merged {
        let Self {
            live,
            git,
            now,
            wanted,
        } = self;
        let mut merger = Merger {
            favour,
            collisions: Vec::new(),
        };
        // Mostly git says what our last apply left.
        let is_git = |base: &&LiveApp| git.app.definition.is_plainly(&base.app.definition);
        let before = base
            .filter(|it| !is_git(it))
            .map(|base| read(base, &wanted));
        let body = match &before {
            Some(before) => merger.body(before, &now, &wanted),
            // Only the live side has changed anything.
            None => taken_over(now, &wanted),
        };
        let app = merger.attributes(base, live, &git.app, Definition::of(&body));
        let edits = edits((git, wanted), (&app, body), live, (owner, key));
        let Merger { collisions, .. } = merger;
        Merged {
            app,
            edits,
            collisions,
        }
    }
}

/// What is live, where the file manages it.
fn taken_over(live: Body, git: &Body) -> Body {
    let mut extra = git.extra.clone();
    for (name, _, now) in shown(&git.extra, &live.extra) {
        extra.insert(name.clone(), now.clone());
    }
    Body { extra, ..live }
}

/// A live definition, as far as a file says it.
fn read(live: &LiveApp, wanted: &Body) -> Body {
    said(plain(normal(live.app.definition.body())), wanted)
}

/// A definition without the ids of its queries, which are never part of one.
fn plain(mut body: Body) -> Body {
    for query in body.queries.iter_mut().filter_map(Value::as_object_mut) {
        query.remove("id");
    }
    body
}

/// Where the merged app differs from what git says now.
fn edits(
    (git, wanted): (&DesiredApp, Body),
    (merged, body): (&App, Body),
    live: &LiveApp,
    ids: (&Owner, &AppKey),
) -> Edits {
    let before = LiveApp {
        app: git.app.clone(),
        ..live.clone()
    };
    let after = saved(merged, git.app.description.is_some());
    let mut edits = Edits::from(compare_bodies((&before, wanted), (&after, body), ids));
    let settings = unversioned(&git.app).into_iter().zip(unversioned(merged));
    edits
        .changes
        .extend(settings.filter_map(|((path, before), (_, after))| {
            let difference = match (before, after) {
                (Some(before), Some(after)) if before != after => {
                    Difference::Changed { before, after }
                }
                _ => return None,
            };
            Some(FieldChange {
                path: path.to_owned(),
                difference,
            })
        }));
    edits
}

impl Merger {
    fn body(&mut self, base: &Body, live: &Body, git: &Body) -> Body {
        let roots = [base, live, git].map(|it| it.root_instance_name.clone());
        let root = self.text("rootInstanceName", roots);
        let mut extra = git.extra.clone();
        for (name, wanted, now) in shown(&git.extra, &live.extra) {
            let three = Three {
                base: base.extra.get(name),
                live: Some(now),
                git: Some(wanted),
            };
            match self.value(&segment("", name), name, three) {
                Some(value) => extra.insert(name.clone(), value),
                None => extra.remove(name),
            };
        }
        let (of_live, of_git) = (Matching::of(base, live), Matching::of(base, git));
        let (sides, matchings) = ([base, live, git], [&of_live, &of_git]);
        let mut merged = Body {
            root_instance_name: root,
            components: tree::components(self, sides, matchings),
            queries: queries::queries(self, sides, matchings),
            extra,
        };
        queries::one_name_each(self, &mut merged, live, git);
        merged
    }

    fn text(&mut self, path: &str, texts: [String; 3]) -> String {
        let texts = texts.map(|text| Some(Value::from(text)));
        match self.value(path, "", Three::of(&texts)) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        }
    }

    fn attributes(
        &mut self,
        base: Option<&LiveApp>,
        live: &LiveApp,
        git: &App,
        definition: Definition,
    ) -> App {
        let three = [base.map_or(git, |base| &base.app), &live.app, git];
        let name = self.text("name", three.map(|app| app.name.clone()));
        let described = three.map(|app| app.description.clone().unwrap_or_default());
        let description = git.description.as_ref();
        let description = description.map(|_| self.text("description", described));
        let now = &live.app;
        // These have no versions: nobody can tell which side changed, so that the live one is taken as if it was it.
        let pulls = self.favour != Some(Side::Git);
        App {
            name,
            description,
            tags: taken(pulls, &git.tags, &now.tags),
            protection_level: taken(pulls, &git.protection_level, &now.protection_level),
            self_service: taken(pulls, &git.self_service, &now.self_service),
            publish: match (self.favour, git.publish, live.publication) {
                // Whether users run an app is a decision: what was clicked is no reason to take it back.
                (Some(Side::Live), Some(_), Publication::Unpublished) => Some(false),
                (Some(Side::Live), Some(_), Publication::Current(_)) => Some(true),
                (_, publish, _) => publish,
            },
            definition,
        }
    }
}

/// What is live, where the file manages it and the server shows it.
fn taken<T: Clone>(pulls: bool, git: &Option<T>, live: &Option<T>) -> Option<T> {
    let wanted = git.clone()?;
    Some(live.clone().filter(|_| pulls).unwrap_or(wanted))
}

/// The attributes that have no versions.
fn unversioned(app: &App) -> [(&'static str, Option<Value>); 4] {
    let tags = app.tags.as_ref();
    let level = app.protection_level;
    [
        (
            "tags",
            tags.map(|tags| Value::from_iter(tags.iter().cloned())),
        ),
        ("protectionLevel", level.map(|level| level.as_str().into())),
        ("selfService", app.self_service.map(Value::from)),
        ("publish", app.publish.map(Value::from)),
    ]
}
