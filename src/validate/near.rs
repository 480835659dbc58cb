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
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 100)
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance > 0 && *distance <= limit(candidate.chars().count())
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// "did you mean" for the candidate nearest to `word`.
pub(super) fn suggestion<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, candidates).map(|near| format!("did you mean `{near}`?"))
}
