//! What keys, headers and fields of secrets are called.

use super::super::path::Segment;

/// The fields that hold the secret of something that is called like one: `{key: X-API-Key, value: […]}`.
pub(super) const HELD: [&str; 4] = ["value", "values", "defaultValue", "default"];

/// Whether something is called like a secret, in any spelling: `apiKey`, `API_KEY`, `X-Api-Key`.
pub(super) fn is_secret(name: &str) -> bool {
    const ANYWHERE: [&str; 9] = [
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
    const AT_THE_END: [&str; 4] = ["authorization", "cookie", "cookies", "credentials"];
    // Nothing that long is a name, and names are looked at for every key of every value.
    if name.len() > 200 {
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
