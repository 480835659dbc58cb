//! The answers to the open questions about the API, as the matrices are run under them.

use ddapps::emulator::Switches;

/// Answers that are not the likeliest ones, with what they are called. Where one is about what a run that broke off, or
/// somebody else, leaves behind, it is given alone; the others, which have little to do with each other, are all given at
/// once: their second answers, then the third.
pub fn unlikely() -> Vec<(String, Switches)> {
    let weighty = [
        "republish",
        "protection-level-in-get",
        "tags-in-create",
        "settings-change",
        "name-filter",
        "delete-many-partial",
        "version-id",
        "publish-request-version",
    ];
    let (alone, together): (Vec<_>, Vec<_>) =
        (Switches::all().iter()).partition(|(name, _)| weighty.contains(name));
    let mut all = Vec::new();
    for (name, values) in alone {
        for value in &values[1..] {
            let mut switches = Switches::default();
            switches.set(name, value).unwrap();
            all.push((format!("{name}={value}"), switches));
        }
    }
    let most = together.iter().map(|(_, values)| values.len()).max();
    for nth in 1..most.unwrap_or(0) {
        let mut switches = Switches::default();
        for (name, values) in &together {
            let value = values.get(nth).unwrap_or(&values[values.len() - 1]);
            switches.set(name, value).unwrap();
        }
        all.push((format!("answers number {} to all else", nth + 1), switches));
    }
    all
}
