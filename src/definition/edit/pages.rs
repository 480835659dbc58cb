//! The pages of an app, and what its passages mean: aliases, variables, and which component of the API stands where.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use serde_json::Value;

use super::EditError;
use super::aliases::Aliases;
use super::page::{Form, Page, Passage, Stands, Unread};
use super::shape::{Shape, shape};
use crate::definition::files::{Inside, MAX_FILE, MAX_PART, Repository};
use crate::definition::source::{Kind, Sources};
use crate::definition::target::Target;
use crate::definition::variables::meant;
use crate::model::same;

/// The pages of an app: its own file, and the parts with components.
pub(super) struct Pages {
    pub all: Vec<Page>,
    /// The page that the passage with this number names by `file:`.
    pub named: HashMap<usize, usize>,
    /// Parts that are named more than once.
    pub shared: BTreeSet<usize>,
    /// What they say, parsed.
    pub sources: Sources,
}

impl Pages {
    /// Reads the file of an app with its parts.
    pub fn read(
        repository: &Repository,
        target: &Target,
        file: Inside,
        aliases: Aliases,
    ) -> Result<Self, EditError> {
        let mut reading = Reading {
            repository,
            target,
            aliases,
            next: 0,
            pages: Self {
                all: Vec::new(),
                named: HashMap::new(),
                shared: BTreeSet::new(),
                sources: Sources::default(),
            },
        };
        reading.page(file, MAX_FILE)?;
        // Parts are added while the list is walked.
        let mut number = 0;
        while number < reading.pages.all.len() {
            reading.parts_of(number)?;
            number += 1;
        }
        Ok(reading.pages)
    }

    /// Takes note of parts that belong to others too.
    pub fn share(&mut self, parts: &BTreeSet<PathBuf>) {
        for (number, page) in self.all.iter().enumerate() {
            if parts.contains(&page.file.real) {
                self.shared.insert(number);
            }
        }
    }
}

struct Reading<'a> {
    repository: &'a Repository,
    target: &'a Target,
    aliases: Aliases,
    next: usize,
    pages: Pages,
}

impl Reading<'_> {
    fn page(&mut self, file: Inside, limit: u64) -> Result<usize, EditError> {
        let number = self.pages.all.len();
        let shown = file.shown.clone();
        let (page, source, next) = Page::read(
            self.repository,
            file,
            limit,
            self.aliases,
            (number, self.next),
        )
        .map_err(|why| match why {
            Unread::Read(error) => EditError::Unreadable {
                file: shown.to_string(),
                why: error.to_string(),
            },
            Unread::Layout => EditError::Layout {
                file: shown.to_string(),
            },
        })?;
        self.next = next;
        let (real, whole) = (page.file.real.clone(), page.whole.clone());
        self.pages.sources.keep(real, whole, source);
        self.pages.all.push(page);
        Ok(number)
    }

    /// Reads the parts that a page names.
    fn parts_of(&mut self, number: usize) -> Result<(), EditError> {
        let page = &self.pages.all[number];
        let variables = &self.target.environment.variables;
        let mut found = Vec::new();
        for document in &page.documents {
            named_files(document, &mut |item, path| {
                let path = meant(path, variables);
                if let Some(Value::String(path)) = path {
                    found.push((item, path));
                }
            });
        }
        let from = page.file.shown.clone();
        for (item, path) in found {
            // What cannot be read is no part of an app that was loaded.
            let Ok(file) = self.repository.resolve(&from, &path) else {
                continue;
            };
            let known = self
                .pages
                .all
                .iter()
                .position(|it| it.file.real == file.real);
            let part = match known {
                Some(part) => {
                    self.pages.shared.insert(part);
                    part
                }
                None => self.page(file, MAX_PART)?,
            };
            self.pages.named.insert(item, part);
        }
        Ok(())
    }
}

/// Shows every item that could name a part, wherever it stands.
fn named_files(passage: &Passage, see: &mut impl FnMut(usize, &str)) {
    if let Form::List(items, _) = &passage.form {
        for item in items {
            if let Shape::File(path) = shape(item) {
                see(item.id, path);
            }
        }
    }
    if let (Shape::File(path), Stands::Alone) = (shape(passage), passage.stands) {
        see(passage.id, path);
    }
    for kid in passage.kids() {
        named_files(kid, see);
    }
}

/// What the passages of an app mean.
pub(super) struct Meaning<'a> {
    pub pages: &'a [Page],
    pub target: &'a Target,
    /// The anchors of each page by their names, in their order.
    anchors: HashMap<(usize, &'a str), Vec<&'a Passage>>,
    /// The same of keys with an anchor.
    keys: HashMap<(usize, &'a str), Vec<&'a Passage>>,
    /// What the values with an anchor will mean, by the numbers of their passages, when that is known.
    renewed: Option<BTreeMap<usize, Value>>,
    /// The same, as it becomes known.
    pub will_mean: RefCell<BTreeMap<usize, Value>>,
}

impl<'a> Meaning<'a> {
    pub fn new(
        pages: &'a [Page],
        target: &'a Target,
        renewed: Option<BTreeMap<usize, Value>>,
    ) -> Self {
        let mut meaning = Self {
            pages,
            target,
            anchors: HashMap::new(),
            keys: HashMap::new(),
            renewed,
            will_mean: RefCell::default(),
        };
        for document in pages.iter().flat_map(|page| &page.documents) {
            meaning.collect(document);
        }
        meaning
    }

    fn collect(&mut self, passage: &'a Passage) {
        if let Some(name) = &passage.anchor {
            let named = self.anchors.entry((passage.page, name)).or_default();
            named.push(passage);
        }
        if let Some(name) = passage.name.as_ref().and_then(|it| it.anchor.as_ref()) {
            let named = self.keys.entry((passage.page, name)).or_default();
            named.push(passage);
        }
        passage.kids().iter().for_each(|kid| self.collect(kid));
    }

    pub fn has_anchors(&self) -> bool {
        !self.anchors.is_empty()
    }

    /// What an alias stands for: the last value of that name before it.
    pub fn aliased(&self, alias: &Passage) -> Option<&'a Passage> {
        let Form::Alias(name) = &alias.form else {
            return None;
        };
        let named = self.anchors.get(&(alias.page, name.as_str()))?;
        named.iter().rev().find(|it| it.body < alias.body).copied()
    }

    /// The key that an alias stands for.
    fn aliased_key(&self, alias: &Passage) -> Option<&'a str> {
        let Form::Alias(name) = &alias.form else {
            return None;
        };
        let named = self.keys.get(&(alias.page, name.as_str()))?;
        let last = named.iter().rev().find(|it| it.start < alias.body);
        last.map(|it| it.key())
    }

    /// The passage, or what it stands for.
    pub fn resolved(&self, passage: &'a Passage) -> &'a Passage {
        self.aliased(passage).unwrap_or(passage)
    }

    /// What a passage means; `replaces` where variables are replaced.
    pub fn of(&self, passage: &'a Passage, replaces: bool) -> Value {
        match &passage.form {
            Form::List(items, _) => items.iter().map(|it| self.of(it, replaces)).collect(),
            Form::Map(entries, _) => {
                let entry = |it: &'a Passage| (it.key().to_owned(), self.of(it, replaces));
                Value::Object(entries.iter().map(entry).collect())
            }
            Form::Alias(_) => match (self.aliased(passage), self.aliased_key(passage)) {
                (Some(anchored), _) => self.of(anchored, replaces),
                (None, Some(key)) => self.text(key, replaces),
                (None, None) => Value::Null,
            },
            Form::Literal(text, _) | Form::Folded(text, _) => self.text(text, replaces),
            Form::Scalar(kind) => match kind {
                Kind::Bool(value) => (*value).into(),
                Kind::Number(number) => Value::Number(number.clone()),
                Kind::Text(text) => self.text(text, replaces),
                Kind::Null | Kind::List(_) | Kind::Map(_) => Value::Null,
            },
        }
    }

    /// Whether an alias will mean `want`; `replaces` where variables are replaced.
    pub fn will_be(&self, alias: &Passage, want: &Value, replaces: bool) -> bool {
        let Some(anchored) = self.aliased(alias) else {
            return same(&self.of(alias, replaces), want);
        };
        match &self.renewed {
            None => same(&self.of(anchored, replaces), want),
            // What nobody asked for any more is gone.
            Some(renewed) => (renewed.get(&anchored.id)).is_some_and(|value| same(value, want)),
        }
    }

    /// The same of a passage whose meaning is a part of the API's definition, which was `before`.
    pub fn will_be_of_api(&self, alias: &Passage, want: &Value, before: Option<&Value>) -> bool {
        let Some(anchored) = self.aliased(alias) else {
            return false;
        };
        let renewed = match &self.renewed {
            None => before,
            Some(renewed) => renewed.get(&anchored.id),
        };
        renewed.is_some_and(|value| same(value, want))
    }

    /// Remembers what a passage will mean, for the aliases of it.
    pub fn remember(&self, passage: &Passage, want: impl FnOnce() -> Value) {
        if passage.anchor.is_some() {
            let mut will_mean = self.will_mean.borrow_mut();
            will_mean.insert(passage.id, want());
        }
    }

    fn text(&self, text: &str, replaces: bool) -> Value {
        let variables = &self.target.environment.variables;
        let meant = replaces.then(|| meant(text, variables)).flatten();
        meant.unwrap_or_else(|| text.into())
    }
}
