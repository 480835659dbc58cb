//! Events: from the API's form to `when` and `do` (`FORMAT.md` section 4), the reverse of `definition::event`.

use serde_json::Value;

use super::tree::Tree;
use super::{entry, plain};

/// A list of events; `None` if only the raw shape of what is around it can say them.
pub(in crate::definition) fn events(list: &[Value]) -> Option<Tree> {
    let events: Option<Vec<_>> = list.iter().map(event).collect();
    events.map(Tree::List)
}

/// An event; `None` as above.
pub(in crate::definition) fn event(value: &Value) -> Option<Tree> {
    let object = value.as_object()?;
    let has = |key| object.contains_key(key);
    match (
        has("when") || has("do"),
        object.get("name"),
        object.get("type"),
    ) {
        (false, Some(name), Some(kind)) => {
            let others = object
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), "name" | "type"));
            let mut entries = vec![entry("when", name), entry("do", kind)];
            entries.extend(others.map(|(key, value)| entry(key, value)));
            Some(Tree::Map(entries))
        }
        // Without a name and a type it would be taken for the short form.
        (true, None, None) if has("when") && has("do") => None,
        _ => Some(plain(value)),
    }
}
