//! Which unmatched things of two definitions are the same under another name.
//!
//! Two things are alike when they have the same type and at least [`FLOOR`] percent of their smallest parts in common:
//! every value with its path, every line of a long text, the component around them and those inside. Names that only one
//! side has are read as one and the same word, so that what refers to a renamed thing stays alike too.
//!
//! The work is near-linear in the number of unmatched things: those with equal parts are paired in order; of the others
//! only those are compared that share a part which few have, or that stand at the same place of the same parent. The
//! answer depends on nothing but the two sides, and swapping the sides swaps the answer.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::Value;

/// Two things with less in common, in percent of what both have, are not one renamed thing.
const FLOOR: usize = 70;
/// A part that more pairs share says little about which of them belong together.
const MOST_PAIRS: usize = 16;

/// Something that may have a partner on the other side.
pub(super) struct Item<'a> {
    pub value: &'a Value,
    pub name: &'a str,
    /// The item around it and its place there, where place matters.
    pub home: Option<(Option<usize>, usize)>,
    /// The name of the item around it.
    pub parent: Option<&'a str>,
    /// The names of the items inside it.
    pub children: Vec<&'a str>,
}

/// The names that only one side has, and has once.
type Lone = BTreeSet<String>;

/// An item that may be one renamed.
struct Candidate {
    at: usize,
    kind: u64,
    /// Its parts, sorted.
    parts: Vec<u64>,
}

/// Pairs of old and new items under other names. `matched` says for each new item which old one it is already.
pub(super) fn alike(
    (old, gone): (&[Item<'_>], &Lone),
    (new, fresh): (&[Item<'_>], &Lone),
    matched: &[Option<usize>],
) -> Vec<(usize, usize)> {
    let (before, after) = (candidates(old, gone), candidates(new, fresh));
    if before.is_empty() || after.is_empty() {
        return Vec::new();
    }
    let mut pairing = Pairing {
        taken: (vec![false; before.len()], vec![false; after.len()]),
        pairs: Vec::new(),
        before: &before,
        after: &after,
    };
    pairing.equal();
    pairing.sharing_a_rare_part();
    pairing.at_the_same_place(old, new, matched);
    let mut pairs = pairing.pairs;
    pairs.sort_unstable_by_key(|(_, after)| *after);
    pairs
}

fn candidates(items: &[Item<'_>], lone: &Lone) -> Vec<Candidate> {
    let lonely = (0..items.len()).filter(|at| lone.contains(items[*at].name));
    let candidates = lonely.map(|at| {
        let item = &items[at];
        Candidate {
            at,
            kind: step(
                0,
                item.value.get("type").and_then(Value::as_str).unwrap_or(""),
            ),
            parts: Parts::of(item, lone),
        }
    });
    candidates.collect()
}

/// The pairs found so far.
struct Pairing<'a> {
    before: &'a [Candidate],
    after: &'a [Candidate],
    taken: (Vec<bool>, Vec<bool>),
    /// By their places among all items.
    pairs: Vec<(usize, usize)>,
}

impl Pairing<'_> {
    fn pair(&mut self, before: usize, after: usize) {
        self.taken.0[before] = true;
        self.taken.1[after] = true;
        self.pairs
            .push((self.before[before].at, self.after[after].at));
    }

    /// What has equal parts is paired in order.
    fn equal(&mut self) {
        type Sides = (Vec<usize>, Vec<usize>);
        let mut groups: BTreeMap<(u64, &[u64]), Sides> = BTreeMap::new();
        for (index, it) in self.before.iter().enumerate() {
            groups
                .entry((it.kind, &it.parts))
                .or_default()
                .0
                .push(index);
        }
        for (index, it) in self.after.iter().enumerate() {
            groups
                .entry((it.kind, &it.parts))
                .or_default()
                .1
                .push(index);
        }
        for (before, after) in groups.into_values() {
            for (before, after) in before.into_iter().zip(after) {
                self.pair(before, after);
            }
        }
    }

    /// Of those that share a part which few have, the most alike first.
    fn sharing_a_rare_part(&mut self) {
        let mut shares = Vec::new();
        let mut list = |is_new: bool, all: &[Candidate], taken: &[bool]| {
            for (index, it) in all.iter().enumerate().filter(|(index, _)| !taken[*index]) {
                shares.extend(it.parts.iter().map(|part| (*part, is_new, index)));
            }
        };
        list(false, self.before, &self.taken.0);
        list(true, self.after, &self.taken.1);
        shares.sort_unstable();
        shares.dedup();
        let mut pairs = BTreeSet::new();
        for sharing in shares.chunk_by(|a, b| a.0 == b.0) {
            let (old, new) = sharing.split_at(sharing.partition_point(|it| !it.1));
            if old.len() * new.len() <= MOST_PAIRS {
                let all = old
                    .iter()
                    .flat_map(|old| new.iter().map(|new| (old.2, new.2)));
                pairs.extend(all);
            }
        }
        let mut scored: Vec<_> = pairs
            .into_iter()
            .filter_map(|(before, after)| Some((self.score(before, after)?, before, after)))
            .collect();
        // Ties in an order that is the same from either side.
        scored.sort_unstable_by_key(|(score, before, after)| {
            (
                std::cmp::Reverse(*score),
                *before.min(after),
                *before.max(after),
            )
        });
        for (_, before, after) in scored {
            if !self.taken.0[before] && !self.taken.1[after] {
                self.pair(before, after);
            }
        }
    }

    /// What stands at the same place of the same parent, parents first.
    fn at_the_same_place(&mut self, old: &[Item<'_>], new: &[Item<'_>], matched: &[Option<usize>]) {
        let mut partner = matched.to_vec();
        for (before, after) in &self.pairs {
            partner[*after] = Some(*before);
        }
        let mut places = BTreeMap::new();
        for (index, it) in self.before.iter().enumerate() {
            if let Some(home) = old[it.at].home {
                places.insert(home, index);
            }
        }
        for after in 0..self.after.len() {
            let at = self.after[after].at;
            let Some((parent, index)) = new[at].home.filter(|_| !self.taken.1[after]) else {
                continue;
            };
            let parent = match parent.map(|parent| partner[parent]) {
                Some(None) => continue,
                Some(known) => known,
                None => None,
            };
            let Some(before) = places.get(&(parent, index)).copied() else {
                continue;
            };
            if !self.taken.0[before] && self.score(before, after).is_some() {
                self.pair(before, after);
                partner[at] = Some(self.before[before].at);
            }
        }
    }

    /// How much two have in common, in thousandths of what both have; `None` below the floor.
    fn score(&self, before: usize, after: usize) -> Option<usize> {
        let (before, after) = (&self.before[before], &self.after[after]);
        if before.kind != after.kind {
            return None;
        }
        let all = before.parts.len() + after.parts.len();
        let score = 2 * common(&before.parts, &after.parts) * 1000 / all.max(1);
        (score >= FLOOR * 10).then_some(score)
    }
}

/// How many parts two sorted lists share.
fn common(a: &[u64], b: &[u64]) -> usize {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut count = 0;
    while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
        match left.cmp(right) {
            std::cmp::Ordering::Less => drop(a.next()),
            std::cmp::Ordering::Greater => drop(b.next()),
            std::cmp::Ordering::Equal => {
                count += 1;
                a.next();
                b.next();
            }
        }
    }
    count
}

/// The smallest parts of an item, as hashes of their paths and values. They are compared and never listed, so that no
/// order depends on them.
struct Parts<'a> {
    lone: &'a Lone,
    found: Vec<u64>,
}

impl<'a> Parts<'a> {
    fn of(item: &Item<'_>, lone: &'a Lone) -> Vec<u64> {
        let mut parts = Self {
            lone,
            found: Vec::new(),
        };
        item.parent.iter().for_each(|name| parts.text(0, name));
        item.children.iter().for_each(|name| parts.text(1, name));
        for (key, value) in item.value.as_object().into_iter().flatten() {
            match (key.as_str(), value) {
                ("name" | "type" | "id", _) => {}
                ("properties", Value::Object(properties)) => {
                    for (key, value) in properties {
                        // Children are things of their own.
                        if key != "children" {
                            parts.value(step(2, key), value);
                        }
                    }
                }
                _ => parts.value(step(3, key), value),
            }
        }
        parts.found.sort_unstable();
        parts.found
    }

    fn value(&mut self, path: u64, value: &Value) {
        match value {
            Value::Object(fields) => {
                // Editor state, which a file need not have (`FORMAT.md` section 6).
                let carried = |key: &str| matches!(key, "id" | "uuid");
                for (key, value) in fields.iter().filter(|(key, _)| !carried(key)) {
                    self.value(step(path, key), value);
                }
            }
            Value::Array(items) => {
                for item in items {
                    if item.get("isDeleted") != Some(&Value::Bool(true)) {
                        self.value(path, item);
                    }
                }
            }
            Value::String(text) => {
                let is_code = text.contains("${");
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                lines.for_each(|line| match is_code {
                    true => self.code(path, line),
                    false => self.text(path, line),
                });
            }
            Value::Null => self.found.push(step(path, "null")),
            Value::Bool(flag) => self
                .found
                .push(step(path, if *flag { "true" } else { "false" })),
            Value::Number(number) => self.found.push(step(path, &number.to_string())),
        }
    }

    /// A text. If it is a name that only this side has, it is the same word as all of those.
    fn text(&mut self, path: u64, text: &str) {
        let text = if self.lone.contains(text) { LONE } else { text };
        self.found.push(step(path, text));
    }

    /// A line of code, in which all names that only this side has are the same word. Elsewhere, such as in the name of an
    /// action, a word that is also a name refers to nothing.
    fn code(&mut self, path: u64, line: &str) {
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        for word in words(line) {
            let word = if self.lone.contains(word) { LONE } else { word };
            hasher.write(word.as_bytes());
        }
        self.found.push(hasher.finish());
    }
}

/// What stands for every name that only one side has.
const LONE: &str = "\0";

/// A text in pieces: words that could be names, and what is between them.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = is_word(rest.chars().next()?);
        let end = rest.find(|c| is_word(c) != first).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

fn step(path: u64, key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (path, key).hash(&mut hasher);
    hasher.finish()
}
