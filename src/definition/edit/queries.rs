//! Queries: which stays, is renamed, changes or goes, and what each entry of one is to say.

use std::cell::RefMut;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Draft;
use super::align::align;
use super::goal::{Goal, Want};
use super::page::{Form, Passage};
use super::values::About;
use crate::definition::source::Kind;
use crate::definition::variables::escaped;
use crate::definition::write::query as write;
use crate::definition::write::tree::Tree;
use crate::model::same;

impl<'a> Draft<'a> {
    /// All queries, in the place of a passage if there is one, which says `before`.
    pub fn queries(
        &self,
        passage: Option<&'a Passage>,
        before: &[Value],
        wants: &[Value],
    ) -> Goal<'a> {
        let Some(passage) = passage else {
            return Goal::new(None, Want::New(self.writer().queries(wants)));
        };
        let kids = passage.kids();
        let is_known = kids.len() == before.len();
        if !is_known || kids.is_empty() {
            let is_same =
                before.len() == wants.len() && before.iter().zip(wants).all(|(a, b)| same(a, b));
            return match is_same {
                true => Goal::keep(passage),
                false => Goal::new(Some(passage), Want::New(self.writer().queries(wants))),
            };
        }
        let partners = partners(before, wants);
        let is_list = passage.items().is_some();
        let is_raw = kids.iter().all(|kid| is_raw(kid, is_list));
        let goals = wants.iter().zip(partners).map(|(want, partner)| {
            let name = text(want, "name").to_owned();
            let goal = match (partner, is_list) {
                (Some(index), true) => Some(self.listed_query(&kids[index], want)),
                (Some(index), false) => self.named_query(&kids[index], want),
                (None, _) => self.new_query(want, is_list, is_raw),
            };
            Some((name, goal?))
        });
        let goals: Option<Vec<_>> = goals.collect();
        let names: BTreeSet<_> = wants.iter().map(|want| text(want, "name")).collect();
        let goal = match goals {
            Some(goals) if is_list => Goal::list(
                Some(passage),
                goals.into_iter().map(|(_, goal)| goal).collect(),
            ),
            Some(goals) if names.len() == wants.len() && !goals.is_empty() => {
                Goal::map(Some(passage), goals)
            }
            // What no mapping can say is written anew as a list.
            _ => Goal::new(Some(passage), Want::New(self.writer().queries(wants))),
        };
        self.meaning
            .remember(passage, || Value::Array(wants.to_vec()));
        goal
    }

    pub fn writer(&self) -> RefMut<'_, write::Queries<'a>> {
        self.writer.borrow_mut()
    }

    /// A query that stands nowhere yet; `None` if it has no place in a mapping by name.
    fn new_query(&self, want: &Value, is_list: bool, is_raw: bool) -> Option<Goal<'a>> {
        let plain = Tree::of(want, escaped);
        if is_raw {
            let fits = is_list || write::is_raw_shape(want);
            return fits.then(|| Goal::new(None, Want::New(plain)));
        }
        let query = self.writer().query(want);
        let name = text(want, "name");
        let tree = match is_list {
            false if query.fits_mapping() => self.writer().placed(query).1,
            false => return None,
            true if query.is_compact && !write::RAW_KEYS.contains(&name) => {
                Tree::Block(vec![self.writer().placed(query)])
            }
            true => plain,
        };
        Some(Goal::new(None, Want::New(tree)))
    }

    /// A query in a list.
    fn listed_query(&self, item: &'a Passage, want: &Value) -> Goal<'a> {
        if is_raw(item, true) {
            return self.raw_query(item, want);
        }
        let name = text(want, "name");
        let entry = item.entries().first();
        let entry = entry.filter(|_| !write::RAW_KEYS.contains(&name));
        match entry.and_then(|entry| self.compact_query(entry, want)) {
            Some(goal) => Goal::map(Some(item), vec![(name.to_owned(), goal)]),
            None => self.anew(Some(item), want),
        }
    }

    /// A query in a mapping by name.
    fn named_query(&self, entry: &'a Passage, want: &Value) -> Option<Goal<'a>> {
        if is_raw(entry, false) {
            return write::is_raw_shape(want).then(|| self.raw_query(entry, want));
        }
        match self.compact_query(entry, want) {
            Some(goal) => Some(goal),
            None => write::is_raw_shape(want).then(|| self.anew(Some(entry), want)),
        }
    }

    /// A query in its API shape.
    fn raw_query(&self, passage: &'a Passage, want: &Value) -> Goal<'a> {
        let mut wanted = want.as_object().cloned().unwrap_or_default();
        // An id is no part of a definition, and no events are none.
        if let Some(id) = passage.under("id") {
            wanted.insert("id".to_owned(), self.meaning.of(id, false));
        }
        let empty = Value::Array(Vec::new());
        let says_none =
            (passage.under("events")).is_some_and(|it| self.meaning.of(it, true) == empty);
        match wanted.get("events") {
            None if says_none => {
                wanted.insert("events".to_owned(), empty);
            }
            Some(events) if *events == empty && passage.under("events").is_none() => {
                wanted.remove("events");
            }
            _ => {}
        }
        self.value(passage, &Value::Object(wanted), About::of("queries"))
    }
}

fn text<'v>(query: &'v Value, key: &str) -> &'v str {
    query.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a query stands in its API shape, as the loader tells it.
fn is_raw(passage: &Passage, is_list: bool) -> bool {
    let is_key = |key: &str| write::RAW_KEYS.contains(&key);
    if is_list {
        return !matches!(passage.entries(), [entry] if matches!(entry.form, Form::Map(..)) && !is_key(entry.key()));
    }
    let own = passage.under("name").and_then(Passage::scalar);
    passage.entries().iter().all(|entry| is_key(entry.key()))
        && own == Some(Kind::Text(passage.key().to_owned()))
        && passage.under("type").is_some()
        && matches!(
            passage.under("properties").map(|it| &it.form),
            Some(Form::Map(..))
        )
}

/// For each wanted query the one that it was: by name, of several with one name the same first, or, where only the name is
/// another, by the rest, or by its place among the others and half of what it says.
fn partners(before: &[Value], wants: &[Value]) -> Vec<Option<usize>> {
    let named = |queries: &[Value]| -> Vec<Value> {
        let name = |query: &Value| query.get("name").cloned().unwrap_or_default();
        queries.iter().map(name).collect()
    };
    let (old, new) = (named(before), named(wants));
    let mut is_free = vec![true; before.len()];
    let mut partners: Vec<Option<usize>> = vec![None; wants.len()];
    let is_same = |index: usize, want: usize| same(&before[index], &wants[want]);
    let is_called_so = |index: usize, want: usize| old[index] == new[want];
    for fits in [&is_same as &dyn Fn(_, _) -> _, &is_called_so] {
        for (want, partner) in partners.iter_mut().enumerate() {
            if partner.is_none() {
                let found = (0..old.len()).find(|index| is_free[*index] && fits(*index, want));
                *partner = found.inspect(|index| is_free[*index] = false);
            }
        }
    }
    let rest = |query: &Value| {
        let mut query = query.clone();
        if let Value::Object(query) = &mut query {
            query.remove("name");
        }
        query
    };
    let left: Vec<usize> = (0..before.len()).filter(|index| is_free[*index]).collect();
    let old: Vec<_> = left.iter().map(|index| rest(&before[*index])).collect();
    for (want, partner) in wants.iter().zip(&mut partners) {
        if partner.is_none() {
            let same_rest = align(&old, std::slice::from_ref(&rest(want)));
            let found = same_rest[0].filter(|it| same(&old[*it], &rest(want)));
            let found = found.map(|it| left[it]).filter(|it| is_free[*it]);
            *partner = found.inspect(|index| is_free[*index] = false);
        }
    }
    for want in 0..wants.len() {
        if partners[want].is_none() {
            let below = want.checked_sub(1).and_then(|it| partners[it]);
            let below = (want == 0 || below.is_some()).then(|| below.map_or(0, |it| it + 1));
            let above = partners.get(want + 1).copied().flatten();
            let above = above.and_then(|it| it.checked_sub(1));
            let mut places = [below, above].into_iter().flatten();
            let fits = |index: &usize| {
                is_free.get(*index) == Some(&true) && is_alike(&before[*index], &wants[want])
            };
            let found = places.find(fits);
            partners[want] = found.inspect(|index| is_free[*index] = false);
        }
    }
    partners
}

/// Whether two queries are of one type and have half of what they say in common.
fn is_alike(a: &Value, b: &Value) -> bool {
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    said("", a.get("properties"), &mut old);
    said("", b.get("properties"), &mut new);
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let common = keys.iter().filter(|key| old.get(**key) == new.get(**key));
    a.get("type") == b.get("type") && common.count() * 2 >= keys.len()
}

/// Everything that stands in a value, by where it stands.
fn said<'v>(path: &str, value: Option<&'v Value>, out: &mut BTreeMap<String, &'v Value>) {
    match value {
        Some(Value::Object(map)) => {
            for (key, value) in map {
                said(&format!("{path}/{key}"), Some(value), out);
            }
        }
        value => out.extend(value.map(|it| (path.to_owned(), it))),
    }
}
