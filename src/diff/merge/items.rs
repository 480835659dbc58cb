//! One query or one component that two sides changed, field by field, at the paths of the definition language.

use serde_json::{Map, Value};

use super::values::{Merger, Three, names};
use crate::diff::parts::{in_spec, property};
use crate::diff::values::segment;
use crate::model::{COMPONENT_WORDS, QUERY_WORDS, Wrapper};

/// A query.
pub(super) fn query(merger: &mut Merger, path: &str, three: Three<'_>) -> Option<Value> {
    whole(merger, path, three, &|merger, name, inner| {
        let types = three.field("type");
        let kind = types.git.or(types.live).and_then(Value::as_str);
        let wrapper = kind.and_then(Wrapper::of);
        if name == "spec"
            && let Some(maps) = inner.maps()
        {
            return Some(merger.map(maps, inner, |name| in_spec(path, name)));
        }
        let path = match wrapper.filter(|it| it.field == name) {
            Some(wrapper) if is_code(&wrapper, inner) => format!("{path}.js"),
            _ => property_path(path, name, &QUERY_WORDS, three),
        };
        merger.value(&path, name, inner)
    })
}

/// A component without its children.
pub(super) fn component(merger: &mut Merger, path: &str, three: Three<'_>) -> Option<Value> {
    whole(merger, path, three, &|merger, name, inner| {
        let path = property_path(path, name, &COMPONENT_WORDS, three);
        merger.value(&path, name, inner)
    })
}

/// A query or component whose properties are merged by `property`.
fn whole(
    merger: &mut Merger,
    path: &str,
    three: Three<'_>,
    property: &dyn Fn(&mut Merger, &str, Three<'_>) -> Option<Value>,
) -> Option<Value> {
    if let Some(settled) = three.settled() {
        return settled.cloned();
    }
    let Some(maps) = three.maps() else {
        return merger.collide(path, three);
    };
    let mut merged = Map::new();
    for name in names(&maps) {
        let inner = three.field(name);
        let value = match (name, inner.settled(), inner.maps()) {
            (_, Some(settled), _) => settled.cloned(),
            ("properties", None, Some(maps)) => {
                let fields = names(&maps).into_iter().filter_map(|name| {
                    let value = property(merger, name, inner.field(name))?;
                    Some((name.to_owned(), value))
                });
                Some(Value::Object(fields.collect()))
            }
            _ => merger.value(&segment(path, name), name, inner),
        };
        merged.extend(value.map(|value| (name.to_owned(), value)));
    }
    Some(Value::Object(merged))
}

/// Whether every value that is there is code in the editor's wrapper.
fn is_code(wrapper: &Wrapper, three: Three<'_>) -> bool {
    let all = [three.base, three.live, three.git];
    let mut there = all.into_iter().flatten();
    there.all(|value| value.as_str().is_some_and(|it| wrapper.body(it).is_some()))
}

/// The path of a property, as a comparison of git with what is live would name it.
fn property_path(path: &str, name: &str, words: &[&str], whole: Three<'_>) -> String {
    match (
        whole.live.and_then(Value::as_object),
        whole.git.and_then(Value::as_object),
    ) {
        (Some(live), Some(git)) => property(path, name, words, live, git),
        _ => segment(path, name),
    }
}
