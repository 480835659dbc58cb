//! What keys, headers and fields of secrets are called.

use super::super::path::Segment;

/// The fields that hold the secret of something that is called like one: `{key: X-API-Key, value: […]}`.
pub(super) const HELD: [&str; 4] = ["value", "values", "defaultValue", "default"];

/// Whether something is called like a secret, in any spelling: `apiKey`, `API_KEY`, `X-Api-Key`.
pub(super) fn is_secret(name: &str) -> bool {
    // Nothing that long is a name.
    if name.len() > 200 || !may_be_secret(name) {
        return false;
    }
    let lower = name.trim().to_ascii_lowercase();
    let is_key_header = lower.starts_with("x-") && lower.ends_with("-key");
    let plain: String = (lower.chars())
        .filter(|c| !matches!(c, '-' | '_' | ' ' | '.'))
        .collect();
    is_key_header
        || ANYWHERE.iter().any(|word| plain.contains(word))
        || AT_THE_END.iter().any(|word| plain.ends_with(word))
}

/// What stands anywhere in the name of a secret, in small letters and without what separates words.
pub(super) const ANYWHERE: [&str; 9] = [
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "appkey",
    "applicationkey",
    "privatekey",
];

/// What the name of a secret may end with.
pub(super) const AT_THE_END: [&str; 4] = ["authorization", "cookie", "cookies", "credentials"];

/// Whether a name has all letters of any of the words: every key of every value is looked at, and every word of every text,
/// and nearly none has.
fn may_be_secret(name: &str) -> bool {
    const WORDS: [u32; 14] = {
        let mut words = [letters("x-key"); 14];
        let mut at = 0;
        while at < ANYWHERE.len() {
            words[at] = letters(ANYWHERE[at]);
            at += 1;
        }
        while at < ANYWHERE.len() + AT_THE_END.len() {
            words[at] = letters(AT_THE_END[at - ANYWHERE.len()]);
            at += 1;
        }
        words
    };
    let own = letters(name);
    WORDS.iter().any(|word| own & word == *word)
}

/// Which letters of the English alphabet stand in a text, a bit for each.
const fn letters(text: &str) -> u32 {
    let (bytes, mut found, mut at) = (text.as_bytes(), 0, 0);
    while at < bytes.len() {
        let letter = bytes[at].to_ascii_lowercase();
        if letter.is_ascii_lowercase() {
            found |= 1 << (letter - b'a');
        }
        at += 1;
    }
    found
}

/// Whether what stands at a path stands under the name of a secret.
pub(super) fn path_is_secret(segments: &[Segment]) -> bool {
    let mut list = "";
    for (index, segment) in segments.iter().enumerate() {
        let holds = |next: Option<&Segment>| matches!(next, Some(Segment::Field(name)) if HELD.contains(&name.as_str()));
        match segment {
            Segment::Field(name) => {
                if is_secret(name) {
                    return true;
                }
                list = name;
            }
            // An item whose name is not told, in a list of headers: better too careful than not.
            Segment::Item(label) => {
                let label = label.split('#').next().unwrap_or(label);
                let unnamed = label.bytes().all(|b| b.is_ascii_digit())
                    && list.to_ascii_lowercase().ends_with("headers");
                if (unnamed || is_secret(label)) && holds(segments.get(index + 1)) {
                    return true;
                }
            }
        }
    }
    false
}
