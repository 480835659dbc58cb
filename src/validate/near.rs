//! What a mistyped word probably means.

/// The candidate nearest to `word`, if one is near enough for a suggestion.
pub(super) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    within(word, candidates, |length| length / 3)
}

/// The candidate that differs from `word` by one slip of the finger, if both are long enough for that to mean something.
pub(super) fn slip<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    within(word, candidates, |length| usize::from(length > 4))
}

fn within<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    limit: impl Fn(usize) -> usize,
) -> Option<&'a str> {
    // A hostile word is not compared letter by letter.
    if word.len() > 100 {
        return None;
    }
    let (length, letters) = (word.chars().count(), letters(word));
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 100)
        .filter_map(|candidate| {
            let other = candidate.chars().count();
            let limit = limit(other);
            // Each letter too many and each that only the candidate has takes a slip of its own: most candidates need no
            // closer look.
            let missing = (self::letters(candidate) & !letters).count_ones() as usize;
            if length.abs_diff(other).max(missing) > limit {
                return None;
            }
            let distance = strsim::damerau_levenshtein(word, candidate);
            (distance > 0 && distance <= limit).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// The letters of a word, as a set in which several may share a place.
fn letters(word: &str) -> u64 {
    (word.chars()).fold(0, |set, letter| set | 1 << (u32::from(letter) % 64))
}

/// "did you mean" for the candidate nearest to `word`.
pub(super) fn suggestion<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, candidates).map(|near| format!("did you mean `{near}`?"))
}
