//! What a mistyped word probably means.

use std::cell::Cell;
use std::collections::BTreeSet;

/// A longer word is hostile.
const LONGEST: usize = 100;

/// The words that one may have been meant for, prepared for many questions.
pub(super) struct Words<'a> {
    words: Vec<Word<'a>>,
    /// How many more words are compared letter by letter. Where thousands are unknown beside thousands that are known, the
    /// later ones have no suggestion; else each would be compared with each.
    left: Cell<usize>,
}

struct Word<'a> {
    text: &'a str,
    length: usize,
    /// Which letters stand in it; several letters may share a place.
    letters: u64,
    /// How often each of them does.
    counts: [u8; 64],
}

impl<'a> Words<'a> {
    const MOST: usize = 100_000;

    /// The words of which one may be meant.
    pub fn of(words: impl IntoIterator<Item = &'a str>) -> Self {
        let words = words.into_iter().filter(|word| word.len() <= LONGEST);
        Self {
            words: words.map(Word::of).collect(),
            left: Cell::new(Self::MOST),
        }
    }

    /// "did you mean" for the word nearest to `word`, if one is near enough.
    pub fn suggestion(&self, word: &str) -> Option<String> {
        let may_look = || {
            let left = self.left.get().checked_sub(1);
            left.inspect(|left| self.left.set(*left)).is_some()
        };
        let near = nearest(&self.words, word, |length| length / 3, may_look);
        near.map(|near| format!("did you mean `{near}`?"))
    }
}

/// The words of App Builder, prepared for the questions of all apps.
pub(super) struct Known {
    /// Behind their lengths, which differ sooner than their letters.
    words: BTreeSet<(usize, &'static str)>,
    prepared: Vec<Word<'static>>,
}

impl Known {
    pub fn of(words: impl IntoIterator<Item = &'static str>) -> Self {
        let words = words.into_iter().map(|word| (word.len(), word));
        let words: BTreeSet<_> = words.collect();
        let prepared = words.iter().map(|(_, word)| Word::of(word)).collect();
        Self { words, prepared }
    }

    /// The known word that differs from an unknown one by one slip of the finger, if both are long enough for that to mean
    /// something.
    pub fn meant_by(&self, word: &str) -> Option<&'static str> {
        match self.words.contains(&(word.len(), word)) {
            true => None,
            false => nearest(
                &self.prepared,
                word,
                |length| usize::from(length > 4),
                || true,
            ),
        }
    }
}

/// The nearest of the words that differ from `word`, each by no more than the limit of its length, while it may look closer.
fn nearest<'a>(
    words: &[Word<'a>],
    word: &str,
    limit: impl Fn(usize) -> usize,
    may_look: impl Fn() -> bool,
) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let asked = Word::of(word);
    let near = words.iter().filter_map(|other| {
        let limit = limit(other.length);
        // Most words need no closer look.
        if asked.length.abs_diff(other.length).max(asked.least(other)) > limit
            || !may_look()
            || asked.least_by_count(other) > limit
        {
            return None;
        }
        let distance = strsim::osa_distance(word, other.text);
        (distance > 0 && distance <= limit).then_some((distance, other.text))
    });
    near.min().map(|(_, near)| near)
}

impl<'a> Word<'a> {
    fn of(text: &'a str) -> Self {
        let (mut letters, mut counts) = (0, [0_u8; 64]);
        for letter in text.chars() {
            let place = u32::from(letter) % 64;
            letters |= 1 << place;
            let count = &mut counts[place as usize];
            *count = count.saturating_add(1);
        }
        Self {
            text,
            length: text.chars().count(),
            letters,
            counts,
        }
    }

    /// How many slips it takes at least: each letter that only one of the two has takes one of its own.
    fn least(&self, other: &Self) -> usize {
        let alone = |own: u64, others: u64| (own & !others).count_ones() as usize;
        alone(self.letters, other.letters).max(alone(other.letters, self.letters))
    }

    /// The same, where one of the two has a letter more often.
    fn least_by_count(&self, other: &Self) -> usize {
        let (mut more, mut less) = (0, 0);
        for (own, others) in self.counts.iter().zip(&other.counts) {
            more += usize::from(own.saturating_sub(*others));
            less += usize::from(others.saturating_sub(*own));
        }
        more.max(less)
    }
}

/// The same for one question.
pub(super) fn suggestion<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    Words::of(candidates).suggestion(word)
}
