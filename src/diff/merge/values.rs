//! Any value that two sides changed, down to the smallest parts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::model::same;

use super::lines;
use super::order::{Order, Side, order};
use crate::diff::align::{Label, keys, labels};
use crate::diff::values::segment;
use crate::diff::{Difference, FieldChange};

/// A place at which both sides changed what the base had, to different things.
#[derive(Clone, Debug, PartialEq)]
pub struct Collision {
    /// The place by names, as in a difference.
    pub path: String,
    /// What our last apply left there.
    pub base: Option<Value>,
    /// What is live.
    pub live: Option<Value>,
    /// What git says.
    pub git: Option<Value>,
}

impl Collision {
    /// The same as a difference, from what git says to what is live.
    pub fn as_change(&self) -> Option<FieldChange> {
        let difference = match (self.git.clone(), self.live.clone()) {
            (Some(before), Some(after)) => Difference::Changed { before, after },
            (Some(before), None) => Difference::Removed {
                before,
                place: None,
            },
            (None, Some(after)) => Difference::Added { after, place: None },
            (None, None) => return None,
        };
        Some(FieldChange {
            path: self.path.clone(),
            difference,
        })
    }
}

/// The three values of one place; `None` where a side has nothing there.
#[derive(Clone, Copy)]
pub(super) struct Three<'a> {
    pub base: Option<&'a Value>,
    pub live: Option<&'a Value>,
    pub git: Option<&'a Value>,
}

/// What is to be done where both sides changed one place, and where that was.
pub(super) struct Merger {
    pub favour: Option<Side>,
    pub collisions: Vec<Collision>,
}

impl<'a> Three<'a> {
    /// Of the base, the live side and git, in this order.
    pub fn of(values: &'a [Option<Value>; 3]) -> Self {
        let [base, live, git] = values.each_ref().map(Option::as_ref);
        Self { base, live, git }
    }

    /// The same of a field of each value.
    pub fn field(self, name: &str) -> Self {
        let field = |value: Option<&'a Value>| value.and_then(|it| it.get(name));
        Self {
            base: field(self.base),
            live: field(self.live),
            git: field(self.git),
        }
    }

    /// What the place holds if at most one side changed it, or both to the same.
    pub fn settled(self) -> Option<Option<&'a Value>> {
        self.settled_as(same)
    }

    /// The same where other values than the same ones count as such.
    pub fn settled_as(self, same: impl Fn(&Value, &Value) -> bool) -> Option<Option<&'a Value>> {
        let Self { base, live, git } = self;
        let same = |a: Option<&Value>, b: Option<&Value>| match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => same(a, b),
            _ => false,
        };
        match () {
            () if same(live, git) || same(base, live) => Some(git),
            () if same(base, git) => Some(live),
            () => None,
        }
    }

    /// The maps of all three, if both sides have one; without one in the base both added theirs.
    pub fn maps(self) -> Option<[&'a Map<String, Value>; 3]> {
        static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        let base = match self.base {
            None => &NONE,
            Some(base) => base.as_object()?,
        };
        Some([base, self.live?.as_object()?, self.git?.as_object()?])
    }
}

/// All names of the fields of some maps, in the order of the alphabet.
pub(super) fn names<'a>(maps: &[&'a Map<String, Value>]) -> BTreeSet<&'a str> {
    let names = maps.iter().flat_map(|map| map.keys());
    names.map(String::as_str).collect()
}

impl Merger {
    /// The value that stands under `field` at `path`.
    pub fn value(&mut self, path: &str, field: &str, three: Three<'_>) -> Option<Value> {
        if let Some(settled) = three.settled() {
            return settled.cloned();
        }
        if let Some(maps) = three.maps() {
            return Some(self.map(maps, three, |name| segment(path, name)));
        }
        let merged = match (three.base, three.live, three.git) {
            (base, Some(Value::Array(live)), Some(Value::Array(git))) => {
                let base = match base {
                    None => Some([].as_slice()),
                    Some(base) => base.as_array().map(Vec::as_slice),
                };
                base.and_then(|base| self.list(path, field, base, live, git))
            }
            (Some(Value::String(base)), Some(Value::String(live)), Some(Value::String(git))) => {
                lines::merge(base, live, git).map(Value::String)
            }
            _ => None,
        };
        merged.or_else(|| self.collide(path, three))
    }

    /// Field by field, each at the path that its name is given.
    pub fn map(
        &mut self,
        maps: [&Map<String, Value>; 3],
        three: Three<'_>,
        path: impl Fn(&str) -> String,
    ) -> Value {
        let fields = names(&maps).into_iter().filter_map(|name| {
            let value = self.value(&path(name), name, three.field(name))?;
            Some((name.to_owned(), value))
        });
        Value::Object(fields.collect())
    }

    /// Two changes of one place; returns what stands there now.
    pub fn collide(&mut self, path: &str, three: Three<'_>) -> Option<Value> {
        let Three { base, live, git } = three;
        self.collisions.push(Collision {
            path: path.to_owned(),
            base: base.cloned(),
            live: live.cloned(),
            git: git.cloned(),
        });
        match self.favour {
            Some(Side::Live) => live.cloned(),
            Some(Side::Git) | None => git.cloned(),
        }
    }

    /// Item by item, where all three lists have keys.
    fn list(
        &mut self,
        path: &str,
        field: &str,
        base: &[Value],
        live: &[Value],
        git: &[Value],
    ) -> Option<Value> {
        let mut known: BTreeMap<Label<'static>, usize> = BTreeMap::new();
        let mut number = |items: &[Value]| -> Option<Vec<usize>> {
            let keys = keys(field, items)?;
            let labels = labels(keys.iter().map(String::as_str)).into_iter();
            let numbers = labels.map(|label| {
                let next = known.len();
                *known.entry(label.into_owned()).or_insert(next)
            });
            Some(numbers.collect())
        };
        let numbers = [number(base)?, number(live)?, number(git)?];
        let item = |items: &'_ [Value], numbers: &[usize], wanted: usize| {
            let at = numbers.iter().position(|it| *it == wanted)?;
            items.get(at).cloned()
        };
        let mut kept: BTreeMap<usize, Value> = BTreeMap::new();
        for (label, number) in &known {
            let items = [
                item(base, &numbers[0], *number),
                item(live, &numbers[1], *number),
                item(git, &numbers[2], *number),
            ];
            let path = format!("{path}[{label}]");
            if let Some(value) = self.value(&path, "", Three::of(&items)) {
                kept.insert(*number, value);
            }
        }
        let [base_order, live_order, git_order] = &numbers;
        let Order { items, collides } = order(
            base_order,
            live_order,
            git_order,
            &kept.keys().copied().collect(),
            self.favour,
        );
        if collides {
            let lists = [base, live, git].map(|items| Some(Value::from(items)));
            self.collide(path, Three::of(&lists));
        }
        let values = items.iter().filter_map(|it| kept.remove(it));
        Some(Value::Array(values.collect()))
    }
}
