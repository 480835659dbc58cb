//! Components that are shown or can be used where they were not, or the other way round.

use serde_json::Value;

use crate::diff::Thing;

use super::Consequence;
use super::pairs::{Pair, property};
use super::when::When;

/// What differs about who sees and uses components.
pub(super) fn components(pairs: &[Pair<'_>], notes: &mut Vec<Consequence>) {
    for Pair {
        label,
        before,
        after,
    } in pairs
    {
        let Some(before) = before else {
            continue;
        };
        let kind = after.get("type").and_then(Value::as_str);
        let thing = || Thing {
            kind: kind.unwrap_or("component").to_owned(),
            name: label.clone(),
        };
        let visible = |it| When::of(property(it, "isVisible"), When::Always);
        match (visible(before), visible(after)) {
            (When::Never | When::Sometimes, When::Always) => {
                notes.push(Consequence::AlwaysShown(thing()))
            }
            (When::Always | When::Sometimes, When::Never) => {
                notes.push(Consequence::NeverShown(thing()))
            }
            _ => {}
        }
        let disabled = |it| When::of(property(it, "isDisabled"), When::Never);
        match (disabled(before), disabled(after)) {
            (When::Always | When::Sometimes, When::Never) => {
                notes.push(Consequence::AlwaysUsable(thing()));
            }
            (When::Never | When::Sometimes, When::Always) => {
                notes.push(Consequence::NeverUsable(thing()))
            }
            _ => {}
        }
    }
}
